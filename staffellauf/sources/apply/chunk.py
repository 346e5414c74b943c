"""What all the steps of one chunk share."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from staffellauf.catalogue.models import Removal, Series, Topic
from staffellauf.sources.apply.fields import Changes
from staffellauf.sources.apply.rows import Changed
from staffellauf.sources.records import Record, Refused, SeriesRecord

CREATED, CHANGED, UNCHANGED, REFUSED, DOUBTFUL = "created", "changed", "unchanged", "refused", "doubtful"


@dataclass(slots=True)
class Done:
    """What becomes of one record."""

    record: Record | Refused
    topic: Topic | None = None
    is_new: bool = False
    reason: str = ""
    outcome: str = ""
    changes: Changes = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """The record as people would name it."""
        record = self.record
        if isinstance(record, Refused):
            return record.what
        ids = ", ".join(f"{scheme} {value}" for scheme, value in record.ids.items())
        name = record.name or (self.topic.name if self.topic else "")
        return f"{name} ({ids})" if ids else name

    def count(self, part: str, outcome: str, number: int = 1) -> None:
        """Adds to the figures of a part: `done.count("episodes", "created")`."""
        if number:
            figures: dict[str, int] = self.changes.setdefault(part, {})
            figures[outcome] = figures.get(outcome, 0) + number


@dataclass(slots=True)
class Entry:
    """A series of the chunk that will be written."""

    done: Done
    record: SeriesRecord
    series: Series
    is_new: bool
    is_stale: bool = False
    """An older state of what was read before: what is missing is added, nothing is changed."""

    @property
    def source(self) -> str:
        return self.record.source


@dataclass(slots=True)
class Chunk:
    importer: str
    now: datetime
    changed: Changed = field(default_factory=Changed)
    renamed: set[int] = field(default_factory=set)
    """Ids of topics whose names have to be folded again."""
    figures: Counter[str] = field(default_factory=Counter)
    """What was done beside the records themselves, such as people created."""
    # Any: dumped relations whose other series is not there yet.
    pending: list[Any] = field(default_factory=list)
    removals: dict[int, set[tuple[str, str]]] = field(default_factory=dict)

    def load_removals(self, topics: Iterable[int]) -> None:
        """What editors took away from these topics."""
        found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        rows = Removal.objects.filter(topic_id__in=list(topics))
        for topic, what, key in rows.values_list("topic_id", "what", "key"):
            found[topic].add((what, key))
        self.removals.update(found)

    def is_removed(self, topic: int, what: str, *, keys: Iterable[str]) -> bool:
        removed = self.removals.get(topic)
        return removed is not None and any((what, key) in removed for key in keys)
