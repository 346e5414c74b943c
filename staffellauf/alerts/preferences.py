"""When a reader wants to be left alone, and how often the devices tell of news: what the settings' page writes."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from staffellauf.alerts import calm
from staffellauf.alerts.models import Calm, Destination
from staffellauf.readers.models import Reader

# Muting for longer than this is leaving, for which there are other buttons.
MUTE_AT_MOST = timedelta(days=366)
MORNING = time(7)
# Names that a browser may give as well, and old ones that only stand for another.
AREAS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
         "Pacific/")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quiet:
    """What a reader chose; the fields are those of Calm."""

    night: str
    night_from: time
    night_until: time
    groups: bool
    digest_at: time
    digest_weekday: int


def calm_of(reader: Reader) -> Calm:
    """The reader's row, or one that is not stored and holds what goes without saying."""
    return Calm.objects.filter(reader=reader).first() or Calm(reader=reader)


def choose(reader: Reader, quiet: Quiet, *, time_zone: str, now: datetime) -> None:
    """Stores it all at once; digests that wait move to the new hour. Raises ValueError for what is no choice."""
    Calm.Night(quiet.night)
    if time_zone not in zones() or not 0 <= quiet.digest_weekday < 7:
        raise ValueError(time_zone)
    with transaction.atomic():
        _hold(reader)
        Calm.objects.update_or_create(
            reader=reader, defaults={name: getattr(quiet, name) for name in Quiet.__dataclass_fields__}
        )
        reader.time_zone = time_zone
        reader.save(update_fields=["time_zone"])
        waiting = Destination.objects.filter(reader=reader, next_at__gt=now)
        for rhythm in (Destination.Rhythm.DAILY, Destination.Rhythm.WEEKLY):
            waiting.filter(rhythm=rhythm).update(next_at=calm.next_digest(reader, rhythm, now=now))


def mute(reader: Reader, *, until: datetime | None) -> None:
    """No alerts by any way until then; None lets them through again."""
    with transaction.atomic():
        _hold(reader)
        if until is None:
            Calm.objects.filter(reader=reader).update(muted_until=None)
        else:
            Calm.objects.update_or_create(reader=reader, defaults={"muted_until": until})


def note_time_zone(reader: Reader, name: str) -> bool:
    """What the browser says of itself counts until its reader chooses; whether it was taken."""
    if name not in zones() or name == reader.time_zone or Calm.objects.filter(reader=reader).exists():
        return False
    reader.time_zone = name
    reader.save(update_fields=["time_zone"])
    return True


def choose_language(reader: Reader, language: str) -> None:
    """Who sets something on an English page is told in English. One of LANGUAGES."""
    if reader.language != language and language in dict(settings.LANGUAGES):
        reader.language = language
        reader.save(update_fields=["language"])


@cache
def zones() -> frozenset[str]:
    """IANA names that a reader may have."""
    return frozenset(name for name in zoneinfo.available_timezones() if name.startswith(AREAS)) | {"UTC"}


def next_morning(*, now: datetime, zone: ZoneInfo) -> datetime:
    """The next MORNING there: by night today's, else tomorrow's."""
    here = now.astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone)


def _hold(reader: Reader) -> None:
    """One change at a time, so that two first ones do not both make the row."""
    Reader.objects.select_for_update().get(pk=reader.pk)
