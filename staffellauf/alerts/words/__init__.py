"""What readers are told, before any channel puts it into its own form."""
