"""A series of TMDB's answers: whole with what was appended, or one row of a list."""

import re
from typing import Any

from staffellauf.sources import stated, values
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    EpisodeRecord,
    OrganisationRecord,
    PictureRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
    SynopsisRecord,
)
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import episodes, people, words

SOURCE = people.SOURCE
# Fifteen codes fill the column; no series has more countries.
MAX_COUNTRIES = 15
# What an answer has to hold before anything that is not in it may be taken away.
WHOLE = {"seasons", "networks", "created_by", "aggregate_credits", "alternative_titles"}
APPENDED_SEASON = re.compile(r"season/\d{1,5}")


def series(given: Stated, *, language: str = "") -> SeriesRecord | None:
    """What the answer states of the series; None when it has no number. `language`: what was asked for, if known."""
    number = given.number("id", values.LARGE)
    if not number:
        return None
    spoken = language or _language(given)
    title, is_german = _title(given, spoken)
    seasons = _seasons(given, spoken)
    listed = _episodes(given, spoken)
    return SeriesRecord(
        SOURCE,
        title,
        {"tmdb": str(number)} | people.ids(given.object("external_ids"), prefix="tt"),
        fields(given) | ({"name": title} if title and is_german else {}),
        aliases=_aliases(given, title),
        synopses=_synopses(given, spoken),
        pictures=pictures(given),
        organisations=networks(given),
        seasons=seasons,
        episodes=listed,
        roles=_roles(given, listed),
        credits=_credits(given, listed),
        is_partial=not (given.raw.keys() >= WHOLE and _has_all_seasons(given, seasons)),
        warnings=given.notes.as_tuple(),
    )


# Any: a model field's value, here and below.
def fields(given: Stated) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given.put(found, "original_title", "original_name", values.text, 200)
    _put_words(given, found)
    given.put(found, "premiered_on", "first_air_date", values.day)
    if found.get("premiered_on"):
        found["start_year"] = found["premiered_on"].year
    _put_end(given, found)
    run_times = given.raw.get("episode_run_time")
    if isinstance(run_times, list) and run_times:
        first = Stated({"episode_run_time": run_times[0]}, given.notes)
        first.put(found, "runtime_min", "episode_run_time", values.number)
    given.put(found, "rating", "vote_average", stated.rating)
    given.put(found, "official_site", "homepage", values.address)
    if "popularity" in given:
        found["popularity"] = words.popularity(given.raw["popularity"])
    return found


def networks(given: Stated) -> tuple[OrganisationRecord, ...] | None:
    if "networks" not in given:
        return None
    return tuple(found for item in given.objects("networks") if (found := organisation(item)))


def organisation(given: Stated) -> OrganisationRecord | None:
    """A network or streamer; None without a name."""
    name = given.text("name")
    if not name:
        return None
    number = given.number("id", values.LARGE)
    found: dict[str, Any] = {"name": name}
    if given.raw.get("origin_country"):
        given.put(found, "country", "origin_country", values.country)
    if given.raw.get("homepage"):
        given.put(found, "official_site", "homepage", values.address)
    if name.casefold() in words.STREAMERS:
        found["type"] = "streamer"
    return OrganisationRecord(SOURCE, name, {"tmdb": str(number)} if number else {}, found)


def aliases(given: Stated, title: str) -> tuple[AliasRecord, ...]:
    """Alternative titles of a series with their countries."""
    found: dict[tuple[str, str], AliasRecord] = {}
    for item in given.objects("results"):
        name, country = item.text("title"), item.take("iso_3166_1", values.country) or ""
        if name and name != title:
            found.setdefault((name, country), AliasRecord(name, country=country))
    return tuple(found.values())


def pictures(given: Stated) -> tuple[PictureRecord, ...]:
    """One of each kind; a logo, and what the answer itself does not name, from the pictures appended to it."""
    found = {
        picture.kind: picture
        for picture in people.pictures(given, {"poster": "poster_path", "backdrop": "backdrop_path"})
    }
    for kind, key in (("poster", "posters"), ("backdrop", "backdrops"), ("logo", "logos")):
        # German ones first, then those without words.
        rows = [row for row in given.object("images").objects(key) if row.raw.get("iso_639_1") in ("de", None)]
        for row in sorted(rows, key=lambda row: row.raw.get("iso_639_1") != "de")[:1]:
            for picture in people.pictures(row, {kind: "file_path"}):
                found.setdefault(kind, picture)
    return tuple(found.values())


def strictest(given: Stated) -> int | None:
    """The highest German age rating: TMDB may have one for each season."""
    rows = (row.raw for row in given.objects("results"))
    ages = [words.fsk(row.get("rating")) for row in rows if row.get("iso_3166_1") == "DE"]
    return max((age for age in ages if age is not None), default=None)


def german(given: Stated) -> Stated:
    """The German translation, that of Germany first; an empty one when there is none."""
    return _translation(given, "de", "DE")


def _translation(given: Stated, language: str, country: str) -> Stated:
    rows = [row for row in given.objects("translations") if row.raw.get("iso_639_1") == language]
    rows.sort(key=lambda row: row.raw.get("iso_3166_1") != country)
    return rows[0].object("data") if rows else Stated({}, given.notes)


def _title(given: Stated, spoken: str) -> tuple[str, bool]:
    """The title, and whether it is the one that Germans know."""
    original = given.text("original_name")
    named = german(given.object("translations")).text("name")
    if named:
        return named, True
    if given.raw.get("original_language") == "de" and original:
        return original, True
    title = given.text("name")
    english = _translation(given.object("translations"), "en", "US").text("name")
    if title == original and english and spoken == "de" and given.raw.get("original_language") != "en":
        # Asked for German, TMDB falls back to the original, be it in a script that few here read.
        return english, True
    return title or original, spoken == "de"


def _language(given: Stated) -> str:
    """Which language was asked for, by the overviews, else by the genres."""
    texts = [given.raw.get("overview"), *(season.raw.get("overview") for season in given.objects("seasons"))]
    found = words.language(" ".join(text for text in texts if isinstance(text, str)))
    if found:
        return found
    genres = {genre.text("name").casefold() for genre in given.objects("genres")}
    is_german, is_english = bool(genres & words.GERMAN_GENRES), bool(genres & words.ENGLISH_GENRES)
    return "" if is_german == is_english else "de" if is_german else "en"


def _put_words(given: Stated, found: dict[str, Any]) -> None:
    """Status, format, genres, countries, language, age: what TMDB says in its own words."""
    if "original_language" in given:
        code = given.text("original_language", 12)
        found["original_language"] = words.LANGUAGES.get(code, code)
    countries = given.raw.get("origin_country")
    if isinstance(countries, list):
        codes = [
            Stated({"origin_country": code}, given.notes).take("origin_country", values.country) for code in countries
        ]
        found["countries"] = ", ".join(code for code in dict.fromkeys(codes[:MAX_COUNTRIES]) if code)
    status = given.text("status")
    if status.casefold() in words.STATUSES:
        found["status"] = words.STATUSES[status.casefold()]
        if found["status"] == "ordered" and given.raw.get("last_episode_to_air"):
            found["status"] = "running"
    elif status:
        given.notes.add(f"status {status!r} is not known")
    genres = _genres(given)
    if genres is not None:
        found["genres"] = ", ".join(genres)
    named = words.FORMATS.get(given.text("type").casefold(), "")
    by_genre = next((words.GENRE_FORMATS[key] for key in genres or () if key in words.GENRE_FORMATS), "")
    if named or by_genre:
        found["format"] = by_genre if named in ("", "scripted") and by_genre else named
    if (age := strictest(given.object("content_ratings"))) is not None:
        found["fsk"] = age


def _genres(given: Stated) -> list[str] | None:
    if "genres" in given:
        return words.genre_keys([genre.text("name") for genre in given.objects("genres")])
    listed = given.raw.get("genre_ids")
    return words.genre_keys(listed) if isinstance(listed, list) else None


def _put_end(given: Stated, found: dict[str, Any]) -> None:
    """TMDB's last day is the end only of what has ended."""
    if found.get("status") not in ("ended", "cancelled"):
        return
    given.put(found, "ended_on", "last_air_date", values.day)
    end, start = found.get("ended_on"), found.get("premiered_on")
    if end and start and end < start:
        given.notes.add(f"last_air_date {end} is before first_air_date {start}")
        del found["ended_on"]
    elif end:
        found["end_year"] = end.year


def _aliases(given: Stated, title: str) -> tuple[AliasRecord, ...] | None:
    if "alternative_titles" not in given and "translations" not in given:
        return None
    found = aliases(given.object("alternative_titles"), title)
    english = _translation(given.object("translations"), "en", "US").text("name")
    is_new = english and english not in (title, given.text("original_name"), *(alias.name for alias in found))
    return (*found, AliasRecord(english, "en")) if is_new else found


def _synopses(given: Stated, spoken: str) -> tuple[SynopsisRecord, ...]:
    translations = given.object("translations")
    texts = {
        code: _translation(translations, code, country).take("overview", stated.paragraphs) or ""
        for code, country in (("de", "DE"), ("en", "US"))
    }
    overview = given.take("overview", stated.paragraphs) or ""
    if spoken and not texts.get(spoken):
        texts[spoken] = overview
    return stated.synopses(texts)


def _appended(given: Stated) -> list[Stated]:
    """The seasons that came with the answer, with their episodes."""
    return [given.object(key) for key in given.raw if APPENDED_SEASON.fullmatch(key)]


def _seasons(given: Stated, spoken: str) -> tuple[SeasonRecord, ...] | None:
    if "seasons" not in given and not _appended(given):
        return None
    found: dict[int, SeasonRecord] = {}
    for item in [*given.objects("seasons"), *_appended(given)]:
        if season := episodes.season(item, language=spoken):
            known = found.get(season.number)
            found[season.number] = SeasonRecord(season.number, {**(known.fields if known else {}), **season.fields})
    return tuple(found[number] for number in sorted(found))


def _episodes(given: Stated, spoken: str) -> tuple[EpisodeRecord, ...] | None:
    """Those of the appended seasons; without any, the last and the next one."""
    appended = _appended(given)
    if appended:
        return tuple(found for season in appended for found in episodes.episodes(season, language=spoken))
    near = (given.object(key) for key in ("last_episode_to_air", "next_episode_to_air") if given.raw.get(key))
    return tuple(found for item in near if (found := episodes.episode(item, language=spoken))) or None


def _has_all_seasons(given: Stated, seasons: tuple[SeasonRecord, ...] | None) -> bool:
    return {f"season/{season.number}" for season in seasons or ()} <= given.raw.keys()


def _roles(given: Stated, listed: tuple[EpisodeRecord, ...] | None) -> tuple[RoleRecord, ...] | None:
    if "aggregate_credits" not in given:
        return people.roles(given.object("credits"), "cast") if "credits" in given else None
    regulars = {str(member.raw.get("id")) for member in given.object("credits").objects("cast")}
    guests = {role.person.ids.get("tmdb", "") for episode in listed or () for role in episode.roles or ()}
    return people.whole_cast(given, regulars=regulars, guests_elsewhere=guests)


def _credits(given: Stated, listed: tuple[EpisodeRecord, ...] | None) -> tuple[CreditRecord, ...] | None:
    """Creators and crew; jobs that the episodes name themselves are left to them."""
    key = "aggregate_credits" if "aggregate_credits" in given else "credits"
    if key not in given and "created_by" not in given:
        return None
    elsewhere = {
        (credit.person.ids.get("tmdb", ""), credit.title)
        for episode in listed or ()
        for credit in episode.credits or ()
    }
    crew = people.crew(given.object(key))
    own = (
        credit
        for credit in crew
        if (credit.person.ids.get("tmdb", ""), credit.title) not in elsewhere
        and not (credit.job == "creator" and "created_by" in given)
    )
    return (*people.creators(given), *own)
