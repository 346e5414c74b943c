"""What the pages behind links in mails say."""

from dataclasses import dataclass
from typing import Self

from staffellauf.alerts import channels, destinations
from staffellauf.alerts.models import Destination
from staffellauf.catalogue.models import Topic


@dataclass(frozen=True, slots=True)
class Unusable:
    purpose: str
    is_expired: bool


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    name: str
    """What tells the address apart and gives no secret away."""
    is_confirmed: bool = False
    is_new: bool = False
    """It was confirmed just now."""
    is_refused: bool = False
    is_gone: bool = False
    leave: str = ""
    """The token that ends it again."""


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    name: str
    channel: str = ""
    rhythm: str = ""
    follows: int = 0
    is_ended: bool = False
    is_back: bool = False
    is_too_late: bool = False
    reader: int | None = None
    removed: str = ""
    """What undoes it, for an hour."""
    leave: str = ""

    @classmethod
    def load(cls, way: Destination) -> Self:
        return cls(
            name=destinations.masked(way),
            channel=str(channels.by_name(way.channel).LABEL) if way.channel in channels.NAMES else way.channel,
            rhythm=way.get_rhythm_display(),
            follows=way.reader.follows.count(),
        )


@dataclass(frozen=True, slots=True)
class UnfollowPage:
    topic: Topic | None
    is_following: bool
    is_back: bool = False
    before: str = ""
    """What the follow alerted, to begin it again as it was."""
