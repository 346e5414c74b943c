"""The other ways by which a reader hears: mail, ntfy, webhooks and more."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from staffellauf.alerts import destinations
from staffellauf.alerts.channels import Channel
from staffellauf.alerts.destinations import Shown
from staffellauf.alerts.models import Destination
from staffellauf.readers.models import Reader


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form sent that was refused, and why."""

    channel: str
    address: str
    label: str
    rhythm: str
    error: str


@dataclass(frozen=True, slots=True)
class WaysPage:
    ways: list[Shown]
    kinds: list[Channel]
    rhythms: list[tuple[str, str]]
    sent: Sent | None = None
    removed: str = ""
    """What undoes the removal just made."""
    refused: str = ""
    """Why something else did not work."""
    told: str = ""
    """What was done."""
    about: int | None = None
    """The way that `told` and `refused` are about."""

    @classmethod
    def load(
        cls, reader: Reader, *, sent: Sent | None = None, removed: str = "", refused: str = "", told: str = "",
        about: int | None = None,
    ) -> Self:  # fmt: skip
        return cls(
            ways=destinations.of(reader),
            kinds=destinations.kinds(),
            rhythms=[(value, str(name)) for value, name in Destination.Rhythm.choices],
            sent=sent,
            removed=removed,
            refused=refused,
            told=TOLD.get(told, _no_words)(),
            about=about,
        )


def _no_words() -> str:
    return ""


# By the word in the address of the page that follows a form.
TOLD = {
    "neu": lambda: _("Added. Send a test to see it arrive."),
    "wartet": lambda: _("We sent a mail with a link. Nothing else comes until you have opened it and said yes."),
    "probe": lambda: _("A test is on its way."),
    "name": lambda: _("Saved."),
    "rhythmus": lambda: _("Saved."),
    "anhalten": lambda: _("Paused: nothing is sent there until you resume it."),
    "weiter": lambda: _("It goes on from now."),
    "zurueck": lambda: _("It is back."),
    "oft": lambda: _("There was a test a moment ago. Try again in some minutes."),
}
