"""A reader's own pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils.translation import gettext as _

from staffellauf.alerts.deciding import hours
from staffellauf.catalogue import calendar
from staffellauf.catalogue.models import Series, Topic
from staffellauf.common import dates
from staffellauf.readers import queries as readers
from staffellauf.readers.models import Follow, Reader
from staffellauf.readers.queries import FeedItem
from staffellauf.website.pages import cards, events
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.events import Agenda

SUGGESTIONS = 8
CALENDAR_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FeedPage:
    items: list[FeedItem]
    next_before: int | None
    is_first: bool
    newest: int
    """Position of the newest article: what "all read" reads up to, and where polling begins."""
    unread: int
    follows_anything: bool
    suggestions: list[Topic]
    """Series with fresh news, for a reader who follows nothing yet."""

    @classmethod
    def load(cls, reader: Reader | None, *, before: int | None) -> Self:
        if reader is None:
            return cls([], None, True, 0, 0, False, suggestions())
        page = readers.feed(reader, before=before) if before else readers.feed(reader)
        cards.ready(item.article for item in page.items)
        newest = page.items[0].position if page.items and not before else readers.newest_position(reader)
        follows = bool(page.items) or reader.follows.exists()
        return cls(
            items=page.items,
            next_before=page.next_before,
            is_first=before is None,
            newest=newest,
            unread=readers.unread_count(reader),
            follows_anything=follows,
            suggestions=[] if follows else suggestions(),
        )


def suggestions() -> list[Topic]:
    return list(Topic.objects.filter(kind="series").order_by("-last_position", "name")[:SUGGESTIONS])


def newer_count(reader: Reader, *, since: int) -> int:
    """Articles in the feed above the position, counted up to what a button shows."""
    rows = readers.followed_rows(reader).filter(position__gt=since)[: 3 * readers.UNREAD_SHOWN_UP_TO]
    return min(len({article_id for _, article_id, _ in rows}), readers.UNREAD_SHOWN_UP_TO)


@dataclass(frozen=True, slots=True)
class FollowedPage:
    bells: list[Bell]
    undo: Topic | None
    """What the reader just stopped following."""
    suggestions: list[Topic]

    @classmethod
    def load(cls, reader: Reader | None, *, dropped: int | None, now: datetime) -> Self:
        topics = readers.followed_topics(reader) if reader else []
        gone = None
        if reader and dropped and dropped not in {topic.pk for topic in topics}:
            gone = Topic.objects.filter(pk=dropped).first()
        limits = limits_in_words(reader, now=now) if reader and topics else {}
        bells = [Bell(topic, is_following=True, limit=limits.get(topic.pk, "")) for topic in topics]
        return cls(bells, gone, [] if topics else suggestions())


def limits_in_words(reader: Reader, *, now: datetime) -> dict[int, str]:
    """By topic, of the follows that are muted or do not tell everything; one query."""
    where = hours.zone(reader.time_zone)
    words = {}
    for follow in Follow.objects.filter(reader=reader):
        if follow.muted_until and follow.muted_until > now:
            words[follow.topic_id] = _("muted until %(moment)s") % {
                "moment": dates.moment(follow.muted_until, zone=where)
            }
        elif follow.unwanted_kinds or follow.only_caught_up:
            words[follow.topic_id] = _("not everything")
    return words


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """What comes of the followed series in the next 30 days, by the day that the reader chose."""

    agenda: Agenda
    reader: Reader | None
    follows_anything: bool
    suggestions: list[Topic]

    @classmethod
    def load(cls, reader: Reader | None, *, now: datetime) -> Self:
        if reader is None:
            return cls(Agenda([], []), None, False, suggestions())
        followed = Series.objects.filter(follows__reader=reader)
        today = dates.day_of(now)
        by_broadcast = reader.day == Reader.Day.BROADCAST
        # At 0:20 the broadcast day is still yesterday's.
        first = dates.broadcast_day(now) if by_broadcast else today
        found = calendar.of_series(
            followed.values("pk"), first=first, last=today + CALENDAR_AHEAD, by_broadcast=by_broadcast
        )
        follows = bool(found) or followed.exists()
        return cls(Agenda.of(found[: events.LINES_SHOWN]), reader, follows, [] if follows else suggestions())
