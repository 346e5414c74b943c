import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from staffellauf.catalogue.models.provenance import XMLTV
from staffellauf.sources import fetching, runs
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.reading import Options, Reading, WrongAddress

SHOWN = 10
EXAMPLES = """Sources:
  tvmaze    shows | updates | show:82 | schedule:DE:2026-01-23 | files of API answers
  tmdb      changes | show:123 | files of API answers       (fetching needs TMDB_KEY)
  wikidata  Q123 | files of entities
  xmltv     programme guides
  own       our own format (docs/catalogue-format.md)

Examples:
  staffellauf import tvmaze shows
  staffellauf import tvmaze shows-page0.json --dry-run
  staffellauf import xmltv guide.xml.gz --json
  staffellauf import own examples/catalogue.jsonl

An import that was interrupted goes on where it stopped when it is started again."""


class Command(BaseCommand):
    help = "Read a data source into the catalogue: what is new is created, what changed is changed, the rest stays."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("source", choices=runs.IMPORTERS, metavar="SOURCE", help=", ".join(runs.IMPORTERS))
        parser.add_argument("address", nargs="+", metavar="PATH|URL", help="files, a folder, or what the source offers")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, store nothing of it")
        parser.add_argument("--show", type=int, metavar="ID", help="the series that a bare list belongs to")
        parser.add_argument("--since", choices=["day", "week", "month"], default="", help="how far back changes go")
        parser.add_argument("--timezone", default="", help="of times that name none (XMLTV; Europe/Berlin)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        try:
            said = self.carry_out(options)
        except (WrongAddress, fetching.SourceUnavailable, runs.AlreadyRunning, OSError, ValueError) as error:
            # What importers say names its address already, without a key that stood in it.
            is_named = isinstance(error, WrongAddress | fetching.SourceUnavailable)
            reason = str(error) if is_named else f"{' '.join(address)}: {getattr(error, 'strerror', None) or error}"
            if isinstance(error, runs.AlreadyRunning):
                reason = f"Another import from {error} is running; start this one again when it is through."
            if options["json"]:
                self.stdout.write(json.dumps({"status": "failed", "error": reason}, ensure_ascii=False))
            raise CommandError(reason) from error
        self.stdout.write(json.dumps(said, ensure_ascii=False) if options["json"] else in_words(said))

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        name, address = options["source"], options["address"]
        asked = Options(show_id=options["show"], since=options["since"])
        if options["timezone"]:
            asked = replace(asked, timezone=options["timezone"])
        asked = runs.since_last(name, " ".join(address), asked)
        source = runs.importer(name)
        reading: Reading = source.open(address if len(address) > 1 else address[0], options=asked)
        run = runs.begin(name, reading, is_dry_run=options["dry_run"])
        if run.done:
            self.stderr.write(f"Going on behind {run.done} records that are done.")
        with tqdm(desc=name, total=run.total, initial=run.done, disable=not sys.stderr.isatty(), leave=False) as bar:

            def advance(now: ImportRun) -> None:
                bar.update(now.done - bar.n)

            runs.carry_out(run, reading, progress=advance)
        return summary(run)


def summary(run: ImportRun) -> dict[str, Any]:
    refused = run.notes.filter(outcome=ImportNote.Outcome.REFUSED).values_list("what", "reason")
    doubtful = run.notes.filter(outcome=ImportNote.Outcome.DOUBTFUL).values_list("what", "reason")
    return {
        "status": run.state,
        "dry_run": run.is_dry_run,
        "run": run.pk,
        "importer": run.importer,
        "address": run.address,
        "read": run.done,
        **{name: getattr(run, name) for name in ("created", "changed", "unchanged", "refused", "doubtful")},
        "details": {name: number for name, number in sorted(run.details.items()) if name != "pending"},
        "refused_first": [{"what": what, "reason": reason} for what, reason in refused[:SHOWN]],
        "doubtful_first": [{"what": what, "reason": reason} for what, reason in doubtful[:SHOWN]],
    }


# Any: as in summary.
def in_words(said: dict[str, Any]) -> str:
    lines = [f"Imported{' (dry run, nothing is stored)' if said['dry_run'] else ''}: {said['address']}"]
    lines += [
        f"  {name:<10} {said[name]}" for name in ("read", "created", "changed", "unchanged", "refused", "doubtful")
    ]
    lines += [f"  {name.replace('_', ' '):<22} {number}" for name, number in said["details"].items()]
    for name in ("refused", "doubtful"):
        shown = said[f"{name}_first"]
        lines += [f"  {name.capitalize()}: {one['what']}: {one['reason']}" for one in shown]
        if said[name] > len(shown):
            place = "under Sendungen" if said["importer"] == XMLTV else f"under Importe, run {said['run']}"
            lines.append(f"  … and {said[name] - len(shown)} more {name}: in the newsroom {place}")
    return "\n".join(lines)
