"""Migrated databases to copy from. Migrating Wagtail takes 5 to 8 s, copying the result some milliseconds: it is done
once per state of models and migrations, and every test process and every transactional test starts from a copy."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "test-databases"


def use_copy(name: str) -> None:
    """Point the default connection at a fresh copy of the template, called `name`."""
    if connection.vendor == "sqlite":
        _point_at(settings.DATA / f"{name}.sqlite3")
    else:
        _point_at(f"staffellauf_{name}")
    restore()


def restore() -> None:
    """Give the default connection's database the template's content again."""
    target = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        _copy_file(_sqlite_template(), Path(target))
    else:
        _copy_database(_postgres_template(), str(target))


def url() -> str:
    """DATABASE_URL of the default connection, for a child process."""
    db = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{db['NAME']}"
    host = db["OPTIONS"].get("host") or db["HOST"]
    return f"postgresql://{db['USER']}:{db['PASSWORD']}@:{db['PORT']}/{db['NAME']}?host={host}"


def fingerprint() -> str:
    """Changes whenever the migrated database might: our models, migrations and signals, everybody else's versions."""
    digest = hashlib.sha256(django.__version__.encode())
    sources = [*ROOT.glob("staffellauf/*/migrations/*.py"), *ROOT.glob("staffellauf/*/apps.py")]
    sources += [*ROOT.glob("staffellauf/*/models.py"), *ROOT.glob("staffellauf/*/models/*.py")]
    for path in [*sorted(sources), ROOT / "uv.lock", ROOT / "staffellauf" / "settings.py"]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _sqlite_template() -> Path:
    template = CACHE / f"{fingerprint()}.sqlite3"
    if template.exists():
        return template
    with _only_one():
        if not template.exists():
            for stale in CACHE.glob("*.sqlite3*"):
                stale.unlink()
            half = CACHE / f"{os.getpid()}.half"
            half.unlink(missing_ok=True)
            _migrate(half)
            with closing(sqlite3.connect(half)) as db:
                db.execute("PRAGMA journal_mode=DELETE")
            half.rename(template)
    return template


def _postgres_template() -> str:
    template = f"staffellauf_template_{fingerprint()}"
    with _only_one(), _postgres() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            half = f"{template}_half"
            cursor.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{half}"')
            _migrate(half)
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{template}"')
    return template


def _migrate(name: str | Path) -> None:
    before = connection.settings_dict["NAME"]
    _point_at(name)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        _point_at(before)


def _point_at(name: str | Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(name)


def _copy_file(template: Path, target: Path) -> None:
    """A new file, so that a connection somebody forgot to close keeps its old one."""
    fresh = target.with_suffix(".fresh")
    shutil.copyfile(template, fresh)
    for leftover in (f"{target}-wal", f"{target}-shm"):
        Path(leftover).unlink(missing_ok=True)
    fresh.rename(target)


def _copy_database(template: str, target: str) -> None:
    # Workers copying at the same time would find the template in use.
    with _only_one(), _postgres() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{template}"')


@contextmanager
def _postgres() -> Iterator[Any]:  # Any: psycopg's cursor comes through Django untyped
    """A cursor outside any transaction in the server's own database."""
    with connection._nodb_cursor() as cursor:
        yield cursor


@contextmanager
def _only_one() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
