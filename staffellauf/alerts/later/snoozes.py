"""The wish to hear of an article later, once more. catching_up.py tells it when it is due."""

from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from staffellauf.alerts.deciding import hours
from staffellauf.alerts.models import Snooze
from staffellauf.newsroom.models import Article, Publication
from staffellauf.readers.models import Reader

AN_HOUR = timedelta(hours=1)
# When most sit down in front of a screen.
EVENING_HOUR = 19
# More than anybody taps together, few enough that one reader is no load.
MAX_SNOOZES = 100


class TooManySnoozes(Exception):
    """The reader has MAX_SNOOZES waiting."""


class NeverPublished(Exception):
    """There is no alert of it that could come once more."""


class Later(Enum):
    """When a reader wants to hear of something again."""

    HOUR = "stunde"
    EVENING = "abend"

    @classmethod
    def of(cls, value: str | None) -> "Later":
        """What a form says; an hour for everything else."""
        return cls.EVENING if value == cls.EVENING.value else cls.HOUR

    def due_at(self, reader: Reader, now: datetime) -> datetime:
        if self is Later.HOUR:
            return now + AN_HOUR
        local = now.astimezone(hours.zone(reader.time_zone))
        evening = local.replace(hour=EVENING_HOUR, minute=0, second=0, microsecond=0)
        # On the clock of the wall: the same hour tomorrow, whatever it is set to in the night.
        return evening if evening - local >= AN_HOUR else evening + timedelta(days=1)


def snooze(reader: Reader, article: Article, *, when: Later, now: datetime) -> datetime:
    """Remembers that the reader wants the article's alert once more, comes back with when.

    Raises TooManySnoozes, and NeverPublished."""
    publication = Publication.objects.filter(article=article).order_by("-position").first()
    due_at = when.due_at(reader, now)
    if publication is None:
        raise NeverPublished
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        own = Snooze.objects.filter(reader=reader)
        if own.count() >= MAX_SNOOZES and not own.filter(publication=publication).exists():
            raise TooManySnoozes
        own.update_or_create(reader=reader, publication=publication, defaults={"due_at": due_at, "claim": ""})
    return due_at
