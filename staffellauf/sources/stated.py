"""A JSON object of a data source, read value by value: what cannot be used is left out, and noted once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from staffellauf.sources import values
from staffellauf.sources.records import SynopsisRecord

# More notes than anybody reads; the last one says how many there were.
MAX_NOTES = 40
MAX_SYNOPSIS = 10_000


@dataclass(slots=True)
class Notes:
    """What was left out of a record, and why."""

    texts: list[str] = field(default_factory=list)
    left_out: int = 0

    def add(self, text: str) -> None:
        if text in self.texts:
            return
        if len(self.texts) < MAX_NOTES:
            self.texts.append(text[:300])
        else:
            self.left_out += 1

    def as_tuple(self) -> tuple[str, ...]:
        return (*self.texts, f"and {self.left_out} more") if self.left_out else tuple(self.texts)


# Any in this file: what a JSON file may hold, and a model field's value.
@dataclass(frozen=True, slots=True)
class Stated:
    raw: Mapping[str, Any]
    notes: Notes = field(default_factory=Notes)
    where: str = ""

    def __contains__(self, key: str) -> bool:
        return key in self.raw

    def take(self, key: str, read: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """The value as `read` of `sources.values` gives it; None when it is not there or cannot be used."""
        try:
            return read(self.raw.get(key), *args, name=f"{self.where}{key}", **options)
        except values.BadValue as error:
            self.notes.add(str(error))
            return None

    def put(self, fields: dict[str, Any], name: str, key: str, read: Callable[..., Any], *args: Any) -> None:
        """Sets the field when the object has the key and its value can be used; null and "" count as unknown."""
        if key not in self.raw:
            return
        try:
            fields[name] = read(self.raw[key], *args, name=f"{self.where}{key}")
        except values.BadValue as error:
            self.notes.add(str(error))

    def text(self, key: str, limit: int = 200) -> str:
        return self.take(key, values.text, limit) or ""

    def number(self, key: str, highest: int = values.SMALL) -> int | None:
        found = self.take(key, values.number, highest=highest)
        return found if found is None else int(found)

    def object(self, key: str) -> "Stated":
        """The object under the key; an empty one when there is none."""
        return Stated(_mapping(self.raw.get(key)), self.notes, f"{self.where}{key}: ")

    def objects(self, key: str) -> Iterator["Stated"]:
        """The objects in the list under the key."""
        found = self.raw.get(key)
        if found is not None and not isinstance(found, list):
            self.notes.add(f"{self.where}{key} is no list")
            return
        for item in found or []:
            if isinstance(item, dict):
                yield Stated(item, self.notes, f"{self.where}{key}: ")
            elif item is not None:
                self.notes.add(f"{self.where}{key} holds something that is no object")


def paragraphs(value: Any, *, name: str = "text") -> str:
    """Plain text with its paragraphs; at most MAX_SYNOPSIS characters."""
    if value is not None and not isinstance(value, str):
        raise values.BadValue(f"{name} is no text but {type(value).__name__}")
    parts = (values.text(part, MAX_SYNOPSIS, name=name) for part in (value or "").splitlines())
    joined = "\n\n".join(part for part in parts if part)
    if len(joined) > MAX_SYNOPSIS:
        raise values.BadValue(f"{name} has {len(joined)} characters, at most {MAX_SYNOPSIS} fit")
    return joined


def synopses(texts: Mapping[str, str]) -> tuple[SynopsisRecord, ...]:
    """One for each language that is known and has a text."""
    return tuple(SynopsisRecord(language, text) for language, text in texts.items() if language and text)


def rating(value: Any, *, name: str = "rating") -> Decimal | None:
    """From 0 to 10, with one decimal; 0 means that nobody has voted."""
    if value is None or value == "" or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 10:
        raise values.BadValue(f"{name} is not between 0 and 10: {str(value)[:40]}")
    return Decimal(str(round(float(value), 1)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
