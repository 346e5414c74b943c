"""What comes when: releases, premieres and showings as events of a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    RowRange,
    Sum,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from staffellauf.catalogue.guide import HERE
from staffellauf.catalogue.models import Episode, Organisation, Release, Season, Series, Showing
from staffellauf.catalogue.queries import linked
from staffellauf.common import dates
from staffellauf.common.prepared import Prepared, Slot
from staffellauf.common.vague import Precision, Vague

EXACT = (Release.Precision.DAY, Release.Precision.MINUTE)
SHOWN = (Showing.Match.MATCHED, Showing.Match.CONFIRMED)
# Of one series; a page shows them all.
RELEASES_READ = 80
# As many as a page shows of one place.
COMING_READ = 3
SHOWINGS_READ = 10
# How many years ago something began, to be remembered.
ROUND_YEARS = (5, *range(10, 101, 5))
SHOWING = ("starts_at", "broadcast_day", "subtitle", "is_premiere", "is_repeat", "series_id", "match")
EPISODE = tuple(f"episode__{name}" for name in ("kind", "number", "last_number", "name", "original_title", "season_id"))
RELEASE = (
    "series_id", "kind", "version", "territory", "precision", "first_on", "last_on", "starts_at", "available_until",
    "source", "origin",
)  # fmt: skip
SEASON = ("episode__season__number", "episode__season__name")
OF_RELEASE = ("series", "season", "episode__season", "organisation")


class Kind(StrEnum):
    BEGINS = "begins"
    RETURNS = "returns"
    ENDS = "ends"
    LEAVES = "leaves"
    """A media library takes it away."""
    EPISODE = "episode"
    RELEASE = "release"
    SHOWING = "showing"


@dataclass(frozen=True, slots=True)
class Event:
    kind: Kind
    series: Series
    day: date
    """The day it is listed under; of a vague one the first that is possible."""
    at: datetime | None = None
    vague: Vague | None = None
    """Set when the day is not known."""
    season: Season | None = None
    episodes: tuple[Episode, ...] = ()
    organisation: Organisation | None = None
    release: Release | None = None
    showing: Showing | None = None

    @property
    def is_original(self) -> bool:
        """The first run where it comes from, not one here."""
        return self.showing is None and (self.release is None or self.release.kind == Release.Kind.ORIGINAL)


def vague_of(release: Release) -> Vague:
    return Vague(release.first_on, release.last_on, Precision(release.precision), release.starts_at)


def release_day(release: Release, *, by_broadcast: bool) -> date:
    """The day that a release known to the day counts for."""
    if release.starts_at is None:
        return release.first_on
    if by_broadcast:
        return release.broadcast_day or dates.broadcast_day(release.starts_at)
    return dates.day_of(release.starts_at)


def episode_day(episode: Episode, *, by_broadcast: bool) -> date | None:
    """The day that an original premiere counts for: its broadcast day there, or the day in Berlin."""
    if by_broadcast or episode.aired_at is None:
        return episode.aired_on
    return dates.day_of(episode.aired_at)


def showing_day(showing: Showing, *, by_broadcast: bool) -> date:
    return showing.broadcast_day if by_broadcast else dates.day_of(showing.starts_at)


def availability(series: Series, *, today: date) -> list[Release]:
    """Releases to say where the series is to be seen: for each place, kind and version the first that has not run
    out; and the next that come."""
    return AVAILABLE.read(series=series.pk, today=today)


def _available() -> QuerySet[Release]:
    today = Slot("today", DateField())
    left = Release.objects.filter(series_id=Slot("series"))
    left = left.filter(Q(available_until__isnull=True) | Q(available_until__gte=today))
    alike = [F("organisation_id"), F("kind"), F("version")]
    # Both of one order, that of an index, so that nothing is sorted.
    place = Window(RowNumber(), partition_by=alike, order_by=["first_on", "starts_at", "pk"])
    is_coming = Case(When(last_on__gte=today, then=1), default=0)
    nth = Window(
        Sum(is_coming), partition_by=alike, order_by=["first_on", "starts_at", "pk"], frame=RowRange(start=None, end=0)
    )
    firsts = left.annotate(place=place, nth=nth).filter(Q(place=1) | Q(nth__lte=COMING_READ, last_on__gte=today))
    wanted = Release.objects.filter(pk__in=firsts.values("pk")).select_related(*OF_RELEASE[1:])
    shown = wanted.only(*RELEASE, *linked("organisation"), "season__number", "season__name", *EPISODE, *SEASON)
    return shown.order_by("first_on", "starts_at", "pk")[:RELEASES_READ]


AVAILABLE = Prepared(_available)


def showings(series: Series | Slot, *, since: datetime | Slot, until: datetime | Slot) -> QuerySet[Showing]:
    """What is known to be the series, with channel and episode."""
    found = Showing.objects.filter(series=series, match__in=SHOWN, starts_at__gte=since, starts_at__lt=until)
    related = found.select_related("organisation", "episode__season").order_by("starts_at", "pk")
    return related.only(*SHOWING, *linked("organisation"), *EPISODE, *SEASON)


def _next_showings() -> QuerySet[Showing]:
    since, until = Slot("since", DateTimeField()), Slot("until", DateTimeField())
    return showings(Slot("series"), since=since, until=until)[:SHOWINGS_READ]


NEXT_SHOWINGS = Prepared(_next_showings)


def next_showings(series: Series, *, since: datetime, until: datetime) -> list[Showing]:
    """The first of them."""
    return NEXT_SHOWINGS.read(series=series.pk, since=since, until=until)


def of_series(series: Iterable[Series], *, first: date, last: date, by_broadcast: bool) -> list[Event]:
    """Everything that comes of these series in the days from `first` to `last`, by day and time; three queries. What
    is known vaguely comes when its time touches these days."""
    ids = series if isinstance(series, QuerySet) else [one.pk for one in series]
    # A day more on either side: the day of the query is not the day it counts for.
    near = (first - timedelta(days=1), last + timedelta(days=1))
    releases = Release.objects.filter(series__in=ids, first_on__lte=near[1], last_on__gte=near[0])
    episodes = Episode.objects.filter(season__series__in=ids, aired_on__range=near)
    shown = Showing.objects.filter(series__in=ids, broadcast_day__range=near, match__in=SHOWN)
    found = [
        *(release_event(release, by_broadcast=by_broadcast) for release in releases.select_related(*OF_RELEASE)),
        *(
            Event(Kind.EPISODE, one.season.series, day, one.aired_at, season=one.season, episodes=(one,))
            for one in episodes.select_related("season__series")
            if (day := episode_day(one, by_broadcast=by_broadcast))
        ),
        *(
            showing_event(showing, by_broadcast=by_broadcast)
            for showing in shown.select_related("series", "organisation", "episode__season")
        ),
    ]
    return gathered(event for event in found if event.vague or first <= event.day <= last)


def release_event(release: Release, *, by_broadcast: bool, kind: Kind = Kind.RELEASE) -> Event:
    is_exact = release.precision in EXACT
    return Event(
        kind,
        release.series,
        release_day(release, by_broadcast=by_broadcast) if is_exact else release.first_on,
        release.starts_at,
        vague=None if is_exact else vague_of(release),
        season=release.season or (release.episode.season if release.episode else None),
        episodes=(release.episode,) if release.episode else (),
        organisation=release.organisation,
        release=release,
    )


def showing_event(showing: Showing, *, by_broadcast: bool) -> Event:
    assert showing.series is not None
    episode = showing.episode
    return Event(
        Kind.SHOWING,
        showing.series,
        showing_day(showing, by_broadcast=by_broadcast),
        showing.starts_at,
        season=episode.season if episode else None,
        episodes=(episode,) if episode else (),
        organisation=showing.organisation,
        showing=showing,
    )


def gathered(events: Iterable[Event]) -> list[Event]:
    """By day and time; episodes that come at once, as streamers give them, are one event."""
    joined = []
    for _, alike in groupby(sorted(events, key=_together), key=_together):
        group = list(alike)
        joined.append(replace(group[0], episodes=tuple(episode for event in group for episode in event.episodes)))
    return sorted(joined, key=lambda event: (event.day, event.at.timestamp() if event.at else 0, event.series.name))


def _together(event: Event) -> tuple[object, ...]:
    """Equal for what comes as one; two showings never do."""
    release, showing = event.release, event.showing
    return (
        event.day,
        event.at.timestamp() if event.at else 0.0,
        event.series.pk,
        event.kind,
        release.kind if release else "",
        (release.version, release.territory, release.precision, str(release.last_on)) if release else (),
        event.organisation.pk if event.organisation else 0,
        event.season.pk if event.season else 0,
        showing.pk if showing else 0,
        bool(event.episodes),
    )


def starts(first: date, last: date, *, limit: int) -> tuple[list[Event], int]:
    """What begins, returns and ends from `first` to `last`, and how many of the original premieres were left out.

    What comes out here comes before what begins elsewhere; of the latter the popular ones are taken.
    """
    here = [*_german_starts(first, last), *_leaving(first, last)]
    elsewhere, left_out = _original_starts(first, last, limit=max(limit - len(here), limit // 4))
    return gathered([*here, *elsewhere, *_finales(first, last, limit=limit // 4)]), left_out


def _german_starts(first: date, last: date) -> Iterable[Event]:
    """Of seasons and whole series, and of first episodes where nothing is known of their season; vague originals."""
    first_of_season = Q(episode__isnull=True) | Q(episode__number=1)
    found = Release.objects.filter(first_of_season, first_on__lte=last, last_on__gte=first)
    wanted = found.filter(Q(territory__in=HERE) | ~Q(precision__in=EXACT)).exclude(
        Q(kind=Release.Kind.ORIGINAL) & Q(precision__in=EXACT)
    )
    for release in wanted.select_related(*OF_RELEASE).order_by("-series__popularity", "pk")[: 5 * RELEASES_READ]:
        event = release_event(release, by_broadcast=True, kind=_first_or_next(release.season or _season(release)))
        if event.vague or first <= event.day <= last:
            yield event


def _season(release: Release) -> Season | None:
    return release.episode.season if release.episode else None


def _first_or_next(season: Season | None) -> Kind:
    return Kind.RETURNS if season and season.number > 1 else Kind.BEGINS


def _leaving(first: date, last: date) -> Iterable[Event]:
    """What media libraries take away."""
    found = Release.objects.filter(available_until__range=(first, last), episode__isnull=True)
    chosen = found.select_related(*OF_RELEASE).order_by("-series__popularity", "pk")[:RELEASES_READ]
    for release in chosen:
        assert release.available_until is not None
        event = release_event(release, by_broadcast=True, kind=Kind.LEAVES)
        yield replace(event, day=release.available_until, at=None, vague=None)


def _original_starts(first: date, last: date, *, limit: int) -> tuple[list[Event], int]:
    """Premieres of seasons that have no date here; the most popular `limit`, and how many more there are."""
    here = Release.objects.filter(season_id=OuterRef("pk"), territory__in=HERE).exclude(kind=Release.Kind.ORIGINAL)
    found = Season.objects.filter(premiered_on__range=(first, last), number__gt=0).exclude(Exists(here))
    count = found.count()
    chosen = found.select_related("series").order_by("-series__popularity", "premiered_on", "pk")[:limit]
    events = [
        Event(_first_or_next(season), season.series, season.premiered_on, season=season)
        for season in chosen
        if season.premiered_on
    ]
    return events, max(count - limit, 0)


def _finales(first: date, last: date, *, limit: int) -> list[Event]:
    found = Season.objects.filter(ended_on__range=(first, last), number__gt=0).exclude(ended_on=F("premiered_on"))
    chosen = found.select_related("series").order_by("-series__popularity", "ended_on", "pk")[:limit]
    return [Event(Kind.ENDS, season.series, season.ended_on, season=season) for season in chosen if season.ended_on]


def anniversaries(today: date, *, limit: int) -> list[tuple[int, Series]]:
    """Series that began on this day of the year, with how many years ago: the popular ones, the longest ago first."""
    days = {}
    for years in ROUND_YEARS:
        try:
            days[today.replace(year=today.year - years)] = years
        except ValueError:  # There is no 29 February in that year.
            continue
    found = Series.objects.filter(premiered_on__in=list(days)).order_by("-popularity", "-last_position", "pk")[:limit]
    told = [(days[series.premiered_on], series) for series in found if series.premiered_on]
    return sorted(told, key=lambda pair: (-pair[0], pair[1].name))
