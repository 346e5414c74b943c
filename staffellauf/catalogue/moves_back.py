"""Undoing what `moves` did, for all rows that still exist. What came since stays as it is."""

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connections, models, router
from django.db.models import Q
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from staffellauf.catalogue import moves
from staffellauf.catalogue.models import Sourced
from staffellauf.catalogue.moves import AT_ONCE, BRANCHES, Field, Key, Model


def take_back(steps: Sequence[dict[str, Any]]) -> None:
    """Undoes the steps of a log, the last one first, for all rows that still exist; what came since stays as it is."""
    undo: dict[str, Callable[[Model, dict[str, Any]], None]] = {
        "move": move_back, "drop": bring_back, "write": write_back, "add": remove,
    }  # fmt: skip
    for step in reversed(steps):
        undo[step["do"]](apps.get_model(step["model"]), step)


def move_back(model: Model, step: dict[str, Any]) -> None:
    relation: Any = model._meta.get_field(step["field"])
    left = [(source, target, keys) for source, target, keys in step["rows"]]
    there = existing(relation, {source for source, _, _ in left})
    left = [group for group in left if group[0] in there]
    while left:
        # One row each for a target, so that it says where to go back to.
        batch = list({target: (source, target, keys) for source, target, keys in reversed(left)}.values())[:BRANCHES]
        _move_back(relation, batch)
        done = {(source, target) for source, target, _ in batch}
        left = [group for group in left if group[:2] not in done]


def _move_back(relation: Field, batch: Sequence[tuple[Key, Key, list[Key]]]) -> None:
    pairs = {target: source for source, target, _ in batch}
    model, pk = relation.model, relation.model._meta.pk
    taken = moves.find_twins(relation, pairs)
    keys = [key for _, _, keys in batch for key in map(moves.as_key, keys) if key not in taken]
    held = Q(**{f"{relation.attname}__in": list(pairs)})
    if isinstance(pk, models.CompositePrimaryKey):
        _move_composite_back(relation, keys, pairs=pairs)
        return
    for chunk in moves.chunks(keys, AT_ONCE):
        moved = moves.rows(model).filter(held, pk__in=chunk)
        moved.update(**{relation.name: moves.switch(relation, pairs, pairs)})


def _move_composite_back(relation: Field, keys: Iterable[tuple[Key, ...]], *, pairs: Mapping[Key, Key]) -> None:
    """By all parts of the key but the last, which is one of a list: that is quick where pairs are not."""
    names = [found.attname for found in relation.model._meta.pk_fields]
    # The longest list last; with two parts, what is not the field.
    last = next((index for index, name in enumerate(names) if name != relation.attname), 0)
    lists: dict[tuple[Key, ...], list[Key]] = {}
    for key in keys:
        lists.setdefault((*key[:last], *key[last + 1 :]), []).append(key[last])
    rest = [*names[:last], *names[last + 1 :]]
    for fixed, found in lists.items():
        same = dict(zip(rest, fixed, strict=True))
        for chunk in moves.chunks(found, AT_ONCE):
            moved = moves.rows(relation.model).filter(**same, **{f"{names[last]}__in": chunk})
            moved.filter(**{f"{relation.attname}__in": list(pairs)}).update(
                **{relation.name: moves.switch(relation, pairs, pairs)}
            )


def bring_back(model: Model, step: dict[str, Any]) -> None:
    """Stores dropped rows again, as they were; those whose place is taken or whose reader, say, has gone stay away."""
    fields = moves.columns(model)
    dropped = [{f.attname: f.to_python(row[f.attname]) for f in fields if f.attname in row} for row in step["rows"]]
    for relation in (found for found in fields if found.is_relation and found.db_constraint):
        there = existing(relation, {row[relation.attname] for row in dropped} - {None})
        if relation.null:
            dropped = [row if row[relation.attname] in there else row | {relation.attname: None} for row in dropped]
        dropped = [row for row in dropped if row[relation.attname] in there or relation.null]
    insert(model, [model(**row) for row in dropped])


def insert(model: Model, instances: Sequence[models.Model]) -> None:
    """As bulk_create that ignores conflicts, but dates of creation stay those of the rows, too."""
    using = router.db_for_write(model)
    fields = moves.columns(model)
    size = connections[using].ops.bulk_batch_size(fields, list(instances)) if instances else 1
    for chunk in moves.chunks(instances, max(1, size)):
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE)
        query.insert_values(fields, chunk, raw=True)
        query.get_compiler(using).execute_sql()


def write_back(model: Model, step: dict[str, Any]) -> None:
    """Values that somebody has changed since stay."""
    row = moves.rows(model).filter(pk=moves.as_key(step["row"])).first()
    if row is None:
        return
    names = [name for name, value in step["is"].items() if moves.plain(getattr(row, name)) == value]
    fields: dict[str, Field] = {name: model._meta.get_field(name) for name in names}
    values = {name: found.to_python(step["was"][name]) for name, found in fields.items()}
    if "origin" in step and isinstance(row, Sourced):
        before = {name: step["origin"][name] for name in names}
        kept = {name: source for name, source in row.origin.items() if name not in before}
        values["origin"] = kept | {name: source for name, source in before.items() if source is not None}
    if values:
        moves.rows(model).filter(pk=row.pk).update(**values)


def remove(model: Model, step: dict[str, Any]) -> None:
    moves.rows(model).filter(pk__in=[moves.as_key(key) for key in step["rows"]]).delete()


def existing(relation: Field, targets: Collection[Key]) -> set[Key]:
    """Which of these the field may point at."""
    name = relation.target_field.attname
    found = (
        moves.rows(relation.remote_field.model).filter(**{f"{name}__in": chunk}).values_list(name, flat=True)
        for chunk in moves.chunks(targets, AT_ONCE)
    )
    return set(itertools.chain.from_iterable(found))
