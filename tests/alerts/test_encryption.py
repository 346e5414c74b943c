"""RFC 8291 section 5 and appendix A, and the other way round with an independent implementation."""

import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from staffellauf.alerts.channels.webpush import encryption, vapid

raw = vapid.unbase64url

TEXT = b"When I grow up, I want to be a watermelon"
AS_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
UA_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
UA_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_comes_out_byte_for_byte():
    private = ec.derive_private_key(int.from_bytes(raw(AS_PRIVATE), "big"), ec.SECP256R1())
    key = encryption.OneTimeKey(private, raw(SALT))

    body = encryption.encrypt(TEXT, raw(UA_PUBLIC), raw(AUTH), key=key)

    assert vapid.base64url(body) == BODY


@pytest.mark.parametrize("length", [0, 1, 15, 16, 252, 1990, encryption.MAX_TEXT_BYTES])
def test_another_implementation_reads_what_we_encrypt(length):
    browser, auth, text = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), os.urandom(length)
    p256dh = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    body = encryption.encrypt(text, p256dh, auth)

    assert http_ece.decrypt(body, private_key=browser, auth_secret=auth, version="aes128gcm") == text
    assert len(body) <= 4096


def test_no_two_messages_share_a_key_or_a_salt():
    bodies = [encryption.encrypt(TEXT, raw(UA_PUBLIC), raw(AUTH)) for _ in range(50)]

    assert len({body[:16] for body in bodies}) == 50
    assert len({body[21:86] for body in bodies}) == 50


@pytest.mark.parametrize(
    "key",
    [b"", b"\x04" * 65, b"\x00" * 65, raw(UA_PUBLIC)[:64], raw(UA_PUBLIC) + b"\0", b"\x02" + raw(UA_PUBLIC)[1:33]],
    ids=["empty", "off the curve", "zero", "short", "long", "compressed"],
)
def test_what_is_no_point_on_the_curve_is_no_key(key):
    assert not encryption.is_public_key(key)


def test_the_rfcs_own_key_is_one():
    assert encryption.is_public_key(raw(UA_PUBLIC))
