import fcntl
import hashlib
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from staffellauf.alerts import queries as alerts
from staffellauf.operations import queries, sample, supervisor


def own_command() -> str:
    """How to call us again from another terminal: the same program with the same environment."""
    given = [f"{name}={os.environ[name]} " for name in ("STAFFELLAUF_DATA", "PORT") if name in os.environ]
    return "".join(given) + (sys.argv[0] if sys.argv[0].endswith("staffellauf") else "staffellauf")


INVITATION = f"""
  Newsroom   {settings.PUBLIC_URL}/redaktion/
             {sample.EDITOR}  {sample.PASSWORD}
             (also autor@, moderation@ and chefredaktion@example.org, who fills in the imprint)
  Reader     {settings.PUBLIC_URL}{settings.LOGIN_REDIRECT_URL}
             {sample.READER}  {sample.PASSWORD}

  Try first: open {settings.PUBLIC_URL}/serien/ballard/ and tap the bell, then
             {own_command()} publish examples/zweite-meldung.json
             in another terminal, and look into your feed."""


class Command(BaseCommand):
    help = "Start the whole portal: database, sample portal if it is empty, web and worker."
    requires_system_checks = ()
    is_welcomed = False
    is_sample = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: PORT=8080 STAFFELLAUF_DATA=~/portal staffellauf up"
        parser.add_argument("--no-sample", action="store_true", help="leave an empty database empty")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        check_port()
        with only_one():
            self.prepare(has_sample=not options["no_sample"])
        # Preparing may take a minute, and somebody else may have waited for the same port.
        check_port()
        connections.close_all()
        supervisor.Supervisor(
            [
                supervisor.Child("web", supervisor.web_command(settings.HOST, settings.PORT)),
                supervisor.Child("worker", supervisor.worker_command()),
            ],
            at_each_look=self.welcome,
        ).run()
        self.stdout.write("Stopped.")

    def prepare(self, *, has_sample: bool) -> None:
        """Everything that a second start finds done."""
        if queries.migrations_to_run():
            self.say("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if queries.is_index_missing():
            self.say("Filling the search index …")
            call_command("reindex", stdout=self.stdout)
        collect_static(self)
        if has_sample and sample.load():
            self.say("The database was empty: it holds the sample portal now.")
        for warning in alerts.operator_warnings():
            self.say(f"Note: {warning}")
        self.is_sample = sample.has_known_password()

    def welcome(self) -> None:
        """Once, as soon as the pages answer."""
        if self.is_welcomed or not supervisor.is_listening(settings.HOST, settings.PORT):
            return
        self.is_welcomed = True
        self.say(f"\nStaffellauf runs: {settings.PUBLIC_URL}/")
        if self.is_sample:
            self.say(INVITATION)
        self.say("\nCtrl-C ends everything.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def check_port() -> None:
    try:
        supervisor.check_port(settings.HOST, settings.PORT)
    except supervisor.PortTaken as error:
        raise CommandError(f"{error}. Another one: PORT=8001 staffellauf up") from error


@contextmanager
def only_one() -> Iterator[None]:
    """Two starts on one data folder prepare it one after the other."""
    with open(settings.DATA / "up.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def collect_static(command: Command) -> None:
    """Copy, hash and compress the package's files when one has changed since the last time; it takes some seconds."""
    stamp = settings.STATIC_ROOT / ".collected"
    current = static_fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return
    command.say("Compressing style sheets, scripts and pictures …")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(current)


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
    return digest.hexdigest()
