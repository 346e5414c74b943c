"""What a secret link holds, as its reader chose it: fields that a form can show and JSON can keep."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

# No reader ticks more, and a query takes so many.
MOST_IDS = 500
# What a 64-bit key can be.
HIGHEST_ID = 2**63 - 1
ID_DIGITS = 19

Text = str | Promise
# Any: what JSON holds.
Values = dict[str, Any]


class InvalidFilters(Exception):
    """Not what the fields allow; the texts say why, in the reader's language."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors
        """By field; "" for the whole."""


class Shape(Enum):
    ONE = auto()
    """One of the choices, a text."""
    MANY = auto()
    """Any of the choices, a list of texts."""
    YES = auto()
    """Yes or no."""
    IDS = auto()
    """Ids of topics, a list of numbers; none means all."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: Text
    shape: Shape
    # Any: what JSON holds.
    default: Any
    choices: tuple[tuple[str, Text], ...] = ()
    """Value and label; of IDS none, the form knows them."""
    help_text: Text = ""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _label in self.choices)


# Any: what somebody sent.
def read(fields: Sequence[Field], given: Any) -> Values:
    """Checked, and complete with defaults. Raises InvalidFilters."""
    if not isinstance(given, Mapping):
        raise InvalidFilters({"": _("This is no choice of what the link holds.")})
    errors: dict[str, str] = {}
    found: Values = {}
    for field in fields:
        try:
            found[field.name] = _value(field, given[field.name]) if field.name in given else copy(field.default)
        except ValueError as error:
            errors[field.name] = str(error)
    if unknown := [name for name in given if name not in found and name not in errors]:
        errors[""] = _("There is nothing to choose called “%(name)s”.") % {"name": str(unknown[0])[:40]}
    if errors:
        raise InvalidFilters(errors)
    return found


# Any: what JSON holds.
def stored(fields: Sequence[Field], kept: Any) -> Values:
    """What was checked when it was stored, with the defaults of fields that came since."""
    known = {field.name for field in fields}
    given = kept if isinstance(kept, Mapping) else {}
    try:
        return read(fields, {name: value for name, value in given.items() if name in known})
    except InvalidFilters:
        # A choice that there is no more.
        return {field.name: copy(field.default) for field in fields}


# Any: what somebody sent, and what JSON holds.
def _value(field: Field, value: Any) -> Any:
    match field.shape:
        case Shape.YES:
            if not isinstance(value, bool):
                raise ValueError(_("This is yes or no."))
            return value
        case Shape.ONE:
            if not isinstance(value, str) or value not in field.values:
                raise ValueError(_("Choose one of what is offered."))
            return value
        case Shape.MANY:
            if not isinstance(value, list) or any(one not in field.values for one in value):
                raise ValueError(_("Choose from what is offered."))
            return [one for one in field.values if one in value]
        case Shape.IDS:
            return _ids(value)


# Any: what somebody sent.
def _ids(value: Any) -> list[int]:
    if not isinstance(value, list) or not all(type(one) is int and 0 < one <= HIGHEST_ID for one in value):
        raise ValueError(_("Choose from what is offered."))
    if len(value) > MOST_IDS:
        raise ValueError(_("At most %(count)s can be chosen; leave all empty for everything.") % {"count": MOST_IDS})
    return sorted(set(value))


def of_form(fields: Sequence[Field], lists: Mapping[str, Sequence[str]]) -> Values:
    """The filters of a form whose inputs are named as the fields, still to be checked: a box that is not ticked is
    not sent."""
    given: Values = {}
    for field in fields:
        sent = list(lists.get(field.name, ()))
        match field.shape:
            case Shape.YES:
                given[field.name] = bool(sent)
            case Shape.ONE:
                if sent:
                    given[field.name] = sent[-1]
            case Shape.MANY:
                given[field.name] = sent
            case Shape.IDS:
                given[field.name] = [_number(one) for one in sent if one]
    return given


def _number(text: str) -> int:
    """0, which is nobody's id, for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS else 0
