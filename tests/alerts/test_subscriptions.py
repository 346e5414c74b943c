"""A reader's devices: registered, moved along, taken out, tried."""

import pytest

from staffellauf.alerts import actions, queries
from staffellauf.alerts.models import Occasion, Relay, Subscription
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.conftest import register
from tests.alerts.test_encryption import AUTH, UA_PUBLIC
from tests.make import EVENING

pytestmark = pytest.mark.django_db

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"
OTHER_SECRET = "AAAAAAAAAAAAAAAAAAAAAA"


def subscribe(reader, endpoint=ENDPOINT, *, p256dh=UA_PUBLIC, auth=AUTH, user_agent=""):
    return actions.subscribe(reader, endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent)


def test_a_visit_that_registers_the_same_device_again_changes_nothing():
    ada = make.reader()

    first, second = subscribe(ada), subscribe(ada)

    assert first.pk == second.pk
    assert [device.pk for device in queries.subscriptions_of(ada)] == [first.pk]


def test_keys_come_with_padding_or_in_the_plain_alphabet_too():
    ada = make.reader()

    subscribe(ada, p256dh=UA_PUBLIC.replace("-", "+").replace("_", "/") + "=", auth=AUTH + "==")

    assert len(bytes(Subscription.objects.get().p256dh)) == 65


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH), (UA_PUBLIC, ""), (UA_PUBLIC[:-4], AUTH), (UA_PUBLIC, AUTH[:-4]), (UA_PUBLIC, AUTH * 2),
        ("B" + "A" * 86, AUTH), ("ä" * 87, AUTH), (UA_PUBLIC, "!" * 22), ("A" * 1_000_000, AUTH),
        (UA_PUBLIC + "\0", AUTH),
    ],
)  # fmt: skip
def test_keys_that_are_none_are_refused_with_a_sentence(p256dh, auth):
    with pytest.raises(actions.InvalidSubscription, match=r"\w+ \w+ \w+"):
        subscribe(make.reader(), p256dh=p256dh, auth=auth)

    assert not Subscription.objects.exists()


def test_a_device_moves_to_another_reader_of_the_same_browser():
    ada, grace = make.reader("ada"), make.reader("grace")
    subscribe(ada)

    subscribe(grace)

    assert queries.subscriptions_of(ada) == []
    assert len(queries.subscriptions_of(grace)) == 1


def test_somebody_who_only_knows_the_endpoint_cannot_take_it():
    ada, mallory = make.reader("ada"), make.reader("mallory")
    subscribe(ada)

    with pytest.raises(actions.InvalidSubscription):
        subscribe(mallory, auth=OTHER_SECRET)

    assert len(queries.subscriptions_of(ada)) == 1


def test_a_gone_device_that_comes_back_is_reached_again():
    ada = make.reader()
    device = subscribe(ada)
    Subscription.objects.update(gone_at="2026-01-01T00:00Z", bad_requests=4)

    subscribe(ada)

    device.refresh_from_db()
    assert (device.gone_at, device.bad_requests) == (None, 0)


def test_a_reader_has_twenty_devices_at_most():
    ada = make.reader()
    for number in range(actions.MAX_SUBSCRIPTIONS):
        subscribe(ada, f"{ENDPOINT}{number}")

    with pytest.raises(actions.InvalidSubscription, match="20"):
        subscribe(ada, f"{ENDPOINT}one-more")
    Subscription.objects.filter(endpoint=f"{ENDPOINT}0").update(gone_at="2026-01-01T00:00Z")
    subscribe(ada, f"{ENDPOINT}one-more")

    assert len(queries.subscriptions_of(ada)) == actions.MAX_SUBSCRIPTIONS


def test_a_reader_takes_out_their_own_devices_only():
    ada, grace = make.reader("ada"), make.reader("grace")
    device = subscribe(ada)

    assert not actions.unsubscribe(grace, device.pk)
    assert not actions.unsubscribe(grace, ENDPOINT)
    assert not actions.unsubscribe(ada, 2**70)
    assert actions.unsubscribe(ada, device.pk)
    assert not actions.unsubscribe(ada, device.pk)


def test_what_a_device_registered_goes_along_when_it_signs_in():
    phone, account = make.device_reader(), make.reader("ada")
    subscribe(phone)
    for number in range(actions.MAX_SUBSCRIPTIONS):
        subscribe(account, f"{ENDPOINT}{number}")

    moved = actions.move_subscriptions(phone, account)
    readers.merge(phone, account)

    kept = {device.endpoint for device in queries.subscriptions_of(account)}
    assert moved == 1
    assert len(kept) == actions.MAX_SUBSCRIPTIONS
    assert ENDPOINT in kept
    assert f"{ENDPOINT}0" not in kept


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
         "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
         "Safari · iPhone"),
        ("curl/8", ""),
        ("x" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_device_is_called_by_browser_and_system(user_agent, label):
    assert subscribe(make.reader(), user_agent=user_agent).device == label


def test_a_reader_tries_whether_notifications_work(service, drain):
    ada, phone = make.reader("ada"), service.device()
    register(ada, phone)

    count = actions.test_push(ada)
    drain()

    (shown,) = phone.notifications()
    assert (count, shown["navigate"]) == (1, "http://testserver/mein/feed/")
    assert shown["title"]


def test_a_test_speaks_the_readers_language(service, drain):
    ada, phone = make.reader("ada"), service.device()
    register(ada, phone)
    Reader.objects.update(language="en")

    actions.test_push(ada)
    drain()

    (shown,) = phone.notifications()
    assert (shown["lang"], shown["title"], shown["navigate"]) == (
        "en", "Notifications work", "http://testserver/en/mein/feed/",
    )  # fmt: skip


def test_dates_that_were_not_told_in_time_are_reported():
    ballard = make.series("Ballard")
    due = Occasion.objects.create(topic=ballard, kind="episodes", lead=1, due_at=EVENING, key="1.out.1.0.20260124")
    Relay.objects.create(occasion=due, started_at=EVENING, expires_at=EVENING)

    assert any("Ballard" in warning for warning in queries.operator_warnings())


def test_who_deletes_the_account_leaves_no_device_behind():
    user = make.user("ada")
    subscribe(readers.reader_of_user(user))

    user.delete()

    assert not Subscription.objects.exists()


@pytest.mark.parametrize("contact", ["noreply@localhost", "noreply@serien.invalid", "ada@example.org", "ada", ""])
def test_a_contact_that_apple_refuses_is_reported(settings, contact):
    settings.VAPID_CONTACT = contact

    assert any("VAPID_CONTACT" in warning for warning in queries.operator_warnings())


@pytest.mark.parametrize("contact", ["redaktion@serien.de", "mailto:redaktion@serien.de", "https://serien.de/kontakt"])
def test_a_contact_that_can_be_reached_is_fine(settings, contact):
    settings.VAPID_CONTACT = contact

    assert queries.operator_warnings() == []


def test_a_switch_for_tests_that_is_on_in_public_is_reported(settings):
    settings.VAPID_CONTACT, settings.PUSH_ALLOW_LOCAL, settings.SECURE = "redaktion@serien.de", True, True

    assert "PUSH_ALLOW_LOCAL" in "".join(queries.operator_warnings())
