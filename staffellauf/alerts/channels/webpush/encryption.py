"""Message encryption for web push: RFC 8291 over RFC 8188, lean on `cryptography`."""

import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ECDH = ec.ECDH()
SALT_BYTES = 16
# RFC 8291 section 4: one record, so the record size only has to be larger than any message; push services take
# 4,096 bytes of body, of which 3,993 may be text.
RECORD_SIZE = 4096
MAX_TEXT_BYTES = 3993
# RFC 8188 section 2: the delimiter of the last record.
LAST_RECORD = b"\x02"
HEADER_SIZE_AND_KEY_LENGTH = RECORD_SIZE.to_bytes(4, "big") + bytes([65])


@dataclass(frozen=True, slots=True)
class OneTimeKey:
    """Our half of one message. Used twice, it would give both texts away to who has either."""

    private: ec.EllipticCurvePrivateKey
    salt: bytes


def encrypt(text: bytes, p256dh: bytes, auth: bytes, *, key: OneTimeKey | None = None) -> bytes:
    """The body of the request, coding `aes128gcm`. `key` is for test vectors only.

    Raises ValueError for a public key that is no point on the curve.
    """
    key = key or OneTimeKey(ec.generate_private_key(CURVE), os.urandom(SALT_BYTES))
    own = key.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.private.exchange(ECDH, ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh))
    # RFC 8291 section 3.4: HKDF with one block each, written out.
    secret = hmac.digest(hmac.digest(auth, shared, "sha256"), b"WebPush: info\0" + p256dh + own + b"\x01", "sha256")
    extracted = hmac.digest(key.salt, secret, "sha256")
    content_key = hmac.digest(extracted, b"Content-Encoding: aes128gcm\0\x01", "sha256")[:16]
    nonce = hmac.digest(extracted, b"Content-Encoding: nonce\0\x01", "sha256")[:12]
    sealed = AESGCM(content_key).encrypt(nonce, text + LAST_RECORD, None)
    return key.salt + HEADER_SIZE_AND_KEY_LENGTH + own + sealed


def is_public_key(raw: bytes) -> bool:
    """Whether it is an uncompressed point on the curve."""
    if len(raw) != 65 or raw[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        return False
    return True
