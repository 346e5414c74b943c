"""Fields of a row as a record states them, under the rules of `catalogue.provenance`."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Sourced

Changes = dict[str, Any]
"""Field name to [before, after]; parts of a series by figures, such as {"episodes": {"created": 3}}."""


class Part(Protocol):
    """A record of a row that knows its sources."""

    @property
    def source(self) -> str: ...
    @property
    def origin(self) -> Mapping[str, str]: ...


def start(row: Sourced, part: Part, *, source: str) -> None:
    """Notes whose a new row is."""
    row.source = part.source or source
    row.origin = dict(part.origin)


# Any: values of model fields, here and below.
def fill(row: Sourced, stated: Iterable[tuple[str, Any]]) -> None:
    """A new row's fields, as stated."""
    for name, value in stated:
        setattr(row, name, value)


def update(row: Sourced, part: Part, *, source: str, stated: Iterable[tuple[str, Any]]) -> Changes:
    """Writes what the source may write; the caller stores the row. What changed, from what to what."""
    changes: Changes = {}
    for name, value in stated:
        before = getattr(row, name)
        by = part.origin.get(name) or part.source or source
        if by == provenance.EDITOR and _is_editors(row, name):
            continue
        if before != value and provenance.set_field(row, name, source=by, value=value):
            changes[name] = [plain(before), plain(value)]
    return changes


def _is_editors(row: Sourced, name: str) -> bool:
    """What editors said here stands, whatever an export tells of what they said once."""
    is_said = getattr(row, name) not in provenance.EMPTY or name in row.origin
    return is_said and row.source_of(name) == provenance.EDITOR


def plain(value: Any) -> Any:
    """The value as JSON holds it."""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
