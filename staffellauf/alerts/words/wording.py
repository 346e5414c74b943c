"""Releases in words: „Ballard“: Staffel 2 ab heute bei Prime Video. In the language that is switched on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from staffellauf.alerts.models import Occasion
from staffellauf.catalogue import premieres
from staffellauf.catalogue.models import Organisation, Release, Season, TopicKind
from staffellauf.common import dates, text

TITLED = {TopicKind.SERIES, TopicKind.FRANCHISE}
# An alert of an hour before leaves within a few minutes of it, and is not wrong when it comes a little later.
AN_HOUR = (timedelta(minutes=45), timedelta(minutes=75))
# So soon after it came out it comes out now.
JUST_NOW = timedelta(minutes=15)


def title(series: str, kind: str, releases: Sequence[Release], *, now: datetime) -> str:
    """All releases are of one series and one moment."""
    values = {
        "series": title_in_quotes(series),
        "what": what(kind, releases),
        "when": when(releases[0], now=now),
        "where": where(releases),
    }
    if kind == Occasion.Kind.COMPLETE:
        words = _("%(series)s: %(what)s complete %(when)s")
    elif values["what"]:
        words = _("%(series)s: %(what)s %(when)s")
    else:
        words = _("%(series)s %(when)s")
    words = words % values
    return _("%(what)s on %(where)s") % {"what": words, "where": values["where"]} if values["where"] else words


def body(releases: Sequence[Release]) -> str:
    """How it is seen: German streaming premiere, dubbed. Empty when the releases differ in that."""
    first = releases[0]
    if any((release.kind, release.version) != (first.kind, first.version) for release in releases):
        return ""
    name = str(first.get_kind_display())
    shown = name[:1].upper() + name[1:]
    return f"{shown}, {first.get_version_display()}" if first.version else shown


def what(kind: str, releases: Sequence[Release]) -> str:
    """Season 2; season 2, episodes 3–5; empty for the whole series."""
    seasons = {season.pk: season for release in releases if (season := premieres.season_of(release))}
    episodes = [release.episode for release in releases if release.episode]
    if kind != Occasion.Kind.EPISODES or not episodes:
        return season_name(*seasons.values()) if len(seasons) == 1 else ""
    shown = episode_numbers(sorted({episode.number for episode in episodes if episode.number is not None}), releases)
    if len(seasons) != 1:
        return shown
    return _("%(season)s, %(episodes)s") % {"season": season_name(*seasons.values()), "episodes": shown}


def episode_numbers(numbers: Sequence[int], releases: Sequence[Release]) -> str:
    """Episode 3; episodes 3–5; 3 episodes when they do not follow each other or have no number."""
    count = len({release.episode_id for release in releases})
    if count == 1 and numbers:
        return _("episode %(number)s") % {"number": numbers[0]}
    if count == len(numbers) and numbers[-1] - numbers[0] == count - 1:
        return _("episodes %(first)s–%(last)s") % {"first": numbers[0], "last": numbers[-1]}
    return ngettext("%(count)s episode", "%(count)s episodes", count) % {"count": count}


def season_name(season: Season) -> str:
    if season.number == 0:
        return _("Specials")
    return str(season.number) if season.is_year else _("season %(number)s") % {"number": season.number}


def when(release: Release, *, now: datetime) -> str:
    """As it is at this moment: in an hour, tomorrow at 20:15, since yesterday."""
    if release.starts_at is not None:
        return _moment(release.starts_at, now=now)
    today = dates.day_of(now)
    day = {"day": dates.short_day(release.first_on, today=today)}
    named = {
        -1: _("since yesterday"),
        0: _("from today"),
        1: _("from tomorrow"),
    }.get((release.first_on - today).days)
    return named or (_("from %(day)s") if release.first_on > today else _("since %(day)s")) % day


def _moment(at: datetime, *, now: datetime) -> str:
    ahead, today = at - now, dates.day_of(now)
    days = (dates.day_of(at) - today).days
    values = {"time": dates.time_of_day(at), "day": dates.short_day(at, today=today)}
    if AN_HOUR[0] <= ahead <= AN_HOUR[1]:
        return _("in an hour")
    if ahead > timedelta(0):
        words = {0: _("today at %(time)s"), 1: _("tomorrow at %(time)s")}.get(days, _("on %(day)s at %(time)s"))
        return words % values
    if -ahead <= JUST_NOW:
        return pgettext("it comes out", "now")
    return {0: _("since %(time)s"), -1: _("since yesterday")}.get(days, _("since %(day)s")) % values


def where(releases: Sequence[Release]) -> str:
    """The network or streamer, when it is one for all."""
    names: set[Organisation | None] = {release.organisation for release in releases}
    only = names.pop() if len(names) == 1 else None
    return only.name if only else ""


def title_in_quotes(words: str) -> str:
    return _("“%(title)s”") % {"title": text.quoted(words)}
