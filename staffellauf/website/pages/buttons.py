"""What the buttons of a notification ask on a page, and what they promise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils import formats
from django.utils.translation import gettext as _

from staffellauf.alerts.deciding import hours
from staffellauf.alerts.later import snoozes
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import Reader


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class LaterPage:
    article: Article
    choices: list[Choice]
    told: str = ""
    """What was promised, once it was."""

    @classmethod
    def load(cls, article: Article, reader: Reader | None, *, now: datetime) -> Self:
        if reader is None:
            return cls(article, [])
        evening = snoozes.Later.EVENING.due_at(reader, now)
        choices = [
            Choice(snoozes.Later.HOUR.value, _("In an hour")),
            Choice(snoozes.Later.EVENING.value, day_and_time(evening, reader, now=now)),
        ]
        return cls(article, choices)


@dataclass(frozen=True, slots=True)
class TopicPage:
    topic: Topic
    is_following: bool
    has_reader: bool = True
    told: str = ""


def promise(due_at: datetime, reader: Reader, *, now: datetime) -> str:
    return _("You hear of it once more: %(when)s.") % {"when": day_and_time(due_at, reader, now=now)}


def day_and_time(at: datetime, reader: Reader, *, now: datetime) -> str:
    """On the reader's clock: "today, 19:00", "tomorrow, 0:15"."""
    zone = hours.zone(reader.time_zone)
    local = at.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    day = _("today, %(time)s") if is_today else _("tomorrow, %(time)s")
    return day % {"time": formats.time_format(local.time(), "TIME_FORMAT")}
