import json
import os
import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone, translation

from staffellauf.alerts import queries as alerts_queries
from staffellauf.common import env
from staffellauf.jobs import queries
from staffellauf.operations import queries as operations_queries
from staffellauf.operations import sample

# SQLite's journal, a large upload and a day's log fit in; below it, trouble is near.
LEAST_FREE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Finding:
    name: str
    level: Literal["ok", "hint", "fault"]
    text: str


class Command(BaseCommand):
    help = "Look whether everything is in order, and say what to do where it is not."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: staffellauf doctor --json"
        parser.add_argument("--json", action="store_true", help="for programs")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        findings = [finding for check in CHECKS for finding in examine(check)]
        faults = [finding for finding in findings if finding.level == "fault"]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not faults, "findings": [asdict(finding) for finding in findings]}))
        else:
            for finding in findings:
                self.stdout.write(f"{MARKS[finding.level]:5}  {finding.name:<12}  {finding.text}")
        if faults:
            raise CommandError(f"{len(faults)} of {len(findings)} checks found a fault")


Check = Callable[[], list[Finding]]
MARKS = {"ok": "ok", "hint": "hint", "fault": "FAULT"}


def examine(check: Check) -> list[Finding]:
    """The check's findings; a database that does not answer is one of them."""
    try:
        return check()
    except (DatabaseError, InterfaceError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return [Finding(check.__name__, "fault", f"The database: {reason}")]


def database() -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "sqlite":
            [(verdict,), *_] = cursor.execute("PRAGMA quick_check(1)").fetchall()
            if verdict != "ok":
                return [Finding("database", "fault", f"SQLite's quick_check: {verdict}. Restore a backup.")]
    return [Finding("database", "ok", f"{connection.display_name} answers")]


def migrations() -> list[Finding]:
    if missing := operations_queries.migrations_to_run():
        return [Finding("migrations", "fault", f"{missing} to apply: staffellauf migrate (`up` does it)")]
    return [Finding("migrations", "ok", "all applied")]


def search() -> list[Finding]:
    if operations_queries.is_index_missing():
        return [Finding("search", "fault", "no topic can be found: staffellauf reindex (`up` does it)")]
    return [Finding("search", "ok", "topics can be found")]


def data() -> list[Finding]:
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA) as file:
            file.write(b"doctor")
    except OSError as error:
        return [Finding("data", "fault", f"{settings.DATA} cannot be written: {error.strerror}")]
    findings = [Finding("data", "ok", f"{settings.DATA} can be written")]
    if (free := shutil.disk_usage(settings.DATA).free) < LEAST_FREE_BYTES:
        findings.append(Finding("data", "fault", f"only {free // 2**20} MB are free there"))
    key = settings.DATA / "secret_key"
    if key.exists() and os.stat(key).st_mode & 0o077:
        findings.append(Finding("data", "fault", f"others can read {key}: chmod 600 {key}"))
    return findings


def jobs() -> list[Finding]:
    now = timezone.now()
    findings = []
    if number := queries.dead():
        findings.append(Finding("jobs", "fault", f"{number} given up: staffellauf jobs shows why"))
    if number := queries.overdue(now=now):
        findings.append(Finding("jobs", "fault", f"{number} are overdue by more than 10 minutes: is a worker running?"))
    return findings or [Finding("jobs", "ok", "none given up, none overdue")]


def workers() -> list[Finding]:
    number = len(queries.workers(now=timezone.now()))
    if not number:
        return [Finding("workers", "fault", "none was heard of in 30 s: staffellauf up, or staffellauf worker")]
    return [Finding("workers", "ok", f"{number} at work")]


def push() -> list[Finding]:
    try:
        with translation.override("en"):
            warnings = alerts_queries.operator_warnings(now=timezone.now())
    except (OSError, env.InvalidEnvironment) as error:
        return [Finding("push", "fault", f"the key cannot be used: {error}")]
    return [Finding("push", "hint", text) for text in warnings] or [
        Finding("push", "ok", f"contact {settings.VAPID_CONTACT}")
    ]


def address() -> list[Finding]:
    if settings.DEBUG:
        return [Finding("address", "fault", "DEBUG is on: errors show the code to everybody")]
    if settings.SECURE:
        return [Finding("address", "ok", settings.PUBLIC_URL)]
    text = (
        f"{settings.PUBLIC_URL} is not https: push and sign-in cookies need that outside this machine. Set PUBLIC_URL."
    )
    return [Finding("address", "hint", text)]


def sample_accounts() -> list[Finding]:
    """Their password stands in the sources: no harm on one's own machine, an open door anywhere else."""
    if settings.IS_LOCAL:
        return []
    names = [user.email for user in sample.accounts.working() if user.check_password(sample.PASSWORD)]
    if names:
        text = f"anybody can sign in as {', '.join(names)}: change their passwords or delete them"
        return [Finding("accounts", "fault", text)]
    return [Finding("accounts", "ok", "no sample account with its known password")]


CHECKS: list[Check] = [database, migrations, search, data, jobs, workers, push, address, sample_accounts]
