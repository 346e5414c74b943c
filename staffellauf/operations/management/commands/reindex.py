import itertools
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom import placing as newsroom
from staffellauf.newsroom.models import Article
from staffellauf.search import actions


class Command(BaseCommand):
    help = "Fill the search index anew from topics and published articles; searching goes on meanwhile."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: staffellauf reindex\nSafe at any time, and needed only after a version says so."
        parser.formatter_class = RawDescriptionHelpFormatter

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        total = Topic.objects.count() + Article.objects.published().count()
        documents = itertools.chain(naming.documents(), newsroom.search_documents())
        began = time.monotonic()
        with tqdm(documents, "Names", total, disable=not sys.stderr.isatty(), leave=False) as shown:
            actions.rebuild(shown)
        self.stdout.write(f"{total:,} entries can be found ({time.monotonic() - began:.0f} s).")
