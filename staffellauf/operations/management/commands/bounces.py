import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from staffellauf.alerts import bounces

EXAMPLES = """Examples:
  staffellauf bounces /var/mail/bounce
  staffellauf bounces /home/bounce/Maildir --json
  staffellauf bounces - < message.eml

In a mail server's aliases, for every mail that comes back:
  bounce: "|/srv/portal/bin/staffellauf bounces -"
"""
WORDS = {
    bounces.STOPPED: "stopped",
    bounces.COUNTED: "counted",
    bounces.LEFT: "left by mail",
    bounces.NOTHING: "without consequence",
    bounces.NOT_OURS: "not ours",
}


class Command(BaseCommand):
    help = "Read mails that came back: stop addresses that are gone."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument(
            "file", metavar="FILE", nargs="?", default="-",
            help="one message, an mbox or a Maildir; - or nothing reads standard input",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_ADDRESS:
            raise CommandError("BOUNCE_ADDRESS is not set: no mail of ours comes back here")
        try:
            if options["file"] == "-":
                messages = bounces.messages_of(sys.stdin.buffer.read())
            else:
                messages = bounces.messages_in(Path(options["file"]))
            found = bounces.record_all(messages, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror or error}") from error
        if options["json"]:
            counts = {name: found[name] for name in bounces.OUTCOMES}
            self.stdout.write(json.dumps({"read": found.total(), **counts}))
        else:
            parts = [f"{found[name]} {words}" for name, words in WORDS.items() if found[name]]
            self.stdout.write(f"{found.total()} read" + (f": {', '.join(parts)}" if parts else ""))
