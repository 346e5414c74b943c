"""Fields taken one by one: what cannot be used is left out and named, the record survives."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from staffellauf.sources import values

T = TypeVar("T")
D = TypeVar("D")
# A hostile record may break every rule in every row; who reads the warnings needs the first few.
MAX_WARNINGS = 20


class Taken:
    """The fields and the warnings of one record."""

    def __init__(self) -> None:
        # Any: a model field's value.
        self.fields: dict[str, Any] = {}
        self.warnings: list[str] = []

    # Any in this file: what JSON holds.
    def put(self, field: str, raw: Mapping[str, Any], key: str, convert: Callable[[Any], Any]) -> None:
        """`raw[key]`, converted, under the name of our field. A key that is not there states nothing."""
        if key in raw:
            found = self.attempt(MISSING, convert, raw[key])
            if found is not MISSING:
                self.fields[field] = found

    def attempt(self, otherwise: D, convert: Callable[..., T], *given: Any, **named: Any) -> T | D:
        """The converted value; `otherwise`, with a warning, for a bad one."""
        try:
            return convert(*given, **named)
        except values.BadValue as error:
            self.warn(str(error))
            return otherwise

    def warn(self, sentence: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(visible(sentence))
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("and more")

    def mapping(self, value: Any, name: str) -> Mapping[str, Any]:
        """The object; an empty one, with a warning, for anything else but null."""
        if isinstance(value, dict):
            return value
        if value is not None and value != []:  # PHP writes an empty object as [].
            self.warn(f"{name} is no object but {type(value).__name__}")
        return {}

    def rows(self, value: Any, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The objects of a list with their places; what is none is left out with a warning."""
        if value is not None and not isinstance(value, list):
            self.warn(f"{name} is no list but {type(value).__name__}")
            return
        for place, row in enumerate(value or []):
            if isinstance(row, dict):
                yield place, row
            else:
                self.warn(f"{name}: entry {place + 1} is no object but {type(row).__name__}")


MISSING: Any = object()


def visible(sentence: str) -> str:
    """What quotes a hostile value and is stored: without control characters, and no longer than anybody reads."""
    return "".join(c if c.isprintable() else "?" for c in sentence)[:300]


def key(value: Any, *, name: str = "id") -> int:
    """A number of TVmaze's; raises BadValue when there is none."""
    found = values.number(value, highest=values.LARGE, name=name)
    if not found:
        raise values.BadValue(f"{name} is missing" if value in (None, "") else f"{name} is 0")
    return found


def word(raw: Any, words: Mapping[str, T], *, name: str, empty: T) -> T:
    """One of TVmaze's words as ours; `empty` for null. Raises BadValue for a word that we do not know."""
    if raw is None or raw == "":
        return empty
    if not isinstance(raw, str) or raw not in words:
        raise values.BadValue(f"{name} {str(raw)[:40]!r} is not known")
    return words[raw]
