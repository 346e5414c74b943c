import gzip
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from staffellauf.catalogue.models import DataSource
from staffellauf.common import dates
from staffellauf.sources.own import export

EXAMPLES = """Examples:
  staffellauf export catalogue.jsonl.gz
  staffellauf export series.jsonl --kind series --since 2026-01-01
  staffellauf export - --source own-press | head
  staffellauf export to-pass-on.jsonl --without tmdb

`staffellauf import own FILE` reads the file again. Its format stands in docs/catalogue-format.md."""


class Command(BaseCommand):
    help = "Write the catalogue to PATH as JSON Lines, whole or in part."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument(
            "path", metavar="PATH", help="a file (packed when it ends in .gz), or - for standard output"
        )
        parser.add_argument(
            "--kind", action="append", choices=list(export.KINDS), metavar="KIND",
            help=f"only {', '.join(export.KINDS)}; may be given several times",
        )  # fmt: skip
        parser.add_argument(
            "--source", metavar="KEY", default="", help="only entries that this data source wrote first"
        )
        parser.add_argument(
            "--without", action="append", metavar="KEY", default=[],
            help="nothing that this data source said, for one whose terms forbid passing it on",
        )  # fmt: skip
        parser.add_argument("--since", metavar="DAY", type=day, help="only entries changed since, such as 2026-01-01")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        for key in filter(None, [options["source"], *options["without"]]):
            if not DataSource.objects.filter(key=key).exists():
                known = ", ".join(DataSource.objects.order_by("key").values_list("key", flat=True))
                raise CommandError(f"there is no data source {key!r}; known are {known}", returncode=2)
        selection = export.Selection(
            kinds=tuple(options["kind"] or export.KINDS),
            source=options["source"],
            without=frozenset(options["without"]),
            since=options["since"],
        )
        with target(options["path"], self.stdout) as file:
            file.write(export.head(selection))
            # Lines are counted beforehand only for somebody who watches.
            total = selection.count() if sys.stderr.isatty() else None
            with tqdm(desc="Export", total=total, unit="", disable=total is None) as progress:
                written = 0
                for line in export.lines(selection):
                    file.write(line)
                    written += 1
                    progress.update()
        if options["path"] != "-":
            self.stderr.write(f"{written} entries written to {options['path']}")


def day(value: str) -> datetime:
    try:
        return datetime.combine(datetime.strptime(value, "%Y-%m-%d").date(), time(), dates.BERLIN)  # noqa: DTZ007
    except ValueError as error:
        raise ArgumentTypeError(f"{value!r} is no day such as 2026-01-01") from error


class Written(Protocol):
    # Any: how many characters, or nothing.
    def write(self, text: str, /) -> Any: ...


# Any: Django's wrapper around standard output.
@contextmanager
def target(path: str, stdout: Any) -> Iterator[Written]:
    """Where the lines go. A file is complete or not there: it gets its name when everything is in it."""
    if path == "-":
        yield Plain(stdout)
        return
    unfinished = Path(f"{path}.part")
    try:
        with unfinished.open("wb") as raw:
            # Without a time and a name in it, the same catalogue packs to the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) if path.endswith(".gz") else raw
            with packed, TextIOWrapper(packed, "utf-8", newline="\n", write_through=False) as file:
                yield file
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


class Plain:
    """Django's wrapper would end every text with a line break of its own."""

    def __init__(self, stdout: Any) -> None:
        self.stdout = stdout

    def write(self, text: str, /) -> None:
        self.stdout.write(text, ending="")
