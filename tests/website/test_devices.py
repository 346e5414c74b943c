import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from staffellauf.alerts.models import Subscription
from staffellauf.jobs.models import Job
from staffellauf.readers.models import Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make

pytestmark = pytest.mark.django_db

ADDRESS = "/mein/benachrichtigungen/geraete/"
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def subscription(endpoint: str = ENDPOINT) -> dict[str, object]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )  # fmt: skip
    keys = {"p256dh": base64.urlsafe_b64encode(point).decode().rstrip("="), "auth": "AAAAAAAAAAAAAAAAAAAAAA"}
    return {"endpoint": endpoint, "expirationTime": None, "keys": keys}


@pytest.fixture
def phone(client: Client) -> Client:
    make.device_reader("a phone", follows=[make.series("Dark")])
    client.cookies[DEVICE_COOKIE] = "a phone"
    return client


def test_a_browser_registers_and_is_listed(phone: Client):
    answer = phone.post(ADDRESS, json.dumps(subscription()), content_type="application/json")

    assert answer.json()["state"] == "on"
    assert Subscription.objects.get().endpoint == ENDPOINT
    assert 'class="devices"' in phone.get("/mein/benachrichtigungen/").content.decode()


def test_registering_on_every_visit_is_one_device(phone: Client):
    sent = json.dumps(subscription())

    for _ in range(2):
        phone.post(ADDRESS, sent, content_type="application/json")

    assert Subscription.objects.count() == 1


def test_a_device_is_switched_off_by_its_owner_only(phone: Client):
    phone.post(ADDRESS, json.dumps(subscription()), content_type="application/json")
    device = Subscription.objects.get()
    make.device_reader("another phone")
    stranger = Client()
    stranger.cookies[DEVICE_COOKIE] = "another phone"

    stranger.post(ADDRESS, {"_method": "delete", "geraet": device.pk})
    assert Subscription.objects.exists()

    assert phone.post(ADDRESS, {"_method": "delete", "geraet": device.pk}).status_code == 303
    assert not Subscription.objects.active().exists()


def test_a_device_switched_off_elsewhere_does_not_come_back_by_itself(phone: Client):
    sent = subscription()
    phone.post(ADDRESS, json.dumps(sent), content_type="application/json")
    phone.post(ADDRESS, {"_method": "delete", "geraet": Subscription.objects.get().pk})

    visit = phone.post(ADDRESS, json.dumps(sent | {"visit": True}), content_type="application/json")

    assert visit.json() == {"state": "off"}
    assert not Subscription.objects.active().exists()


def test_a_device_switched_off_elsewhere_comes_back_by_a_tap(phone: Client):
    sent = json.dumps(subscription())
    phone.post(ADDRESS, sent, content_type="application/json")
    phone.post(ADDRESS, {"_method": "delete", "geraet": Subscription.objects.get().pk})

    assert phone.post(ADDRESS, sent, content_type="application/json").json()["state"] == "on"
    assert Subscription.objects.active().count() == 1


def test_a_subscription_that_the_server_lost_is_back_after_a_visit(phone: Client):
    sent = subscription()
    phone.post(ADDRESS, json.dumps(sent), content_type="application/json")
    Subscription.objects.update(gone_at=make.EVENING)

    phone.post(ADDRESS, json.dumps(sent | {"visit": True}), content_type="application/json")

    assert Subscription.objects.active().count() == 1


def test_a_new_address_takes_the_place_of_the_old_one(phone: Client):
    phone.post(ADDRESS, json.dumps(subscription()), content_type="application/json")
    sent = subscription(ENDPOINT + "-new") | {"replaces": ENDPOINT}

    phone.post(ADDRESS, json.dumps(sent), content_type="application/json")

    assert [row.endpoint for row in Subscription.objects.all()] == [ENDPOINT + "-new"]


def test_the_answer_names_the_key_to_subscribe_with(phone: Client):
    key = phone.get("/mein/benachrichtigungen/schluessel/").json()["key"]
    sent = subscription() | {"server_key": key}

    answer = phone.post(ADDRESS, json.dumps(sent), content_type="application/json").json()

    assert answer["key"] == key
    assert answer["groups"] is True


@pytest.mark.parametrize("key", ["B" * 87, "\0", "ü", "x" * 5000])
def test_a_subscription_with_a_key_that_is_not_ours_has_to_be_made_anew(phone: Client, key: str):
    sent = subscription() | {"server_key": key}

    answer = phone.post(ADDRESS, json.dumps(sent), content_type="application/json")

    assert answer.status_code == 409
    assert answer.json()["key"] == phone.get("/mein/benachrichtigungen/schluessel/").json()["key"]
    assert not Subscription.objects.exists()


def test_the_browsers_time_zone_is_the_readers_until_it_chooses(phone: Client):
    for zone, kept in [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("Mars/Olympus", "Asia/Tokyo"),
        ("../../etc/passwd", "Asia/Tokyo"),
    ]:
        answer = phone.post(
            ADDRESS, json.dumps(subscription() | {"time_zone": zone}), content_type="application/json"
        )  # fmt: skip

        assert answer.status_code == 200
        assert Reader.objects.get().time_zone == kept


BROKEN = [
    '{"endpoint": "x", "server_key": {}}',
    "",
    "[]",
    "null",
    "{}",
    '{"endpoint": 1, "keys": {}}',
    '{"endpoint": "x", "keys": []}',
    '{"endpoint": "x"}',
]


@pytest.mark.parametrize("body", [*BROKEN, "{" * 9000])
def test_what_is_no_subscription_is_refused_with_a_reason(phone: Client, body: str):
    answer = phone.post(ADDRESS, body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["reason"]


def test_an_address_inside_our_network_is_refused(phone: Client):
    sent = json.dumps(subscription("https://169.254.169.254/latest/"))

    assert phone.post(ADDRESS, sent, content_type="application/json").status_code == 422


def test_a_stranger_cannot_register(client: Client):
    assert client.post(ADDRESS, json.dumps(subscription()), content_type="application/json").status_code == 403


def test_another_site_cannot_register(phone: Client):
    answer = phone.post(
        ADDRESS, json.dumps(subscription()), content_type="application/json", headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert not Subscription.objects.exists()


def test_a_test_notification_goes_to_the_readers_devices(phone: Client):
    phone.post(ADDRESS, json.dumps(subscription()), content_type="application/json")

    answer = phone.post("/mein/benachrichtigungen/probe/")

    assert answer.status_code == 303
    assert Job.objects.get().task.endswith("send_test")
    assert 'role="status"' in phone.get(answer.headers["Location"]).content.decode()


def test_a_test_notification_from_another_site_is_refused(phone: Client):
    phone.post(ADDRESS, json.dumps(subscription()), content_type="application/json")

    answer = phone.post("/mein/benachrichtigungen/probe/", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "body", ["[" * 8000, '{"a":' * 1600, "", "null", "[]", '{"endpoint": 5}', '{"endpoint": "x", "keys": 1}']
)
def test_what_is_no_subscription_is_refused_in_a_sentence(phone: Client, body: str):
    for answer in (
        phone.post(ADDRESS, body, content_type="application/json"),
        phone.delete(ADDRESS, body, content_type="application/json"),
        phone.post(ADDRESS, {"endpoint": body}),
    ):
        assert answer.status_code == 422
        assert answer.json()["reason"]
    assert not Subscription.objects.exists()
