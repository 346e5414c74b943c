"""A destination's address lies sealed; what tells two apart is a keyed hash.

What identifies an address is its first word; what follows are keys or tokens, which may change.
"""

from staffellauf.alerts.models import Destination
from staffellauf.common import sealing
from staffellauf.common.sealing import Unreadable as Unreadable

PURPOSE = "alerts.destination"


def sealed(address: str) -> str:
    return sealing.seal(address, PURPOSE)


def of(destination: Destination) -> str:
    """As its channel normalized it. Raises Unreadable when SECRET_KEY has changed."""
    return sealing.unseal(destination.address, PURPOSE)


def fingerprint(channel: str, address: str) -> str:
    return sealing.fingerprint(address.partition(" ")[0], f"{PURPOSE}.{channel}")
