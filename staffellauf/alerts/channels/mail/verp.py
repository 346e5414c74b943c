"""Envelope senders that tell whose mail came back (VERP, https://cr.yp.to/proto/verp.txt), and whose owner leaves.

`bounce@example.org` becomes `bounce+b2s-kq3v…@example.org`. Mail servers may change the case of a name: it does not
matter here.
"""

import base64
import hmac
import re
from enum import StrEnum

from django.conf import settings

from staffellauf.common import sealing

# 80 bits, in 16 letters: with the rest well below the 64 that RFC 5321 allows.
MAC_BYTES = 10
TOKEN = re.compile(r"(?P<kind>[bu])(?P<id>[0-9a-z]{1,13})-(?P<mac>[a-z2-7]{16})", re.ASCII)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kind(StrEnum):
    BOUNCE = "b"
    UNSUBSCRIBE = "u"


def sender(destination_id: int) -> str:
    """What a mail to the destination leaves from."""
    return _address(Kind.BOUNCE, destination_id) or settings.DEFAULT_FROM_EMAIL


def unsubscribe_address(destination_id: int) -> str:
    """Whoever writes here wants no more; empty without BOUNCE_ADDRESS."""
    return _address(Kind.UNSUBSCRIBE, destination_id)


def read(address: str) -> tuple[Kind, int] | None:
    """What a mail to this address is about; None when the address is none of ours, or forged."""
    user, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    own, _at, own_domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    if not own or domain != own_domain or not user.startswith(f"{own}+"):
        return None
    match = TOKEN.fullmatch(user.removeprefix(f"{own}+"))
    if match is None or int(match["id"], 36) >= 2**63:
        return None
    kind, destination_id = Kind(match["kind"]), int(match["id"], 36)
    return (kind, destination_id) if hmac.compare_digest(match["mac"], _mac(kind, destination_id)) else None


def _address(kind: Kind, destination_id: int) -> str:
    user, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if not user:
        return ""
    return f"{user}+{kind}{_base36(destination_id)}-{_mac(kind, destination_id)}@{domain}"


def _mac(kind: Kind, destination_id: int) -> str:
    mac = sealing.mac(f"{kind}{destination_id}", "alerts.mail.verp")[:MAC_BYTES]
    return base64.b32encode(mac).decode().lower()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits or "0"
