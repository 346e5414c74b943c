"""Lines of our own format as records. Every mistake is told with its line, its place in it and what was expected."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from staffellauf.catalogue.models import provenance
from staffellauf.common import vague
from staffellauf.sources.own import format as own
from staffellauf.sources.own import lines
from staffellauf.sources.own.shapes import Checked, unknown
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    EpisodeRecord,
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    PictureRecord,
    Record,
    Refused,
    RelationRecord,
    ReleaseRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
    SourceRecord,
    StatusRecord,
    SynopsisRecord,
    TopicRecord,
    WorkRecord,
)

KNOWN_SOURCES = frozenset(
    (
        provenance.EDITOR, provenance.OWN, provenance.TMDB, provenance.TVMAZE, provenance.WIKIDATA, provenance.XMLTV,
        provenance.SAMPLE,
    )
)  # fmt: skip
TOPICS: dict[str, type[TopicRecord]] = {
    "series": SeriesRecord,
    "person": PersonRecord,
    "organisation": OrganisationRecord,
    "franchise": FranchiseRecord,
}
FIELDS = {
    "series": own.SERIES_FIELDS,
    "person": own.PERSON_FIELDS,
    "organisation": own.ORGANISATION_FIELDS,
    "franchise": own.FIELDS,
}
# Lists in the file that are one column in the database.
JOINED = {"countries", "genres", "weekdays"}
# An organisation's `kind` is a topic's field of another meaning.
RENAMED = {"kind": "type"}
EPISODE_FIELDS = (
    "kind", "last_number", "absolute_number", "name", "original_title", "aired_on", "aired_at", "runtime_min",
)  # fmt: skip
SEASON_FIELDS = ("name", "episode_count", "start_year", "premiered_on", "ended_on")


class WrongHeader(Exception):
    """The file does not begin as one of ours; the text says what is wrong."""


def head(path: Path) -> tuple[SourceRecord, ...]:
    """The data sources that the file brings along; its own one first. Raises WrongHeader and `lines.BrokenFile`."""
    found = lines.lines(path)
    first = next(found, None)
    if first is None:
        raise WrongHeader("The file is empty.")
    sources = [_own_source(first)]
    for line in found:
        if b'"source"' not in line.content:
            break
        checked = Checked(KNOWN_SOURCES)
        value = _parsed(line, checked)
        if not isinstance(value, dict) or value.get("type") != "source":
            break
        fields = own.SOURCE.read(value, "", checked)
        if checked.problems:
            raise WrongHeader(f"line {line.number}: {checked.told}")
        sources.append(SourceRecord(**{key: item for key, item in fields.items() if key != "type"}))
    return tuple(sources)


def records(path: Path, *, skip: int = 0) -> Iterator[Record | Refused]:
    """What stands behind the head, a record for each line, all but the first so many."""
    sources = head(path)
    known = KNOWN_SOURCES | {source.key for source in sources}
    for line in islice(lines.lines(path), len(sources) + skip, None):
        yield record(line, default=sources[0].key, known=known)


def record(line: lines.Line, *, default: str, known: frozenset[str]) -> Record | Refused:
    checked = Checked(known)
    value = _parsed(line, checked)
    shape = own.ENTRIES.get(value["type"]) if _has_type(value, checked) else None
    if shape is not None:
        fields = shape.read(value, "", checked)
        if not checked.problems:
            return _topic(fields, fields.get("source") or default)
    return Refused(lines.called(line)[:300], f"line {line.number}, {checked.told}")


def _own_source(line: lines.Line) -> SourceRecord:
    checked = Checked(KNOWN_SOURCES)
    value = _parsed(line, checked)
    if not checked.problems and not (isinstance(value, dict) and value.get("format") == own.FORMAT):
        raise WrongHeader(f'line {line.number}: the first line is to be {{"format": "{own.FORMAT}", "version": 1, …}}')
    if not checked.problems and value.get("version") != own.VERSION:
        raise WrongHeader(f"line {line.number}: this program reads version {own.VERSION} of the format")
    fields = own.HEADER.read(value, "", checked) if not checked.problems else {}
    if checked.problems:
        raise WrongHeader(f"line {line.number}, {checked.told}")
    said = {key: item for key, item in fields.items() if key not in {"format", "version", "source", "name"}}
    return SourceRecord(key=fields["source"], name=fields.get("name") or fields["source"], **said)


# Any in this file: what JSON holds, and values of model fields.
def _parsed(line: lines.Line, checked: Checked) -> Any:
    try:
        return line.parse()
    except lines.BrokenLine as error:
        checked.tell(str(error), path="")
        return None


def _has_type(value: Any, checked: Checked) -> bool:
    if checked.problems:
        return False
    if not isinstance(value, dict):
        checked.expect("an object", value, path="")
    elif "type" not in value:
        checked.tell(f"type is missing (one of {', '.join(own.ENTRIES)})", path="")
    elif value["type"] == "source":
        checked.tell("data sources stand directly behind the first line", path="type")
    elif not isinstance(value["type"], str):
        checked.expect(f"one of {', '.join(own.ENTRIES)}", value["type"], path="type")
    elif value["type"] not in own.ENTRIES:
        unknown(value["type"], tuple(own.ENTRIES), path="type", checked=checked)
    return not checked.problems


def _topic(found: Mapping[str, Any], source: str) -> Record:
    kind = found["type"]
    renames = RENAMED if kind == "organisation" else {}
    ids, more = _ids(found)
    said: dict[str, Any] = {
        "source": source,
        "name": found.get("name", ""),
        "ids": ids,
        "other_ids": more,
        "id_sources": found.get("id_sources", {}),
        "fields": {renames.get(key, key): _column(key, found[key]) for key in FIELDS[kind] if key in found},
        "aliases": _many(AliasRecord, found, "aliases"),
        "synopses": _many(SynopsisRecord, found, "synopses") or (),
        "pictures": _many(PictureRecord, found, "pictures") or (),
        "origin": {renames.get(name, name): key for name, key in found.get("origin", {}).items()},
    }
    made: Record = TOPICS[kind](**said, **(_series(found, source) if kind == "series" else {}))  # type: ignore[assignment]
    return made


def _series(found: Mapping[str, Any], source: str) -> dict[str, Any]:
    seasons = found.get("seasons")
    has_episodes = seasons is not None and any("episodes" in season for season in seasons)
    return {
        "organisations": _references(OrganisationRecord, found, "organisations", source),
        "franchises": _references(FranchiseRecord, found, "franchises", source),
        "statuses": _many(StatusRecord, found, "status_history") or (),
        "seasons": None if seasons is None else tuple(_season(season) for season in seasons),
        "episodes": _episodes(seasons or (), source) if has_episodes else None,
        "roles": _roles(found, source),
        "credits": _credits(found, source),
        "relations": tuple(_relation(item, source) for item in found["relations"]) if "relations" in found else None,
        "releases": tuple(_release(item, source) for item in found["releases"]) if "releases" in found else None,
        # What editors have made since an export is not taken away by it.
        "is_partial": found.get("is_partial", False) or source == provenance.EDITOR,
    }  # fmt: skip


def _ids(found: Mapping[str, Any]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The first id of each scheme, the slug as `own`, and the ids that are left."""
    given = found.get("ids", {})
    first = {scheme: values[0] for scheme, values in given.items() if values}
    more = tuple((scheme, value) for scheme, values in given.items() for value in values[1:])
    return ({"own": found["slug"]} if "slug" in found else {}) | first, more


def _column(key: str, value: Any) -> Any:
    return ", ".join(value) if key in JOINED else value


def _many(made: type, found: Mapping[str, Any], key: str) -> Any:
    return tuple(made(**item) for item in found[key]) if key in found else None


def _reference(made: type[TopicRecord], found: Mapping[str, Any], source: str) -> Any:
    ids, more = _ids(found)
    return made(source=source, name=found.get("name", ""), ids=ids, other_ids=more)


def _references(made: type[TopicRecord], found: Mapping[str, Any], key: str, source: str) -> Any:
    return tuple(_reference(made, item, source) for item in found[key]) if key in found else None


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in ("source", "origin") if key in found}


def _season(found: Mapping[str, Any]) -> SeasonRecord:
    return SeasonRecord(found["number"], _part_fields(found, SEASON_FIELDS), **_row(found))


def _part_fields(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    ids = {f"{scheme}_id": value for scheme, value in found.get("ids", {}).items()}
    return {name: found[name] for name in names if name in found} | ids


def _episodes(seasons: Iterable[Mapping[str, Any]], source: str) -> tuple[EpisodeRecord, ...]:
    return tuple(
        _episode(season["number"], episode, source) for season in seasons for episode in season.get("episodes", ())
    )


def _episode(season: int, found: Mapping[str, Any], source: str) -> EpisodeRecord:
    return EpisodeRecord(
        season,
        found.get("number"),
        _part_fields(found, EPISODE_FIELDS),
        roles=_roles(found, source, billing="guest"),
        credits=_credits(found, source),
        **_row(found),
    )


def _roles(found: Mapping[str, Any], source: str, *, billing: str = "main") -> tuple[RoleRecord, ...] | None:
    if "roles" not in found:
        return None
    return tuple(
        RoleRecord(**{"character": "", "billing": billing} | role | _who(role, source)) for role in found["roles"]
    )


def _credits(found: Mapping[str, Any], source: str) -> tuple[CreditRecord, ...] | None:
    if "credits" not in found:
        return None
    return tuple(CreditRecord(**credit | _who(credit, source)) for credit in found["credits"])


def _who(found: Mapping[str, Any], source: str) -> dict[str, Any]:
    return {"person": _reference(PersonRecord, found["person"], source)}


def _relation(found: Mapping[str, Any], source: str) -> RelationRecord:
    if "work" in found:
        return RelationRecord(found["kind"], work=_work(found["work"], source), **_row(found))
    ids, _ = _ids(found["series"])
    return RelationRecord(found["kind"], ids=ids, name=found["series"].get("name", ""), **_row(found))


def _work(found: Mapping[str, Any], source: str) -> WorkRecord:
    return WorkRecord(**dict(found) | {"authors": _references(PersonRecord, found, "authors", source) or ()})


def _release(found: Mapping[str, Any], source: str) -> ReleaseRecord:
    when, episode = found["when"], found.get("episode")
    said = dict(found) | {
        "when": vague.Vague(when["first"], when["last"], vague.Precision(when["precision"]), when.get("at"))
        if isinstance(when, dict)
        else when,
        "episode": None if isinstance(episode, str) else episode,
        "episode_name": episode if isinstance(episode, str) else "",
    }
    if "organisation" in found:
        said["organisation"] = _reference(OrganisationRecord, found["organisation"], source)
    return ReleaseRecord(**said)
