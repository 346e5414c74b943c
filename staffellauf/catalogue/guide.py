"""Seasons and episodes as readers go through them. Nothing here reads all episodes of a long series."""

from datetime import date
from functools import cache

from django.db.models import Count, DateField, F, Min, OuterRef, Q, QuerySet, Subquery

from staffellauf.catalogue.models import SMALL, Episode, Release, Season, Series
from staffellauf.common.prepared import Prepared, Slot

# Where a German reader sees it.
HERE = ("DE", "AT", "CH")
# On the page of a series.
EPISODES_READ = 14
SHOWN = ("season_id", "kind", "number", "last_number", "name", "original_title", "aired_on", "source", "origin")


def seasons_of(series: Series, *, today: date) -> list[Season]:
    """By number, with `known_count` of episodes (specials count among specials only), `first_on`, and `next_on`, the
    first day from today on when one airs."""
    return SEASONS.read(series=series.pk, today=today)


def _seasons() -> QuerySet[Season]:
    coming = Q(episodes__aired_on__gte=Slot("today", DateField()))
    counted = Season.objects.filter(series_id=Slot("series")).annotate(
        known_count=Count("episodes", filter=Q(episodes__kind=Episode.Kind.REGULAR) | Q(number=0)),
        next_on=Min("episodes__aired_on", filter=coming),
        first_on=Min("episodes__aired_on"),
    )
    return counted.order_by("number")


SEASONS = Prepared(_seasons)


def first_episodes(season: Season, *, since: date | None = None) -> list[Episode]:
    """The first of a season, or the first from a day on, with `german_on`."""
    return _first_episodes(since is not None).read(season=season.pk, since=since)


@cache
def _first_episodes(is_limited: bool, /) -> Prepared[Episode]:
    found = Episode.objects.filter(season_id=Slot("season")).only(*SHOWN)
    wanted = found.filter(aired_on__gte=Slot("since", DateField())) if is_limited else found
    return Prepared(lambda: in_order(with_german_day(wanted))[:EPISODES_READ])


def in_order(episodes: QuerySet[Episode]) -> QuerySet[Episode]:
    """By number; what has none by its day, at the end."""
    return episodes.order_by(F("number").asc(nulls_last=True), F("aired_on").asc(nulls_last=True), "pk")


def with_german_day(episodes: QuerySet[Episode]) -> QuerySet[Episode]:
    """With `german_on`, the first day on which it could be seen here; None when none is known to the day."""
    here = Release.objects.filter(
        episode_id=OuterRef("pk"), territory__in=HERE, precision__in=(Release.Precision.DAY, Release.Precision.MINUTE)
    ).filter(kind__in=(Release.Kind.GERMAN_TV, Release.Kind.GERMAN_STREAM))
    return episodes.annotate(german_on=Subquery(here.order_by("first_on").values("first_on")[:1]))


def episode_by_number(series: Series, season: int, *, number: int) -> Episode | None:
    """The episode that has the number or, of a double one, both."""
    if season > SMALL or number > SMALL:
        return None
    found = Episode.objects.filter(season__series=series, season__number=season).select_related("season")
    return found.filter(Q(number=number) | Q(number__lt=number, last_number__gte=number)).first()


def neighbours(series: Series, episode: Episode) -> tuple[Episode | None, Episode | None]:
    """The episodes before and after it. Specials follow each other; what has no number follows nothing."""
    if episode.number is None:
        return None, None
    place = episode.season.number
    others = Episode.objects.filter(season__series=series, number__isnull=False).select_related("season")
    others = others.filter(season__number=0) if place == 0 else others.filter(season__number__gt=0)
    before = Q(season__number__lt=place) | Q(season__number=place, number__lt=episode.number)
    after = Q(season__number__gt=place) | Q(season__number=place, number__gt=episode.number)
    return (
        others.filter(before).order_by("-season__number", "-number").first(),
        others.filter(after).order_by("season__number", "number").first(),
    )
