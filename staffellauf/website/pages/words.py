"""Facts of the catalogue in the words of the page."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from staffellauf.catalogue import calendar
from staffellauf.catalogue.models import Episode, Relation, Release, Role, Season, Series
from staffellauf.common import dates, paths, vague
from staffellauf.website import countries

NARROW = dates.NARROW_SPACE
ENDED = {Series.Status.ENDED, Series.Status.CANCELLED}


def capital(value: str) -> str:
    return value[:1].upper() + value[1:]


def season_name(season: Season) -> str:
    if season.number == 0:
        return season.name or _("Specials")
    return str(season.number) if season.is_year else _("Season %(number)s") % {"number": season.number}


def season_code(season: Season) -> str:
    """Part of an address: `staffel-2`, `specials`."""
    return "specials" if season.number == 0 else f"staffel-{season.number}"


def episode_code(season: Season, episode: Episode) -> str:
    """Part of an address: `2x05`, `special-17` without a number."""
    return f"special-{episode.pk}" if episode.number is None else f"{season.number}x{episode.number:02}"


def season_address(series: Series, season: Season) -> str:
    return f"{paths.of('series-follow', series.slug)}{season_code(season)}/"


def episode_address(series: Series, season: Season, episode: Episode) -> str:
    return f"{paths.of('series-follow', series.slug)}{episode_code(season, episode)}/"


def episode_number(episode: Episode) -> str:
    """5, 1–2; empty without a number."""
    if episode.number is None:
        return ""
    return f"{episode.number}–{episode.last_number}" if episode.last_number else str(episode.number)


def episode_name(episode: Episode) -> str:
    """Episode 5, Episodes 1–2, Special."""
    if episode.number is None:
        return capital(episode.get_kind_display() if episode.kind != Episode.Kind.REGULAR else _("episode"))
    template = _("Episodes %(number)s") if episode.last_number else _("Episode %(number)s")
    return template % {"number": episode_number(episode)}


def place(season: Season | None, episodes: Sequence[Episode]) -> str:
    """S 2, F 5 · S 2, F 1–8 · Staffel 2 · 2013, F 7."""
    if season is None:
        return ""
    if not episodes:
        return season_name(season)
    numbers = [episode.number for episode in episodes if episode.number is not None]
    numbers += [episode.last_number for episode in episodes if episode.last_number]
    if not numbers:
        return season_name(season) if season.number == 0 else episode_name(episodes[0])
    low, high = min(numbers), max(numbers)
    shown = str(low) if low == high else f"{low}–{high}"
    if season.number == 0 or season.is_year:
        return f"{season_name(season)}, " + pgettext("episode", "E %(number)s") % {"number": shown}
    return _("S %(season)s, E %(number)s") % {"season": season.number, "number": shown}


def titled(episode: Episode, series: Series) -> tuple[str, str]:
    """The title to show and its language when it is not German; both empty when there is none."""
    if episode.name:
        return episode.name, "de" if translation.get_language() != "de" else ""
    return episode.original_title, series.original_language


def status(series: Series) -> str:
    """Running since 2020 · 2015 to 2021, ended."""
    first, last = series.start_year, series.end_year
    name = str(series.get_status_display())
    if series.status == Series.Status.RUNNING and first:
        return _("Running since %(year)s") % {"year": first}
    if series.status in ENDED and first:
        years = str(first) if last in (None, first) else f"{first}–{last}"
        return f"{years}, {name}"
    if series.status == Series.Status.UNKNOWN:
        return f"{first}–{last}" if first and last and first != last else str(first or "")
    return f"{first}, {name}" if first else capital(name)


def genres(series: Series) -> str:
    known = dict(Series.Genre.choices)
    keys = [key.strip() for key in series.genres.split(",")]
    return ", ".join(capital(str(known.get(key, key))) for key in keys if key)


def facts(series: Series) -> list[str]:
    """The status line, without networks and streamers."""
    format_name = series.get_format_display() if series.format not in ("", Series.Format.SCRIPTED) else ""
    minutes = _("%(count)s min.") % {"count": series.runtime_min} if series.runtime_min else ""
    rated = str(series.get_fsk_display()) if series.fsk is not None else ""
    found = [status(series), ", ".join(countries.listed(series.countries)), capital(str(format_name)), genres(series)]
    return [fact for fact in [*found, rated, minutes.replace(" ", NARROW)] if fact]


def status_note(now: str, before: str, since: date | None) -> str:
    """What the history says of the status: Cancelled on 12 May 2024. Empty when the day is not known."""
    if since is None:
        return ""
    day = {"day": vague.for_people(vague.day(since), language())}
    if now == Series.Status.RUNNING and before in {*ENDED, Series.Status.UNDECIDED}:
        return _("Renewed: %(day)s") % day
    notes = {
        Series.Status.ENDED: _("Ended: %(day)s"),
        Series.Status.CANCELLED: _("Cancelled: %(day)s"),
        Series.Status.ORDERED: _("Ordered: %(day)s"),
    }
    return notes[Series.Status(now)] % day if now in notes else ""


def language() -> str:
    return translation.get_language() or "de"


def when(release: Release) -> str:
    """As rough as it is known: Fri, 23 January 2026, 20:15 · autumn 2026."""
    return vague.for_people(calendar.vague_of(release), language())


def day(value: date) -> str:
    """Fri, 23 January 2026"""
    return vague.for_people(vague.day(value), language())


def release_kind(kind: str, *, version: str = "") -> str:
    """German streaming premiere, dubbed."""
    name = capital(str(Release.Kind(kind).label))
    return f"{name}, {Release.Version(version).label}" if version else name


def kinship(kind: str) -> str:
    """What a series is to the one that it comes from."""
    names = {
        Relation.Kind.SPIN_OFF_OF: _("Spin-off"),
        Relation.Kind.REMAKE_OF: _("Remake"),
        Relation.Kind.SEQUEL_OF: _("Sequel"),
        Relation.Kind.SAME_FRANCHISE: _("Same franchise"),
    }
    return names[Relation.Kind(kind)] if kind else ""


def billed_as(billing: str) -> str:
    """The heading over all who are billed so."""
    names = {
        Role.Billing.MAIN: _("Main roles"),
        Role.Billing.RECURRING: _("Recurring roles"),
        Role.Billing.GUEST: _("Guest roles"),
    }
    return names[Role.Billing(billing)]


def episode_count(count: int) -> str:
    return ngettext("%(count)s episode", "%(count)s episodes", count) % {"count": count}


def joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
