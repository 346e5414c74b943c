"""Records as lines of our own format: what `read` reads, in one order of keys, without what says nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from staffellauf.common import vague
from staffellauf.sources.own import format as own
from staffellauf.sources.own import read
from staffellauf.sources.records import (
    CreditRecord,
    EpisodeRecord,
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    RelationRecord,
    ReleaseRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
    SourceRecord,
    TopicRecord,
    WorkRecord,
)

# Any in this file: what JSON holds.
JSON = dict[str, Any]
KINDS: dict[type[TopicRecord], str] = {
    SeriesRecord: "series",
    PersonRecord: "person",
    OrganisationRecord: "organisation",
    FranchiseRecord: "franchise",
}
RENAMED = {field: key for key, field in read.RENAMED.items()}


def head(sources: Iterable[SourceRecord]) -> str:
    """The first lines: the file's own source, then the others."""
    first, *others = sources
    said = {key: value for key, value in _plain(first).items() if key != "key"}
    written = [_line({"format": own.FORMAT, "version": own.VERSION, "source": first.key} | said)]
    return "".join([*written, *(_line({"type": "source"} | _plain(other)) for other in others)])


def line(record: Record, *, default: str) -> str:
    """A line of its own; `default` is the source that the file's first line names."""
    return _line(entry(record, default=default))


def entry(record: Record, *, default: str) -> JSON:
    kind = KINDS[type(record)]
    renames = RENAMED if kind == "organisation" else {}
    columns = {renames.get(name, name): value for name, value in record.fields.items()}
    first = {
        "type": kind,
        "slug": record.ids.get("own"),
        "name": record.name,
        "source": record.source if record.source != default else None,
        "ids": _ids(record),
        "id_sources": _sorted(record.id_sources),
    }
    stated = {key: column(key, columns[key]) for key in read.FIELDS[kind] if key in columns and key != "name"}
    last = {
        "origin": _sorted({renames.get(name, name): key for name, key in record.origin.items()}),
        "aliases": _all(record.aliases),
        "synopses": _all(record.synopses or None),
        "pictures": _all(record.pictures or None),
    } | (_series(record) if isinstance(record, SeriesRecord) else {})
    return _said(first) | stated | _said(last)


def _series(record: SeriesRecord) -> JSON:
    return {
        "organisations": _each(_reference, record.organisations),
        "franchises": _each(_reference, record.franchises),
        "status_history": _all(record.statuses or None),
        "seasons": _seasons(record),
        "roles": _each(_role, record.roles),
        "credits": _each(_credit, record.credits),
        "relations": _each(_relation, record.relations),
        "releases": _each(_release, record.releases),
        "is_partial": record.is_partial or None,
    }


def _seasons(record: SeriesRecord) -> list[JSON] | None:
    if record.seasons is None and record.episodes is None:
        return None
    seasons = {season.number: _season(season) for season in record.seasons or ()}
    for episode in record.episodes or ():
        season = seasons.setdefault(episode.season, {"number": episode.season})
        season.setdefault("episodes", []).append(_episode(episode))
    return list(seasons.values())


def _season(season: SeasonRecord) -> JSON:
    return {"number": season.number} | _part(season.fields, read.SEASON_FIELDS) | _said(_row(season))


def _episode(episode: EpisodeRecord) -> JSON:
    said = {"number": episode.number} | _part(episode.fields, read.EPISODE_FIELDS)
    parts = {"roles": _each(_guest, episode.roles), "credits": _each(_credit, episode.credits)}
    return said | _said(_row(episode) | parts)


def _part(stated: Mapping[str, Any], names: tuple[str, ...]) -> JSON:
    ids = {key.removesuffix("_id"): value for key, value in stated.items() if key.endswith("_id")}
    return {name: _json(stated[name]) for name in names if name in stated} | _said({"ids": ids})


def _guest(role: RoleRecord) -> JSON:
    return _role(role, billing="guest")


def _role(role: RoleRecord, billing: str = "main") -> JSON:
    said = {
        "person": _reference(role.person),
        "character": role.character,
        "billing": role.billing if role.billing != billing else None,
        "order": role.order or None,
        "is_voice": role.is_voice or None,
        "is_self": role.is_self or None,
        "seasons": list(role.seasons) or None,
    }
    return _said(said | _row(role))


def _credit(credit: CreditRecord) -> JSON:
    said = {"person": _reference(credit.person), "job": credit.job, "title": credit.title}
    return _said(said | {"order": credit.order or None} | _row(credit))


def _relation(relation: RelationRecord) -> JSON:
    if relation.work:
        return _said({"kind": relation.kind, "work": _work(relation.work)} | _row(relation))
    series = {"slug": relation.ids.get("own"), "name": relation.name}
    ids = {scheme: value for scheme, value in relation.ids.items() if scheme != "own"}
    return _said({"kind": relation.kind, "series": _said(series | {"ids": ids})} | _row(relation))


def _work(work: WorkRecord) -> JSON:
    said = {"kind": work.kind, "title": work.title, "original_title": work.original_title, "year": work.year}
    return _said(
        said | {"wikidata_id": work.wikidata_id, "authors": _each(_reference, work.authors or None)} | _row(work)
    )


def _release(release: ReleaseRecord) -> JSON:
    said = {
        "kind": release.kind,
        "when": _when(release.when),
        "season": release.season,
        "episode": release.episode_name or release.episode,
        "version": release.version,
        "organisation": _reference(release.organisation) if release.organisation else None,
        "territory": release.territory if release.territory != "DE" else None,
        "broadcast_day": _json(release.broadcast_day),
        "available_until": _json(release.available_until),
    }
    kept = _said(said | _row(release))
    return kept | ({"territory": ""} if release.territory == "" else {})


def _when(when: vague.Vague) -> str | JSON:
    """As people say it, if that says all of it."""
    if when.precision == vague.Precision.MINUTE and when.at:
        words = when.at.isoformat()
    else:
        is_day = when.precision == vague.Precision.DAY
        words = when.first.isoformat() if is_day else _in_german(when)
    if _parsed(words) == when:
        return words
    days = {"first": _json(when.first), "last": _json(when.last)}
    return _said(days | {"precision": str(when.precision), "at": _json(when.at)})


def _in_german(when: vague.Vague) -> str:
    try:
        return vague.for_people(when, "de")
    except StopIteration:
        # A part of a month or a year that no word is for.
        return ""


def _parsed(words: str) -> vague.Vague | None:
    try:
        return vague.parse(words)
    except vague.NoDate:
        return None


def _reference(record: TopicRecord) -> JSON:
    return _said({"slug": record.ids.get("own"), "name": record.name, "ids": _ids(record)})


def _ids(record: TopicRecord) -> JSON:
    found: dict[str, list[str]] = {}
    for scheme, value in [*record.ids.items(), *record.other_ids]:
        if scheme != "own":
            found.setdefault(scheme, []).append(value)
    return {scheme: values if len(values) > 1 else values[0] for scheme, values in sorted(found.items())}


def _row(part: Any) -> JSON:
    return {"source": part.source, "origin": _sorted(part.origin)}


def column(key: str, value: Any) -> Any:
    if key in read.JOINED:
        return [item.strip() for item in value.split(",") if item.strip()]
    return _json(value)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return float(value) if isinstance(value, Decimal) else value


def _each(written: Any, parts: Iterable[Any] | None) -> list[JSON] | None:
    return None if parts is None else [written(part) for part in parts]


def _all(parts: Iterable[Any] | None) -> list[JSON] | None:
    return None if parts is None else [_plain(part) for part in parts]


def _plain(part: Any) -> JSON:
    said = {field.name: _json(getattr(part, field.name)) for field in fields(part)}
    return _said({key: value for key, value in said.items() if value is not False})


def _sorted(said: Mapping[str, str]) -> JSON:
    return dict(sorted(said.items()))


def _said(values: JSON) -> JSON:
    """Without what says nothing: None, an empty text, no ids; an empty list says that there are none."""
    return {key: value for key, value in values.items() if value is not None and value not in ("", {})}


def _line(values: JSON) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
