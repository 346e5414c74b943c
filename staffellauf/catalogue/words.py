"""Seasons, episodes and releases by name, and the addresses of their pages. In the language that is switched on."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staffellauf.catalogue.models import Episode, Release, Season, Series
from staffellauf.common import paths


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


def release_kind(kind: str, *, version: str = "") -> str:
    """German streaming premiere, dubbed."""
    name = capital(str(Release.Kind(kind).label))
    return f"{name}, {Release.Version(version).label}" if version else name
