"""Values at the door: what a data source wrote, as the catalogue's types, within the database's limits.

Each function raises BadValue with a sentence when the value cannot be used. Missing values (None, "") give None or "".
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from staffellauf.catalogue.models import SMALL

LARGE = 2_147_483_647
"""The highest number that an integer column holds."""
EARLIEST, LATEST = date(1850, 1, 1), date(2199, 12, 31)
# What nobody sees and nobody can type: control and format characters, such as U+200B and a byte order mark.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Joiners are part of words in several scripts.
JOINERS = {"\u200c", "\u200d"}

WEB_ADDRESS = URLValidator(schemes=["http", "https"])


class BadValue(ValueError):
    """The value cannot be used; the text says why."""


# Any in this file: what a JSON or XML file may hold.
def text(value: Any, limit: int, *, name: str = "text") -> str:
    """One line, without invisible characters and double spaces; at most `limit` characters."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadValue(f"{name} is no text but {type(value).__name__}")
    shown = unicodedata.normalize("NFC", value)
    # Nearly every text is; looking at each character takes ten times as long.
    if not shown.isprintable():
        shown = "".join(
            " " if c.isspace() else c
            for c in shown
            if c.isspace() or unicodedata.category(c) not in INVISIBLE or c in JOINERS
        )
    one_line = re.sub(" +", " ", shown).strip()
    if len(one_line) > limit:
        raise BadValue(f"{name} has {len(one_line)} characters, at most {limit} fit")
    return one_line


def number(value: Any, *, highest: int = SMALL, name: str = "number") -> int | None:
    """A whole number from 0 to `highest`; digits in a text count too."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(f"{name} is no whole number: {str(value)[:40]}")
    if not 0 <= value <= highest:
        raise BadValue(f"{name} is not between 0 and {highest}: {str(value)[:40]}")
    return value


def day(value: Any, *, name: str = "date") -> date | None:
    """An ISO 8601 date."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadValue(f"{name} is no date: {str(value)[:40]}")
    try:
        found = date.fromisoformat(value.strip()[:10])
    except ValueError as error:
        raise BadValue(f"{name} is no date: {value[:40]}") from error
    return _within(found, name)


def moment(value: Any, *, name: str = "time") -> datetime | None:
    """An ISO 8601 date and time with its offset, in UTC."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadValue(f"{name} is no time: {str(value)[:40]}")
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise BadValue(f"{name} is no time: {value[:40]}") from error
    if found.tzinfo is None:
        raise BadValue(f"{name} says no time zone: {value[:40]}")
    _within(found.date(), name)
    return found.astimezone(UTC)


def clock(value: Any, *, name: str = "time") -> time | None:
    """Hours and minutes, such as 20:15."""
    if value is None or value == "":
        return None
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadValue(f"{name} is no time of day: {str(value)[:40]}")
    return time(int(found[1]), int(found[2]))


def address(value: Any, *, limit: int = 500, name: str = "address") -> str:
    """An http(s) address; anything else is bad, as what editors could not save again is."""
    found = text(value, limit, name=name)
    try:
        if found:
            WEB_ADDRESS(found)
    except ValidationError as error:
        raise BadValue(f"{name} is no web address: {found[:80]}") from error
    return found


def country(value: Any, *, name: str = "country") -> str:
    """A two-letter code (ISO 3166-1)."""
    found = text(value, 40, name=name).upper()
    if found and not re.fullmatch(r"[A-Z]{2}", found):
        raise BadValue(f"{name} is no two-letter code: {found}")
    return found


def _within(found: date, name: str) -> date:
    if not EARLIEST <= found <= LATEST:
        raise BadValue(f"{name} is not between {EARLIEST} and {LATEST}: {found}")
    return found
