"""TMDB's answers (https://developer.themoviedb.org/reference) and files of them, as records.

What an answer is follows from its keys. Each gives at least one record or one refusal.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from staffellauf.sources import json_files, values
from staffellauf.sources.records import Record, Refused, RoleRecord, SeriesRecord
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import appended, episodes, people, projection, series, shapes, words


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer itself does not say."""

    show: int | None = None
    """The series that lists without one belong to."""
    language: str = ""
    """In which language it was asked for, such as de."""


Found = Iterator[Record | Refused]
# Any in this file: what JSON holds.
Raw = Mapping[str, Any]


def read_file(path: Path, asked: Asked) -> Found:
    """Every document of a .json or .json.gz file; a file that breaks off ends in a refusal."""
    is_empty = True
    try:
        for document in json_files.items(path):
            is_empty = False
            yield from read(document, asked)
    except json_files.Broken as error:
        is_empty = False
        yield Refused(path.name[:300], str(error)[:500])
    if is_empty:
        yield Refused(path.name[:300], "holds an empty list")


def read(document: Any, asked: Asked) -> Found:
    if isinstance(document, list):
        if not document:
            yield Refused("list", "is empty")
        for item in document:
            yield from read(item, asked)
        return
    if not isinstance(document, dict):
        yield Refused(f"{str(document)[:40]}", "is no answer of TMDB")
        return
    for fits, reader in READERS:
        if fits(document):
            yield from reader(document, asked)
            return
    yield Refused(*shapes.refusal(document))


def _error(raw: Raw, asked: Asked) -> Found:
    yield Refused("answer", f"TMDB answered: {str(raw['status_message'])[:300]}")


def _list(raw: Raw, asked: Asked) -> Found:
    """Search results, lists of people and series, changes; each row for itself."""
    rows = raw["results"] if "results" in raw else raw["items"]
    if not rows:
        yield Refused(f"list {shapes.called(raw)}".strip(), "is empty")
    for row in rows:
        yield from read(row, asked)


def _found_by_id(raw: Raw, asked: Asked) -> Found:
    rows = [row for key, rows in raw.items() if key.endswith("_results") and isinstance(rows, list) for row in rows]
    if not rows:
        yield Refused("search by id", "found nothing")
    for row in rows:
        yield from read(row, asked)


def _projection(raw: Raw, asked: Asked) -> Found:
    found = projection.series(Stated(raw))
    yield found or Refused(f"series {shapes.called(raw)}".strip(), "has no number or no title")


def _series(raw: Raw, asked: Asked) -> Found:
    given = Stated(raw)
    if "credit_id" in raw:
        given.notes.add("the role is left out: the answer does not say whose it is")
    found = series.series(given, language=asked.language)
    yield found or Refused(f"series {shapes.called(raw)}".strip(), "has no number that can be used")


def _season(raw: Raw, asked: Asked) -> Found:
    show = _number(raw.get("show_id") or _first(raw.get("episodes")).get("show_id")) or asked.show
    if show is None:
        yield Refused(f"season {shapes.called(raw)}", shapes.NEEDS_SHOW)
        return
    yield appended.season(Stated(raw), show=show, language=asked.language)


def _episode(raw: Raw, asked: Asked) -> Found:
    show = _number(raw.get("show_id")) or asked.show
    if show is None:
        yield Refused(f"episode {shapes.called(raw)}", shapes.NEEDS_SHOW)
        return
    given = Stated(raw)
    text = raw.get("overview")
    found = episodes.episode(given, language=asked.language or _spoken(text))
    if found is None:
        yield Refused(f"episode {shapes.called(raw)}", "has no season or no number")
    else:
        yield _addition(show, given, episodes=(found,))


def _person(raw: Raw, asked: Asked) -> Found:
    """The person; with appended credits also each series, which gains the role."""
    given = Stated(raw)
    known = people.whole_person(given, language=asked.language)
    if known is None:
        yield Refused(f"person {shapes.called(raw)}".strip(), "has no name")
        return
    yield known
    for key in ("tv_credits", "combined_credits"):
        yield from appended.filmography(given.object(key), known, language=asked.language)


def _credit(raw: Raw, asked: Asked) -> Found:
    """One role or job, with its series and its person."""
    media, person = Stated(raw).object("media"), people.person(Stated(raw).object("person"))
    if not shapes.is_series({**media.raw, "media_type": raw.get("media_type", media.raw.get("media_type"))}):
        yield Refused(f"credit of {shapes.called(media.raw)}", shapes.FILM)
        return
    job = {"job": raw.get("job"), "character": media.raw.get("character"), "credit_type": raw.get("credit_type")}
    row = Stated({**media.raw, **job})
    found = appended.part(row, person, is_cast=raw.get("credit_type") == "cast", language=asked.language)
    yield found or Refused(f"credit of {shapes.called(media.raw)}", "has no series or no person")


def _credits(raw: Raw, asked: Asked) -> Found:
    """Cast and crew of a series, or what a person played in."""
    given = Stated(raw)
    rows = [*given.objects("cast"), *given.objects("crew"), *given.objects("guest_stars")]
    if any(shapes.is_series(row.raw) or shapes.is_film(row.raw) for row in rows):
        for row in rows:
            yield from read(row.raw, asked)
    elif asked.show is None:
        yield Refused(f"cast and crew {shapes.called(raw)}".strip(), shapes.NEEDS_SHOW)
    else:
        roles: tuple[RoleRecord, ...] = people.roles(given, "cast") + people.roles(
            given, "guest_stars", billing="guest"
        )
        yield _addition(asked.show, given, roles=roles, credits=people.crew(given))


def _member(raw: Raw, asked: Asked) -> Found:
    """One row of a cast or a crew list, or of a series' creators."""
    if "character" in raw:
        listed = {"cast": [raw]}
    else:
        listed = {"crew": [{"job": "Creator", **raw}]}
    if asked.show is None:
        yield Refused(*shapes.refusal(raw))
    else:
        yield from _credits(listed, asked)


def _external_ids(raw: Raw, asked: Asked) -> Found:
    """Of a series: a person has no TheTVDB id, an episode no pages elsewhere."""
    is_series = "tvdb_id" in raw and "facebook_id" in raw
    show = _number(raw.get("id")) if is_series else asked.show if "tvdb_id" in raw else None
    if show is None:
        reason = shapes.NEEDS_SHOW if is_series else "holds ids of a person, a film or an episode without its name"
        yield Refused(f"ids {shapes.called(raw)}", reason)
        return
    given = Stated(raw)
    yield _addition(show, given, ids=people.ids(given, prefix="tt"))


def _of_a_series(raw: Raw, asked: Asked) -> Found:
    """Answers that are usually appended to a series: translations, alternative titles, ratings, pictures."""
    key = _part(raw)
    # Pictures of a film or a season have the same shape.
    own = _number(raw.get("id")) if key != "images" else None
    show = own or asked.show
    if show is None:
        yield Refused(f"{key.replace('_', ' ')} {shapes.called(raw)}".strip(), shapes.NEEDS_SHOW)
        return
    found = series.series(Stated({"id": show, key: raw}), language=asked.language)
    yield found or Refused(key, "has no number that can be used")


def _network(raw: Raw, asked: Asked) -> Found:
    found = series.organisation(Stated(raw))
    yield found or Refused(f"network {shapes.called(raw)}", "has no name")


def _addition(show: int, given: Stated, *, ids: Mapping[str, str] | None = None, **stated: Any) -> SeriesRecord:
    """What an answer adds to a series that only its number names."""
    known = {"tmdb": str(show)} | dict(ids or {})
    return SeriesRecord("tmdb", "", known, is_partial=True, warnings=given.notes.as_tuple(), **stated)


def _part(raw: Raw) -> str:
    """Under which key it would be appended; "" when it is none that belongs to a series."""
    row = _first(raw.get("results"))
    if data := _first(raw.get("translations")).get("data"):
        return "translations" if isinstance(data, dict) and "name" in data else ""
    if row.keys() >= {"iso_3166_1", "title"}:
        return "alternative_titles"
    if row.keys() >= {"iso_3166_1", "rating"}:
        return "content_ratings"
    return "images" if "backdrops" in raw else ""


def _first(rows: Any) -> Raw:
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _spoken(text: Any) -> str:
    return words.language(text) if isinstance(text, str) else ""


def _number(value: Any) -> int | None:
    try:
        return values.number(value, highest=values.LARGE) or None
    except values.BadValue:
        return None


def _holds_list(key: str) -> Callable[[Raw], bool]:
    return lambda raw: isinstance(raw.get(key), list)


def _is_season(raw: Raw) -> bool:
    return "season_number" in raw and "episode_number" not in raw


def _has_cast(raw: Raw) -> bool:
    return isinstance(raw.get("cast"), list) or isinstance(raw.get("crew"), list)


# The first that fits reads it.
READERS: list[tuple[Callable[[Raw], bool], Callable[[Raw, Asked], Found]]] = [
    (lambda raw: raw.keys() >= {"status_code", "status_message"}, _error),
    (lambda raw: raw.keys() >= projection.KEYS, _projection),
    (
        lambda raw: any(key.endswith("_results") for key in raw) and "results" not in raw and "id" not in raw,
        _found_by_id,
    ),
    (lambda raw: raw.keys() >= {"season_number", "episode_number"}, _episode),
    (_is_season, _season),
    (lambda raw: "credit_type" in raw, _credit),
    (shapes.is_series, _series),
    (lambda raw: bool(_part(raw)), _of_a_series),
    (_holds_list("results"), _list),
    (_holds_list("items"), _list),
    (lambda raw: shapes.is_person(raw) and "credit_id" in raw, _member),
    (shapes.is_person, _person),
    (_has_cast, _credits),
    (lambda raw: raw.keys() >= {"imdb_id", "freebase_mid"}, _external_ids),
    (shapes.is_network, _network),
]
