"""What a reader chooses for a calendar."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from staffellauf.alerts import filtering
from staffellauf.alerts.filtering import Field, Shape
from staffellauf.catalogue.models import Release


class Showings(StrEnum):
    NONE = "none"
    FIRST = "first"
    ALL = "all"


class Reminder(StrEnum):
    HOUR = "hour"
    DAY = "day"


class Vagueness(StrEnum):
    NOTE = "note"
    SPAN = "span"
    NONE = "none"


KINDS = (
    Release.Kind.GERMAN_STREAM,
    Release.Kind.GERMAN_TV,
    Release.Kind.FREE_TV,
    Release.Kind.MEDIA_LIBRARY,
    Release.Kind.ORIGINAL,
)

FIELDS = (
    Field("series", _("Series"), Shape.IDS, [], help_text=_("None chosen: all that you follow.")),
    Field(
        "kinds",
        _("Which premieres"),
        Shape.MANY,
        [str(kind) for kind in KINDS],
        tuple((str(kind), kind.label) for kind in KINDS),
    ),
    Field("season_starts", _("Only the start of each season"), Shape.YES, False),
    Field("networks", _("Networks and streamers"), Shape.IDS, [], help_text=_("None chosen: all.")),
    Field(
        "showings",
        _("Showings from the TV programme"),
        Shape.ONE,
        str(Showings.NONE),
        (
            (str(Showings.NONE), _("none")),
            (str(Showings.FIRST), _("without repeats")),
            (str(Showings.ALL), _("all")),
        ),
    ),
    Field(
        "vague",
        _("What is known vaguely only"),
        Shape.ONE,
        str(Vagueness.NOTE),
        (
            (str(Vagueness.NOTE), _("as a note on the first possible day")),
            (str(Vagueness.SPAN), _("as an entry over all possible days")),
            (str(Vagueness.NONE), _("leave out")),
        ),
    ),
    Field(
        "whole_days",
        _("Every date as an entry of the whole day"),
        Shape.YES,
        False,
        help_text=_("A showing at 0:20 then counts for the day that you chose in your calendar."),
    ),
    Field(
        "reminders",
        _("Reminders"),
        Shape.MANY,
        [],
        ((str(Reminder.HOUR), _("an hour before")), (str(Reminder.DAY), _("a day before"))),
        help_text=_("Some programs have no reminders in calendars of others, or ask first."),
    ),
    Field(
        "titles",
        _("Titles of episodes"),
        Shape.YES,
        False,
        help_text=_("They may give something away."),
    ),
)


@dataclass(frozen=True, slots=True)
class Filters:
    series: frozenset[int]
    """Empty: all that the reader follows."""
    kinds: frozenset[str]
    season_starts: bool
    networks: frozenset[int]
    """Empty: all."""
    showings: Showings
    vague: Vagueness
    whole_days: bool
    reminders: frozenset[Reminder]
    titles: bool

    # Any: what JSON holds.
    @classmethod
    def of(cls, kept: Any) -> Self:
        """Of what is stored in a link."""
        values = filtering.stored(FIELDS, kept)
        return cls(
            series=frozenset(values["series"]),
            kinds=frozenset(values["kinds"]),
            season_starts=values["season_starts"],
            networks=frozenset(values["networks"]),
            showings=Showings(values["showings"]),
            vague=Vagueness(values["vague"]),
            whole_days=values["whole_days"],
            reminders=frozenset(Reminder(one) for one in values["reminders"]),
            titles=values["titles"],
        )
