"""What `staffellauf import tvmaze` reads: files, an address, or what TVmaze has by name of its parts."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from staffellauf.catalogue.models.provenance import TVMAZE
from staffellauf.sources import fetching, inputs
from staffellauf.sources.reading import Options, Reading, WrongAddress
from staffellauf.sources.records import Record, Refused
from staffellauf.sources.spool import Spool
from staffellauf.sources.tvmaze import fetch, links, read

NAME = TVMAZE
SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
# Answers of /updates may be an hour old.
OVERLAP = timedelta(hours=2)
# What an hour, a week and a month of TVmaze are, with room for the overlap.
REACH = {"day": timedelta(hours=22), "week": timedelta(days=6, hours=22), "month": timedelta(days=27)}
SHOW = re.compile(r"show:(\d{1,9})")
SCHEDULE = re.compile(r"schedule:(web|[A-Z]{2}):(\d{4}-\d{2}-\d{2})")
HELP = (
    "expected files, a folder, an https:// address of TVmaze's API, shows, updates, show:82, "
    "schedule:DE:2026-01-23 or schedule:web:2026-01-23"
)
# When the pages of the index were begun to be fetched.
BEGUN = "begun"
Found = Iterator[Record | Refused]


def open(address: str | Sequence[str], *, options: Options) -> Reading:  # noqa: A001 — called as importer.open
    """Raises WrongAddress, or fetching.SourceUnavailable where something is asked beforehand."""
    addresses = [address] if isinstance(address, str) else list(address)
    if len(addresses) == 1 and not Path(addresses[0]).exists():
        return _network(addresses[0], options)
    read_file = partial(read.read_file, show_id=options.show_id)
    return inputs.reading(addresses, read_file, suffixes=SUFFIXES, told=options.show_id, count=read.count)


def _network(address: str, options: Options) -> Reading:
    if address == "shows":
        return _index()
    if address == "updates" or address.startswith("updates:"):
        return _updates(address, options)
    if address.startswith(("https://", "http://")):
        return _answer(address, options)
    if found := SHOW.fullmatch(address):
        return _one(address, partial(fetch.show, int(found[1])))
    if found := SCHEDULE.fullmatch(address):
        return _schedule(address, found[1], found[2])
    raise WrongAddress(f"{address}: {HELP}")


def _index() -> Reading:
    """All shows, 250 to a page. Pages that were fetched stay until the run is through."""
    spool = _spool("shows")
    begun = spool.kept(BEGUN) or time.time()

    def records(skip: int) -> Found:
        if skip == 0:
            spool.clear()
        spool.get(BEGUN, lambda: begun)
        return islice(_pages(spool), skip, None)

    # When nothing fresh is kept, the pages may have changed: what was done of the old ones counts no more.
    return Reading(records, None, inputs.digest("shows", settings.TVMAZE_URL, begun), "shows")


def _pages(spool: Spool) -> Found:
    for number in count():
        try:
            document = spool.get(f"page-{number}", partial(fetch.page, number))
        except fetching.NotFound:
            break
        yield from read.read(document)
    spool.clear()


def _updates(address: str, options: Options) -> Reading:
    """Every show that changed, with all that belongs to it; the longest unchanged first."""
    since = options.since or address.partition(":")[2]
    if since and since not in fetch.PERIODS:
        raise WrongAddress(f"since {since}: expected day, week or month")
    spool = _spool(f"updates-{since or 'last'}")
    kept = spool.kept("changes")
    changed: list[int] = kept if isinstance(kept, list) else _changed(since, options.since_at)

    def records(skip: int) -> Found:
        if skip == 0:
            spool.clear()
        spool.get("changes", lambda: changed)
        return _shows(changed, spool, skip=skip)

    return Reading(records, len(changed), inputs.digest("updates", settings.TVMAZE_URL, changed), address)


def _changed(since: str, since_at: datetime | None) -> list[int]:
    after = 0.0
    period: str | None = since
    if not since and since_at is None:
        period = "week"
    elif not since and since_at is not None:
        after = (since_at - OVERLAP).timestamp()
        ago = datetime.now(UTC) - since_at
        period = next((name for name, reach in REACH.items() if ago <= reach), None)
    found = fetch.updates(period)
    return [number for number, at in sorted(found.items(), key=lambda pair: (pair[1], pair[0])) if at >= after]


def _shows(numbers: Sequence[int], spool: Spool, *, skip: int) -> Found:
    """One record a show, so that `skip` counts shows."""
    for number in numbers[skip:]:
        try:
            found = list(read.read(fetch.show(number)))
        except fetching.NotFound:
            found = [Refused(f"show {number}", "TVmaze does not have it any more")]
        yield found[0] if len(found) == 1 else Refused(f"show {number}", "TVmaze answered with something else")
    spool.clear()


def _answer(address: str, options: Options) -> Reading:
    """One answer, by its address; its own show counts before --show."""
    parts = urlsplit(address)
    api = fetching.Api(
        "TVmaze", f"{parts.scheme}://{parts.netloc}", fetch.CALLS, fetch.PERIOD_S, max_bytes=fetching.MAX_BYTES
    )
    query = parse_qs(parts.query, keep_blank_values=True)
    show_id = links.show_of_address(address) or options.show_id
    return _one(address, lambda: api.get(parts.path or "/", query), show_id=show_id)


def _schedule(address: str, country: str, day: str) -> Reading:
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise WrongAddress(f"{address}: there is no such day") from error
    if country == "web":
        return _one(address, partial(fetch.web_schedule, wanted))
    return _one(address, partial(fetch.schedule, country, wanted))


# Any: what JSON holds.
def _one(address: str, ask: Callable[[], Any], *, show_id: int | None = None) -> Reading:
    """What one call brings. It is asked at once: what was done of another answer counts no more."""
    found = list(read.read(ask(), show_id=show_id))
    return Reading(lambda skip: iter(found[skip:]), len(found), inputs.digest(address, found), address)


def _spool(name: str) -> Spool:
    return Spool(settings.DATA / "imports" / f"tvmaze-{name}")
