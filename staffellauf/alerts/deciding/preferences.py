"""When a reader wants to be left alone, and how often the devices tell of news: what the settings' page writes."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from staffellauf.alerts import links
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.models import Calm, Destination, SecretLink, Snooze
from staffellauf.readers import actions as readers
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


def rhythm_of_devices(reader: Reader) -> str:
    """One of Destination.Rhythm."""
    row = Destination.objects.filter(reader=reader, channel=calm.PUSH, address_hash="").first()
    return row.rhythm if row else Destination.Rhythm.AT_ONCE


def choose(reader: Reader, quiet: Quiet, *, time_zone: str, now: datetime) -> None:
    """Stores it all at once; what waits moves to the new hours. Raises ValueError for what is no choice."""
    Calm.Night(quiet.night)
    if time_zone not in zones() or not 0 <= quiet.digest_weekday < 7:
        raise ValueError(time_zone)
    with transaction.atomic():
        _hold(reader)
        Calm.objects.update_or_create(
            reader=reader, defaults={name: getattr(quiet, name) for name in Quiet.__dataclass_fields__}
        )
        readers.choose_time_zone(reader, time_zone)
        calm.rearrange(reader, now=now)


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
    readers.choose_time_zone(reader, name)
    return True


def choose_language(reader: Reader, language: str) -> None:
    """Who sets something on an English page is told in English. One of LANGUAGES."""
    if reader.language != language and language in dict(settings.LANGUAGES):
        reader.language = language
        reader.save(update_fields=["language"])


def move(from_reader: Reader, to_reader: Reader) -> None:
    """A device without an account signs in: its quiet, its secret addresses and what it wants to hear later go along,
    unless the account has said something else. Call before `readers.actions.merge`."""
    with transaction.atomic():
        _hold(to_reader)
        quiet = Calm.objects.filter(reader=from_reader)
        if not Calm.objects.filter(reader=to_reader).exists() and quiet.update(reader=to_reader):
            to_reader.time_zone = from_reader.time_zone
            to_reader.save(update_fields=["time_zone"])
        room = max(0, links.MOST_LINKS - SecretLink.objects.filter(reader=to_reader).count())
        newest = SecretLink.objects.filter(reader=from_reader).order_by("-pk").values_list("pk", flat=True)
        SecretLink.objects.filter(pk__in=list(newest[:room])).update(reader=to_reader)
        known = list(Snooze.objects.filter(reader=to_reader).values_list("publication_id", flat=True))
        Snooze.objects.filter(reader=from_reader).exclude(publication__in=known).update(reader=to_reader)


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
    Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
