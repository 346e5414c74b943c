"""Our WebSub hub, from the wish to the delivery, against a subscriber on loopback."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.jobs import worker
from staffellauf.jobs.models import Job
from staffellauf.newsroom.models import Note
from staffellauf.syndication import tasks
from staffellauf.syndication.hub import distribution, requests
from staffellauf.syndication.models import HubRequest, HubSubscription, WatchedFeed
from tests import make
from tests.syndication import subscribers
from tests.syndication.subscribers import Subscriber

pytestmark = pytest.mark.django_db
FEED = "http://testserver/feeds/serien/ballard.atom"


@pytest.fixture
def subscriber(settings) -> Iterator[Subscriber]:
    settings.FEEDS_ALLOW_LOCAL = True
    with subscribers.serve() as running:
        yield running


def ask(client: Client, address: str, /, **changes: str):
    form = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.callback": address}
    return client.post("/websub/", form | {f"hub.{name}": value for name, value in changes.items()})


def work() -> None:
    worker.Worker(beats=False).drain()


def look_again() -> None:
    """A minute later: what no publication tells is noticed."""
    tasks.notice_changes.call()
    work()


def later(**passed: float) -> None:
    """As if so much time had passed for all who wait."""
    back = timedelta(**passed)
    for one in HubSubscription.objects.all():
        HubSubscription.objects.filter(pk=one.pk).update(not_before=one.not_before - back)


def test_a_subscriber_is_asked_whether_it_means_it(client: Client, subscriber: Subscriber):
    make.series("Ballard")

    response = ask(client, subscriber.url, lease_seconds="86400")
    assert response.status_code == 202
    assert not HubSubscription.objects.exists()
    work()

    asked = subscriber.asked[0]
    assert (asked["hub.mode"], asked["hub.topic"], asked["hub.lease_seconds"], asked["mine"]) == (
        "subscribe", FEED, "86400", "1")  # fmt: skip
    left = HubSubscription.objects.get().lease_until - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert not HubRequest.objects.exists()


def test_who_does_not_repeat_the_challenge_gets_nothing(client: Client, subscriber: Subscriber):
    make.series("Ballard")
    subscriber.repeats_challenge = False

    ask(client, subscriber.url)
    work()

    assert not HubSubscription.objects.exists()
    assert not HubRequest.objects.exists()


def test_a_redirect_confirms_nothing(client: Client, subscriber: Subscriber):
    make.series("Ballard")
    subscriber.question_status, subscriber.location = 302, subscriber.url

    ask(client, subscriber.url)
    work()

    assert len(subscriber.asked) == 1
    assert not HubSubscription.objects.exists()


def test_a_callback_that_is_down_is_asked_once_more(client: Client, subscriber: Subscriber):
    make.series("Ballard")
    subscriber.question_status = 503
    ask(client, subscriber.url)
    work()
    assert HubRequest.objects.get().attempts == 1

    subscriber.question_status = 200
    HubRequest.objects.update(not_before=timezone.now())
    look_again()

    assert HubSubscription.objects.exists()


def test_a_publication_is_sent_with_its_signature(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    make.article("Alt", about=[ballard])
    ask(client, subscriber.url, secret="geheim")
    work()
    assert subscriber.received == []

    make.article("Neu und wichtig", about=[ballard])
    work()

    sent = subscriber.received[0]
    expected = hmac.new(b"geheim", sent.body, hashlib.sha256).hexdigest()
    assert sent.headers["x-hub-signature"] == f"sha256={expected}"
    assert sent.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert sent.headers["link"] == f'<http://testserver/websub/>; rel="hub", <{FEED}>; rel="self"'
    assert sent.body == client.get("/feeds/serien/ballard.atom").content
    assert "Neu und wichtig" in sent.body.decode()
    work()
    assert len(subscriber.received) == 1


@pytest.mark.parametrize(
    "path", ["news.rss", "news.json", "serien/ballard.json", "art/nachrichten.atom"],
)  # fmt: skip
def test_every_feed_is_sent(client: Client, subscriber: Subscriber, path: str):
    ballard = make.series("Ballard")
    assert ask(client, subscriber.url, topic=f"http://testserver/feeds/{path}").status_code == 202
    work()

    make.article("Neu", about=[ballard])
    work()

    assert subscriber.received[0].body == client.get(f"/feeds/{path}").content
    assert "x-hub-signature" not in subscriber.received[0].headers


def test_a_publication_about_something_else_is_not_sent(client: Client, subscriber: Subscriber):
    make.series("Ballard")
    ask(client, subscriber.url)
    work()

    make.article("Anderes", about=[make.series("Dark")])
    work()
    look_again()

    assert subscriber.received == []


def test_corrections_and_withdrawals_are_sent_too(client: Client, subscriber: Subscriber):
    article = make.article("Erst so", about=[make.series("Ballard")])
    ask(client, subscriber.url)
    work()

    Note.objects.create(article=article, text="Es ist anders.", created_at=timezone.now())
    look_again()
    article.unpublish()
    look_again()

    assert "Es ist anders." in subscriber.received[0].body.decode()
    assert "Erst so" not in subscriber.received[1].body.decode()
    assert len(subscriber.received) == 2


def test_a_failed_delivery_comes_again_with_what_is_new_by_then(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()
    subscriber.status = 500
    make.article("Eins", about=[ballard])
    work()
    assert HubSubscription.objects.get().attempts == 1
    work()
    assert len(subscriber.received) == 1

    make.article("Zwei", about=[ballard])
    subscriber.status = 200
    later(hours=1)
    work()

    assert len(subscriber.received) == 2
    assert "Zwei" in subscriber.received[1].body.decode()
    assert HubSubscription.objects.get().attempts == 0


def test_a_redirect_is_no_delivery(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()
    subscriber.status, subscriber.location = 307, subscriber.url

    make.article(about=[ballard])
    work()

    assert len(subscriber.received) == 1
    assert HubSubscription.objects.get().last_status == 307


def test_gone_ends_the_subscription_at_once(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()
    subscriber.status = 410

    make.article(about=[ballard])
    work()

    assert not HubSubscription.objects.exists()


def test_who_never_answers_is_dropped_in_the_end(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()
    subscriber.status = 500
    make.article(about=[ballard])

    for _attempt in range(distribution.MOST_ATTEMPTS):
        work()
        later(days=1)

    assert len(subscriber.received) == distribution.MOST_ATTEMPTS
    assert not HubSubscription.objects.exists()


def test_what_a_killed_worker_had_begun_is_sent_by_another(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()
    make.article(about=[ballard])
    distribution.notice_publications()
    taken = distribution.claim(now=timezone.now())
    assert taken is not None
    work()
    assert subscriber.received == []

    later(minutes=2)
    work()

    assert len(subscriber.received) == 1


def test_a_lease_is_renewed_and_ends(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url, lease_seconds="3600", secret="alt")
    work()
    first = HubSubscription.objects.get()
    ask(client, subscriber.url, lease_seconds="864000", secret="neu")
    work()
    renewed = HubSubscription.objects.get()
    assert (renewed.pk, bytes(renewed.secret)) == (first.pk, b"neu")
    assert renewed.lease_until > first.lease_until

    HubSubscription.objects.update(lease_until=timezone.now())
    make.article(about=[ballard])
    work()
    assert distribution.prune(now=timezone.now()) == 1

    assert subscriber.received == []
    assert not WatchedFeed.objects.exists()


def test_a_subscriber_leaves_when_it_confirms_that(client: Client, subscriber: Subscriber):
    make.series("Ballard")
    ask(client, subscriber.url)
    work()
    subscriber.repeats_challenge = False
    ask(client, subscriber.url, mode="unsubscribe")
    work()
    assert HubSubscription.objects.exists()

    subscriber.repeats_challenge = True
    ask(client, subscriber.url, mode="unsubscribe")
    work()

    assert subscriber.asked[-1]["hub.mode"] == "unsubscribe"
    assert not HubSubscription.objects.exists()


def test_a_feed_that_is_gone_is_told_to_its_subscribers(client: Client, subscriber: Subscriber):
    ballard = make.series("Ballard")
    ask(client, subscriber.url)
    work()

    ballard.delete()
    look_again()

    assert subscriber.asked[-1]["hub.mode"] == "denied"
    assert not HubSubscription.objects.exists()


@pytest.mark.parametrize(
    "callback",
    ["http://127.0.0.1:9/cb", "http://10.1.2.3/cb", "http://169.254.169.254/latest", "http://[::1]/cb"],
)
def test_a_callback_at_a_private_address_is_never_asked(client: Client, callback: str, settings):
    settings.FEEDS_ALLOW_LOCAL = False
    make.series("Ballard")

    assert ask(client, callback).status_code == 202
    work()

    assert not HubSubscription.objects.exists()
    assert not HubRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"mode": "publish"}, 400), ({"mode": ""}, 400), ({"topic": "http://testserver/serien/ballard/"}, 404),
        ({"topic": "https://elsewhere.example/feeds/news.atom"}, 404), ({"topic": "/feeds/news.atom"}, 404),
        ({"topic": "http://testserver/feeds/serien/nix.atom"}, 404), ({"callback": "ftp://x.example/"}, 400),
        ({"callback": "http://user:pw@x.example/"}, 400), ({"callback": "http://x.example/#a"}, 400),
        ({"callback": "http://x.example/\r\nHost: y"}, 400), ({"callback": "http://x.example/" + "x" * 2048}, 400),
        ({"callback": ""}, 400), ({"callback": "http://x\x00.example/"}, 400), ({"secret": "x" * 200}, 400),
        ({"secret": "ä" * 100}, 400), ({"lease_seconds": "bald"}, 400), ({"lease_seconds": "-1"}, 400),
        ({"lease_seconds": "²"}, 400),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_refused_with_a_reason(client: Client, changes: dict[str, str], status: int):
    make.series("Ballard")

    response = ask(client, "https://reader.example/cb", **changes)

    assert response.status_code == status
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content
    assert not HubRequest.objects.exists()


def test_a_lease_has_bounds_and_a_feed_its_current_name(client: Client):
    make.series("Ballard")

    ask(client, "https://reader.example/cb", lease_seconds="9" * 4000)
    assert HubRequest.objects.get().lease_s == requests.LONGEST_LEASE_S
    ask(client, "https://reader.example/cb", lease_seconds="1")
    assert HubRequest.objects.get().lease_s == requests.SHORTEST_LEASE_S


def test_one_host_has_so_many_subscriptions_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch):
    make.series("Ballard")
    monkeypatch.setattr(requests, "MOST_WAITING_PER_HOST", 2)

    answers = [ask(client, f"https://reader.example/{number}").status_code for number in range(3)]
    assert answers == [202, 202, 429]
    monkeypatch.setattr(requests, "MOST", 0)

    assert ask(client, "https://other.example/").status_code == 503


def test_no_job_and_no_log_holds_a_secret(client: Client, subscriber: Subscriber, caplog: pytest.LogCaptureFixture):
    make.series("Ballard")
    with caplog.at_level("DEBUG"):
        ask(client, subscriber.url, secret="sehr-geheim")
        subscriber.repeats_challenge = False
        work()

    assert "sehr-geheim" not in caplog.text
    assert not [job for job in Job.objects.all() if "sehr-geheim" in str(job.arguments)]


def test_nobody_asks_by_get(client: Client):
    assert client.get("/websub/").status_code == 405
