"""What a reader chooses for a private feed."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from staffellauf.alerts import filtering
from staffellauf.alerts.filtering import Field, Shape
from staffellauf.readers.kinds import NAMES, NewsKind

FIELDS = (
    Field(
        "kinds",
        _("Kinds of news"),
        Shape.MANY,
        [],
        tuple((str(kind.name).lower(), label) for kind, label in NAMES.items()),
        help_text=_("None chosen: all."),
    ),
    Field("unread", _("Only what I have not read"), Shape.YES, False),
)


@dataclass(frozen=True, slots=True)
class Filters:
    kinds: NewsKind
    """None of them: all."""
    unread: bool

    # Any: what JSON holds.
    @classmethod
    def of(cls, kept: Any) -> Self:
        """Of what is stored in a link."""
        values = filtering.stored(FIELDS, kept)
        kinds = NewsKind(0)
        for name in values["kinds"]:
            kinds |= NewsKind[name.upper()]
        return cls(kinds=kinds, unread=values["unread"])
