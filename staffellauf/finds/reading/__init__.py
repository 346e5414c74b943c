"""Reading feeds, apart from everything else: bytes in, headlines with links out.

Runs in a child process (`python -m staffellauf.finds.reading`) that has limits of time, memory and depth, knows no
Django and no secret, and opens no connection. `staffellauf.finds.child` starts it and ends it.
"""
