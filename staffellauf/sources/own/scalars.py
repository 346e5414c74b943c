"""The single values of our own format, each with its words for a mistake and its rule for the JSON Schema."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from staffellauf.catalogue.models import SMALL
from staffellauf.common import text as texts
from staffellauf.common import vague
from staffellauf.sources import values
from staffellauf.sources.own.shapes import Scalar
from staffellauf.sources.values import BadValue

ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
ISO_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$"
SLUG = r"^[A-Za-z0-9_-]{1,100}$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
OWN_SOURCE = r"^own(-[a-z0-9-]{1,36})?$"


# Any in this file: what JSON holds.
def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue("no text")
    return value


def text(limit: int) -> Scalar:
    """One line, which may be empty."""
    return Scalar(
        f"a text of at most {limit} characters",
        lambda value: values.text(_string(value), limit),
        {"type": "string", "maxLength": limit},
    )


def name(limit: int) -> Scalar:
    """One line with a letter or digit in it, by which something can be found."""

    def convert(value: Any) -> str:
        found = values.text(_string(value), limit)
        if not texts.fold(found):
            raise BadValue("nothing to read")
        return found

    expected = f"a name of at most {limit} characters with a letter or digit"
    return Scalar(expected, convert, {"type": "string", "minLength": 1, "maxLength": limit})


def paragraphs(limit: int) -> Scalar:
    """Plain text; line breaks stay."""

    def convert(value: Any) -> str:
        lines = [values.text(line, limit) for line in _string(value)[: limit * 4].splitlines()]
        found = re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()
        if len(found) > limit or len(value) > limit * 4:
            raise BadValue("too long")
        return found

    return Scalar(f"a text of at most {limit} characters", convert, {"type": "string", "maxLength": limit})


def matching(pattern: str, expected: str, *, blank: bool = False) -> Scalar:
    def convert(value: Any) -> str:
        if not (re.fullmatch(pattern, _string(value)) or (blank and value == "")):
            raise BadValue("another form")
        return value

    return Scalar(expected, convert, {"type": "string", "pattern": f"^$|{pattern}" if blank else pattern})


def choice(choices: Iterable[str | int], *, nullable: bool = False) -> Scalar:
    known = [*choices, *([None] if nullable else [])]

    def convert(value: Any) -> Any:
        if isinstance(value, bool | float) or value not in known:
            raise BadValue("not one of them")
        return value

    listed = ", ".join('""' if key == "" else str(key) for key in known if key is not None)
    return Scalar(f"one of {listed}", convert, {"enum": known})


def number(highest: int = SMALL, *, lowest: int = 0, nullable: bool = True) -> Scalar:
    def convert(value: Any) -> int | None:
        if value is None and nullable:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise BadValue("no such number")
        return value

    kind = ["integer", "null"] if nullable else "integer"
    return Scalar(
        f"a whole number from {lowest} to {highest}", convert, {"type": kind, "minimum": lowest, "maximum": highest}
    )


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue("neither")
    return value


def _day(value: Any) -> date | None:
    if value is not None and not re.fullmatch(ISO_DAY, _string(value), re.ASCII):
        raise BadValue("no day")
    return values.day(value)


def _moment(value: Any) -> datetime | None:
    if value is not None and not re.fullmatch(ISO_MOMENT, _string(value), re.ASCII):
        raise BadValue("no moment")
    return values.moment(value)


def _rating(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise BadValue("no rating")
    return Decimal(str(value)).quantize(Decimal("0.1"))


def _vague(value: Any) -> vague.Vague:
    try:
        found = vague.parse(_string(value))
    except vague.NoDate as error:
        raise BadValue(str(error)) from error
    if not values.EARLIEST <= found.first <= found.last <= values.LATEST:
        raise BadValue("out of range")
    return found


def _id(value: Any) -> str:
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else values.text(_string(value), 120)
    if not found:
        raise BadValue("no id")
    return found


def _episode(value: Any) -> int | str | None:
    """Its number; of an episode without one, its name."""
    return values.text(value, 300) or None if isinstance(value, str) else number().convert(value)


FLAG = Scalar("true or false", _flag, {"type": "boolean"})
DAY = Scalar("a day such as 2026-01-23", _day, {"type": ["string", "null"], "pattern": ISO_DAY})
MOMENT = Scalar(
    "a moment with its offset such as 2026-01-23T20:15:00+01:00", _moment,
    {"type": ["string", "null"], "pattern": ISO_MOMENT},
)  # fmt: skip
CLOCK = Scalar(
    "a time of day such as 20:15", lambda value: values.clock(value if value is None else _string(value)),
    {"type": ["string", "null"], "pattern": r"^([01]?\d|2[0-3]):[0-5]\d(:\d\d)?$"},
)  # fmt: skip
RATING = Scalar("a number from 0 to 10", _rating, {"type": ["number", "null"], "minimum": 0, "maximum": 10})
VAGUE = Scalar("a date such as 2026-10-03, Oktober 2026 or Herbst 2026", _vague, {"type": "string", "maxLength": 100})
EPISODE = Scalar(
    "the episode's number, or the name of one without a number", _episode,
    {"type": ["integer", "string", "null"], "minimum": 0, "maximum": SMALL, "maxLength": 300},
)  # fmt: skip
ADDRESS = Scalar(
    "a web address of at most 500 characters", lambda value: values.address(_string(value), limit=500),
    {"type": "string", "maxLength": 500, "pattern": r"^$|^\s*https?://[^\s/]+\.\S+\s*$"},
)  # fmt: skip
COUNTRY = matching("^[A-Z]{2}$", "a country of two letters such as DE (ISO 3166-1)", blank=True)
LANGUAGE_TAG = matching(LANGUAGE, "a language such as de or pt-BR (BCP 47)", blank=True)
SLUG_TEXT = matching(SLUG, "a slug of letters a to z, digits, - and _")
ID = Scalar("an id of at most 120 characters", _id, {"type": ["string", "integer"], "minLength": 1, "maxLength": 120})
