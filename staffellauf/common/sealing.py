"""Text that lies in the database and only holders of SECRET_KEY can read: addresses, mails that wait."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """Not sealed by us for this purpose, too old, or SECRET_KEY has changed meanwhile."""


def seal(text: str, purpose: str) -> str:
    """Another text each time. `purpose` keeps what is meant for one place from being put into another."""
    return _fernet(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str, *, max_age_s: int | None = None) -> str:
    """Also what was sealed with one of SECRET_KEY_FALLBACKS. Raises Unreadable."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    try:
        return MultiFernet([_fernet(key, purpose) for key in keys]).decrypt(sealed.encode(), ttl=max_age_s).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Unreadable from error


def fingerprint(text: str, purpose: str) -> str:
    """The same for the same text, hexadecimal; without SECRET_KEY nobody can try out which text it was."""
    return mac(text, purpose).hex()


def mac(text: str, purpose: str) -> bytes:
    """32 bytes."""
    return hmac.digest(_key(settings.SECRET_KEY, f"{purpose}.fingerprint"), text.encode(), "sha256")


def _fernet(secret_key: str | bytes, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret_key, purpose)))


def _key(secret_key: str | bytes, purpose: str) -> bytes:
    return hashlib.sha256(f"staffellauf.{purpose}:".encode() + force_bytes(secret_key)).digest()
