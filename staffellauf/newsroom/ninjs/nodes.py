"""JSON values that know where they stand, so that a complaint names the place."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from staffellauf.newsroom.ninjs.items import InvalidItem

# Not what str.split() takes: the no-break space of „20:15 Uhr“ stays.
WHITESPACE = re.compile(r"[ \t\r\n\f\v]+")
NAMES = {dict: "an object", list: "an array", str: "text", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True)
class Node:
    """An object of the file. Its keys are folded to lower case: ninjs 2 writes `pubstatus`, ninjs 3 `pubStatus`."""

    path: str
    # Any: whatever JSON holds.
    values: Mapping[str, Any]

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def text(self, *keys: str, limit: int | None = None) -> str:
        """The first of the keys that holds text, on one line; empty when none does."""
        for key in keys:
            if found := self.lines(key, limit=limit):
                return WHITESPACE.sub(" ", found)
        return ""

    def lines(self, key: str, *, limit: int | None = None) -> str:
        """The text as it stands, stripped."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InvalidItem(self.at(key), f"expected text, found {NAMES.get(type(value), 'null')}")
        found = storable(value, path=self.at(key)).strip()
        if limit is not None and len(found) > limit:
            raise InvalidItem(self.at(key), f"{len(found):,} characters, at most {limit:,} fit")
        return found

    def nodes(self, *keys: str) -> Iterator["Node"]:
        """The objects of the first key that is there. ninjs 1 may hold them by name in an object, not in an array."""
        for key in keys:
            value = self.values.get(key)
            if value is None:
                continue
            if isinstance(value, list):
                yield from (node(entry, path=f"{self.at(key)}[{n}]") for n, entry in enumerate(value))
            elif isinstance(value, dict):
                for name, entry in value.items():
                    inner = node(entry, path=f"{self.at(key)}.{name}")
                    yield Node(inner.path, {"name": name, **inner.values})
            else:
                raise InvalidItem(self.at(key), f"expected an array, found {NAMES.get(type(value), 'null')}")
            return


# Any: whatever JSON holds.
def node(value: Any, *, path: str) -> Node:
    if not isinstance(value, dict):
        raise InvalidItem(path, f"expected an object, found {NAMES.get(type(value), 'null')}")
    return Node(path, value)


def parse(data: bytes) -> Node:
    """The file's object. Raises InvalidItem for what is not UTF-8, not JSON or no object."""
    try:
        return node(json.loads(data.decode("utf-8-sig"), object_pairs_hook=_folded, parse_constant=_refuse), path="")
    except UnicodeDecodeError as error:
        raise InvalidItem("", f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise InvalidItem("", f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidItem("", "not JSON that can be read: NaN, a number too long, or nesting too deep") from error


def storable(value: str, *, path: str) -> str:
    """Refuses what no database takes."""
    if "\0" in value:
        raise InvalidItem(path, "holds a NUL character")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise InvalidItem(path, "holds half a surrogate pair")
    return value


def is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


# Any: whatever JSON holds.
def _folded(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key.lower(): value for key, value in pairs}


def _refuse(constant: str) -> None:
    raise ValueError(constant)
