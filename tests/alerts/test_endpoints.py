"""Endpoints come from clients: those that must not be pushed to, at subscription, at delivery and at the socket."""

import time

import pycurl
import pytest

from staffellauf.alerts import actions
from staffellauf.alerts.channels.webpush import endpoints, texts, vapid
from staffellauf.alerts.channels.webpush.sender import NOT_OURS, Answer, Request, Sender
from staffellauf.alerts.ledger import direct
from staffellauf.alerts.models import Subscription
from staffellauf.common import addresses, http
from staffellauf.readers.models import Reader
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
    "https://fcm.googleapis.com/" + "x" * (2_049 - 27),
    "https://127.0.0.1.push.apple.com@10.0.0.1/", "https://[fe80::1%25.push.apple.com]/", "https://[::]/", "https://0/",
    "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://[2002:7f00:1::]/", "https://[64:ff9b:1::7f00:1]/",
    "https://[fd00::1].push.apple.com/", "https://100.64.0.1/", "https://0.0.0.0/", "https://192.168.1.1:443/",
    "https://0xA9FEA9FE/", "https://025177524776/", "https://169.254.43518/", "https://169.254.169.254./",
    "https://metadata.google.internal/", "https://fcm.googleapis.com.evil.example/", "https://evil.example/fcm.googleapis.com",
    "https://evil.example?.push.apple.com", "https://evil.example#@web.push.apple.com/", "https://web.push.apple.com.",
    "https://web.push.apple.com%2eevil.example/", "https://web.push.apple.com%00.evil.example/", "https://web｡push.apple.com/",
    "https://ｗeb.push.apple.com/", "https://①27.0.0.1/", "https://xn--fcm-oogleapis-xyz.com/", "HTTPS://10.0.0.1/",
    "https:/fcm.googleapis.com/x", "https:fcm.googleapis.com/x", "https:\\\\fcm.googleapis.com/x",
    " https://fcm.googleapis.com/x", "https://fcm.googleapis.com\t/x", "https://fcm.googleapis.com:443:80/x",
    "https://fcm.googleapis.com:+443/x", "https://fcm.googleapis.com:４４３/x", "wss://fcm.googleapis.com/x",
    "https://notify.windows.com/x", "https://evilnotify.windows.com/x", "https://fcm.googleapis.com,evil.example/x",
]  # fmt: skip
# What a name may turn out to be: at the first look-up or at the second.
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808",
    "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
    "2001:db8::1", "3fff::1", "5f00::1", "100::1",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_an_endpoint_of_a_browser_is_taken(url):
    assert endpoints.parse(url).origin == "https://" + url.split("/")[2].removesuffix(":443")


@pytest.mark.parametrize("url", BAD)
def test_a_bad_endpoint_is_refused_at_subscription(db, url):
    with pytest.raises(actions.InvalidSubscription):
        actions.subscribe(make.reader(), url, p256dh=UA_PUBLIC, auth=AUTH)

    assert not Subscription.objects.exists()


def test_bad_endpoints_that_were_stored_all_the_same_are_refused_at_delivery(db, monkeypatch):
    reader, asked = make.reader(), []

    def resolve(host, *_, **__):
        asked.append(host)
        return ["9.9.9.9"]

    monkeypatch.setattr(addresses, "resolve", resolve)
    # PostgreSQL takes neither a NUL nor a longer text than its column's.
    rows = [stored(reader, url) for url in BAD if "\0" not in url and len(url) <= 2_048]
    Subscription.objects.bulk_create(rows)

    reached = direct.send({reader.pk: texts.trial("https://example.org/")}, now=EVENING)

    assert (reached, asked) == ({reader.pk: 0}, [])
    assert len(rows) > 90


@pytest.mark.parametrize("url", BAD)
def test_a_bad_endpoint_in_a_good_services_lane_is_refused_there(monkeypatch, url):
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["9.9.9.9"])

    (answer,) = send(url)

    assert (answer.status, answer.text != "") == (NOT_OURS, True)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_push_service_whose_name_leads_to_a_private_address_is_not_asked(monkeypatch, address):
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["9.9.9.9", address])

    (answer,) = send(FIREFOX)

    assert answer.status == NOT_OURS
    assert address in answer.text


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "::1", "64:ff9b::7f00:1"])
def test_a_name_that_turns_private_after_the_check_is_not_connected_to(monkeypatch, address):
    """The connection is pinned to what was checked, and checked again when it is made."""
    opened = []
    open_socket = http._open_public

    def recording(purpose, address):
        opened.append(open_socket(purpose, address))
        return opened[-1]

    monkeypatch.setattr(http, "_open_public", recording)
    monkeypatch.setattr(addresses, "resolve_public", lambda *_, **__: [address])

    (answer,) = send(FIREFOX)

    assert (answer.status, answer.is_sent) == (0, True)
    assert set(opened) <= {pycurl.SOCKET_BAD}


def test_a_name_without_an_address_is_tried_again_later(monkeypatch):
    monkeypatch.setattr(addresses, "_look_up", lambda host, port, answer: answer.put(OSError("no such name")))

    (answer,) = send("https://updates.push.services.mozilla.com/x")

    assert (answer.status, answer.is_trouble, "no such name" in answer.text) == (0, True, True)


def test_an_operator_names_further_push_services(settings):
    settings.PUSH_HOSTS = ["push.example.org", ".ntfy.example"]

    assert endpoints.parse("https://push.example.org/x").host == "push.example.org"
    assert endpoints.parse("https://eu.ntfy.example/x").host == "eu.ntfy.example"
    with pytest.raises(endpoints.InvalidEndpoint):
        endpoints.parse("https://other.example.org/x")


def test_a_stand_in_on_this_machine_is_taken_only_when_allowed(settings):
    settings.PUSH_ALLOW_LOCAL = True

    assert endpoints.parse("http://127.0.0.1:8123/push/1").origin == "http://127.0.0.1:8123"
    assert endpoints.parse("https://localhost:8443/push/1").origin == "https://localhost:8443"
    for url in ("http://10.0.0.1:8123/", "https://10.0.0.1/", "http://example.org/"):
        with pytest.raises(endpoints.InvalidEndpoint):
            endpoints.parse(url)


def send(url: str) -> list[Answer]:
    """In the lane of a push service that we know."""
    push = Sender()
    try:
        answers = push.send(
            {endpoints.parse(FIREFOX): [url]}, lambda url: Request(url, [], b"x"), until=time.monotonic() + 10
        )
        return [answer for _, _, answer in answers]
    finally:
        push.close()


def stored(reader: Reader, url: str) -> Subscription:
    keys = {"p256dh": vapid.unbase64url(UA_PUBLIC), "auth": vapid.unbase64url(AUTH)}
    fields = {"origin": "https://anywhere.example", "server_key_id": vapid.signer().key_id} | keys
    return Subscription(reader=reader, endpoint=url, endpoint_hash=actions.endpoint_hash(url), **fields)
