"""`make check`: every judge, two at a time, each with its time; the output of those that found something."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
PYTHON = sys.executable
# The slowest first, so that it does not end up alone.
JUDGES = {
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "lint": [str(BIN / "ruff"), "check", "--quiet"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet"],
    "layers": [str(BIN / "lint-imports"), "--no-logo"],
    "templates": [str(BIN / "djlint"), "staffellauf", "--lint", "--quiet"],
    "settings": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "-m", "workshop.messages", "check"],
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="staffellauf-check-") as data, ThreadPoolExecutor(2) as pool:
        environment = os.environ | {"STAFFELLAUF_DATA": data}
        runs = {name: pool.submit(judge, command, environment) for name, command in JUDGES.items()}
        failed = [name for name, run in runs.items() if not report(name, *run.result())]
    if failed:
        print(f"\nmake check failed: {', '.join(failed)}")
    return 1 if failed else 0


def judge(command: list[str], environment: dict[str, str]) -> tuple[int, str, float]:
    """Exit status, what was printed, seconds."""
    start = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - start


def report(name: str, status: int, output: str, seconds: float) -> bool:
    print(f"{'ok    ' if status == 0 else 'FAILED'} {name:<13} {seconds:5.1f} s", flush=True)
    if status != 0:
        print("\n".join(f"    {line}" for line in output.strip().splitlines()))
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
