"""What `staffellauf import tmdb` reads: files, lists of numbers, or what TMDB has by name of its parts."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from staffellauf.catalogue.models.provenance import TMDB
from staffellauf.sources import fetching, inputs
from staffellauf.sources.reading import Options, Reading, WrongAddress
from staffellauf.sources.records import Record, Refused
from staffellauf.sources.spool import Spool
from staffellauf.sources.tmdb import fetch, read

NAME = TMDB
SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
ONE = re.compile(r"(show|person):(\d{1,9})", re.ASCII)
HELP = "expected files, a folder, a .txt file with a number on each line, changes, show:1399 or person:287"
DAYS = {"day": 1, "week": 7, "month": 31}
# Longer ago, and the whole list of numbers is the better question.
MOST_DAYS = 92
Found = Iterator[Record | Refused]


def open(address: str | Sequence[str], *, options: Options) -> Reading:  # noqa: A001 — called as importer.open
    """Raises WrongAddress, or fetching.SourceUnavailable where something is asked beforehand."""
    addresses = [address] if isinstance(address, str) else list(address)
    if len(addresses) == 1 and not Path(addresses[0]).exists():
        return _network(addresses[0], options)
    if len(addresses) == 1 and addresses[0].endswith(".txt"):
        return _numbered(Path(addresses[0]))
    read_file = partial(read.read_file, asked=read.Asked(options.show_id))
    return inputs.reading(addresses, read_file, suffixes=SUFFIXES, told=options.show_id)


def _network(address: str, options: Options) -> Reading:
    if address == "changes":
        return _changes(options)
    if found := ONE.fullmatch(address):
        number = int(found[2])
        return _one(address, fetch.show(number) if found[1] == "show" else fetch.person(number))
    # A full address may hold a key.
    raise WrongAddress(f"{address.partition('?')[0][:200]}: {HELP}")


def _numbered(path: Path) -> Reading:
    """Every series whose number stands on a line of its own; # begins a remark."""
    lines = inputs.listed(path, partial(re.fullmatch, r"\d{1,9}", flags=re.ASCII), what="number")
    numbers = list(dict.fromkeys(int(line) for line in lines))
    fetch.api()
    return Reading(lambda skip: _shows(numbers[skip:]), len(numbers), inputs.digest("numbers", *numbers), str(path))


def _changes(options: Options) -> Reading:
    """Every series that changed since the last run, or in the last day, week or month. Which, is asked once a run."""
    if options.since and options.since not in DAYS:
        raise WrongAddress(f"since {options.since}: expected day, week or month")
    spool = Spool(settings.DATA / "imports" / f"tmdb-changes-{options.since or 'last'}")
    kept = spool.kept("numbers")
    numbers = kept if isinstance(kept, list) else fetch.changes(*_span(options, datetime.now(UTC)))

    def records(skip: int) -> Found:
        if skip == 0:
            spool.clear()
        spool.get("numbers", lambda: numbers)
        yield from _shows(numbers[skip:])
        spool.clear()

    return Reading(records, len(numbers), inputs.digest("changes", settings.TMDB_URL, options.since), "changes")


def _span(options: Options, now: datetime) -> tuple[date, date]:
    """From the day before: TMDB's days are those of its own clock."""
    if options.since:
        first = now - timedelta(days=DAYS[options.since])
    else:
        first = max(options.since_at or now - timedelta(days=DAYS["day"]), now - timedelta(days=MOST_DAYS))
    return first.date() - timedelta(days=1), now.date()


def _shows(numbers: Sequence[int]) -> Found:
    """One record a series, so that who begins again knows how many to leave out."""
    for number in numbers:
        try:
            found = list(read.read(fetch.show(number), read.Asked(number, "de")))
        except fetching.NotFound:
            found = [Refused(f"series {number}", "TMDB does not have it any more")]
        yield found[0] if len(found) == 1 else Refused(f"series {number}", "TMDB answered with something else")


# Any: what JSON holds.
def _one(address: str, document: Any) -> Reading:
    """What one call brought. It is asked before the run, which so knows its input."""
    found = list(read.read(document, read.Asked(language="de")))
    digest = inputs.digest(address, json.dumps(document, sort_keys=True))
    return Reading(lambda skip: iter(found[skip:]), len(found), digest, address)
