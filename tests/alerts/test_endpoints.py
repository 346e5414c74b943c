"""Endpoints come from clients: forty that must not be pushed to, at subscription and at delivery."""

import pytest

from staffellauf.alerts import actions
from staffellauf.alerts.channels.webpush import channel, endpoints, vapid
from staffellauf.alerts.channels.webpush.channel import Kind
from staffellauf.alerts.models import Subscription
from staffellauf.common import addresses
from tests import make
from tests.alerts.test_encryption import AUTH, UA_PUBLIC
from tests.make import EVENING

FIREFOX = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"
GOOD = [
    FIREFOX,
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://fcm.googleapis.com:443/fcm/send/abc",
    "https://web.push.apple.com/QGuQ",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
]
BAD = [
    "https://-.push.apple.com/x", "https://.push.apple.com/x", "https://a..push.apple.com/x", "https://%00.push.apple.com/x",
    f"https://{'a' * 80}.push.apple.com/x", f"https://{'a.' * 130}push.apple.com/x",
    "", "x", "https://", "https:///fcm.googleapis.com", "//fcm.googleapis.com/x", "fcm.googleapis.com/x",
    "http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "file:///etc/passwd", "gopher://fcm.googleapis.com/x",
    "javascript:alert(1)", "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com:80/x",
    "https://fcm.googleapis.com:0/x", "https://fcm.googleapis.com:99999/x", "https://fcm.googleapis.com:x/",
    "https://ada@fcm.googleapis.com/x", "https://ada:pw@fcm.googleapis.com/x", "https://@fcm.googleapis.com/x",
    "https://169.254.169.254/", "https://169.254.169.254/x.google.com/", "https://127.0.0.1/", "https://127.1/",
    "https://2130706433/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[fe80::1%25eth0]/", "https://9.9.9.9/", "https://localhost/",
    "https://push.example.org/", "https://fcm.googleapis.com.example.org/", "https://xfcm.googleapis.com/",
    "https://evil-push.services.mozilla.com/", "https://push.services.mozilla.com/", "https://fcm.googleapis.com./",
    "https://fcm.googleapis.com\\@10.0.0.1/", "https://10.0.0.1\\.fcm.googleapis.com/", "https://10.0.0.1#.push.apple.com",
    "https://10.0.0.1?.push.apple.com", "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/\r\nHost: x",
    "https://fcm.googleapis.com/\0", "https://fcm.googleаpis.com/", "https://%66cm.googleapis.com/",
    "https://fcm.googleapis.com/" + "x" * 2048,
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_an_endpoint_of_a_browser_is_taken(url):
    assert endpoints.parse(url).origin == "https://" + url.split("/")[2].removesuffix(":443")


@pytest.mark.parametrize("url", BAD)
def test_a_bad_endpoint_is_refused_at_subscription(db, url):
    with pytest.raises(actions.InvalidSubscription):
        actions.subscribe(make.reader(), url, p256dh=UA_PUBLIC, auth=AUTH)

    assert not Subscription.objects.exists()


@pytest.mark.parametrize("url", [url for url in BAD if "\0" not in url])
def test_a_bad_endpoint_that_was_stored_all_the_same_is_refused_at_delivery(db, monkeypatch, url):
    row = stored(url)

    (outcome,) = channel.deliver(channel.trial_push("https://example.org/"), [row], now=EVENING)

    assert (outcome.kind, outcome.is_sent) == (Kind.FAILED, False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_a_push_service_whose_name_leads_to_a_private_address_is_not_asked(db, monkeypatch, address):
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["9.9.9.9", address])

    (outcome,) = channel.deliver(channel.trial_push("https://example.org/"), [stored(FIREFOX)], now=EVENING)

    assert (outcome.kind, outcome.is_sent) == (Kind.FAILED, False)
    assert address in outcome.text


def test_a_name_that_turns_private_after_the_check_is_not_connected_to(db, monkeypatch):
    """The connection is pinned to what was checked, and checked again when it is made."""
    monkeypatch.setattr(addresses, "resolve_public", lambda *_, **__: ["127.0.0.1"])

    (outcome,) = channel.deliver(channel.trial_push("https://example.org/"), [stored(FIREFOX)], now=EVENING)

    assert (outcome.kind, outcome.status) == (Kind.LATER, 0)


def test_a_name_without_an_address_is_tried_again_later(db):
    row = stored("https://nowhere.push.services.mozilla.com/x")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_look_up", lambda host, port, answer: answer.put(OSError("no such name")))
        (outcome,) = channel.deliver(channel.trial_push("https://example.org/"), [row], now=EVENING)

    assert (outcome.kind, outcome.wait_s) == (Kind.LATER, None)


def test_an_operator_names_further_push_services(settings):
    settings.PUSH_HOSTS = ["push.example.org", ".ntfy.example"]

    assert endpoints.parse("https://push.example.org/x").host == "push.example.org"
    assert endpoints.parse("https://eu.ntfy.example/x").host == "eu.ntfy.example"
    with pytest.raises(endpoints.InvalidEndpoint):
        endpoints.parse("https://other.example.org/x")


def test_a_stand_in_on_this_machine_is_taken_only_when_allowed(settings):
    settings.PUSH_ALLOW_LOCAL = True

    assert endpoints.parse("http://127.0.0.1:8123/push/1").origin == "http://127.0.0.1:8123"
    for url in ("http://10.0.0.1:8123/", "https://10.0.0.1/", "http://example.org/"):
        with pytest.raises(endpoints.InvalidEndpoint):
            endpoints.parse(url)


def stored(url: str) -> Subscription:
    keys = {"p256dh": vapid.unbase64url(UA_PUBLIC), "auth": vapid.unbase64url(AUTH)}
    fields = {"origin": "https://anywhere.example", "server_key_id": "x"} | keys
    return Subscription(reader=make.reader(), endpoint=url, **fields)
