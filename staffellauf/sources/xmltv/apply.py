"""Writes a guide into the catalogue: channels become organisations, programmes showings.

What is on stands in the guide alone, so a guide is right about the days it covers: a showing is found again by channel
and start, what changed is written, and what vanished from the guide is taken away, between the guide's first and last
programme of the channel and on days on which it has any. Applied in chunks, each with its own transaction; a run that
was broken off goes on behind the last chunk and ends in the same state.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction

from staffellauf.catalogue.models import Showing
from staffellauf.catalogue.models.provenance import XMLTV
from staffellauf.sources.xmltv import channels, titles
from staffellauf.sources.xmltv.coverage import Coverage
from staffellauf.sources.xmltv.guide import Programme
from staffellauf.sources.xmltv.matching import Found, Matcher
from staffellauf.sources.xmltv.read import Guide
from staffellauf.sources.xmltv.rows import FIELDS, keep_decision, row, same

CHUNK = 1_000
# Rows that vanish are looked for in so many at a time.
REMOVAL_CHUNK = 5_000
# SQLite takes 32,766 values in a statement.
ROWS_PER_STATEMENT = 32_000 // (len(FIELDS) + 2)


@dataclass(slots=True)
class Report:
    """What became of the guide. `total` are the programmes that can be read; `done` of them have been dealt with."""

    total: int
    done: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    """The same title at the same time on the same channel, twice in the guide."""
    refused: int = 0
    channels_created: int = 0
    channels_matched: int = 0
    overlaps: int = 0
    cut: int = 0
    odd_stops: int = 0
    matches: dict[str, int] = field(default_factory=dict)
    """`Showing.Match` to the number of programmes."""
    new_channels: list[tuple[str, int | None]] = field(default_factory=list)
    """Name and key of the organisation; in a dry run it has none."""


There = dict[tuple[int, datetime], list[Showing]]
OnChunk = Callable[[Report], None]


def apply(guide: Guide, *, done: int = 0, is_dry_run: bool = False, on_chunk: OnChunk | None = None) -> Report:
    """Applies the guide behind its first `done` programmes. `on_chunk` is called within each chunk's transaction, so
    that what it writes is there exactly when the chunk is.

    Raises GuideUnreadable when the file is another one by now.
    """
    return _Run(guide, is_dry_run, on_chunk or (lambda report: None)).run(done)


class _Run:
    def __init__(self, guide: Guide, is_dry_run: bool, on_chunk: OnChunk) -> None:
        self.guide = guide
        self.is_dry_run = is_dry_run
        self.on_chunk = on_chunk
        self.matcher = Matcher()
        self.report = Report(
            total=guide.programme_count,
            refused=guide.refused_count,
            overlaps=guide.overlap_count,
            odd_stops=guide.odd_stop_count,
        )

    def run(self, done: int) -> Report:
        with transaction.atomic():
            known = channels.match(self.guide.channels, self.guide.slots, is_dry_run=self.is_dry_run)
        self.organisations = known.organisations
        self.report.channels_matched, self.report.channels_created = known.matched, len(known.created)
        self.report.new_channels = known.created
        self.coverage = Coverage(self.guide, self.organisations)
        self.report.done = min(done, self.report.total)
        programmes = self.guide.programmes()
        for programme in islice(programmes, done):
            self.coverage.is_repeated(programme, self.organisations[programme.channel])
        for chunk in _chunks(programmes):
            with transaction.atomic():
                self._apply(chunk)
                self.on_chunk(self.report)
        self._remove_vanished()
        return self.report

    def _apply(self, chunk: list[Programme]) -> None:
        wanted: list[tuple[int | None, Programme]] = []
        for programme in chunk:
            organisation = self.organisations[programme.channel]
            if self.coverage.is_repeated(programme, organisation):
                self.report.duplicates += 1
            else:
                wanted.append((organisation, programme))
        clues = [titles.clues(programme) for _organisation, programme in wanted]
        found = self.matcher.match(
            [(organisation, clue) for (organisation, _), clue in zip(wanted, clues, strict=True)]
        )
        rows = [
            row(programme, clue, result, organisation_id=organisation)
            for (organisation, programme), clue, result in zip(wanted, clues, found, strict=True)
        ]
        self._count(wanted, found)
        self._store(rows)
        self.report.done += len(chunk)

    def _count(self, wanted: list[tuple[int | None, Programme]], found: list[Found]) -> None:
        self.report.cut += sum(programme.is_cut for _organisation, programme in wanted)
        for result in found:
            self.report.matches[result.match] = self.report.matches.get(result.match, 0) + 1

    def _store(self, rows: list[Showing]) -> None:
        there = _there(rows)
        new: list[Showing] = []
        changed: list[Showing] = []
        for fresh in rows:
            old = self._take(there, fresh)
            if old is not None:
                keep_decision(old, fresh)
            if old is None:
                new.append(fresh)
            elif old.source != XMLTV or same(old, fresh):
                self.report.unchanged += 1
            else:
                fresh.pk = old.pk
                changed.append(fresh)
        self.report.created += len(new)
        self.report.changed += len(changed)
        if self.is_dry_run:
            return
        # A title may have passed from one row to another: what is given up goes first.
        self._remove_displaced(there, {showing.pk for showing in changed})
        Showing.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=FIELDS, batch_size=ROWS_PER_STATEMENT
        )
        Showing.objects.bulk_create(new, batch_size=ROWS_PER_STATEMENT)

    def _take(self, there: There, fresh: Showing) -> Showing | None:
        """The row that the programme has already: by title, or, when nothing else starts then, whatever its title."""
        rows = there.get((fresh.organisation_id, fresh.starts_at), [])
        old = next((showing for showing in rows if showing.title == fresh.title), None)
        if old is None and self.coverage.is_only_one(fresh):
            old = next((showing for showing in rows if showing.source == XMLTV), None)
        if old is not None:
            rows.remove(old)
        return old

    def _remove_displaced(self, there: There, kept: set[int]) -> None:
        """Rows at the same start beside the only programme that now starts then."""
        gone = [
            showing.pk
            for rows in there.values()
            for showing in rows
            if showing.source == XMLTV and showing.pk not in kept and self.coverage.is_only_one(showing)
        ]
        self.report.removed += Showing.objects.filter(pk__in=gone).delete()[0] if gone else 0

    def _remove_vanished(self) -> None:
        for organisation in self.coverage.organisations:
            gone: list[int] = []
            span = self.coverage.span(organisation)
            rows = Showing.objects.filter(
                organisation_id=organisation, source=XMLTV, starts_at__gte=span.first, starts_at__lt=span.last
            )
            for pk, starts_at, title in rows.values_list("pk", "starts_at", "title").iterator(REMOVAL_CHUNK):
                if self.coverage.has_vanished(organisation, starts_at, title=title):
                    gone.append(pk)
            self.report.removed += len(gone)
            if gone and not self.is_dry_run:
                with transaction.atomic():
                    for start in range(0, len(gone), REMOVAL_CHUNK):
                        Showing.objects.filter(pk__in=gone[start : start + REMOVAL_CHUNK]).delete()
        with transaction.atomic():
            self.on_chunk(self.report)


def _chunks(programmes: Iterator[Programme]) -> Iterator[list[Programme]]:
    while chunk := list(islice(programmes, CHUNK)):
        yield chunk


def _there(rows: list[Showing]) -> There:
    """What the database has at these starts, by channel and start."""
    organisations = {showing.organisation_id for showing in rows if showing.organisation_id}
    starts = {showing.starts_at for showing in rows}
    there: There = {(showing.organisation_id, showing.starts_at): [] for showing in rows}
    for showing in Showing.objects.filter(organisation_id__in=organisations, starts_at__in=starts):
        # The query answers every channel with every start.
        if (showing.organisation_id, showing.starts_at) in there:
            there[showing.organisation_id, showing.starts_at].append(showing)
    return there
