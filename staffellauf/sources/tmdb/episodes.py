"""Seasons and episodes of TMDB's answers."""

from collections.abc import Iterator
from typing import Any

from staffellauf.sources import values
from staffellauf.sources.records import CreditRecord, EpisodeRecord, RoleRecord, SeasonRecord
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import people, words


def season(given: Stated, *, language: str) -> SeasonRecord | None:
    number = given.number("season_number")
    if number is None:
        given.notes.add(f"{given.where}a season without a number")
        return None
    # Any: a model field's value, here and below.
    fields: dict[str, Any] = {}
    title = given.text("name")
    if "name" in given and (language in ("de", "") or _says_nothing(title, number)):
        fields["name"] = "" if _says_nothing(title, number) else title
    given.put(fields, "premiered_on", "air_date", values.day)
    given.put(fields, "tmdb_id", "id", _number)
    if "episodes" in given:
        fields["episode_count"] = min(len(list(given.objects("episodes"))), values.SMALL)
    else:
        given.put(fields, "episode_count", "episode_count", values.number)
    return SeasonRecord(number, fields)


def episodes(given: Stated, *, language: str) -> Iterator[EpisodeRecord]:
    """Those of a season, each number once."""
    seen: set[int | None] = set()
    for item in given.objects("episodes"):
        found = episode(item, language=language, season_number=given.number("season_number"))
        if found is None:
            continue
        if found.number in seen:
            given.notes.add(f"Season {found.season} has two episodes {found.number}; the first is taken")
            continue
        seen.add(found.number)
        yield found


def episode(given: Stated, *, language: str, season_number: int | None = None) -> EpisodeRecord | None:
    """The episode; German titles are its name, titles in another language its original title."""
    of = given.number("season_number") if "season_number" in given else season_number
    number = given.number("episode_number")
    if of is None or number is None:
        given.notes.add(f"{given.where}an episode without its numbers")
        return None
    fields: dict[str, Any] = {"kind": "special" if of == 0 else "regular"}
    if "name" in given:
        title = given.text("name", 300)
        fields["name" if language in ("de", "") else "original_title"] = "" if words.is_placeholder(title) else title
    given.put(fields, "aired_on", "air_date", values.day)
    given.put(fields, "runtime_min", "runtime", values.number)
    given.put(fields, "tmdb_id", "id", _number)
    given.object("external_ids").put(fields, "tvdb_id", "tvdb_id", _number)
    return EpisodeRecord(of, number, fields, _guests(given), _crew(given))


def _guests(given: Stated) -> tuple[RoleRecord, ...] | None:
    if "guest_stars" in given:
        return people.roles(given, "guest_stars", billing="guest")
    inner = given.object("credits")
    return people.roles(inner, "guest_stars", billing="guest") if "guest_stars" in inner else None


def _crew(given: Stated) -> tuple[CreditRecord, ...] | None:
    if "crew" in given:
        return people.crew(given)
    inner = given.object("credits")
    return people.crew(inner) if "crew" in inner else None


def _says_nothing(title: str, number: int) -> bool:
    """Whether the page would write it itself: "Staffel 1", and "Extras" for the specials."""
    return words.is_placeholder(title) or (number == 0 and title.casefold() in words.SPECIALS)


def _number(value: Any, *, name: str) -> int | None:
    return values.number(value, highest=values.LARGE, name=name)
