"""A chunk of records, from what the data source says to what is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from staffellauf.catalogue import naming, provenance
from staffellauf.catalogue.models import Series, TopicKind
from staffellauf.sources import records
from staffellauf.sources.apply import cast, episodes, people, relations, topics
from staffellauf.sources.apply.chunk import (
    CHANGED,
    CREATED,
    DOUBTFUL,
    REFUSED,
    UNCHANGED,
    Chunk,
    Done,
    Entry,
)
from staffellauf.sources.apply.matching import Match, doubt_key, match_series
from staffellauf.sources.models import Doubt, ImportRun
from staffellauf.sources.records import (
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    Refused,
    SeriesRecord,
    TopicRecord,
)

KINDS: dict[type, str] = {
    PersonRecord: TopicKind.PERSON,
    OrganisationRecord: TopicKind.ORGANISATION,
    FranchiseRecord: TopicKind.FRANCHISE,
}


def apply(stated: Sequence[Record | Refused], chunk: Chunk, *, run: ImportRun | None = None) -> list[Done]:
    """Writes the records, all or (when the database refuses one) none. What became of each, in their order."""
    with transaction.atomic():
        done = [Done(record) for record in stated]
        for one in done:
            if isinstance(one.record, Refused):
                one.outcome, one.reason = REFUSED, one.record.reason
        for of, kind in KINDS.items():
            _apply_topics([one for one in done if type(one.record) is of], kind, chunk)
        _apply_series([one for one in done if isinstance(one.record, SeriesRecord)], chunk, run)
        chunk.changed.write(chunk.now)
        naming.refresh_names(chunk.renamed)
        chunk.renamed.clear()
    return done


def apply_to(series: Series, record: SeriesRecord, *, importer: str, now: datetime) -> Done:
    """Writes a record to the entry that somebody chose for it."""
    return _apply_decided(record, Match(topic=series.pk), importer=importer, now=now)


def apply_as_new(record: SeriesRecord, *, importer: str, now: datetime) -> Done:
    """Makes an entry of a record, whatever it resembles."""
    return _apply_decided(record, Match(), importer=importer, now=now)


def _apply_decided(record: SeriesRecord, match: Match, *, importer: str, now: datetime) -> Done:
    chunk, done = Chunk(importer, now), Done(record)
    with transaction.atomic():
        _write(_entries([done], [match], chunk), chunk)
        chunk.changed.write(now)
        naming.refresh_names(chunk.renamed)
        relations.apply_pending(chunk.pending, chunk)
    return done


def _apply_topics(done: Sequence[Done], kind: str, chunk: Chunk) -> None:
    """People, networks and franchises that stand for themselves."""
    stated: dict[people.Key, TopicRecord] = {}
    told: dict[people.Key, Done] = {}
    for one in done:
        if isinstance(one.record, TopicRecord):
            stated.setdefault(people.key_of(one.record), one.record)
            told.setdefault(people.key_of(one.record), one)
    if not stated:
        return
    found = people.resolve(kind, stated, chunk, done=told)
    for one in done:
        if isinstance(one.record, TopicRecord):
            one.topic = found.of(one.record)
            one.outcome = CREATED if one.is_new else CHANGED if one.changes else UNCHANGED


# Any: an importer's run.
def _apply_series(done: Sequence[Done], chunk: Chunk, run: Any) -> None:
    stated = [one.record for one in done if isinstance(one.record, SeriesRecord)]
    matches = match_series(stated, importer=chunk.importer) if stated else []
    _write(_entries(done, matches, chunk), chunk)
    _keep_doubts(done, matches, chunk, run=run)


def _entries(done: Sequence[Done], matches: Sequence[Match], chunk: Chunk) -> list[Entry]:
    """The series that will be written: those that are there, brought up to date, and new ones, stored."""
    there = topics.load(Series, {match.topic for match in matches if match.topic})
    chunk.load_removals(there)
    held = topics.source_ids(there)
    entries, made, kept = [], [], []
    for one, match in zip(done, matches, strict=True):
        record = one.record
        if not isinstance(record, SeriesRecord):
            continue
        if match.candidates:
            one.outcome, one.reason = DOUBTFUL, match.reason
        elif match.reason:
            one.outcome, one.reason = REFUSED, match.reason
        elif match.topic:
            one.topic = series = there[match.topic]
            several = topics.ids_of_source(series, record, held)
            # Of entries that became one, the first one's record speaks for it; the others add what is missing.
            is_stale = topics.is_stale(series, record, held) or topics.is_second(record, several)
            if is_stale:
                record = _parts_of(record)
            else:
                record = replace(record, is_partial=record.is_partial or len(several) > 1)
                one.changes |= topics.update(series, record, chunk)
                _mend_years(series, one, chunk)
            kept.append((series, record, one))
            entries.append(Entry(one, record, series, is_new=False, is_stale=is_stale))
        elif not record.name:
            one.outcome, one.reason = REFUSED, "The series that it belongs to is not in the catalogue."
        else:
            one.topic = series = topics.new(Series, record)
            one.is_new = True
            _mend_years(series, one, chunk)
            made.append((series, record))
            entries.append(Entry(one, record, series, is_new=True))
    topics.create(made, chunk)
    topics.write_parts(kept, chunk)
    return entries


def _parts_of(record: SeriesRecord) -> SeriesRecord:
    """What an older record may still add: seasons, episodes and people that are not there."""
    return SeriesRecord(
        source=record.source,
        name=record.name,
        ids={},
        seasons=record.seasons,
        episodes=record.episodes,
        roles=record.roles,
        credits=record.credits,
        is_partial=True,
    )


def _mend_years(series: Series, done: Done, chunk: Chunk) -> None:
    """An end before the beginning is nobody's: what the record says of it is left out."""
    if not series.start_year or not series.end_year or series.end_year >= series.start_year:
        return
    done.warnings.append(f"ends in {series.end_year}, before it began in {series.start_year}")
    if series.pk and series.source_of("end_year") == provenance.EDITOR:
        series.start_year = done.changes.pop("start_year", [None])[0]
    else:
        series.end_year = None
        done.changes.pop("end_year", None)
    if series.pk:
        chunk.changed.note(series, ["start_year", "end_year"])


def _write(entries: Sequence[Entry], chunk: Chunk) -> None:
    stated = [entry.record for entry in entries]
    groups = [o for record in stated for o in record.organisations or ()]
    groups += [r.organisation for record in stated for r in record.releases or () if r.organisation]
    organisations = people.resolve_all(TopicKind.ORGANISATION, groups, chunk)
    franchises = [f for record in stated for f in record.franchises or ()]
    found = people.resolve_all(TopicKind.FRANCHISE, franchises, chunk)
    relations.apply_groups(entries, "organisations", found=organisations, chunk=chunk)
    relations.apply_groups(entries, "franchises", found=found, chunk=chunk)
    relations.apply_statuses(entries, chunk)
    guides = episodes.apply(entries, chunk)
    everybody = people.resolve_people(entries, chunk)
    cast.apply(entries, guides, people=everybody, chunk=chunk)
    relations.apply_releases(entries, guides, organisations=organisations, chunk=chunk)
    relations.apply_relations(entries, people=everybody, chunk=chunk)
    for entry in entries:
        done = entry.done
        done.outcome = CREATED if done.is_new else CHANGED if done.changes else UNCHANGED


def _keep_doubts(done: Sequence[Done], matches: Sequence[Match], chunk: Chunk, *, run: Any) -> None:
    """What nobody can tell goes on the review list, once."""
    for one, match in zip(done, matches, strict=True):
        if one.outcome != DOUBTFUL or not isinstance(one.record, SeriesRecord):
            continue
        doubt, _ = Doubt.objects.update_or_create(
            importer=chunk.importer,
            kind=TopicKind.SERIES,
            key=doubt_key(one.record),
            defaults={
                "name": one.record.name[:300],
                "reason": match.reason[:500],
                "record": records.dump(one.record),
                "run": run,
            },
        )
        doubt.candidates.set(match.candidates)
