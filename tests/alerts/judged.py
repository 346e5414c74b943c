"""Who prefers what, and what is judged for them."""

from datetime import datetime, timedelta

from staffellauf.alerts.deciding import audience, calm
from staffellauf.alerts.deciding.calm import Verdict
from staffellauf.alerts.models import Destination
from staffellauf.catalogue.models import Series
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts import subjects
from tests.alerts.subjects import NOON

MAIL = "mail"


def prefer(reader: Reader, **fields: object) -> None:
    assert Follow.objects.filter(reader=reader).update(**fields)


def judged(
    subject: audience.Subject, reader: Reader, *, channel: str = calm.PUSH, now: datetime | None = None
) -> Verdict | None:
    return calm.judge(subject, [reader.pk], channel=channel, now=now or subject.at).get(reader.pk)


def some(ballard: Series, *minutes: int, at: datetime = NOON) -> list[audience.Subject]:
    """Articles about the series, so many minutes after `at`."""
    return [
        subjects.subject(make.article(f"Meldung um {after}", about=[ballard]), at=at + timedelta(minutes=after))
        for after in minutes
    ]


def mail_of(reader: Reader, **fields: object) -> Destination:
    values = {"channel": MAIL, "address_hash": "ada@example.org", "confirmed_at": NOON} | fields
    return Destination.objects.create(reader=reader, **values)
