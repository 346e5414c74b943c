"""A show of TVmaze as a SeriesRecord."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from staffellauf.catalogue.models import Organisation, Series, TopicPicture
from staffellauf.catalogue.models.provenance import TVMAZE
from staffellauf.common import clean
from staffellauf.sources import values
from staffellauf.sources.records import (
    AliasRecord,
    EpisodeRecord,
    OrganisationRecord,
    PictureRecord,
    SeriesRecord,
    SynopsisRecord,
)
from staffellauf.sources.tvmaze import languages, parts, people, words
from staffellauf.sources.tvmaze.fields import Taken, key, word

Raw = Mapping[str, Any]  # Any: what JSON holds, here and below.
IMDB = re.compile(r"tt\d{5,10}")
# Of Synopsis.text, of Series.genres.
MAX_SYNOPSIS, MAX_GENRES = 10_000, 200
# Control characters but line breaks, halves of surrogate pairs (nh3 takes none), what nobody sees.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff]")
PARAGRAPH = re.compile(r"</p\s*>|<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
ORGANISATIONS = {
    "network": ("networks", Organisation.Type.NETWORK),
    "webChannel": ("webchannels", Organisation.Type.STREAMER),
}
GERMANY = "DE"


def series(raw: Raw) -> SeriesRecord:
    """Raises BadValue without a usable id and name."""
    number = key(raw.get("id"))
    name = values.text(raw.get("name"), 200, name="name")
    if not name:
        raise values.BadValue("it has no name")
    taken = Taken()
    embedded = taken.mapping(raw.get("_embedded"), "_embedded")
    aliases = parts.aliases(taken, embedded["akas"]) if "akas" in embedded else None
    german = _german_title(name, aliases or (), language=raw.get("language"))
    taken.fields |= {"name": german, "original_title": name}
    _put_fields(taken, raw)
    organisations = _organisations(taken, raw)
    _put_countries(taken, organisations)
    episodes, is_partial = _episodes(taken, embedded)
    return SeriesRecord(
        source=TVMAZE,
        name=german,
        ids={"tvmaze": str(number)} | _ids(taken, raw),
        fields=taken.fields,
        aliases=None if aliases is None else tuple(alias for alias in aliases if alias.name != german),
        synopses=_synopses(taken, raw),
        pictures=_pictures(taken, raw, embedded),
        organisations=organisations,
        seasons=parts.seasons(taken, embedded["seasons"]) if "seasons" in embedded else None,
        episodes=episodes,
        roles=people.cast(taken, embedded["cast"]) if "cast" in embedded else None,
        credits=people.crew(taken, embedded["crew"]) if "crew" in embedded else None,
        is_partial=is_partial,
        version=people.version(taken, raw),
        warnings=tuple(taken.warnings),
    )


def _german_title(name: str, aliases: tuple[AliasRecord, ...], *, language: Any) -> str:
    """What it is called in Germany; a German series is called by its name."""
    if language == "German":
        return name
    return next((alias.name for alias in aliases if alias.country == GERMANY), name)


def _put_fields(taken: Taken, raw: Raw) -> None:
    taken.put("status", raw, "status", _status)
    taken.put("original_language", raw, "language", _language)
    taken.put("premiered_on", raw, "premiered", lambda value: values.day(value, name="premiered"))
    taken.put("ended_on", raw, "ended", lambda value: values.day(value, name="ended"))
    taken.put("popularity", raw, "weight", lambda value: values.number(value, name="weight") or 0)
    taken.put("rating", raw, "rating", _rating)
    taken.put("official_site", raw, "officialSite", lambda value: values.address(value, name="officialSite"))
    _put_years(taken)
    _put_runtime(taken, raw)
    _put_schedule(taken, raw)
    _put_format_and_genres(taken, raw)


def _status(raw: Any) -> str:
    return word(raw, words.STATUSES, name="status", empty=Series.Status.UNKNOWN)


def _language(raw: Any) -> str:
    return word(raw, languages.BY_NAME, name="language", empty="")


def _rating(raw: Any) -> Decimal | None:
    """0 to 10, one digit behind the point."""
    average = raw.get("average") if isinstance(raw, dict) else raw
    if average is None:
        return None
    if isinstance(average, bool) or not isinstance(average, int | float) or not 0 <= average <= 10:
        raise values.BadValue(f"rating is not between 0 and 10: {str(average)[:40]}")
    return Decimal(str(average)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _put_years(taken: Taken) -> None:
    premiered: date | None = taken.fields.get("premiered_on")
    ended: date | None = taken.fields.get("ended_on")
    if premiered and ended and ended < premiered:
        taken.warn(f"ended on {ended}, before it began on {premiered}")
        del taken.fields["ended_on"]
    for day, year in (("premiered_on", "start_year"), ("ended_on", "end_year")):
        if day in taken.fields:
            taken.fields[year] = taken.fields[day].year if taken.fields[day] else None


def _put_runtime(taken: Taken, raw: Raw) -> None:
    """The runtime of every episode, or else their average."""
    taken.put("runtime_min", raw, "runtime", lambda value: values.number(value, name="runtime"))
    if taken.fields.get("runtime_min") is None:
        taken.put("runtime_min", raw, "averageRuntime", lambda value: values.number(value, name="averageRuntime"))


def _put_schedule(taken: Taken, raw: Raw) -> None:
    if "schedule" not in raw:
        return
    schedule = taken.mapping(raw["schedule"], "schedule")
    taken.put("airtime", schedule, "time", lambda value: values.clock(value, name="schedule's time"))
    taken.put("weekdays", schedule, "days", _weekdays)


def _weekdays(raw: Any) -> str:
    if not isinstance(raw, list | None):
        raise values.BadValue("schedule's days are no list")
    found = {word(day, words.WEEKDAYS, name="weekday", empty="") for day in raw or []}
    return ", ".join(day for day in words.WEEKDAYS.values() if day in found)


def _put_format_and_genres(taken: Taken, raw: Raw) -> None:
    taken.put("format", raw, "type", lambda value: word(value, words.FORMATS, name="type", empty=Series.Format.UNKNOWN))
    if "genres" not in raw:
        return
    if not isinstance(raw["genres"], list | None):
        taken.warn("genres are no list")
        return
    found: set[str] = set()
    for genre in raw["genres"] or []:
        known = taken.attempt(None, word, genre, words.GENRES, name="genre", empty=None)
        found.update([known] if known else [])
    implied = words.GENRES_OF_FORMATS.get(taken.fields.get("format", ""))
    joined = ", ".join(sorted(str(genre) for genre in found | ({implied} if implied else set())))
    if len(joined) > MAX_GENRES:
        taken.warn("more genres than fit")
    else:
        taken.fields["genres"] = joined


def _organisations(taken: Taken, raw: Raw) -> tuple[OrganisationRecord, ...] | None:
    """Both may be set, or neither."""
    stated = [what for what in ORGANISATIONS if what in raw]
    found = (taken.attempt(None, _organisation, raw[what], what) for what in stated)
    return tuple(organisation for organisation in found if organisation) if stated else None


def _organisation(raw: Any, what: str) -> OrganisationRecord | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise values.BadValue(f"{what} is no object but {type(raw).__name__}")
    place, kind = ORGANISATIONS[what]
    number = key(raw.get("id"), name=f"{what}'s id")
    name = values.text(raw.get("name"), 200, name=f"{what}'s name")
    if not name:
        raise values.BadValue(f"{what} {number} has no name")
    taken = Taken()
    taken.fields |= {"name": name, "type": kind}
    taken.put("country", raw, "country", people.country)
    taken.put("official_site", raw, "officialSite", lambda value: values.address(value, name="officialSite"))
    return OrganisationRecord(
        TVMAZE, name, {"tvmaze": f"{place}/{number}"}, taken.fields, warnings=tuple(taken.warnings)
    )


def _put_countries(taken: Taken, organisations: tuple[OrganisationRecord, ...] | None) -> None:
    """A streamer without a country is one of the whole world: that says nothing of the series."""
    found = dict.fromkeys(organisation.fields.get("country", "") for organisation in organisations or ())
    countries = [country for country in found if country]
    if countries:
        taken.fields["countries"] = ", ".join(countries)


def _ids(taken: Taken, raw: Raw) -> dict[str, str]:
    externals = taken.mapping(raw.get("externals"), "externals")
    found: dict[str, str] = {}
    imdb = taken.attempt("", values.text, externals.get("imdb"), 40, name="imdb")
    if IMDB.fullmatch(imdb):
        found["imdb"] = imdb
    elif imdb:
        taken.warn(f"imdb is none: {imdb}")
    tvdb = taken.attempt(None, values.number, externals.get("thetvdb"), highest=values.LARGE, name="thetvdb")
    return found | ({"tvdb": str(tvdb)} if tvdb else {})


def _synopses(taken: Taken, raw: Raw) -> tuple[SynopsisRecord, ...]:
    """TVmaze writes in English."""
    text = taken.attempt("", plain, raw.get("summary"))
    return (SynopsisRecord("en", text),) if text else ()


def plain(raw: Any) -> str:
    """The text of some HTML, an empty line between paragraphs."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise values.BadValue(f"summary is no text but {type(raw).__name__}")
    # Tags count too: nothing that short in the end is that much longer with them.
    if len(raw) > 2 * MAX_SYNOPSIS:
        raise values.BadValue(f"summary has {len(raw)} characters, at most {MAX_SYNOPSIS} fit")
    pieces = (clean.plain(piece) for piece in PARAGRAPH.split(UNSEEN.sub("", raw)))
    text = UNSEEN.sub("", "\n\n".join(piece for piece in pieces if piece))
    if len(text) > MAX_SYNOPSIS:
        raise values.BadValue(f"summary has {len(text)} characters, at most {MAX_SYNOPSIS} fit")
    return text


def _pictures(taken: Taken, raw: Raw, embedded: Raw) -> tuple[PictureRecord, ...]:
    found = people.picture(taken, raw.get("image"), TopicPicture.Kind.POSTER)
    known = {picture.address for picture in found}
    more = parts.pictures(taken, embedded.get("images"))
    return found + tuple(picture for picture in more if picture.address not in known)


def _episodes(taken: Taken, embedded: Raw) -> tuple[tuple[EpisodeRecord, ...] | None, bool]:
    """The episodes, and whether others are missing: `episodes` leaves specials out, `nextepisode` all but one."""
    for complete in ("episodeswithspecials", "episodes"):
        if complete in embedded:
            found = parts.episodes(taken, embedded[complete])
            return found, not is_whole(found) and complete == "episodes"
    some = [embedded[one] for one in ("previousepisode", "nextepisode") if embedded.get(one)]
    return (parts.episodes(taken, some), True) if some else (None, False)


def is_whole(episodes: tuple[EpisodeRecord, ...]) -> bool:
    """Whether specials were asked for, as far as can be told."""
    return any(episode.number is None for episode in episodes)
