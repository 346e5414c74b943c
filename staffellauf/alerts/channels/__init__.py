"""The channels by which alerts leave, one folder each. A new one is a copied neighbour and a word in `NAMES`.

Web push is one of them, with a sender of its own: all devices of a reader are one destination. Private feeds and
calendars are fetched by their readers; their folders make them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from staffellauf.alerts.words.messages import Message

if TYPE_CHECKING:
    from staffellauf.alerts.models import Destination
    from staffellauf.readers.models import Reader


class InvalidDestination(Exception):
    """No address that this channel can reach; the text says why, in the reader's language."""


class Kind(Enum):
    SENT = auto()
    LATER = auto()
    """Trouble on the way or at the service: tried again."""
    GONE = auto()
    """The address is over: nothing is sent there any more until its reader says so."""
    FAILED = auto()
    """This message for good; the address may still do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: Kind
    text: str = ""
    """What went wrong, without the address and without a secret."""
    wait_s: float | None = None
    is_our_fault: bool = False
    """Nothing is held against the address."""


class Channel(Protocol):
    """What a folder's `channel` module has."""

    NAME: str
    """The folder's."""
    LABEL: str | Promise
    """For people."""
    HINT: str | Promise
    """What to type in: a sentence or two."""
    EXAMPLE: str
    NEEDS_CONFIRMATION: bool
    """Whether the owner of the address must say yes first (double opt-in)."""

    def normalized(self, address: str) -> str:
        """The address as it is stored (before sealing): what identifies it is the first word, what follows are keys
        or tokens that may change. May look at the address over the internet. Raises InvalidDestination."""

    def label(self, address: str) -> str:
        """What tells it apart in a list and gives no secret away."""

    def send(self, destination: "Destination", address: str, message: Message) -> Outcome:
        """Delivers; never raises for what the other side does. Runs in a thread beside others and touches no
        database; the texts of an Outcome are in the language that is switched on."""


class Asking(Channel, Protocol):
    """With NEEDS_CONFIRMATION."""

    def ask(self, destination: "Destination", address: str) -> None:
        """Puts the question to the owner of the address on its way, in the caller's transaction."""

    def belongs_to(self, reader: "Reader", address: str) -> bool:
        """Whether the reader's account has said already that the address is its own."""


class Signing(Channel, Protocol):
    """For programs."""

    def secret(self, destination: "Destination") -> str:
        """What a program needs to know that a message is ours."""


# By folder, in the order of the page.
NAMES = ("mail", "ntfy", "unifiedpush", "apprise", "webhook")


def by_name(name: str) -> Channel:
    """Raises KeyError."""
    if name not in NAMES:
        raise KeyError(name)
    return import_module(f"staffellauf.alerts.channels.{name}.channel")


def all_channels() -> Iterator[Channel]:
    return (by_name(name) for name in NAMES)


def label_of(name: str) -> str:
    """For people; of a folder that is no longer there, its name."""
    return str(by_name(name).LABEL) if name in NAMES else name
