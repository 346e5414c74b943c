"""The German list: TMDB's answers as players of one's own films keep them, with German titles and age ratings.

[{"id", "title", "year", "desc", "poster", "director", "cast": ["name"], "imdbId", "runtime": "23 min",
"genres": "Drama, Krimi", "fsk": "16", "seasons": [{"number", "title", "episodes": [{"no", "title", "date", "id"}]}]}]
"""

import re
from typing import Any

from staffellauf.sources import stated, values
from staffellauf.sources.records import (
    CreditRecord,
    EpisodeRecord,
    PersonRecord,
    PictureRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
)
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import episodes, people, words

SOURCE = people.SOURCE
KEYS = {"id", "title", "seasons", "desc"}
NOBODY = {"unbekannt", "unknown", "n/a"}


def series(given: Stated) -> SeriesRecord | None:
    number, title = given.number("id", values.LARGE), given.text("title")
    if not number or not title:
        return None
    imdb = given.text("imdbId")
    is_imdb = re.fullmatch(r"tt\d{5,12}", imdb, re.ASCII) is not None
    description = given.take("desc", stated.paragraphs) or ""
    # `director` holds who created it, `studio` who produced it: no network.
    return SeriesRecord(
        SOURCE,
        title,
        {"tmdb": str(number)} | ({"imdb": imdb} if is_imdb else {}),
        _fields(given, title),
        synopses=stated.synopses({"de": description}),
        pictures=_poster(given),
        seasons=_seasons(given),
        episodes=_episodes(given),
        roles=tuple(
            RoleRecord(person, "", "main", min(place, values.SMALL)) for place, person in enumerate(_cast(given))
        ),
        credits=tuple(CreditRecord(person, "creator", "", place) for place, person in enumerate(_creators(given))),
        is_partial=True,
        warnings=given.notes.as_tuple(),
    )


# Any: a model field's value.
def _fields(given: Stated, title: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": title}
    given.put(found, "start_year", "year", values.number)
    given.put(found, "rating", "rating", stated.rating)
    genres = words.genre_keys(given.text("genres", 1000).split(","))
    if genres:
        found["genres"] = ", ".join(genres)
    if "animation" in genres:
        found["format"] = "animation"
    minutes = re.fullmatch(r"(\d{1,4}) ?min\.?", given.text("runtime"), re.ASCII)
    if minutes:
        found["runtime_min"] = int(minutes[1])
    age = words.fsk(given.raw.get("fsk"))
    if age is not None:
        found["fsk"] = age
    elif given.raw.get("fsk"):
        given.notes.add(f"fsk is no German age rating: {str(given.raw['fsk'])[:40]}")
    return found


def _poster(given: Stated) -> tuple[PictureRecord, ...]:
    address = given.take("poster", values.address) or ""
    return (PictureRecord("poster", address),) if address else ()


def _seasons(given: Stated) -> tuple[SeasonRecord, ...]:
    found: dict[int, SeasonRecord] = {}
    for item in given.objects("seasons"):
        renamed = Stated(
            {"season_number": item.raw.get("number"), "name": item.raw.get("title")}, given.notes, item.where
        )
        if season := episodes.season(renamed, language="de"):
            found.setdefault(season.number, season)
    return tuple(found.values())


def _episodes(given: Stated) -> tuple[EpisodeRecord, ...]:
    found: dict[tuple[int, int | None], EpisodeRecord] = {}
    for season in given.objects("seasons"):
        for item in season.objects("episodes"):
            raw = {"episode_number": item.raw.get("no"), "name": item.raw.get("title"), "id": item.raw.get("id")}
            renamed = Stated(raw | {"air_date": item.raw.get("date")}, given.notes, item.where)
            episode = episodes.episode(renamed, language="de", season_number=season.number("number"))
            if episode and found.setdefault((episode.season, episode.number), episode) is not episode:
                given.notes.add(f"Season {episode.season} has two episodes {episode.number}; the first is taken")
    return tuple(found.values())


def _cast(given: Stated) -> list[PersonRecord]:
    listed = given.raw.get("cast")
    return _people(given, listed if isinstance(listed, list) else [])


def _creators(given: Stated) -> list[PersonRecord]:
    return _people(given, [*re.split(r", (?!Jr\.|Sr\.|I{2,3}\b)", given.text("director", 1000))])


# Any: what JSON holds.
def _people(given: Stated, names: list[Any]) -> list[PersonRecord]:
    known = (Stated({"name": name}, given.notes).text("name") for name in names)
    return [
        PersonRecord(SOURCE, name, {}, {"name": name})
        for name in dict.fromkeys(known)
        if name and name.casefold() not in NOBODY
    ]
