"""Pigeon post: a channel that nobody but its folder knows."""

from datetime import UTC, datetime
from types import ModuleType

from django.utils.functional import Promise

from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination, Kind, Outcome
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Message
from staffellauf.readers.models import Reader

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


class Pigeons(ModuleType):
    """A channel as a folder would have it."""

    NAME = "pigeon"
    LABEL: str | Promise = "Pigeon post"
    HINT: str | Promise = "Where the loft is."
    EXAMPLE = "loft-12"
    NEEDS_CONFIRMATION = False

    def __init__(self) -> None:
        super().__init__("pigeon")
        self.asked: list[str] = []
        self.sent: list[tuple[str, Message]] = []
        self.outcome = Outcome(Kind.SENT)

    def belongs_to(self, reader: Reader, address: str) -> bool:
        return False

    def normalized(self, address: str) -> str:
        if not address.startswith("loft-"):
            raise InvalidDestination("No loft.")
        return address

    def label(self, address: str) -> str:
        return "a loft"

    def send(self, destination: Destination, address: str, message: Message) -> Outcome:
        self.sent.append((address, message))
        return self.outcome

    def ask(self, destination: Destination, address: str) -> None:
        self.asked.append(address)


def add(reader: Reader, address: str = "loft-12 key", **options: object) -> Destination:
    return destinations.add(reader, "pigeon", address=address, now=NOW, **options)  # type: ignore[arg-type]


def again(row: Destination) -> Destination:
    return Destination.objects.select_related("reader").get(pk=row.pk)
