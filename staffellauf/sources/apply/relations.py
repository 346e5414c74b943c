"""What a series has beside episodes and people: networks, franchises, relatives, releases, and its status history."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import (
    Episode,
    Relation,
    Release,
    Season,
    Series,
    StatusChange,
    TopicKind,
    Work,
)
from staffellauf.common import text
from staffellauf.sources import records
from staffellauf.sources.apply import fields
from staffellauf.sources.apply.chunk import CHANGED, CREATED, Chunk, Entry
from staffellauf.sources.apply.episodes import REMOVED, Guide
from staffellauf.sources.apply.matching import ORDER, known_ids, named
from staffellauf.sources.apply.people import Found
from staffellauf.sources.apply.rows import holding, insert
from staffellauf.sources.records import RelationRecord, ReleaseRecord, SeriesRecord, WorkRecord


# --- networks, streamers, franchises
def apply_groups(entries: Sequence[Entry], what: str, *, found: Found, chunk: Chunk) -> None:
    """`organisations` or `franchises`: the list of the source that knows best, as a whole."""
    field = Series._meta.get_field(what)
    through = field.remote_field.through  # type: ignore[union-attr]
    column = f"{field.related_model._meta.model_name}_id"  # type: ignore[union-attr]
    told = [entry for entry in entries if getattr(entry.record, what) is not None]
    there: defaultdict[int, dict[int, int]] = defaultdict(dict)
    links = through._base_manager.values_list("pk", "series_id", column)
    for pk, series, other in holding(links, "series_id", [e.series.pk for e in told if not e.is_new]):
        there[series][other] = pk
    made, gone = [], []
    for entry in told:
        by = entry.record.origin.get(what, entry.record.source)
        wanted = {found.of(record).pk for record in getattr(entry.record, what)}
        old = there[entry.series.pk]
        if wanted == old.keys() or not _may_set_list(entry.series, what, source=by, is_empty=not old):
            continue
        made += [through(series_id=entry.series.pk, **{column: other}) for other in sorted(wanted - old.keys())]
        gone += [] if entry.record.is_partial else [pk for other, pk in old.items() if other not in wanted]
        if entry.is_new and by == entry.series.source:
            continue
        if not entry.record.is_partial:
            provenance.claim(entry.series, [what], source=by)
            chunk.changed.note(entry.series, ["origin"])
        entry.done.count(what, CREATED, len(wanted - old.keys()))
        entry.done.count(what, REMOVED, 0 if entry.record.is_partial else len(old.keys() - wanted))
    insert(made)
    through._base_manager.filter(pk__in=gone).delete()


def _may_set_list(series: Series, what: str, *, source: str, is_empty: bool) -> bool:
    holder = series.source_of(what)
    if holder == source or (is_empty and what not in series.origin):
        return True
    return provenance.rank(source, what) > provenance.rank(holder, what)


# --- status
def apply_statuses(entries: Sequence[Entry], chunk: Chunk) -> None:
    """The status of each series, and its history."""
    made: list[StatusChange] = []
    history = _histories([entry for entry in entries if not entry.is_new])
    for entry in entries:
        record, series, rows = entry.record, entry.series, history[entry.series.pk]
        for status in record.statuses:
            key = (status.status, status.since)
            if key not in {(row.status, row.since) for row in rows}:
                by, at = status.source or record.source, status.recorded_at or chunk.now
                rows.append(_change(series, status.status, by=by, since=status.since, at=at))
                made.append(rows[-1])
        if "status" not in record.fields:
            continue
        by = record.origin.get("status", record.source)
        if entry.is_new:
            series.status = record.fields["status"]
            chunk.changed.note(series, ["status"])
            is_set = series.status != Series.Status.UNKNOWN
        else:
            changes = fields.update(series, record, source=record.source, stated=[("status", record.fields["status"])])
            entry.done.changes |= changes
            chunk.changed.note(series, ["status", "origin"] if changes else [])
            is_set = bool(changes) or (not rows and by == series.source_of("status"))
        if is_set and not record.statuses:
            ended_on = record.fields.get("ended_on") if series.status == Series.Status.ENDED else None
            rows.append(_change(series, series.status, by=by, since=record.status_on or ended_on, at=chunk.now))
            made.append(rows[-1])
    insert(made)


def _histories(entries: Sequence[Entry]) -> defaultdict[int, list[StatusChange]]:
    found: defaultdict[int, list[StatusChange]] = defaultdict(list)
    told = [e.series.pk for e in entries if "status" in e.record.fields or e.record.statuses]
    for row in holding(StatusChange.objects.all(), "series_id", told):
        found[row.series_id].append(row)
    return found


# Any: as StatusChange has it.
def _change(series: Series, status: str, *, by: str, since: Any, at: Any) -> StatusChange:
    return StatusChange(series_id=series.pk, status=status, since=since, source=by, recorded_at=at)


# --- releases
def apply_releases(entries: Sequence[Entry], guides: dict[int, Guide], *, organisations: Found, chunk: Chunk) -> None:
    told = [entry for entry in entries if entry.record.releases is not None]
    there: defaultdict[int, dict[tuple[Any, ...], Release]] = defaultdict(dict)
    for row in holding(Release.objects.order_by(), "series_id", [e.series.pk for e in told if not e.is_new]):
        there[row.series_id][_release_key(row)] = row
    _load_places(told, guides)
    made, gone = [], []
    for entry in told:
        old, placed = there[entry.series.pk], set()
        for record in entry.record.releases or ():
            row = _release(entry, record, guides[entry.series.pk], organisations)
            if row is None:
                entry.done.warnings.append(f"a release of season {record.season} has no such episode")
                continue
            key = _release_key(row)
            placed.add(key)
            if chunk.is_removed(entry.series.pk, "release", keys=[provenance.release_key(row)]):
                continue
            if key not in old:
                old[key] = row
                made.append(row)
                entry.done.count("releases", CREATED, 0 if entry.is_new else 1)
            elif old[key].pk:
                stated = {name: getattr(row, name) for name in RELEASE_FIELDS}
                changes = fields.update(old[key], record, source=entry.source, stated=stated.items())
                chunk.changed.note(old[key], [*changes, "origin"] if changes else [])
                entry.done.count("releases", CHANGED, 1 if changes else 0)
        if not entry.record.is_partial:
            others = [row for key, row in old.items() if key not in placed and row.source == entry.source and row.pk]
            left = [row.pk for row in others if provenance.EDITOR not in row.origin.values()]
            gone += left
            entry.done.count("releases", REMOVED, len(left))
    insert(made)
    Release.objects.filter(pk__in=gone).delete()


RELEASE_FIELDS = ("precision", "first_on", "last_on", "starts_at", "broadcast_day", "available_until")


def _release_key(row: Release) -> tuple[Any, ...]:
    return row.season_id, row.episode_id, row.kind, row.version, row.organisation_id, row.territory


def _load_places(told: Sequence[Entry], guides: dict[int, Guide]) -> None:
    """Seasons and episodes that a record of releases alone did not load."""

    for entry in told:
        guide = guides[entry.series.pk]
        if guide.seasons or entry.is_new:
            continue
        guide.seasons = {season.number: season for season in Season.objects.filter(series_id=entry.series.pk)}
        guide.episodes = list(Episode.objects.filter(season__series_id=entry.series.pk))


def _release(entry: Entry, record: ReleaseRecord, guide: Guide, organisations: Found) -> Release | None:
    row = Release(series_id=entry.series.pk, kind=record.kind, version=record.version, territory=record.territory)
    fields.start(row, record, source=entry.source)
    row.precision, row.first_on, row.last_on = record.when.precision, record.when.first, record.when.last
    row.starts_at, row.broadcast_day, row.available_until = record.when.at, record.broadcast_day, record.available_until
    if record.organisation:
        row.organisation_id = organisations.of(record.organisation).pk
    if record.season is not None:
        season = guide.seasons.get(record.season)
        if season is None:
            return None
        row.season_id = season.pk
    if record.episode is not None or record.episode_name:
        episode = guide.find(record.season or 0, record.episode) if record.episode is not None else None
        if episode is None and record.episode_name:
            wanted = text.fold(record.episode_name)
            names = ((one, {text.fold(one.name), text.fold(one.original_title)}) for one in guide.episodes)
            episode = next((one for one, titles in names if wanted in titles), None)
        if episode is None:
            return None
        row.episode_id = episode.pk
    return row


# --- relatives
def apply_relations(entries: Sequence[Entry], *, people: Found, chunk: Chunk) -> None:
    """Relations to works, and to series that are there; those to others wait until the end of the run."""
    told = [entry for entry in entries if entry.record.relations is not None]
    there: defaultdict[int, dict[tuple[Any, ...], Relation]] = defaultdict(dict)
    for row in holding(Relation.objects.all(), "series_id", [e.series.pk for e in told if not e.is_new]):
        there[row.series_id][row.kind, row.to_series_id, row.to_work_id] = row
    targets = find_series([relation for entry in told for relation in entry.record.relations or ()])
    works = _works([(e.source, r.work) for e in told for r in e.record.relations or () if r.work], people)
    made, gone = [], []
    for entry in told:
        old, placed = there[entry.series.pk], set()
        for record in entry.record.relations or ():
            to_series, to_work = targets.get(id(record)), works.get(id(record.work))
            if to_series is None and to_work is None:
                chunk.pending.append([entry.series.pk, entry.source, records.dump(record)])
                continue
            key = (record.kind, to_series, to_work)
            name = record.work.title if record.work else record.name
            removal = provenance.relation_key(record.kind, name)
            is_removed = chunk.is_removed(entry.series.pk, "relation", keys=[removal])
            if to_series == entry.series.pk or is_removed or key in placed:
                continue
            placed.add(key)
            if key not in old:
                row = Relation(series_id=entry.series.pk, kind=record.kind, to_series_id=to_series, to_work_id=to_work)
                fields.start(row, record, source=entry.source)
                made.append(row)
                entry.done.count("relations", CREATED, 0 if entry.is_new else 1)
        if not entry.record.is_partial:
            others = [r for k, r in old.items() if k not in placed and r.source == entry.source]
            left = [r.pk for r in others if provenance.EDITOR not in r.origin.values()]
            gone += left
            entry.done.count("relations", REMOVED, len(left))
    insert(made)
    Relation.objects.filter(pk__in=gone).delete()


def apply_pending(pending: Sequence[Any], chunk: Chunk) -> int:
    """Relations whose other series came later in the same run; those still without one are counted."""
    waiting = [(series, source, records.load(record)) for series, source, record in pending]
    targets = find_series([record for _, _, record in waiting])
    stored = Relation.objects.filter(series__in={series for series, _, _ in waiting})
    kinds = set[Any](stored.values_list("series_id", "kind", "to_series_id"))
    made, missing = [], 0
    chunk.load_removals({series for series, _, _ in waiting})
    for series, source, record in waiting:
        target = targets.get(id(record))
        key = (series, record.kind, target)
        if target is None or target == series:
            missing += 1
        elif key not in kinds and not chunk.is_removed(
            series, "relation", keys=[provenance.relation_key(record.kind, record.name)]
        ):
            kinds.add(key)
            row = Relation(series_id=series, kind=record.kind, to_series_id=target)
            fields.start(row, record, source=source)
            made.append(row)
    insert(made)
    chunk.figures["relations_created"] += len(made)
    chunk.figures["relations_without_target"] += missing
    return len(made)


def find_series(relations: Sequence[RelationRecord]) -> dict[int, int]:
    """By the relation's identity: the other series, by its ids or by a name that only one series has."""
    asked = [(one, SeriesRecord(source="", name=one.name, ids=one.ids)) for one in relations if not one.work]
    known = known_ids(TopicKind.SERIES, [record for _, record in asked])
    names = named(TopicKind.SERIES, {text.fold(one.name) for one, record in asked if one.name and not record.ids})
    found: dict[int, int] = {}
    for one, record in asked:
        hits = [known[s, record.ids[s]] for s in ORDER if s in record.ids and (s, record.ids[s]) in known]
        by_name = names.get(text.fold(one.name), set()) if not record.ids else set()
        if hits:
            found[id(one)] = hits[0]
        elif len(by_name) == 1:
            found[id(one)] = next(iter(by_name))
    return found


def _works(stated: Sequence[tuple[str, WorkRecord]], people: Found) -> dict[int, int]:
    """By the record's identity: the key of the work, which is made when it is missing."""
    found: dict[int, int] = {}
    for source, record in stated:
        same = Work.objects.filter(kind=record.kind)
        work = same.filter(wikidata_id=record.wikidata_id).first() if record.wikidata_id else None
        work = work or same.filter(title=record.title, year=record.year).first()
        if work is None:
            work = Work(kind=record.kind, title=record.title, original_title=record.original_title, year=record.year)
            work.wikidata_id = record.wikidata_id
            fields.start(work, record, source=source)
            insert([work])
            work.authors.set([people.of(author).pk for author in record.authors])
        found[id(record)] = work.pk
    return found
