"""Calendars that a reader's other programs fetch: iCalendar (RFC 5545, RFC 7986) under a secret address.

`filters` says what a link holds, `dates` finds the dates, `ledger` remembers what was told of each, `words` and
`entries` make entries of them, `ical` writes the file.
"""
