"""What a series is made of, as TVmaze lists it: seasons, episodes, other titles, pictures."""

import re
from collections.abc import Mapping
from typing import Any

from staffellauf.catalogue.models import SMALL, Episode, Role
from staffellauf.sources import values
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    EpisodeRecord,
    PictureRecord,
    RoleRecord,
    SeasonRecord,
)
from staffellauf.sources.tvmaze import languages, people, words
from staffellauf.sources.tvmaze.fields import Taken, key, word

Raw = Mapping[str, Any]  # Any: what JSON holds, here and below.
# Said of an episode whose title is not known (yet). “Chapter 5” and “Part 5” are titles.
PLACEHOLDER = re.compile(
    r"(?:(?:episode|folge|épisode|episodio|episódio|aflevering|avsnitt|afsnit|odcinek|bölüm)\s*#?\s*[\d.\-–/]+|tb[acd])\.?",
    re.IGNORECASE,
)
# Of a popular series TVmaze lists hundreds; an editor clears one or two.
MAX_PICTURES = 8


def seasons(taken: Taken, raw: Any) -> tuple[SeasonRecord, ...]:
    found: dict[int, SeasonRecord] = {}
    for place, row in taken.rows(raw, "seasons"):
        number = taken.attempt(None, values.number, row.get("number"), name="season's number")
        if number is None:
            taken.warn(f"season {place + 1} of the list has no number")
        elif number in found:
            taken.warn(f"season {number} comes twice")
        else:
            found[number] = SeasonRecord(number, _season(taken, row))
    return tuple(found.values())


def episodes(taken: Taken, raw: Any) -> tuple[EpisodeRecord, ...]:
    found: list[EpisodeRecord] = []
    numbers: set[tuple[int, int]] = set()
    ids: set[int] = set()
    for _, row in taken.rows(raw, "episodes"):
        record = taken.attempt(None, episode, taken, row)
        if record is None:
            continue
        number, own_id = record.number, record.fields.get("tvmaze_id")
        if own_id in ids or (number is not None and (record.season, number) in numbers):
            taken.warn(f"episode {record.season}x{number} comes twice")
            continue
        found.append(record)
        ids.update([own_id] if own_id else [])
        numbers.update([(record.season, number)] if number is not None else [])
    return tuple(found)


def episode(taken: Taken, row: Raw) -> EpisodeRecord:
    """Raises BadValue without the season's number, or with a number that is none."""
    season = values.number(row.get("season"), name="episode's season")
    if season is None:
        raise values.BadValue(f"episode {str(row.get('id'))[:20]} has no season")
    number = values.number(row.get("number"), name=f"number of an episode of season {season}")
    fields = _episode_fields(row, f"episode {season}x{'special' if number is None else number}", taken=taken)
    if number is None:
        fields.setdefault("kind", Episode.Kind.SPECIAL)
    roles, jobs = _guests(taken, row)
    return EpisodeRecord(season, number, fields, roles, jobs)


def aliases(taken: Taken, raw: Any) -> tuple[AliasRecord, ...]:
    """Each with the language of its country where that goes without saying."""
    found: dict[AliasRecord, None] = {}
    for _, row in taken.rows(raw, "akas"):
        alias = taken.attempt(None, _alias, row)
        if alias and alias.name:
            found[alias] = None
    return tuple(found)


def pictures(taken: Taken, raw: Any) -> tuple[PictureRecord, ...]:
    """The first few, those that TVmaze calls the main ones before others."""
    rows = [row for _, row in taken.rows(raw, "images") if row.get("type") in words.PICTURES]
    rows.sort(key=lambda row: row.get("main") is not True)
    found: dict[str, PictureRecord] = {}
    for row in rows[:MAX_PICTURES]:
        original = taken.mapping(row.get("resolutions"), "resolutions").get("original")
        address = taken.mapping(original, "original").get("url")
        usable = taken.attempt("", people.picture_address, address)
        if usable:
            found.setdefault(usable, PictureRecord(words.PICTURES[row["type"]], usable))
    return tuple(found.values())


def title(raw: Any) -> str:
    """The episode's title; empty for “Episode 5” and the like."""
    found = values.text(raw, 300, name="title")
    return "" if PLACEHOLDER.fullmatch(found) else found


def _season(taken: Taken, row: Raw) -> dict[str, Any]:
    own = Taken()
    own.put("tvmaze_id", row, "id", lambda value: key(value, name="season's id"))
    own.put("name", row, "name", lambda value: values.text(value, 200, name="season's name"))
    own.put("episode_count", row, "episodeOrder", lambda value: values.number(value, name="episodeOrder"))
    own.put("premiered_on", row, "premiereDate", lambda value: values.day(value, name="premiereDate"))
    own.put("ended_on", row, "endDate", lambda value: values.day(value, name="endDate"))
    if "premiered_on" in own.fields:
        premiered = own.fields["premiered_on"]
        own.fields["start_year"] = premiered.year if premiered else None
    _pass_on(own, f"season {str(row.get('number'))[:10]}", taken=taken)
    return own.fields


def _episode_fields(row: Raw, what: str, *, taken: Taken) -> dict[str, Any]:
    own = Taken()
    own.put("tvmaze_id", row, "id", lambda value: key(value, name="id"))
    own.put(
        "kind", row, "type", lambda value: word(value, words.EPISODE_KINDS, name="type", empty=Episode.Kind.REGULAR)
    )
    own.put("original_title", row, "name", title)
    own.put("aired_on", row, "airdate", lambda value: values.day(value, name="airdate"))
    own.put("aired_at", row, "airstamp", lambda value: values.moment(value, name="airstamp"))
    own.put("runtime_min", row, "runtime", lambda value: values.number(value, highest=SMALL, name="runtime"))
    # Without a time of day TVmaze writes noon in UTC: a moment that nobody stated.
    if row.get("airtime", "?") in ("", None) and "aired_at" in own.fields:
        own.fields["aired_at"] = None
    _pass_on(own, what, taken=taken)
    return own.fields


def _guests(taken: Taken, row: Raw) -> tuple[tuple[RoleRecord, ...] | None, tuple[CreditRecord, ...] | None]:
    embedded = taken.mapping(row.get("_embedded"), "_embedded")
    roles = people.cast(taken, embedded["guestcast"], billing=Role.Billing.GUEST) if "guestcast" in embedded else None
    jobs = people.crew(taken, embedded["guestcrew"]) if "guestcrew" in embedded else None
    return roles, jobs


def _alias(row: Raw) -> AliasRecord:
    country = people.country(row.get("country"))
    name = values.text(row.get("name"), 200, name="other title")
    return AliasRecord(name, languages.BY_COUNTRY.get(country, ""), country)


def _pass_on(own: Taken, what: str, *, taken: Taken) -> None:
    for warning in own.warnings:
        taken.warn(f"{what}: {warning}")
