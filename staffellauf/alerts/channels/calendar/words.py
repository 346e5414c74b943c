"""A date in words, for its entry. In the language that is switched on. Never an episode's title unasked."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.calendar.filters import Filters
from staffellauf.alerts.channels.calendar.told import Told
from staffellauf.catalogue import attribution, words
from staffellauf.catalogue.models import DataSource, Episode, Season, Series
from staffellauf.common import dates, paths, vague


def summary(told: Told, filters: Filters, *, is_cancelled: bool = False) -> str:
    """Ballard: S 2, E 1–10 (Prime Video) · Ballard: season 3, autumn 2026, day not known (Prime Video)"""
    parts = [place(told)]
    if filters.titles and told.title:
        parts.append(_("“%(title)s”") % {"title": told.title})
    if told.is_vague:
        parts.append(_("%(when)s, day not known yet") % {"when": when(told)})
    elif filters.whole_days and told.at:
        parts.append(dates.time_of_day(told.at))
    said = ", ".join(part for part in parts if part)
    where = ", ".join(
        part for part in [told.organisation or manner(told), _("repeat") if told.is_repeat else ""] if part
    )
    found = f"{told.series}: {said}" if said else told.series
    found = f"{found} ({where})" if where else found
    return _("Cancelled: %(what)s") % {"what": found} if is_cancelled else found


def description(told: Told, filters: Filters, *, sources: dict[str, DataSource], is_cancelled: bool = False) -> str:
    lines = [_("This date does not hold any more.")] if is_cancelled else []
    lines += [manner(told), _start(told), *_precision(told, filters), paths.absolute(address(told))]
    return "\n".join(line for line in [*lines, _credit(told, sources)] if line)


def manner(told: Told) -> str:
    """German streaming premiere, dubbed; of a showing whether it is a premiere."""
    if told.kind:
        return words.release_kind(told.kind, version=told.version)
    return words.capital(_("premiere")) if told.is_premiere else ""


def place(told: Told) -> str:
    """S 2, E 5 · Season 2; empty for the whole series."""
    if told.season is None:
        return ""
    numbered = [
        Episode(pk=one.pk, kind=one.kind, number=one.number, last_number=one.last_number) for one in told.episodes
    ]
    return words.place(_season(told), numbered)


def address(told: Told) -> str:
    """Of the page of the episode or the season, else of the series; a path."""
    series = Series(slug=told.slug)
    if told.season is None:
        return series.get_absolute_url()
    if len(told.episodes) == 1 and told.episodes[0].pk:
        one = told.episodes[0]
        return words.episode_address(series, _season(told), Episode(pk=one.pk, number=one.number))
    return words.season_address(series, _season(told))


def when(told: Told) -> str:
    """As rough as it is known: autumn 2026."""
    known = vague.Vague(told.first_on, told.last_on, vague.Precision(told.precision), told.at)
    return vague.for_people(known, get_language() or "de")


def _season(told: Told) -> Season:
    return Season(number=told.season or 0, name=told.season_name)


def _start(told: Told) -> str:
    if not told.is_start or not told.kind:
        return ""
    return _("New season") if told.season and told.season > 1 else _("New series")


def _precision(told: Told, filters: Filters) -> list[str]:
    """What the entry's form cannot say."""
    if told.is_vague:
        span = {"first": dates.long_day(told.first_on), "last": dates.long_day(told.last_on)}
        return [
            _("Announced for: %(when)s. The day is not known yet.") % {"when": when(told)},
            _("Possible from %(first)s to %(last)s.") % span,
        ]
    if told.at is None:
        return [_("The time of day is not known.")]
    return [when(told)] if filters.whole_days else []


def _credit(told: Told, sources: dict[str, DataSource]) -> str:
    """Whose licence asks to be named."""
    named = [sources[key] for key in told.sources if key in sources]
    said = [f"{one.name} ({one.licence})" if one.licence else one.name for one in named]
    return _("Data: %(sources)s") % {"sources": ", ".join(said)} if said else ""


def named_sources() -> dict[str, DataSource]:
    return {source.key: source for source in attribution.NAMED.read()}
