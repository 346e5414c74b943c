"""What is on: all channels at a glance, and one channel by broadcast day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from staffellauf.catalogue import calendar
from staffellauf.catalogue.models import Organisation, Series, Showing
from staffellauf.common import dates
from staffellauf.website.pages import words

# When the evening begins on German television.
PRIME_TIME = time(20, 15)
# Of the overview; three lines each.
CHANNELS_SHOWN = 24
PAGES = range(1, 1_000)
# What comes next is looked for so far ahead.
NEXT_WITHIN = timedelta(hours=3)
# A programme without an end counts as running for so long at most.
ENDLESS = timedelta(hours=3)
# Of one channel's day; more is no programme people watch, and the page would grow without end.
LINES_SHOWN = 200
YEARS = range(1950, 2150)


@dataclass(frozen=True, slots=True)
class Line:
    """A showing as people read it."""

    starts_at: datetime
    zone: str
    """CEST or CET, in the hour that comes twice; else empty."""
    title: str
    """Of the series, where one is known, else of the guide."""
    subtitle: str
    address: str
    """Of the series; empty when it is none that we know."""
    place: str
    """S 2, F 5; empty when not known."""
    episode_address: str
    is_now: bool
    is_premiere: bool
    is_repeat: bool

    @classmethod
    def of(cls, showing: Showing, *, now: datetime) -> Self:
        """The showing comes with its series, its episode and that one's season."""
        series = showing.series if showing.match in calendar.SHOWN else None
        episode = showing.episode if series else None
        return cls(
            starts_at=showing.starts_at,
            zone=zone_name(showing.starts_at),
            title=shown_title(showing, series),
            subtitle="" if showing.subtitle == showing.title else showing.subtitle,
            address=series.get_absolute_url() if series else "",
            place=words.place(episode.season, [episode]) if episode else _place(showing),
            episode_address=words.episode_address(series, episode.season, episode) if series and episode else "",
            is_now=is_running(showing, now),
            is_premiere=showing.is_premiere,
            is_repeat=showing.is_repeat and not showing.is_premiere,
        )


@dataclass(frozen=True, slots=True)
class ChannelLines:
    channel: Organisation
    address: str
    now: Line | None
    next: Line | None
    prime: Line | None
    """At 20:15; not when it is what is on now or next, or has been."""


@dataclass(frozen=True, slots=True)
class DayLink:
    day: date
    address: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All channels: today what is on now, at 20:15 and next; on another day at 20:15."""

    day: date
    is_today: bool
    channels: list[ChannelLines]
    number: int
    has_more: bool
    before: DayLink | None
    after: DayLink | None

    @classmethod
    def load(cls, day: date, *, now: datetime, number: int = 1) -> Self:
        is_today = day == dates.broadcast_day(now)
        start = (number - 1) * CHANNELS_SHOWN
        channels = list(channels_on(day)[start : start + CHANNELS_SHOWN + 1])
        shown = channels[:CHANNELS_SHOWN]
        showings = _at_a_glance(shown, day, now=now if is_today else None)
        before, after = neighbours(Showing.objects.all(), day)
        return cls(
            day=day,
            is_today=is_today,
            channels=[_channel_lines(channel, showings, day=day, now=now) for channel in shown],
            number=number,
            has_more=len(channels) > CHANNELS_SHOWN,
            before=_day_link(before, today=dates.broadcast_day(now)),
            after=_day_link(after, today=dates.broadcast_day(now)),
        )


@dataclass(frozen=True, slots=True)
class ChannelPage:
    channel: Organisation
    day: date
    is_today: bool
    lines: list[Line]
    before: DayLink | None
    after: DayLink | None

    @classmethod
    def load(cls, channel: Organisation, day: date, *, now: datetime) -> Self:
        today = dates.broadcast_day(now)
        showings = shown(channel.showings.filter(broadcast_day=day)).order_by("starts_at", "pk")[:LINES_SHOWN]
        before, after = neighbours(channel.showings.all(), day)
        return cls(
            channel=channel,
            day=day,
            is_today=day == today,
            lines=[Line.of(showing, now=now) for showing in showings],
            before=_day_link(before, today=today, slug=channel.slug),
            after=_day_link(after, today=today, slug=channel.slug),
        )


def shown_title(showing: Showing, series: Series | None) -> str:
    """The name of the series, else the guide's title; without the episode's, which stands below it."""
    title, subtitle = showing.title, showing.subtitle
    if not subtitle or len(subtitle) >= len(title):
        return series.name if series and showing.episode_id else title
    if series:
        return series.name
    return title.removesuffix(subtitle).rstrip(" :–|-") or title


def parse_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def channels_on(day: date) -> QuerySet[Organisation]:
    """The better known first. What was merged has no showings, and asking for it would lead through all topics."""
    on_air = Showing.objects.filter(organisation=OuterRef("pk"), broadcast_day=day)
    return Organisation.everything.filter(Exists(on_air)).order_by("-popularity", "name", "pk")


def shown(showings: QuerySet[Showing]) -> QuerySet[Showing]:
    return showings.select_related("series", "episode__season").defer("description", "categories", "folded_title")


def neighbours(showings: QuerySet[Showing], day: date) -> tuple[date | None, date | None]:
    """The days before and after that have showings; None: there is none."""
    before = showings.filter(broadcast_day__lt=day).aggregate(day=Max("broadcast_day"))["day"]
    after = showings.filter(broadcast_day__gt=day).aggregate(day=Min("broadcast_day"))["day"]
    return before, after


def is_running(showing: Showing, now: datetime) -> bool:
    ends_at = showing.ends_at or showing.starts_at + ENDLESS
    return showing.starts_at <= now < ends_at


def prime_time(day: date) -> datetime:
    return datetime.combine(day, PRIME_TIME, tzinfo=dates.BERLIN)


def zone_name(moment: datetime) -> str:
    """Says which of two equal times is meant, in the night when clocks go back."""
    local = dates.local(moment)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    names = ("MESZ", "MEZ") if dates.is_german() else ("CEST", "CET")
    return names[local.fold]


def _at_a_glance(channels: Iterable[Organisation], day: date, *, now: datetime | None) -> dict[int, list[Showing]]:
    """What runs at 20:15 and, with `now`, what runs now and what begins soon; by channel, in order."""
    wanted = _running_at(prime_time(day))
    if now is not None:
        wanted |= _running_at(now) | Q(starts_at__gt=now, starts_at__lte=now + NEXT_WITHIN)
    # What began the day before may still run.
    near = Q(broadcast_day__range=(day - timedelta(days=1), day + timedelta(days=1)))
    rows = shown(Showing.objects.filter(near, wanted, organisation__in=list(channels)))
    found: dict[int, list[Showing]] = {}
    for showing in rows.order_by("starts_at", "pk"):
        found.setdefault(showing.organisation_id, []).append(showing)
    return found


def _running_at(moment: datetime) -> Q:
    endless = Q(ends_at__isnull=True, starts_at__gt=moment - ENDLESS)
    return Q(starts_at__lte=moment) & (Q(ends_at__gt=moment) | endless)


def _channel_lines(
    channel: Organisation, showings: dict[int, list[Showing]], *, day: date, now: datetime
) -> ChannelLines:
    rows = showings.get(channel.pk, [])
    # Of two that overlap, the one that began later.
    running = next((row for row in reversed(rows) if is_running(row, now)), None)
    evening = next((row for row in reversed(rows) if is_running(row, prime_time(day))), None)
    following = next((row for row in rows if row.starts_at > now), None)
    if day != dates.broadcast_day(now):
        running = following = None
    elif evening and evening.starts_at <= now:
        evening = None
    return ChannelLines(
        channel=channel,
        address=_address(day, today=dates.broadcast_day(now), slug=channel.slug),
        now=Line.of(running, now=now) if running else None,
        prime=Line.of(evening, now=now) if evening and evening not in (running, following) else None,
        next=Line.of(following, now=now) if following else None,
    )


def _place(showing: Showing) -> str:
    """S 2, F 5, as the guide says it; empty when it does not say both."""
    if not showing.season_number or not showing.episode_number:
        return ""
    return _("S %(season)s, E %(number)s") % {"season": showing.season_number, "number": showing.episode_number}


def _day_link(day: date | None, *, today: date, slug: str = "") -> DayLink | None:
    return DayLink(day, _address(day, today=today, slug=slug)) if day else None


def _address(day: date, *, today: date, slug: str = "") -> str:
    """Today has an address without a day."""
    if not slug:
        return reverse("programme") if day == today else reverse("programme-day", args=[day.isoformat()])
    if day == today:
        return reverse("programme-channel", args=[slug])
    return reverse("programme-channel-day", args=[slug, day.isoformat()])
