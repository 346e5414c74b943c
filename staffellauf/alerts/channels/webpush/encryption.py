"""Message encryption for web push: RFC 8291 over RFC 8188, lean on `cryptography`."""

import hmac
import os
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ECDH = ec.ECDH()
POINT = (Encoding.X962, PublicFormat.UncompressedPoint)
SALT_BYTES = 16
CONTENT_KEY_BYTES = 16
NONCE_BYTES = 12
# RFC 8291 section 4: one record, so the record size only has to be larger than any message; push services take
# 4,096 bytes of body, of which 3,993 may be text.
RECORD_SIZE = 4096
MAX_TEXT_BYTES = 3993
# RFC 8188 section 2: the delimiter of the last record.
LAST_RECORD = b"\x02"
HEADER_SIZE_AND_KEY_LENGTH = RECORD_SIZE.to_bytes(4, "big") + bytes([65])


class OneTimeKey(NamedTuple):
    """Our half of one message. Used twice, it would give both texts away to who has either."""

    private: ec.EllipticCurvePrivateKey
    salt: bytes


class Material(NamedTuple):
    """What one message is sealed with, once both halves are put together. The private key is no part of it."""

    content_key: bytes
    nonce: bytes
    salt: bytes
    public: bytes


def encrypt(text: bytes, p256dh: bytes, auth: bytes, *, key: OneTimeKey | None = None) -> bytes:
    """The body of the request, coding `aes128gcm`. `key` is for test vectors only.

    Raises ValueError for a public key that is no point on the curve.
    """
    content_key, nonce, salt, public = derive(p256dh, auth, key=key)
    sealed = AESGCM(content_key).encrypt(nonce, text + LAST_RECORD, None)
    return salt + HEADER_SIZE_AND_KEY_LENGTH + public + sealed


def derive(p256dh: bytes, auth: bytes, *, key: OneTimeKey | None = None) -> Material:
    """Everything of a message that does not depend on its text: a new key pair and salt each time, the private key
    thrown away. Raises ValueError for a public key that is no point on the curve."""
    private, salt = key or (ec.generate_private_key(CURVE), os.urandom(SALT_BYTES))
    public = private.public_key().public_bytes(*POINT)
    shared = private.exchange(ECDH, ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh))
    # RFC 8291 section 3.4: HKDF with one block each, written out.
    digest = hmac.digest
    secret = digest(digest(auth, shared, "sha256"), b"WebPush: info\0" + p256dh + public + b"\x01", "sha256")
    extracted = digest(salt, secret, "sha256")
    content_key = digest(extracted, b"Content-Encoding: aes128gcm\0\x01", "sha256")[:CONTENT_KEY_BYTES]
    nonce = digest(extracted, b"Content-Encoding: nonce\0\x01", "sha256")[:NONCE_BYTES]
    return Material(content_key, nonce, salt, public)


def is_public_key(raw: bytes) -> bool:
    """Whether it is an uncompressed point on the curve."""
    if len(raw) != 65 or raw[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        return False
    return True
