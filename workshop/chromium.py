"""The browser of tests/browser: the one on the PATH, or one that this script gets from Debian's archive.

As root, or with sudo that asks for no password, Chromium is installed. Otherwise it and the libraries it lacks are
unpacked into .tools/chromium, which needs no rights: apt works in a folder of its own.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".tools" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
UNPACKED = FOLDER / "usr" / "lib" / "chromium" / "chromium"
HOW = (
    "The browser tests need Chromium and could not get it: install it (Debian: apt install chromium), "
    "or set CHROMIUM to its path, or run `make test-unit test-postgres` without them."
)


def path() -> str | None:
    """The executable; None when there is none yet."""
    if named := os.environ.get("CHROMIUM"):
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(UNPACKED) if UNPACKED.exists() else None)


def environment() -> dict[str, str]:
    """What the unpacked browser needs beside it to find its libraries and fonts; empty for an installed one."""
    if path() != str(UNPACKED):
        return {}
    libraries = {str(library.parent) for library in (FOLDER / "usr" / "lib").rglob("*.so*")}
    return {"LD_LIBRARY_PATH": ":".join(sorted(libraries)), "FONTCONFIG_PATH": str(FOLDER / "etc" / "fonts")}


def fetch() -> bool:
    """Gets Chromium by the first way that works; False when none did."""
    if not shutil.which("apt-get"):
        return False
    print("Fetching Chromium for the browser tests", flush=True)
    for rights in ([], ["sudo", "-n"]):
        may = os.geteuid() == 0 if not rights else shutil.which("sudo") and _runs("sudo", "-n", "true")
        if may and _runs(*rights, "apt-get", "update", "-qq"):
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
            if _runs(*rights, "env", "DEBIAN_FRONTEND=noninteractive", *install):
                return True
    return _unpack()


def _unpack() -> bool:
    shutil.rmtree(FOLDER, ignore_errors=True)
    downloads = FOLDER / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (downloads / folder).mkdir(parents=True)
    options = [f"Dir::State::lists={downloads}/lists", f"Dir::Cache={downloads}", "Debug::NoLocking=1"]
    apt = ["apt-get", "-qq", *(word for option in options for word in ("-o", option))]
    if not _runs(*apt, "update"):
        return False
    wanted = ["install", "--no-install-recommends", "--print-uris", "-y", "chromium"]
    listed = subprocess.run([*apt, *wanted], capture_output=True, text=True)
    # One line each: 'http://…/chromium_156.0_amd64.deb' chromium_156.0_amd64.deb 12345 SHA256:…
    packages = re.findall(r"^'[^']*' ([^_\s]+)_", listed.stdout, flags=re.MULTILINE)
    if not packages or subprocess.run([*apt, "download", *packages], cwd=downloads).returncode:
        return False
    unpacked = all(_runs("dpkg-deb", "-x", str(package), str(FOLDER)) for package in downloads.glob("*.deb"))
    shutil.rmtree(downloads)
    return unpacked and UNPACKED.exists()


def _runs(*command: str) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL).returncode == 0


def main() -> int:
    if path() or fetch():
        return 0
    print(HOW, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
