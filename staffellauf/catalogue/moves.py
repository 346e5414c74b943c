"""Letting everything that points at some rows point at others instead (`moves_back` undoes it).

It walks the relations of the model, so what an app above adds later is moved as well. A row for which there is no room
beside one that the other has already (the same follow, the same season) becomes one with it: what points at it moves
on, empty fields of the other are filled, and the row itself is kept in the log.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.duration import duration_iso_string
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Merge, Sourced

# Any: keys and values of rows of any model, and fields, which Django's stubs type by their values.
Key = Any
Row = dict[str, Any]
Field = Any
Model = type[models.Model]

# Ids in one statement: SQLite takes 32,766 parameters.
AT_ONCE = 5_000
# Branches of one CASE, and pairs of a composite key in one statement: SQLite nests an expression 1,000 deep.
BRANCHES = 200
# What a row says of itself, and not of what it is about.
OWN_FIELDS = frozenset({"source", "origin", "created_at", "updated_at"})


@dataclass(slots=True)
class Log:
    """What was done, in order, as JSON holds it."""

    steps: list[dict[str, Any]] = field(default_factory=list)

    def add(self, do: str, model: Model, **what: Any) -> None:
        self.steps.append({"do": do, "model": model._meta.label_lower, **what})


def move_references(model: Model, pairs: Mapping[Key, Key], log: Log) -> None:
    """Lets everything that points at a row of `model` point at its counterpart: `pairs` has keys from and to."""
    for relation in references(model):
        move(relation, pairs, log)


def references(model: Model) -> list[Field]:
    """The foreign keys that point at the model or its parents, those of many-to-many tables among them."""
    # Any: Django's stubs do not tell relations from fields.
    every: list[Any] = model._meta.get_fields(include_hidden=True)
    found = (
        relation.field
        for relation in every
        if relation.auto_created and not relation.concrete and not relation.many_to_many
        if relation.related_model is not Merge and not getattr(relation, "parent_link", False)
    )
    return list(dict.fromkeys(found))


def move(relation: Field, pairs: Mapping[Key, Key], log: Log) -> None:
    model, name = relation.model, relation.attname
    drop(model, dict.fromkeys(impossible(relation, pairs)), log)
    absorb(model, find_twins(relation, pairs), log)
    by_source: dict[Key, list[Key]] = {}
    for chunk in chunks(pairs, AT_ONCE):
        for key, source in rows(model).filter(**{f"{name}__in": chunk}).order_by("pk").values_list("pk", name):
            by_source.setdefault(source, []).append(key_after(relation, key, pairs[source]))
    for chunk in chunks(by_source, BRANCHES):
        rows(model).filter(**{f"{name}__in": chunk}).update(**{relation.name: switch(relation, pairs, chunk)})
    if by_source:
        moved = [[source, pairs[source], keys] for source, keys in by_source.items()]
        log.add("move", model, field=relation.name, rows=moved)


def absorb(model: Model, twins: Mapping[Key, Key], log: Log) -> None:
    """Makes each row one with its twin."""
    if not twins:
        return
    move_references(model, twins, log)
    dropped = drop(model, twins, log)
    if not any(hasattr(model, name) for name in ("STRONGER_FIRST", "GREATEST")) and not issubclass(model, Sourced):
        return
    for chunk in chunks(dropped, chunk_size(model)):
        found = {row.pk: row for row in rows(model).filter(pk__in=[twins[key] for key, _ in chunk])}
        for key, row in chunk:
            complete(found[twins[key]], model(**row), log=log)


# Any: rows of any model.
def complete(twin: Any, gone: Any, *, log: Log) -> None:
    """Fills what the twin does not know; of what the model names, the stronger value wins (`STRONGER_FIRST`), and the
    greater of several fields read as one (`GREATEST`)."""
    model = type(twin)
    if issubclass(model, Sourced):
        fill(twin, gone, fields=fillable(model), log=log)
    stronger: Mapping[str, Sequence[Any]] = getattr(model, "STRONGER_FIRST", {})
    better = {
        name: getattr(gone, name)
        for name, ranks in stronger.items()
        if ranks.index(getattr(gone, name)) < ranks.index(getattr(twin, name))
    }
    names: Sequence[str] = getattr(model, "GREATEST", ())
    if [getattr(gone, name) for name in names] > [getattr(twin, name) for name in names]:
        better |= {name: getattr(gone, name) for name in names}
    write(twin, better, log=log)


def fillable(model: Model) -> list[str]:
    """Names of the fields that may be filled: no relations, no keys."""
    return [
        found.name
        for found in model._meta.concrete_fields
        if not found.primary_key and not found.is_relation and found.name not in OWN_FIELDS
    ]


# Any: a row of any model that is Sourced.
def fill(kept: Any, gone: Any, *, fields: Iterable[str], log: Log) -> None:
    """Takes over what `kept` does not know and `gone` does, with whose word it is; not what would break a rule."""
    values = {
        name: getattr(gone, name)
        for name in fields
        if getattr(kept, name) in provenance.EMPTY and getattr(gone, name) not in provenance.EMPTY
    }
    values = lawful(kept, values)
    sources = {name: gone.source_of(name) for name in values}
    write(kept, values, log=log, sources=sources)


def lawful(kept: models.Model, values: Row) -> Row:
    """The values without those that a check of the model forbids beside what it has."""
    for meta in (kept._meta, *(parent._meta for parent in kept._meta.all_parents)):
        for check in meta.constraints:
            names = referenced(check) & values.keys()
            if names and not is_valid(check, kept, values):
                values = {name: value for name, value in values.items() if name not in names}
    return values


def referenced(check: models.BaseConstraint) -> set[str]:
    if not isinstance(check, models.CheckConstraint) or not isinstance(check.condition, Q):
        return set()
    return set(check.condition.referenced_base_fields)


def is_valid(check: models.BaseConstraint, row: models.Model, values: Row) -> bool:
    """Whether the row would pass with the values."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    try:
        check.validate(type(row), row)
    except ValidationError:
        return False
    finally:
        for name, value in before.items():
            setattr(row, name, value)
    return True


def write(row: models.Model, values: Row, *, log: Log, sources: Mapping[str, str] | None = None) -> None:
    """Writes the values and what they replaced into the log."""
    if not values:
        return
    before = {name: plain(getattr(row, name)) for name in values}
    step: dict[str, Any] = {"was": before, "is": {name: plain(value) for name, value in values.items()}}
    for name, value in values.items():
        setattr(row, name, value)
    if sources and isinstance(row, Sourced):
        step["origin"] = {name: row.origin.get(name) for name in sources}
        for name, source in sources.items():
            provenance.claim(row, [name], source=source)
        values = values | {"origin": row.origin}
    rows(type(row)).filter(pk=row.pk).update(**values)
    log.add("write", type(row), row=plain(row.pk), **step)


def drop(model: Model, twins: Mapping[Key, Key | None], log: Log) -> list[tuple[Key, Row]]:
    """Deletes the rows of these keys and returns them; nothing points at them any more that shall stay."""
    dropped: list[tuple[Key, Row]] = []
    names = [found.attname for found in columns(model)]
    for chunk in chunks(twins, chunk_size(model)):
        for key, *values in rows(model).filter(pk__in=chunk).order_by("pk").values_list("pk", *names):
            dropped.append((key, dict(zip(names, values, strict=True))))
        with disable_reference_index_auto_update():
            rows(model).filter(pk__in=chunk).delete()
        forget_references(model, chunk)
    if dropped:
        log.add("drop", model, rows=[{name: plain(value) for name, value in row.items()} for _, row in dropped])
    return dropped


def forget_references(model: Model, keys: Iterable[Key]) -> None:
    """Wagtail's index of uses, at once: row by row it takes longer than everything else."""
    ids = [str(key) for key in keys if isinstance(key, int)]
    # Not get_for_model, which writes a row for a model that has none.
    kind = ContentType.objects.filter(app_label=model._meta.app_label, model=model._meta.model_name).first()
    uses = Q(base_content_type=kind, object_id__in=ids) | Q(to_content_type=kind, to_object_id__in=ids)
    if ids and kind:
        ReferenceIndex.objects.filter(uses).delete()


def find_twins(relation: Field, pairs: Mapping[Key, Key]) -> dict[Key, Key]:
    """Keys of the rows that have no room at the counterpart, with the key of the row that takes the room there."""
    twins: dict[Key, Key] = {}
    for others, condition in unique_keys(relation):
        held: dict[tuple[Any, ...], Key] = {}
        for key, target, *rest in places(relation, others, condition=condition, at=set(pairs.values())):
            held[(target, *rest)] = key
        for key, source, *rest in places(relation, others, condition=condition, at=pairs):
            place = (pairs[source], *rest)
            if held.setdefault(place, key) != key:
                twins.setdefault(key, held[place])
    return twins


def places(relation: Field, others: Sequence[str], *, condition: Q, at: Collection[Key]) -> Iterator[tuple[Any, ...]]:
    """Key, target and the other unique fields of the rows that point at one of `at`; empty fields are never equal."""
    for chunk in chunks(at, AT_ONCE):
        found = rows(relation.model).filter(condition, **{f"{relation.attname}__in": chunk}).order_by("pk")
        for row in found.values_list("pk", relation.attname, *others):
            if None not in row[2:]:
                yield row


def unique_keys(relation: Field) -> Iterator[tuple[list[str], Q]]:
    """For each unique key that the field is part of: the other fields, and for which rows it holds."""
    meta = relation.model._meta
    keys: list[tuple[Sequence[str], Q | None]] = [(names, None) for names in meta.unique_together]
    keys += [(rule.fields, rule.condition) for rule in meta.constraints if isinstance(rule, models.UniqueConstraint)]
    keys += [([relation.name], None)] if relation.unique else []
    if isinstance(meta.pk, models.CompositePrimaryKey):
        keys.append(([found.name for found in meta.pk_fields], None))
    for names, condition in keys:
        attnames = [meta.get_field(name).attname for name in names]
        if relation.attname in attnames:
            yield [name for name in attnames if name != relation.attname], condition or Q()


def impossible(relation: Field, pairs: Mapping[Key, Key]) -> list[Key]:
    """Keys of the rows that a check forbids to point at the counterpart, such as a series that comes from itself."""
    checks = [check for check in relation.model._meta.constraints if relation.name in referenced(check)]
    if not checks:
        return []
    found = (
        row
        for chunk in chunks(pairs, AT_ONCE)
        for row in rows(relation.model).filter(**{f"{relation.attname}__in": chunk}).order_by("pk")
    )
    after = ((row, {relation.attname: pairs[getattr(row, relation.attname)]}) for row in found)
    return [row.pk for row, value in after if not all(is_valid(check, row, value) for check in checks)]


def switch(relation: Field, pairs: Mapping[Key, Key], chosen: Iterable[Key]) -> Case:
    name = relation.attname
    branches = [When(**{name: source}, then=Value(pairs[source])) for source in chosen]
    return Case(*branches, output_field=relation.target_field)


def key_after(relation: Field, key: Key, target: Key) -> Key:
    """The row's key once the field, which may be part of it, holds the target."""
    pk = relation.model._meta.pk
    if isinstance(pk, models.CompositePrimaryKey):
        names = [found.attname for found in relation.model._meta.pk_fields]
        return [target if name == relation.attname else part for name, part in zip(names, key, strict=True)]
    return target if relation.primary_key else plain(key)


# Any: the rows of a model that is known at run time only.
def rows(model: Model) -> "models.QuerySet[Any]":
    """All of them: managers may leave some out."""
    return model._base_manager.all()


def columns(model: Model) -> list[Field]:
    return [found for found in model._meta.concrete_fields if not isinstance(found, models.CompositePrimaryKey)]


def chunk_size(model: Model) -> int:
    return BRANCHES if isinstance(model._meta.pk, models.CompositePrimaryKey) else AT_ONCE


def chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def as_key(key: Key) -> Key:
    return tuple(key) if isinstance(key, list) else key


def plain(value: Any) -> Any:
    """As JSON has it and `to_python` reads it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)
