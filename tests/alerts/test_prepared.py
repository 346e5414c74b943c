"""Keys made ahead: each used once, gone with the claim, and never those of a browser's old keys."""

import os
from datetime import timedelta

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from staffellauf.alerts import actions
from staffellauf.alerts.channels.webpush import encryption, prepared, vapid
from staffellauf.alerts.models import PREPARED_BYTES, PreparedKey, Subscription
from tests import make
from tests.alerts.test_encryption import AS_PRIVATE, AUTH, BODY, SALT, TEXT, UA_PUBLIC, raw
from tests.make import EVENING

ENDPOINT = "https://fcm.googleapis.com/fcm/send/"


class Browser:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def p256dh(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")

    def subscribe(self, reader, number: int = 1) -> Subscription:
        key, secret = vapid.base64url(self.p256dh), vapid.base64url(self.auth)
        return actions.subscribe(reader, f"{ENDPOINT}{number}", p256dh=key, auth=secret)


def subscriptions(count: int) -> list[Subscription]:
    reader, browser = make.reader(), Browser()
    return [browser.subscribe(reader, number) for number in range(count)]


def test_the_example_of_the_rfc_comes_out_byte_for_byte_in_two_steps():
    private = ec.derive_private_key(int.from_bytes(raw(AS_PRIVATE), "big"), ec.SECP256R1())
    key = encryption.OneTimeKey(private, raw(SALT))

    material = b"".join(encryption.derive(raw(UA_PUBLIC), raw(AUTH), key=key))

    assert len(material) == PREPARED_BYTES
    assert vapid.base64url(prepared.seal(TEXT, material)) == BODY


@pytest.mark.parametrize("length", [0, 1, 252, encryption.MAX_TEXT_BYTES])
def test_another_implementation_reads_what_was_sealed_with_a_prepared_key(length):
    browser, text = Browser(), os.urandom(length)

    body = prepared.seal(text, prepared.make(browser.p256dh, browser.auth))

    assert browser.read(body) == text


def test_a_key_is_claimed_once(db):
    one, two = subscriptions(2)
    prepared.Preparer().prepare(10, now=EVENING)

    first = prepared.claim([one.pk, two.pk])

    assert set(first) == {one.pk, two.pk}
    assert first[one.pk] != first[two.pk]
    assert prepared.claim([one.pk, two.pk]) == {}
    assert not PreparedKey.objects.exists()


def test_a_claim_that_fails_leaves_the_keys(db):
    (one,) = subscriptions(1)
    prepared.Preparer().prepare(10, now=EVENING)

    with pytest.raises(RuntimeError), transaction.atomic():
        assert prepared.claim([one.pk])
        raise RuntimeError("the database went away")

    assert PreparedKey.objects.filter(pk=one.pk).exists()


def test_only_active_subscriptions_without_a_key_get_one_some_at_a_time(db):
    *living, gone = subscriptions(6)
    Subscription.objects.filter(pk=gone.pk).update(gone_at=EVENING)
    preparer = prepared.Preparer()

    made = [preparer.prepare(2, now=EVENING) for _ in range(4)]

    assert made == [2, 2, 1, 0]
    assert set(PreparedKey.objects.values_list("pk", flat=True)) == {s.pk for s in living}


def test_a_key_that_was_used_is_made_anew(db):
    (one,) = subscriptions(1)
    preparer = prepared.Preparer()
    preparer.prepare(10, now=EVENING)
    before = prepared.claim([one.pk])

    made = preparer.prepare(10, now=EVENING)

    assert made == 1
    assert prepared.claim([one.pk])[one.pk] != before[one.pk]


def test_many_are_looked_through_in_parts(db, monkeypatch):
    monkeypatch.setattr(prepared, "LOOKED_AT", 3)
    subscriptions(8)
    preparer = prepared.Preparer()

    assert sum(preparer.prepare(2, now=EVENING) for _ in range(10)) == 8
    assert PreparedKey.objects.count() == 8


def test_who_has_nothing_to_do_asks_nothing(db, django_assert_num_queries):
    subscriptions(2)
    preparer = prepared.Preparer()
    while preparer.prepare(10, now=EVENING):
        pass
    preparer.prepare(10, now=EVENING)

    with django_assert_num_queries(0):
        assert preparer.prepare(10, now=EVENING + timedelta(seconds=5)) == 0
    with django_assert_num_queries(2):
        assert preparer.prepare(10, now=EVENING + timedelta(seconds=30)) == 0


def test_a_new_subscription_ends_the_rest_and_an_hour_does_too(db):
    (one, two) = subscriptions(2)
    preparer = prepared.Preparer()
    while preparer.prepare(10, now=EVENING) or preparer.rests_until is None:
        pass
    prepared.claim([one.pk])
    assert preparer.prepare(10, now=EVENING + timedelta(minutes=1)) == 0

    later = EVENING + timedelta(minutes=61)
    assert preparer.prepare(10, now=later) == 1
    while preparer.prepare(10, now=later) or preparer.rests_until is None:
        pass
    Browser().subscribe(two.reader, 3)
    assert preparer.prepare(10, now=later + timedelta(minutes=1)) == 1


def test_a_browsers_new_keys_drop_the_prepared_one(db):
    reader, old, new = make.reader(), Browser(), Browser()
    old.subscribe(reader)
    prepared.Preparer().prepare(10, now=EVENING)
    assert old.subscribe(reader).prepared_key.pk

    new.subscribe(reader)

    assert not PreparedKey.objects.exists()


def test_keys_that_change_while_one_is_made_leave_none(db, monkeypatch):
    reader, old, new = make.reader(), Browser(), Browser()
    old.subscribe(reader)
    make_one = prepared.make

    def slowly(p256dh, auth):
        new.subscribe(reader)
        return make_one(p256dh, auth)

    monkeypatch.setattr(prepared, "make", slowly)

    assert prepared.Preparer().prepare(10, now=EVENING) == 0
    assert not PreparedKey.objects.exists()


def test_a_subscription_that_goes_takes_its_key_along(db):
    reader, browser = make.reader(), Browser()
    row = browser.subscribe(reader)
    prepared.Preparer().prepare(10, now=EVENING)

    actions.unsubscribe(reader, row.endpoint)

    assert not PreparedKey.objects.exists()


def test_a_subscription_that_is_over_loses_its_key_when_the_next_round_begins(db):
    over, other = subscriptions(2)
    preparer = prepared.Preparer()
    preparer.prepare(10, now=EVENING)
    Subscription.objects.filter(pk=over.pk).update(gone_at=EVENING)

    preparer.prepare(10, now=EVENING)

    assert list(PreparedKey.objects.values_list("pk", flat=True)) == [other.pk]


def test_a_stored_key_that_is_no_point_does_not_stop_the_others(db):
    bad, good = subscriptions(2)
    Subscription.objects.filter(pk=bad.pk).update(p256dh=b"\x04" * 65)

    assert prepared.Preparer().prepare(10, now=EVENING) == 1
    assert list(PreparedKey.objects.values_list("pk", flat=True)) == [good.pk]


def test_it_can_be_switched_off(db, settings):
    (one,) = subscriptions(1)
    prepared.Preparer().prepare(10, now=EVENING)
    settings.PUSH_PREPARED = False

    assert prepared.claim([one.pk]) == {}
    assert prepared.Preparer().prepare(10, now=EVENING) == 0


def test_all_keys_can_be_forgotten(db):
    subscriptions(3)
    prepared.Preparer().prepare(10, now=EVENING)

    assert prepared.forget_all() == 3
    assert not PreparedKey.objects.exists()
