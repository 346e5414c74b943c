"""Private feeds: a reader's own feed under a secret address, for feed readers. Written by `syndication`, which stands
above; `filters` says what a link holds, `reading` finds the articles."""
