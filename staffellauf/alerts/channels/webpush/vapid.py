"""Who we are, to a push service: VAPID, RFC 8292."""

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from staffellauf.common import env

# RFC 8292 section 2 allows 24 hours, Apple refuses a second more; half leaves room for a clock that is wrong.
TOKEN_LIFE = timedelta(hours=12)
KEY_FILE = "vapid_private_key.pem"
# Keys of before, by which devices are reached that have not been here since they were replaced.
OLD_KEYS_FOLDER = "vapid_old_keys"
HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"ES256"}').rstrip(b"=")
SCALAR_BYTES = 32


@dataclass(slots=True)
class Signer:
    """Signs for one key; keeps a token per origin until half its life is over."""

    private: ec.EllipticCurvePrivateKey
    contact: str
    tokens: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def key_id(self) -> str:
        """A short name of the key, to find the subscriptions that were made with it."""
        return id_of(self.public)

    def authorization(self, origin: str, *, now: datetime) -> str:
        """The `Authorization` header for a message to this origin."""
        signed_at, value = self.tokens.get(origin, (None, ""))
        if signed_at is None or not signed_at <= now < signed_at + TOKEN_LIFE / 2:
            value = f"vapid t={self._token(origin, now)}, k={base64url(self.public)}"
            self.tokens[origin] = (now, value)
        return value

    def forget(self, origin: str) -> None:
        """The service refused the token: the next one is signed anew."""
        self.tokens.pop(origin, None)

    def _token(self, origin: str, now: datetime) -> str:
        claims = {"aud": origin, "exp": int((now + TOKEN_LIFE).timestamp()), "sub": contact_uri(self.contact)}
        signed = HEADER + b"." + base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
        r, s = decode_dss_signature(self.private.sign(signed, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(SCALAR_BYTES, "big") + s.to_bytes(SCALAR_BYTES, "big")
        return f"{signed.decode()}.{base64url(signature)}"


class KeyIsGiven(Exception):
    """The key comes from the environment: only there can it be replaced."""


def signer() -> Signer:
    """The signer of this site; every process has the same key."""
    return _signers()[0]


def signer_for(key_id: str) -> Signer:
    """The signer with the key that a subscription was made with. Raises KeyError for one that we do not hold."""
    for known in _signers():
        if known.key_id == key_id:
            return known
    raise KeyError(key_id)


def known_key_ids() -> list[str]:
    """Of every key that we hold, the present one first."""
    return [known.key_id for known in _signers()]


def id_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def application_server_key() -> str:
    """What the browser subscribes with: our public key in base64url."""
    return base64url(signer().public)


def rotate() -> tuple[str, str]:
    """Makes a new key; the one of before goes on reaching the devices that subscribed with it until their next visit.

    Comes back with the ids of both, the old one first. Raises KeyIsGiven when the key is set in the environment.
    Processes that run notice it by themselves.
    """
    if settings.VAPID_PRIVATE_KEY:
        raise KeyIsGiven
    old, path = signer(), settings.DATA / KEY_FILE
    folder = settings.DATA / OLD_KEYS_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{old.key_id}.pem"
    if not kept.exists():
        os.link(path, kept)
    half = _written(settings.DATA, ec.generate_private_key(ec.SECP256R1()))
    half.replace(path)
    return old.key_id, signer().key_id


def forget(key_id: str) -> bool:
    """Deletes a key of before; False when there is none with this id in the data folder."""
    path = settings.DATA / OLD_KEYS_FOLDER / f"{key_id}.pem"
    if not key_id.isalnum() or not path.exists():
        return False
    path.unlink()
    return True


def _signers() -> list[Signer]:
    """The present key's first. Read anew when the files have changed, so that a rotation needs no restart."""
    folder = settings.DATA / OLD_KEYS_FOLDER
    stamps = tuple(_stamp(path) for path in (settings.DATA / KEY_FILE, folder))
    given = (settings.VAPID_PRIVATE_KEY, tuple(settings.VAPID_OLD_KEYS))
    return _read(settings.DATA, stamps, given, settings.VAPID_CONTACT)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=2)
def _read(
    folder: Path, stamps: tuple[tuple[int, int], ...], given: tuple[str, tuple[str, ...]], contact: str
) -> list[Signer]:
    present = parse(given[0]) if given[0] else kept_key(folder)
    old = [parse(text) for text in given[1]]
    old += [parse(path.read_text(encoding="ascii")) for path in sorted((folder / OLD_KEYS_FOLDER).glob("*.pem"))]
    found: dict[str, Signer] = {}
    for key in (present, *old):
        signing = Signer(key, contact)
        found.setdefault(signing.key_id, signing)
    return list(found.values())


def kept_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The key in `folder`, made there the first time, readable by its owner only.

    Of several processes that start at once one wins and all use its key: the file appears under its name whole.
    """
    path = folder / KEY_FILE
    if not path.exists():
        half = _written(folder, ec.generate_private_key(ec.SECP256R1()))
        try:
            os.link(half, path)
        except FileExistsError:
            pass
        finally:
            half.unlink(missing_ok=True)
    return parse(path.read_text(encoding="ascii"))


def _written(folder: Path, key: ec.EllipticCurvePrivateKey) -> Path:
    """A file in `folder` that holds the key, whole and on the disk, under a name that nobody looks for."""
    half = folder / f".{KEY_FILE}.{secrets.token_hex(8)}"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return half


def parse(text: str) -> ec.EllipticCurvePrivateKey:
    """A private key as PEM, or as the 32 bytes in base64url that other push libraries print.

    Raises InvalidEnvironment.
    """
    try:
        if "-----BEGIN" in text:
            key = load_pem_private_key(text.encode("ascii"), password=None)
        else:
            raw = unbase64url(text)
            if len(raw) != SCALAR_BYTES:
                raise ValueError("not 32 bytes")
            key = ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise env.InvalidEnvironment(f"VAPID_PRIVATE_KEY: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise env.InvalidEnvironment("VAPID_PRIVATE_KEY: expected a key on the curve P-256")
    return key


def contact_uri(contact: str) -> str:
    """RFC 8292 section 2.1: a `mailto:` or `https:` address; a bare mail address becomes the first."""
    return contact if contact.startswith(("mailto:", "https://")) else f"mailto:{contact}"


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    """Raises ValueError. Takes it with and without padding, and in the plain alphabet too, as some browsers send it."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    if not plain.isascii() or not all(c.isalnum() or c in "-_" for c in plain):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
