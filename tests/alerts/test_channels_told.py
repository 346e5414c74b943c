"""From publishing to what leaves for a program, a phone and a chat: once each, after trouble too."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from staffellauf.alerts import destinations
from staffellauf.alerts.channels.apprise import children
from staffellauf.alerts.ledger import cutting, others
from staffellauf.alerts.models import Calm, Destination, RelayLane
from staffellauf.catalogue.models import Series
from staffellauf.jobs.models import Job
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts import subjects
from tests.standins import hooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(settings) -> Iterator[hooks.There]:
    settings.ALERTS_ALLOW_LOCAL = True
    with hooks.start() as running:
        yield running
    children.end_all()


@pytest.fixture
def ballard() -> Series:
    return make.series("Ballard")


@pytest.fixture
def ada(ballard: Series) -> Reader:
    reader = make.reader("ada", follows=[ballard])
    Calm.objects.create(reader=reader, night=Calm.Night.LOUD)
    return reader


def add(reader: Reader, channel: str, address: str, **options: object) -> Destination:
    now = timezone.now() - timedelta(minutes=1)
    return destinations.add(reader, channel, address=address, now=now, **options)  # type: ignore[arg-type]


def test_a_publication_reaches_every_channel_once(there: hooks.There, ada: Reader, ballard: Series, drain) -> None:
    add(ada, "webhook", there.at("/hook"))
    add(ada, "ntfy", there.at("/news"))
    add(ada, "apprise", there.url.replace("http://", "gotify://") + "/abcdefghijklmn")
    add(make.device_reader(), "webhook", there.at("/not-following"))

    made = make.article("Rosanna Arquette kommt", about=[ballard])
    drain()
    drain()

    assert sorted(asked.path for asked in there.posted) == ["/", "/hook", "/message"]
    [hook] = [asked for asked in there.posted if asked.path == "/hook"]
    assert hook.headers["webhook-id"] == f"msg_meldung-{made.pk}-1"
    assert hook.json["data"]["items"][0]["because"] == "weil du „Ballard“ folgst"


def test_what_was_put_off_comes_later_and_once(there: hooks.There, ada: Reader, ballard: Series, drain) -> None:
    row = add(ada, "webhook", there.at("/hook"))
    there.answers["/hook"] = hooks.Answer(status=503)
    make.article("Rosanna Arquette kommt", about=[ballard])
    drain()
    assert len(there.posted) == 1
    assert Destination.objects.get(pk=row.pk).failures == 1

    there.answers.clear()
    Job.objects.filter(state="waiting").update(due_at=timezone.now())
    drain()
    drain()

    first, second = there.posted
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert Destination.objects.get(pk=row.pk).failures == 0


def test_a_worker_killed_after_sending_loses_nobody_who_was_put_off(
    there: hooks.There, ada: Reader, ballard: Series
) -> None:
    add(ada, "webhook", there.at("/hook"))
    there.answers["/hook"] = hooks.Answer(status=503)
    about = subjects.subject(make.article(about=[ballard]), at=timezone.now())
    assert about.relay_id
    lane = RelayLane.objects.create(relay_id=about.relay_id, channel="webhook")
    with transaction.atomic():
        [batch] = cutting.cut_destinations(lane.pk, about)

    def killed(lane_id: int, later: others.Later) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        others.deliver_batch(batch.pk, put_off=killed, now=timezone.now())
    kept: list[int] = []
    others.deliver_batch(batch.pk, put_off=lambda lane_id, later: kept.extend(later[0]), now=timezone.now())

    assert kept == list(Destination.objects.values_list("pk", flat=True))


def test_who_is_stopped_or_not_confirmed_hears_nothing(there: hooks.There, ada: Reader, ballard: Series, drain) -> None:
    stopped, waiting = add(ada, "webhook", there.at("/stopped")), add(ada, "webhook", there.at("/waiting"))
    destinations.stop(stopped, now=timezone.now())
    Destination.objects.filter(pk=waiting.pk).update(confirmed_at=None)

    make.article("Rosanna Arquette kommt", about=[ballard])
    drain()

    assert there.posted == []


def test_a_digest_waits_for_its_hour_and_is_one(there: hooks.There, ada: Reader, ballard: Series, drain) -> None:
    row = add(ada, "webhook", there.at("/hook"), rhythm="daily")
    for number in range(3):
        make.article(f"Meldung {number}", about=[ballard])
    drain()
    assert there.posted == []

    Destination.objects.filter(pk=row.pk).update(next_at=timezone.now())
    drain()

    [asked] = there.posted
    assert asked.json["type"] == "alert.digest"
    assert [item["title"] for item in asked.json["data"]["items"]] == ["Meldung 2", "Meldung 1", "Meldung 0"]
