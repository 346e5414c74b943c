"""What an importer hands over: an input that was opened, told how to be read on behind the records that are done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from staffellauf.sources.records import Record, Refused, SourceRecord


class WrongAddress(Exception):
    """Nothing that this importer reads; the text says what it does read."""


@dataclass(frozen=True, slots=True)
class Options:
    show_id: int | None = None
    """The series that lists without one belong to, as the data source numbers it."""
    since: str = ""
    """How far back changes are asked for: day, week or month."""
    timezone: str = "Europe/Berlin"
    """Of times that name none."""
    since_at: datetime | None = None
    """When the last run of the same address that went through was started."""


@dataclass(frozen=True, slots=True)
class Reading:
    records: Callable[[int], Iterator[Record | Refused]]
    """All but the first so many; may raise `fetching.SourceUnavailable` on the way."""
    total: int | None
    """How many there are, if that can be told beforehand."""
    digest: str
    """SHA-256 that stays the same as long as the input does, so that an interrupted run finds its place."""
    address: str
    sources: tuple[SourceRecord, ...] = ()
    """Data sources that the input brings along; `datasources.store` keeps them before the first record is applied."""
