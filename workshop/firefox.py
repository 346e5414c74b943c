"""The second browser of tests/browser: Firefox, for the way of an alert into a real one.

The one on the PATH, or Debian's firefox-esr, which this script installs as root or with sudo that asks for no password.
Without it one journey is skipped and says so.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("firefox-esr", "firefox")
INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "firefox-esr")
HOW = "Firefox is absent: install it (Debian: apt install firefox-esr), or set FIREFOX to its path."


def path() -> str | None:
    """The executable; None when there is none."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


def fetch() -> bool:
    """Whether it could be installed."""
    if not shutil.which("apt-get"):
        return False
    print("Fetching Firefox for the browser tests", flush=True)
    for rights in ([], ["sudo", "-n"]):
        may = os.geteuid() == 0 if not rights else shutil.which("sudo") and _runs("sudo", "-n", "true")
        if may and _runs(*rights, "apt-get", "update", "-qq"):
            return _runs(*rights, "env", "DEBIAN_FRONTEND=noninteractive", *INSTALL)
    return False


def _runs(*command: str) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """Always 0: the other journeys need no Firefox."""
    if not path() and not fetch():
        print(f"{HOW} One journey will be skipped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
