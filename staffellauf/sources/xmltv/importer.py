"""What `staffellauf import xmltv` reads: one programme guide, a file or an address."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from staffellauf.catalogue.models.provenance import XMLTV
from staffellauf.common import http
from staffellauf.sources import fetching
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.reading import Options, Reading, WrongAddress
from staffellauf.sources.records import Record, Refused
from staffellauf.sources.xmltv import apply, read
from staffellauf.sources.xmltv.apply import Report
from staffellauf.sources.xmltv.guide import GuideUnreadable
from staffellauf.sources.xmltv.read import Guide

NAME = XMLTV
# Packed, a guide of a country for two weeks has ten.
MAX_FETCHED_BYTES = 64 * 2**20
TIMEOUT_S = 300.0
# Whoever refuses more than this has one reason for all of them.
NOTES_KEPT = 1_000
HELP = "expected one XMLTV file (also .gz or .xz) or an https:// address of one"
Progress = Callable[[ImportRun], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideReading(Reading):
    guide: Guide


def open(address: str | Sequence[str], *, options: Options) -> GuideReading:  # noqa: A001 - called as importer.open
    """Reads the guide to its end once. Raises WrongAddress, or SourceUnavailable when an address has nothing."""
    addresses = [address] if isinstance(address, str) else list(address)
    if len(addresses) != 1:
        raise WrongAddress(f"{' '.join(addresses)}: {HELP}")
    path = _fetched(addresses[0]) if addresses[0].startswith(("http://", "https://")) else Path(addresses[0])
    if not path.is_file():
        raise WrongAddress(f"{addresses[0]}: {HELP}")
    try:
        guide = read.survey(path, zone=_zone(options.timezone))
    except GuideUnreadable as error:
        raise WrongAddress(f"{addresses[0]}: {error}") from error
    return GuideReading(_records, guide.programme_count, _digest(guide), addresses[0], guide=guide)


def carry_out(run: ImportRun, reading: GuideReading, *, progress: Progress | None = None) -> None:
    """Applies what is left of the guide; the run says how far it is. Raises SourceUnavailable."""
    tally = _Tally(run, reading.guide)

    def on_chunk(report: Report) -> None:
        tally.store(report)
        if progress:
            progress(run)

    try:
        apply.apply(reading.guide, done=run.done, is_dry_run=run.is_dry_run, on_chunk=on_chunk)
    except GuideUnreadable as error:
        raise fetching.SourceUnavailable(str(error)) from error


class _Tally:
    """The run's figures: those it had when it was broken off, and what has come since."""

    def __init__(self, run: ImportRun, guide: Guide) -> None:
        self.run, self.guide = run, guide
        self.before = {name: getattr(run, name) for name in ("created", "changed", "unchanged", "doubtful")}
        self.details = dict(run.details)
        self.is_noted = run.done > 0

    def store(self, report: Report) -> None:
        run, before = self.run, self.before
        run.done, run.refused = report.done, report.refused
        run.created = before["created"] + report.created
        run.changed = before["changed"] + report.changed
        run.unchanged = before["unchanged"] + report.unchanged
        run.doubtful = before["doubtful"] + report.matches.get("doubtful", 0)
        added = {f"showings_{name}": number for name, number in report.matches.items()}
        added |= {"showings_removed": report.removed, "given_twice": report.duplicates, "titles_cut": report.cut}
        added |= {"channels_created": len(report.new_channels)}
        run.details = self.details | {name: self.details.get(name, 0) + number for name, number in added.items()}
        run.details |= {"overlaps": report.overlaps, "ends_unusable": report.odd_stops}
        run.save(update_fields=["done", "created", "changed", "unchanged", "refused", "doubtful", "details", "seen_at"])
        if not self.is_noted:
            self.is_noted = True
            ImportNote.objects.bulk_create([*self._refusals(), *self._channels(report)], batch_size=500)

    def _refusals(self) -> Iterator[ImportNote]:
        for refused in self.guide.refused[:NOTES_KEPT]:
            what = f"{refused.title or '–'} ({refused.channel or '–'})"[:300]
            reason = f"line {refused.line}: {refused.reason}"[:500]
            yield ImportNote(run=self.run, outcome=ImportNote.Outcome.REFUSED, what=what, reason=reason)

    def _channels(self, report: Report) -> Iterator[ImportNote]:
        for name, organisation_id in report.new_channels[:NOTES_KEPT]:
            yield ImportNote(
                run=self.run, outcome=ImportNote.Outcome.CREATED, what=name, topic_id=organisation_id, reason="channel"
            )


def _records(skip: int) -> Iterator[Record | Refused]:
    """Programmes are no records of the catalogue: `carry_out` applies them."""
    return iter(())


def _digest(guide: Guide) -> str:
    """The same guide with another zone is another input."""
    return hashlib.sha256(f"{guide.digest} {guide.zone.key}".encode()).hexdigest()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise WrongAddress(f"{name}: no time zone, such as Europe/Berlin") from error


def _fetched(address: str) -> Path:
    """The guide of an address in a file, which the next one of the same address replaces."""
    try:
        answer = http.fetch(
            address,
            max_bytes=MAX_FETCHED_BYTES,
            timeout_s=TIMEOUT_S,
            # A guide is packed already or packs itself; the limit is for what comes over the line.
            headers={"Accept-Encoding": "identity"},
            is_local_allowed=settings.IMPORT_ALLOW_LOCAL,
        )
    except http.FetchFailed as error:
        raise fetching.SourceUnavailable(f"{address}: {error}") from error
    if answer.status != 200:
        raise fetching.SourceUnavailable(f"{address}: answered {answer.status}")
    folder = settings.DATA / "guides"
    folder.mkdir(parents=True, exist_ok=True)
    path: Path = folder / hashlib.sha256(address.encode()).hexdigest()[:32]
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(answer.body)
    fresh.rename(path)
    return path
