"""Events of the calendar as lines of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Self

from django.utils.translation import gettext as _

from staffellauf.catalogue import calendar
from staffellauf.catalogue.calendar import Event, Kind
from staffellauf.catalogue.models import Organisation, Release, Series
from staffellauf.common import vague
from staffellauf.website import countries
from staffellauf.website.pages import words

# What was seen before elsewhere is not new.
SECOND_RUN = {Release.Kind.FREE_TV, Release.Kind.MEDIA_LIBRARY}
# On one page, about 30 KB.
LINES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class EventLine:
    series: Series
    day: date
    at: datetime | None
    when: str
    """In words, when the day is not known: autumn 2026."""
    place: str
    """S 2, F 5; Staffel 2; empty for the whole series."""
    address: str
    """Of the episode or the season, else of the series."""
    title: str
    title_language: str
    label: str
    """What happens: returns, German streaming premiere."""
    organisation: Organisation | None
    kind: str

    @classmethod
    def of(cls, event: Event) -> Self:
        title, language = words.titled(event.episodes[0], event.series) if len(event.episodes) == 1 else ("", "")
        return cls(
            series=event.series,
            day=event.day,
            at=event.at if event.release is None or event.release.starts_at else None,
            when=vague.for_people(event.vague, words.language()) if event.vague else "",
            place=words.place(event.season, event.episodes),
            address=address(event),
            title=title,
            title_language=language,
            label=label(event),
            organisation=event.organisation,
            kind=event.kind if doing(event) else Kind.RELEASE,
        )


def address(event: Event) -> str:
    if event.season and len(event.episodes) == 1:
        return words.episode_address(event.series, event.season, event.episodes[0])
    if event.season:
        return words.season_address(event.series, event.season)
    return event.series.get_absolute_url()


def label(event: Event) -> str:
    """What happens, and in which way."""
    return words.joined([doing(event), manner(event)])


def doing(event: Event) -> str:
    if event.release is not None and event.release.kind in SECOND_RUN and event.kind != Kind.LEAVES:
        return ""
    names = {
        Kind.BEGINS: _("New series"),
        Kind.RETURNS: _("New season"),
        Kind.ENDS: _("Season finale"),
        Kind.LEAVES: _("Last day in the media library"),
    }
    return names.get(event.kind, "")


def manner(event: Event) -> str:
    """How it is seen: dubbed on a stream here, on television, or at home in its own country."""
    if event.kind in (Kind.ENDS, Kind.LEAVES) and event.release is not None:
        return ""
    if event.release is not None:
        return words.release_kind(event.release.kind, version=event.release.version)
    if event.showing is not None:
        return _("premiere") if event.showing.is_premiere else _("repeat") if event.showing.is_repeat else ""
    where = ", ".join(countries.listed(event.series.countries))
    return _("original premiere") + (f", {where}" if where else "")


@dataclass(frozen=True, slots=True)
class EventDay:
    day: date
    lines: list[EventLine]


@dataclass(frozen=True, slots=True)
class Agenda:
    """Days with their events, and what is only known vaguely."""

    days: list[EventDay]
    vague: list[EventLine]

    @classmethod
    def of(cls, events: Iterable[calendar.Event]) -> Self:
        lines = [EventLine.of(event) for event in events]
        exact = [line for line in lines if not line.when]
        days = [EventDay(day, list(group)) for day, group in groupby(exact, key=lambda line: line.day)]
        return cls(days, [line for line in lines if line.when])

    def __bool__(self) -> bool:
        return bool(self.days or self.vague)
