"""The sending loop: services in trouble are left alone, others are done meanwhile; what is stopped loses nothing."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from staffellauf.alerts import actions, operating, queries
from staffellauf.alerts.channels.webpush import lane as lanes_of_sender
from staffellauf.alerts.ledger import cutting, relays, sending, subjects
from staffellauf.alerts.models import Batch, Calm, Destination, Lane, Relay, RelayLane, Retry, Subscription
from staffellauf.jobs.models import Job
from staffellauf.newsroom.models import Publication
from tests import make
from tests.alerts.conftest import register
from tests.alerts.test_relays import cut, followers

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


def move(readers, answer: str, origin: str) -> None:
    """These readers' devices are at another origin, which answers so."""
    for subscription in Subscription.objects.filter(reader__in=readers):
        endpoint = f"{origin}/{answer}/moved-{subscription.pk}"
        fields = {"endpoint": endpoint, "endpoint_hash": actions.endpoint_hash(endpoint), "origin": origin}
        Subscription.objects.filter(pk=subscription.pk).update(**fields)


def elsewhere(service) -> str:
    """The same machine under another name: another origin."""
    return service.url.replace("127.0.0.1", "localhost")


def test_each_service_has_a_lane_with_its_own_counters(service, drain, ballard):
    readers = followers(service, ballard, 6)
    move(readers[:2], "gone", elsewhere(service))

    make.article(about=[ballard])
    drain()

    counted = dict(RelayLane.objects.values_list("origin", "accepted"))
    assert counted == {service.url: 4, elsewhere(service): 0}
    assert RelayLane.objects.get(origin=elsewhere(service)).gone == 2
    assert RelayLane.objects.get(origin=service.url).first_at


def test_a_service_at_which_nobody_follows_has_no_lane(service, drain, ballard):
    move(followers(service, make.series("Dark"), 2), "push", elsewhere(service))
    followers(service, ballard, 2)

    make.article(about=[ballard])
    drain()

    assert list(RelayLane.objects.values_list("origin", flat=True)) == [service.url]


def test_a_busy_service_keeps_its_batches_open_instead_of_a_row_for_each(service, drain, ballard):
    readers = followers(service, ballard, 600)
    move(readers[:400], "flood", elsewhere(service))

    make.article(about=[ballard])
    drain()

    lane = RelayLane.objects.get(origin=elsewhere(service))
    waiting = sum(Batch.objects.filter(lane=lane, done_at=None).values_list("size", flat=True))
    assert RelayLane.objects.get(origin=service.url).accepted == 200
    assert 0 < Retry.objects.count() <= lanes_of_sender.FIRST_LIMIT
    assert waiting + Retry.objects.count() == 400
    assert not Batch.objects.filter(done_at=None).exclude(claim="").exists()
    assert Lane.objects.get().paused_until
    assert queries.relay_status(Publication.objects.get()).waiting == 400


def test_a_service_that_was_busy_gets_everything_once_when_it_is_not(service, drain, send_at, ballard):
    readers = followers(service, ballard, 300)
    move(readers, "flood", elsewhere(service))
    make.article(about=[ballard])
    drain()
    asked = {message.path for message in service.messages()}

    for subscription in Subscription.objects.all():
        Subscription.objects.filter(pk=subscription.pk).update(
            endpoint=subscription.endpoint.replace("/flood/", "/push/")
        )
    send_at(timezone.now() + timedelta(hours=3))

    assert sorted(service.accepted().values()) == [1] * 300
    assert len(asked) < 300
    assert Relay.objects.get().finished_at
    assert Lane.objects.get().pauses == 0


def test_a_service_that_does_not_answer_is_paused_and_the_others_are_done(service, drain, ballard, monkeypatch):
    monkeypatch.setattr(lanes_of_sender, "TIMEOUT_MS", 300)
    readers = followers(service, ballard, 160)
    move(readers[:140], "silent", elsewhere(service))

    make.article(about=[ballard])
    drain()

    status = queries.relay_status(Publication.objects.get())
    assert (status.alerts_sent, status.waiting) == (20, 140)
    paused = Lane.objects.get().paused_until
    assert paused and paused > timezone.now()


def test_one_reader_whose_devices_refuse_our_signature_stops_nobody(service, drain, ballard):
    readers = followers(service, ballard, 60)
    for subscription in Subscription.objects.filter(reader__in=readers[20:30]):
        endpoint = f"{service.url}/refuse/{subscription.pk}"
        Subscription.objects.filter(pk=subscription.pk).update(endpoint=endpoint)

    make.article(about=[ballard])
    for _ in range(8):
        drain()

    assert RelayLane.objects.get().accepted == 50
    assert Retry.objects.count() == 10
    assert not Subscription.objects.filter(gone_at__isnull=False).exists()


def test_a_stored_address_that_is_none_fails_alone(service, drain, ballard):
    readers = followers(service, ballard, 20)
    for reader, endpoint in zip(readers, ["https://example.org/push/1", f"{service.url}.example.org/2"], strict=False):
        Subscription.objects.filter(reader=reader).update(endpoint=endpoint)

    make.article(about=[ballard])
    drain()

    lane = RelayLane.objects.get()
    assert (lane.accepted, lane.failed) == (18, 2)
    assert Relay.objects.get().finished_at


def test_what_an_operator_paused_or_stopped_is_left_alone(service, drain, ballard):
    followers(service, ballard, 3)
    make.article(about=[ballard])
    cut()
    relay = Relay.objects.get()

    operating.pause(relay, now=timezone.now())
    drain()
    assert service.messages() == []
    operating.resume(relay)
    operating.stop_lane(service.url, now=timezone.now())
    drain()
    assert service.messages() == []
    operating.start_lane(service.url, now=timezone.now())
    drain()

    assert sorted(service.accepted().values()) == [1] * 3


def test_a_clean_stop_hands_back_what_did_not_begin_and_doubles_nothing(service, drain, ballard):
    followers(service, ballard, 400)
    make.article(about=[ballard])
    loop = sending.Loop()
    while not service.seen.total():
        loop.turn(0.01)

    assert loop.stop(8)

    assert service.seen.total() < 400
    assert RelayLane.objects.get().accepted == service.seen.total()
    assert not Batch.objects.exclude(claim="").exists()
    drain()
    assert sorted(service.accepted().values()) == [1] * 400


def test_a_kill_risks_no_more_than_a_batch_over_all_services(service, ballard):
    readers = followers(service, ballard, 900)
    move(readers[:450], "push", elsewhere(service))
    make.article(about=[ballard])
    loop, risks = sending.Loop(), []

    while loop.turn(0.01):
        risks.append(sum(service.at_risk for service in loop.services.values()))

    assert max(risks) <= cutting.BATCH_SIZE
    assert sorted(service.accepted().values()) == [1] * 900


def test_a_worker_that_lost_its_lease_counts_nothing_and_sends_nothing_more(service, drain, ballard):
    followers(service, ballard, 20)
    make.article(about=[ballard])
    slow = sending.Loop()
    while not service.seen.total():
        slow.turn(0.0)
    Batch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    drain()
    while slow.turn(0.01):
        pass

    assert RelayLane.objects.get().accepted == 20
    assert max(service.accepted().values()) <= 2


def test_a_worker_that_slept_through_its_lease_does_not_take_it_up_again(service, ballard):
    followers(service, ballard, 400)
    make.article(about=[ballard])
    slow = sending.Loop()
    while not service.seen.total():
        slow.turn(0.0)
    claims = [claim for each in slow.services.values() for claim in each.claims]
    for claim in claims:
        claim.holds_until_s = 0.0
    slow.renewed_s = float("-inf")

    while slow.turn(0.01) and not all(claim.is_over for claim in claims):
        pass

    assert claims
    assert all(claim.is_lost for claim in claims)
    assert service.seen.total() <= lanes_of_sender.FIRST_LIMIT


def test_a_batch_that_always_fails_is_given_up_in_the_end(service, drain, ballard):
    followers(service, ballard, 3)
    make.article(about=[ballard])
    cut()
    Batch.objects.update(attempts=50)

    drain()

    assert RelayLane.objects.get().failed == 3
    assert Relay.objects.get().finished_at


def test_what_is_too_old_is_counted_as_failed_wherever_it_waits(service, drain, send_at, ballard):
    followers(service, ballard, 3)
    make.article(about=[ballard])
    cut()

    send_at(timezone.now() + relays.TTL)

    relay = Relay.objects.get()
    assert (relay.lanes.get().failed, relay.finished_at is not None) == (3, True)
    assert service.messages() == []


def test_who_sleeps_without_being_disturbed_is_counted_as_held(service, drain, ballard):
    phone = service.device()
    ada = make.reader("ada", follows=[ballard])
    register(ada, phone)
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD, night_from="00:00", night_until="23:59:59")

    make.article(about=[ballard])
    drain()

    assert (RelayLane.objects.get().held, phone.messages()) == (1, [])
    assert Destination.objects.get(reader=ada).next_at
    assert Relay.objects.get().finished_at


def test_more_alerts_at_once_than_a_worker_keeps_in_mind(service, drain, ballard, monkeypatch):
    monkeypatch.setattr(subjects, "KEPT", 2)
    phone = service.device()
    ada = make.reader("ada", follows=[ballard])
    register(ada, phone)
    Calm.objects.create(reader=ada, groups=False)
    for number in range(4):
        make.article(f"Meldung {number}", about=[ballard])

    drain()

    assert len(phone.messages()) == 4


def test_jobs_of_the_version_before_are_forgotten_and_others_are_not():
    removed = [f"staffellauf.alerts.tasks.{name}" for name in ("cut", "deliver", "deliver_retries")]
    now = timezone.now()
    common = {"arguments": {}, "queue": "push", "priority": 0, "max_attempts": 1, "enqueued_at": now, "due_at": now}
    Job.objects.bulk_create(Job(task=task, **common) for task in [*removed, "staffellauf.alerts.tasks.deliver_again"])

    migration = import_module("staffellauf.alerts.migrations.0011_jobs_of_the_version_before")
    migration.forget(apps, connection.schema_editor())

    assert list(Job.objects.values_list("task", flat=True)) == ["staffellauf.alerts.tasks.deliver_again"]


def test_lanes_of_the_version_before_are_finished(service, drain, ballard):
    readers = followers(service, ballard, 8)
    move(readers[:4], "push", elsewhere(service))
    make.article(about=[ballard])
    relays.look(now=timezone.now())
    relays.pick_up(now=timezone.now())
    ids = list(Subscription.objects.order_by("pk").values_list("pk", flat=True))
    old = RelayLane.objects.create(relay=Relay.objects.get(), cursor=ids[5], accepted=2)
    Batch.objects.create(lane=old, after_id=ids[1], up_to_id=ids[5], size=4)

    drain()

    assert sorted(service.accepted().values()) == [1] * 6
    assert queries.relay_status(Publication.objects.get()).alerts_sent == 8
    assert Relay.objects.get().finished_at
