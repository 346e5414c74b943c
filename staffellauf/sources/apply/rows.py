"""Rows by the hundred: made, changed and read in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from staffellauf.catalogue.models import Topic

T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)
# Well below what SQLite (32,766) and PostgreSQL (65,535) take in one statement.
PARAMETERS = 5_000


def batches(items: Iterable[T], size: int = PARAMETERS) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


# Any: a queryset of any model, and the values of its field.
def holding(rows: "models.QuerySet[Any]", field: str, values: Collection[Any]) -> Iterator[Any]:
    """The rows whose field has one of the values, however many those are."""
    for batch in batches(values):
        yield from rows.filter(**{f"{field}__in": batch})


def insert(rows: Sequence[Row], *, ignores_known: bool = False) -> None:
    """New rows of one model, which get their keys (unless known ones are ignored)."""
    if not rows:
        return
    model = type(rows[0])
    size = max(1, PARAMETERS // len(model._meta.concrete_fields))
    model._base_manager.bulk_create(rows, batch_size=size, ignore_conflicts=ignores_known)


def insert_topics(topics: Sequence[Topic]) -> None:
    """New topics of one kind: the row that every topic has, then the rows of its own model."""
    if not topics:
        return
    parents = [Topic(**{field.attname: getattr(topic, field.attname) for field in TOPIC_FIELDS}) for topic in topics]
    insert(parents)
    for topic, parent in zip(topics, parents, strict=True):
        topic.pk = topic.topic_ptr_id = parent.pk  # type: ignore[attr-defined]
        topic.created_at, topic.updated_at = parent.created_at, parent.updated_at
        topic._state.adding, topic._state.db = False, parent._state.db
    fields = type(topics[0])._meta.local_concrete_fields
    rows = type(topics[0])._base_manager.all()
    rows._for_write = True  # type: ignore[attr-defined]
    for batch in batches(topics, max(1, PARAMETERS // len(fields))):
        # What `bulk_create` does for one table; it refuses models that have two.
        rows._insert(batch, fields=fields, using=connection.alias)  # type: ignore[attr-defined]


TOPIC_FIELDS = [field for field in Topic._meta.concrete_fields if not field.primary_key]
TOPIC_NAMES = {field.name for field in Topic._meta.concrete_fields}


class Changed:
    """Rows that changed, written together at the end of a chunk."""

    def __init__(self) -> None:
        self.fields: defaultdict[models.Model, set[str]] = defaultdict(set)

    def note(self, row: models.Model, fields: Iterable[str]) -> None:
        if names := set(fields):
            self.fields[row].update(names)

    def write(self, now: datetime) -> None:
        groups: defaultdict[tuple[type[models.Model], frozenset[str]], list[models.Model]] = defaultdict(list)
        for row, fields in self.fields.items():
            if not isinstance(row, Topic):
                groups[type(row), frozenset(fields)].append(row)
                continue
            row.updated_at = now
            groups[Topic, frozenset(fields & TOPIC_NAMES | {"updated_at"})].append(row)
            if own := fields - TOPIC_NAMES:
                groups[type(row), frozenset(own)].append(row)
        for (model, names), rows in groups.items():
            size = max(1, min(200, PARAMETERS // (3 * len(names))))
            model._base_manager.bulk_update(rows, sorted(names), batch_size=size)
        self.fields.clear()
