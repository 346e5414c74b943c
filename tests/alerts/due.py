"""Destinations that are due since a moment ago."""

from datetime import datetime, timedelta

from django.utils import timezone

from staffellauf.alerts import destinations
from staffellauf.alerts.models import Destination
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Reader


def mail_to(
    reader: Reader, *, rhythm: str = "daily", address: str = "ada@example.org", **fields: object
) -> Destination:
    """Due since a moment ago, told of everything so far."""
    row = destinations.add(reader, "mail", address=address, rhythm=rhythm, is_confirmed=True, now=timezone.now())
    values = {"next_at": timezone.now() - timedelta(seconds=1), "held_since": timezone.now(), **fields}
    Destination.objects.filter(pk=row.pk).update(**values)
    return Destination.objects.get(pk=row.pk)


def devices_of(reader: Reader, **fields: object) -> Destination:
    values = {"sent_up_to": readers.newest_position(), "held_since": timezone.now(), **fields}
    return Destination.objects.create(
        reader=reader, channel="webpush", next_at=timezone.now() - timedelta(seconds=1), **values
    )


def next_of(row: Destination) -> datetime:
    """When the row is due again."""
    row.refresh_from_db()
    assert row.next_at
    return row.next_at


def soon() -> datetime:
    """After everything the test has done."""
    return timezone.now() + timedelta(seconds=1)
