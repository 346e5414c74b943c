import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from staffellauf.operations import supervisor


class Command(BaseCommand):
    help = "Serve the pages alone, for machines where workers run elsewhere."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: HOST=0.0.0.0 PORT=8000 staffellauf web"

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            supervisor.check_port(settings.HOST, settings.PORT)
        except supervisor.PortTaken as error:
            raise CommandError(str(error)) from error
        command = supervisor.web_command(settings.HOST, settings.PORT)
        # This process becomes the server: signals reach it without anybody in between.
        os.execv(command[0], command)
