"""One article reaches everyone who follows its series: once each, and whatever a push service answers."""

import itertools
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from staffellauf.alerts import actions, queries, tasks
from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.ledger import cutting, relays, retries, settling, subjects
from staffellauf.alerts.models import Batch, Relay, RelayLane, Retry, Subscription
from staffellauf.jobs import leases
from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts.conftest import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard", franchises=[make.franchise("Bosch")])


def later(retry: Retry, *, by: timedelta = timedelta(seconds=2)) -> datetime:
    """A moment at which the retry is due; the clock is passed in, nobody waits."""
    retry.refresh_from_db()
    return retry.not_before + by


def test_a_follower_gets_headline_deck_and_address(service, drain, ballard, settings):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)

    article = make.article("Rosanna Arquette spielt Jenny", deck="Ballards „verschwundene“ Mutter.", about=[ballard])
    drain()

    (shown,) = phone.notifications()
    assert (shown["title"], shown["tag"]) == ("Rosanna Arquette spielt Jenny", f"meldung-{article.pk}")
    assert shown["body"] == "Ballards „verschwundene“ Mutter.\nWeil du „Ballard“ folgst"
    assert shown["navigate"] == f"{settings.PUBLIC_URL}/news/rosanna-arquette-spielt-jenny/"


def test_a_message_says_how_long_it_matters_and_what_it_replaces(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)

    article = make.article(about=[ballard])
    drain()

    (message,) = phone.messages()
    assert message.headers["content-encoding"] == "aes128gcm"
    assert message.headers["topic"] == f"meldung{article.pk}"
    assert message.headers["urgency"] in {"high", "normal"}
    assert 0 < int(message.headers["ttl"]) <= 2 * 24 * 3600
    assert not {"content-type", "accept", "expect", "user-agent"} & message.headers.keys()
    assert message.headers["authorization"].endswith(f", k={vapid.application_server_key()}")
    assert phone.decrypt(message)["web_push"] == 8030


def test_who_follows_all_three_topics_gets_one_and_each_device_too(service, drain, ballard):
    rosanna, bosch = make.person(), ballard.franchises.get()
    phone, laptop = service.device(), service.device()
    ada = make.reader("ada", follows=[ballard, rosanna, bosch])
    register(ada, phone)
    register(ada, laptop)
    others = {topic: service.device() for topic in (ballard, rosanna, bosch)}
    for topic, device in others.items():
        register(make.device_reader(f"a phone that follows {topic.name}", follows=[topic]), device)

    article = make.article(about=[ballard], mentioning=[rosanna])
    drain()

    assert [len(device.messages()) for device in (phone, laptop, *others.values())] == [1] * 5
    status = queries.relay_status(Publication.objects.get(article=article))
    assert (status.feeds_reached, status.alerts_sent, status.waiting, status.is_finished) == (4, 5, 0, True)


def test_a_stranger_gets_nothing(service, drain, ballard):
    phone = service.device()
    register(make.reader("charles", follows=[make.series("Dark")]), phone)

    make.article(about=[ballard])
    drain()

    assert phone.messages() == []


def test_publishing_again_alerts_nobody(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    article = make.article(about=[ballard])
    drain()

    article.headline = "Korrigiert"
    newsroom.publish(article)
    article.unpublish()
    newsroom.publish(article)
    drain()

    assert len(phone.messages()) == 1


def test_an_article_withdrawn_before_its_delivery_reaches_nobody(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    article = make.article(about=[ballard])
    cut()
    assert Batch.objects.count() == 1

    article.unpublish()
    drain()

    assert phone.messages() == []
    assert Relay.objects.get().finished_at
    assert RelayLane.objects.get().failed == 0


def test_who_unsubscribed_or_unfollowed_meanwhile_hears_nothing(service, drain, ballard):
    phone, tablet = service.device(), service.device()
    ada, grace = make.reader("ada", follows=[ballard]), make.reader("grace", follows=[ballard])
    register(ada, phone)
    register(grace, tablet)
    make.article(about=[ballard])
    cut()

    actions.unsubscribe(ada, phone.endpoint)
    Follow.objects.filter(reader=grace).delete()
    drain()

    assert service.messages() == []
    assert Relay.objects.get().finished_at


def test_a_finished_relay_is_not_delivered_again(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    make.article(about=[ballard])

    drain()
    drain()

    assert len(phone.messages()) == 1


def test_batches_cover_every_follower_once(ballard, service):
    followers(service, ballard, 1_030)
    make.article(about=[ballard])

    assert cut() == 5

    sizes = list(Batch.objects.order_by("pk").values_list("size", flat=True))
    slices = list(Batch.objects.order_by("pk").values_list("after_id", "up_to_id"))
    assert sizes == [250, 250, 250, 250, 30]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(slices))
    assert cut() == 0


@pytest.mark.parametrize("few", [0, 20_000])
def test_more_followers_than_one_cut_holds_are_cut_in_turns(ballard, service, drain, monkeypatch, few):
    """Along the lane, and from the follows: both ways."""
    monkeypatch.setattr(cutting, "FEW", few)
    monkeypatch.setattr(cutting, "BATCH_SIZE", 3)
    monkeypatch.setattr(cutting, "BATCHES_PER_CUT", 2)
    followers(service, make.series("Dark"), 20)
    followers(service, ballard, 20)

    make.article(about=[ballard])
    drain()

    assert sorted(service.accepted().values()) == [1] * 20
    assert queries.relay_status(Publication.objects.get()).alerts_sent == 20


def test_a_backlog_older_than_its_ttl_is_not_pushed(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    make.article(about=[ballard])
    Publication.objects.update(created_at=timezone.now() - timedelta(days=3))

    drain()

    assert phone.messages() == []
    status = queries.relay_status(Publication.objects.get())
    assert (status.is_finished, status.feeds_reached) == (True, 1)


def test_a_relay_without_lanes_has_reached_nobody_yet(service, ballard):
    register(make.reader("ada", follows=[ballard]), service.device())
    article = make.article(about=[ballard])
    tasks.pick_up_publications()
    assert not RelayLane.objects.exists()

    status = queries.relay_status(Publication.objects.get(article=article))

    assert (status.alerts_sent, status.waiting, status.is_finished) == (0, 1, False)


def test_an_idle_look_is_one_query(django_assert_num_queries, drain, ballard):
    make.article(about=[ballard])
    drain()

    with django_assert_num_queries(1):
        tasks.pick_up_publications()


def test_two_pickers_begin_one_relay(ballard):
    make.article(about=[ballard])

    tasks.pick_up_publications()
    tasks.pick_up_publications()

    assert Relay.objects.count() == 1


@pytest.mark.parametrize("answer", ["gone", "missing"])
def test_a_gone_subscription_is_not_asked_again(service, drain, ballard, answer):
    phone = service.device(answer)
    ada = make.reader("ada", follows=[ballard])
    register(ada, phone)

    make.article("Eins", about=[ballard])
    drain()
    make.article("Zwei", about=[ballard])
    drain()

    assert len(phone.messages()) == 1
    assert queries.subscriptions_of(ada) == []
    assert RelayLane.objects.order_by("pk").values_list("gone", "accepted")[0] == (1, 0)


def test_a_subscription_that_answers_400_to_everything_ends_after_five(service, drain, ballard):
    phone = service.device("bad")
    register(make.reader("ada", follows=[ballard]), phone)

    for number in range(settling.STALE_AFTER + 2):
        make.article(f"Meldung {number}", about=[ballard])
        drain()

    assert len(phone.messages()) == settling.STALE_AFTER
    assert Subscription.objects.get().gone_at


@pytest.mark.parametrize("answer", ["away", "large"])
def test_a_redirect_and_a_message_too_large_fail_and_cost_nobody_the_subscription(service, drain, ballard, answer):
    phone = service.device(answer)
    register(make.reader("ada", follows=[ballard]), phone)

    make.article(about=[ballard])
    drain()

    relay = Relay.objects.get()
    assert (relay.lanes.get().failed, relay.finished_at is not None, len(phone.messages())) == (1, True, 1)
    assert Subscription.objects.get().gone_at is None


@pytest.mark.parametrize(("answer", "at_least_s"), [("busy", 1), ("busy-date", 0.5)])
def test_a_busy_service_gets_it_again_when_it_said(service, drain, send_at, ballard, answer, at_least_s):
    phone, laptop = service.device(answer), service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    register(make.reader("grace", follows=[ballard]), laptop)
    make.article(about=[ballard])
    before = timezone.now()
    drain()
    retry = Retry.objects.get()

    waited = (retry.not_before - before).total_seconds()
    status = queries.relay_status(Publication.objects.get())
    assert (retry.last_status, len(laptop.notifications()), phone.notifications()) == (429, 1, [])
    assert (status.waiting, status.alerts_sent, status.is_finished) == (1, 1, False)
    assert at_least_s <= waited < 10
    send_at(later(retry))
    assert len(phone.notifications()) == 1
    assert queries.relay_status(Publication.objects.get()).is_finished
    first, second = (message.headers["topic"] for message in phone.messages())
    assert first == second


def test_a_service_that_is_down_is_asked_again_until_the_ttl_ends(service, drain, send_at, ballard):
    phone = service.device("broken")
    register(make.reader("ada", follows=[ballard]), phone)
    make.article(about=[ballard])
    drain()
    waits, now = [], timezone.now()

    while retry := Retry.objects.first():
        waits.append((retry.not_before - now).total_seconds())
        now = later(retry)
        send_at(now)

    relay = Relay.objects.get()
    assert now <= relay.expires_at + timedelta(seconds=2)
    assert (relay.lanes.get().failed, relay.lanes.get().accepted, relay.finished_at is not None) == (1, 0, True)
    assert len(phone.messages()) > 10
    assert max(waits) <= retries.RETRY_MOST_S + 3
    assert Subscription.objects.get().gone_at is None


def test_a_service_that_comes_back_gets_what_it_missed(service, drain, send_at, ballard):
    phone = service.device("mended")
    register(make.reader("ada", follows=[ballard]), phone)
    make.article(about=[ballard])
    drain()

    send_at(later(Retry.objects.get()))

    assert len(phone.notifications()) == 1
    assert RelayLane.objects.values_list("accepted", "retried").get() == (1, 1)


def test_a_refused_signature_is_made_anew_once_and_then_the_operator_is_told(service, drain, ballard):
    phone = service.device("refuse")
    register(make.reader("ada", follows=[ballard]), phone)

    make.article(about=[ballard])
    drain()

    assert len(phone.messages()) == 2
    assert Subscription.objects.get().gone_at is None
    assert Retry.objects.get().last_status == 403
    assert any(service.url in warning and "403" in warning for warning in queries.operator_warnings())


def test_an_answer_without_end_is_cut_off(service, drain, ballard):
    phone = service.device("chatty")
    register(make.reader("ada", follows=[ballard]), phone)

    make.article(about=[ballard])
    drain()

    assert Retry.objects.get().last_status == 0


def test_unsubscribing_ends_a_retry_and_the_relay_with_it(service, drain, send_at, ballard):
    phone, tablet = service.device("broken"), service.device("broken")
    ada = make.reader("ada", follows=[ballard])
    register(ada, phone)
    register(ada, tablet)
    make.article(about=[ballard])
    drain()

    actions.unsubscribe(ada, phone.endpoint)
    actions.unsubscribe(ada, tablet.endpoint)
    send_at(timezone.now() + timedelta(minutes=5))

    assert not Retry.objects.exists()
    assert Relay.objects.get().finished_at


def test_retries_of_a_killed_worker_are_due_again(service, drain, send_at, ballard):
    register(make.reader("ada", follows=[ballard]), service.device("mended"))
    make.article(about=[ballard])
    drain()
    now = later(Retry.objects.get())

    with transaction.atomic():
        assert len(retries.claim(service.url, now=now, clock_s=0)) == 1
    with transaction.atomic():
        assert retries.claim(service.url, now=now, clock_s=0) == []
    send_at(now)
    assert RelayLane.objects.get().accepted == 0

    send_at(now + leases.lease())
    assert RelayLane.objects.get().accepted == 1


def test_subscriptions_of_another_push_key_are_left_alone_and_the_operator_knows(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    Subscription.objects.update(server_key_id="another")

    make.article(about=[ballard])
    drain()

    assert phone.messages() == []
    assert any("1 Gerät" in w or "1 device" in w for w in queries.operator_warnings())


def test_what_nobody_asks_for_any_more_is_deleted(service, drain, ballard):
    register(make.reader("ada", follows=[ballard]), service.device())
    register(make.reader("grace", follows=[ballard]), service.device("gone"))
    make.article(about=[ballard])
    drain()

    relays.prune(now=timezone.now() + timedelta(days=6))
    kept = Batch.objects.count(), Subscription.objects.count()
    relays.prune(now=timezone.now() + timedelta(days=31))

    assert kept == (1, 2)
    assert (Batch.objects.count(), Subscription.objects.count(), Relay.objects.count()) == (0, 1, 1)


def cut() -> int:
    """Cuts what can be cut, as a worker does that is killed right after; how many batches."""
    now = timezone.now()
    relays.look(now=now)
    relays.pick_up(now=now)
    for relay in relays.without_lanes():
        relays.open_lanes(relay.pk, now=now)
    known = subjects.Subjects()
    count = 0
    for lane in relays.lanes_to_serve(now=now):
        assert known.of(lane.relay_id, now=now, clock_s=0)
        count += cutting.cut(lane.pk, known.public(lane.relay_id))
    return count


def followers(service, topic, count: int) -> list[Reader]:
    """So many readers with a device each, in bulk."""
    readers = Reader.objects.bulk_create(Reader(device_key=f"{topic.pk}-{n}") for n in range(count))
    Follow.objects.bulk_create(Follow(reader=reader, topic_id=topic.pk) for reader in readers)
    key_id = vapid.signer().key_id
    devices = [service.device() for _ in readers]
    Subscription.objects.bulk_create(
        Subscription(
            reader=reader, endpoint=device.endpoint, endpoint_hash=actions.endpoint_hash(device.endpoint),
            origin=service.url, p256dh=vapid.unbase64url(device.p256dh), auth=device.secret, server_key_id=key_id,
        )
        for reader, device in zip(readers, devices, strict=True)
    )  # fmt: skip
    return readers
