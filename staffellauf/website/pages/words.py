"""Facts of the catalogue in the words of the page."""

from collections.abc import Iterable
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.catalogue import calendar, words
from staffellauf.catalogue.models import Episode, Relation, Release, Role, Series
from staffellauf.common import dates, vague
from staffellauf.website import countries

# Said here as everywhere.
capital = words.capital
season_name, season_code, season_address = words.season_name, words.season_code, words.season_address
episode_name, episode_number = words.episode_name, words.episode_number
episode_code, episode_address = words.episode_code, words.episode_address
place, release_kind = words.place, words.release_kind

NARROW = dates.NARROW_SPACE
ENDED = {Series.Status.ENDED, Series.Status.CANCELLED}


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
