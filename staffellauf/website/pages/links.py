"""Private feeds and calendars: the secret addresses of a reader, and what each holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from staffellauf.alerts import filtering, links
from staffellauf.alerts.filtering import Shape
from staffellauf.alerts.models import SecretLink
from staffellauf.catalogue.models import Organisation, Series
from staffellauf.readers.models import Reader

Kind = SecretLink.Kind


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """A field of a link's form."""

    name: str
    label: str
    help_text: str
    is_single: bool
    is_yes: bool
    is_long: bool
    """So many choices that they are folded."""
    choices: list[Choice]
    chosen: int
    error: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was refused: of a link, or of a new one of a kind."""

    kind: str
    errors: dict[str, str]
    link_id: int | None = None
    name: str = ""
    filters: filtering.Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkLine:
    link: SecretLink
    name: str
    addresses: list[tuple[str, str]]
    """What each is called, and the address."""
    subscribe: str
    """An address that a calendar program opens by itself."""
    fields: list[Choosing]
    is_open: bool


@dataclass(frozen=True, slots=True)
class NewLink:
    kind: str
    name: str
    error: str
    fields: list[Choosing]
    is_open: bool


@dataclass(frozen=True, slots=True)
class LinksPage:
    calendars: list[LinkLine]
    feeds: list[LinkLine]
    calendar: NewLink
    feed: NewLink
    told: str
    about: int | None

    @classmethod
    def load(cls, reader: Reader, *, sent: Sent | None = None, told: str = "", about: int | None = None) -> Self:
        own = links.of(reader)
        offers = Offers.load(reader, own)
        lines = [line_of(link, offers, sent if sent and sent.link_id == link.pk else None) for link in own]
        return cls(
            calendars=[line for line in lines if line.link.kind == Kind.CALENDAR],
            feeds=[line for line in lines if line.link.kind == Kind.FEED],
            calendar=new_of(Kind.CALENDAR, offers, sent, is_first=all(link.kind != Kind.CALENDAR for link in own)),
            feed=new_of(Kind.FEED, offers, sent, is_first=all(link.kind != Kind.FEED for link in own)),
            told={
                "neu": _("Here is its address. Whoever has it can read it: keep it to yourself."),
                "gespeichert": _("Saved."),
                "erneuert": _("It has a new address; the old one no longer works."),
                "weg": _("Deleted. Its address no longer works."),
            }.get(told, ""),
            about=about,
        )


@dataclass(frozen=True, slots=True)
class Offers:
    """Topics to choose from, by field."""

    of: dict[str, list[tuple[str, str]]]

    @classmethod
    def load(cls, reader: Reader, own: Sequence[SecretLink]) -> Self:
        """What the reader follows and where that runs; and what a link holds although it is followed no more."""
        chosen = [links.values(link) for link in own]
        followed = Series.objects.filter(follows__reader=reader)
        series = followed | Series.objects.filter(pk__in=_ids(chosen, "series"))
        networks = Organisation.objects.filter(series__in=followed) | Organisation.objects.filter(
            pk__in=_ids(chosen, "networks")
        )
        return cls({"series": _named(series), "networks": _named(networks)})


# Any: of both models.
def _named(topics: QuerySet[Any]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in topics.order_by("name").values_list("pk", "name").distinct()]


def _ids(chosen: list[filtering.Values], name: str) -> set[int]:
    return {pk for values in chosen for pk in values.get(name, ())}


LONG = 8


def fields_of(kind: str, offers: Offers, values: filtering.Values, errors: dict[str, str]) -> list[Choosing]:
    found = []
    for one in links.fields(kind):
        value = values.get(one.name, one.default)
        held = {str(part) for part in value} if isinstance(value, list) else {str(value)}
        offered = offers.of.get(one.name, []) if one.shape is Shape.IDS else one.choices
        choices = [Choice(key, str(label), key in held) for key, label in offered]
        if one.shape is Shape.YES:
            choices = [Choice("1", str(one.label), bool(value))]
        if choices:
            found.append(
                Choosing(
                    name=one.name,
                    label=str(one.label),
                    help_text=str(one.help_text),
                    is_single=one.shape is Shape.ONE,
                    is_yes=one.shape is Shape.YES,
                    is_long=len(choices) > LONG,
                    choices=choices,
                    chosen=sum(choice.is_chosen for choice in choices),
                    error=errors.get(one.name, ""),
                )
            )
    return found


def line_of(link: SecretLink, offers: Offers, sent: Sent | None) -> LinkLine:
    is_calendar = link.kind == Kind.CALENDAR
    forms = [("", "")] if is_calendar else [("Atom", "atom"), ("JSON", "json")]
    return LinkLine(
        link=link,
        name=link.name or (_("My calendar") if is_calendar else _("My feed")),
        addresses=[(called, links.address(link, form)) for called, form in forms],
        subscribe=links.subscribe_address(link) if is_calendar else "",
        fields=fields_of(link.kind, offers, sent.filters if sent else links.values(link), sent.errors if sent else {}),
        is_open=sent is not None,
    )


def new_of(kind: str, offers: Offers, sent: Sent | None, *, is_first: bool) -> NewLink:
    refused = sent if sent and sent.kind == kind and sent.link_id is None else None
    return NewLink(
        kind=kind,
        name=refused.name if refused else "",
        error=refused.errors.get("", "") if refused else "",
        fields=fields_of(kind, offers, refused.filters if refused else {}, refused.errors if refused else {}),
        is_open=refused is not None or is_first,
    )
