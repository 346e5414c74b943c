"""What Django's own formats lack: one date format for the newsroom's calendars, whatever the editor's language."""
