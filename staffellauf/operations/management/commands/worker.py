import logging
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from staffellauf.alerts import queries as alerts
from staffellauf.jobs import worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run background jobs until stopped: alerts, mail, scheduled publishing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: staffellauf worker --queue push --queue default"
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--queue", action="append", help="only this queue, in the order given; can be repeated")
        parser.add_argument(
            "--no-notes", action="store_true", help="do not say at the start what an operator should mend"
        )
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--once", action="store_true", help="run at most one job, then end")
        group.add_argument("--drain", action="store_true", help="run all that is due, then end")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        known = settings.TASKS["default"]["QUEUES"]
        unknown = sorted(set(options["queue"] or ()) - set(known))
        if unknown:
            raise CommandError(f"no queue {', '.join(unknown)}; there are {', '.join(known)}", returncode=2)
        work = worker.Worker(options["queue"])
        work.listen()
        if options["once"] or options["drain"]:
            ran = work.turn() if options["once"] else work.drain()
            self.stdout.write(f"{ran} jobs ran")
        else:
            for warning in [] if options["no_notes"] else alerts.operator_warnings():
                logger.warning(warning)
            work.work()
