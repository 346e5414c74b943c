"""The devices on which a reader hears of news."""

from dataclasses import dataclass
from typing import Self

from staffellauf.alerts.models import Subscription
from staffellauf.readers.models import Reader


class NotASubscription(Exception):
    """What a browser sent does not have the form of a subscription; the text says so in the reader's language."""


@dataclass(frozen=True, slots=True)
class DevicesPage:
    devices: list[Subscription]
    has_reader: bool

    @classmethod
    def load(cls, reader: Reader | None) -> Self:
        if reader is None:
            return cls([], has_reader=False)
        return cls(list(Subscription.objects.active().filter(reader=reader).order_by("-created_at")), has_reader=True)
