"""What the catalogue learns of an accepted fact: planned, shown as before and after, applied, undone.

`plan` reads only; `apply` does what was planned and keeps a CatalogueChange for each row, so that `undo` can put
everything back that nobody has changed since.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.catalogue import actions as catalogue
from staffellauf.catalogue import naming, provenance, removals
from staffellauf.catalogue.models import (
    Alias,
    Credit,
    Person,
    Relation,
    Release,
    Role,
    Season,
    Series,
    StatusChange,
    Work,
)
from staffellauf.newsroom.facts import catalogue_plans
from staffellauf.newsroom.facts.catalogue_plans import Plan, Step
from staffellauf.newsroom.facts.kinds import SHAPES
from staffellauf.newsroom.models import CatalogueChange, Fact

EDITOR = provenance.EDITOR
# What a row says of itself: no reason to leave it standing.
OWN = frozenset({"id", "created_at", "updated_at", "search_text", "sort_key", "last_position", "popularity"})
__all__ = ["Left", "Plan", "Step", "apply", "is_applied", "plan", "undo"]


@dataclass(frozen=True, slots=True)
class Left:
    """What an undo could not put back, a sentence each."""

    sentences: list[str] = field(default_factory=list)


def plan(fact: Fact) -> Plan:
    """What accepting the fact would change; without steps and with a sentence where the catalogue learns nothing."""
    if not SHAPES[fact.kind].has_counterpart:
        return Plan([], _("The catalogue has no place for this; the fact stands on the pages of its series."))
    if fact.certainty == Fact.Certainty.RETRACTED:
        return Plan([], _("A denial adds nothing to the catalogue. Undo the change of the fact it denies."))
    steps = list(catalogue_plans.STEPS[fact.kind](fact))
    return Plan(steps, "" if steps else _("The catalogue has all of this already."))


def is_applied(fact: Fact) -> bool:
    return fact.catalogue_changes.filter(undone_at__isnull=True).exists()


def apply(fact: Fact, *, user: User | None, now: datetime) -> list[CatalogueChange]:
    """Does what is planned; nothing a second time."""
    with transaction.atomic():
        Fact.objects.select_for_update().get(pk=fact.pk)
        if is_applied(fact):
            return []
        made: list[CatalogueChange] = []
        for step in plan(fact).steps:
            made += _do(fact, step, user=user, now=now)
        if made:
            _refresh(fact)
        return made


def _do(fact: Fact, step: Step, *, user: User | None, now: datetime) -> list[CatalogueChange]:
    kept: list[CatalogueChange] = []

    # Any: values of any field, as JSON has them.
    def note(row: models.Model, *, is_new: bool, before: dict[str, Any], after: dict[str, Any]) -> None:
        kept.append(
            CatalogueChange.objects.create(
                fact=fact, model=row._meta.label_lower, object_id=row.pk, was_created=is_new,
                before=before, after=after, done_at=now, done_by=user,
            )
        )  # fmt: skip

    row = step.row
    if step.is_status:
        _set_status(row, step, note, now=now)
    elif step.is_new:
        row.save()
        gone = [list(one) for one in removals.notes(row) if _is_removed(*one)]
        removals.forget(row)
        note(row, is_new=True, before={"removals": gone}, after=_state(row))
    elif step.after:
        columns = {name: row._meta.get_field(name).attname for name in step.after}
        before = {columns[name]: as_json(getattr(row, columns[name])) for name in step.after}
        before["origin"] = dict(row.origin)
        for name, value in step.after.items():
            setattr(row, name, value)
        provenance.claim(row, list(step.after), source=EDITOR)
        row.save(update_fields=[*step.after, *_always(row)])
        note(row, is_new=False, before=before, after={name: as_json(getattr(row, name)) for name in columns.values()})
    _join(row, step, note)
    return kept


def _always(row: Any) -> list[str]:
    return [name for name in ("origin", "updated_at") if hasattr(row, name)]


def _join(row: Any, step: Step, note: Callable[..., None]) -> None:
    for name, others in step.joins.items():
        joined = getattr(row, name)
        there = set(joined.values_list("pk", flat=True))
        new = [other for other in others if other.pk not in there]
        joined.add(*new)
        gone = _bring_back(row, new) if name == "organisations" else []
        if new:
            note(row, is_new=False, before={"removals": gone}, after={f"joined:{name}": [one.pk for one in new]})
    for name, others in step.parts.items():
        joined = getattr(row, name)
        there = set(joined.values_list("pk", flat=True))
        old = [other for other in others if other.pk in there]
        joined.remove(*old)
        if old:
            note(row, is_new=False, before={}, after={f"parted:{name}": [other.pk for other in old]})


def _bring_back(series: Any, organisations: list[Any]) -> list[list[Any]]:
    """Those that editors once took from the series are given to it again; what was noted of it."""
    gone = []
    for one in organisations:
        key = provenance.organisation_key(one.name)
        if _is_removed(series.pk, "organisation", key):
            gone.append([series.pk, "organisation", key])
            provenance.forget_removal(series.pk, "organisation", key=key)
    return gone


def _set_status(row: Any, step: Step, note: Callable[..., None], *, now: datetime) -> None:
    series = Series.objects.select_for_update().get(pk=row.pk)
    before = {"status": series.status, "origin": series.origin}
    newest = series.status_changes.last()
    if catalogue.set_status(series, step.after["status"], since=None, source=EDITOR, now=now):
        change = series.status_changes.last()
        if change is not None and (newest is None or change.pk != newest.pk):
            note(change, is_new=True, before={}, after=_state(change))
        note(series, is_new=False, before=before, after={"status": series.status})


def _is_removed(topic_id: int | None, what: str, key: str) -> bool:
    return provenance.Removal.objects.filter(topic=topic_id, what=what, key=key).exists()


def _state(row: models.Model) -> dict[str, Any]:
    """All its own columns, as JSON has them."""
    names = [one.attname for one in row._meta.concrete_fields if one.attname not in OWN]
    return {name: as_json(getattr(row, name)) for name in names}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, dict | list | str | int | float | bool | None) else str(value)


def _refresh(fact: Fact) -> None:
    """Who is found by which name, and how high up, may have changed."""
    naming.refresh_names([pk for pk in (fact.series_id, fact.person_id, fact.other_series_id) if pk])


def undo(fact: Fact, *, user: User | None, now: datetime) -> Left:
    """Puts back what the fact changed; what was changed by others since stays, and is told."""
    with transaction.atomic():
        Fact.objects.select_for_update().get(pk=fact.pk)
        changes = list(fact.catalogue_changes.filter(undone_at__isnull=True).order_by("-pk"))
        left = [sentence for change in changes if (sentence := _undo(change))]
        ids = [change.pk for change in changes]
        CatalogueChange.objects.filter(pk__in=ids).update(undone_at=now, undone_by=user)
        _refresh(fact)
        return Left(left)


def _undo(change: CatalogueChange) -> str:
    """Empty, or why it stays."""
    model = MODELS[change.model]
    manager = getattr(model, "everything", model._default_manager)
    row = manager.filter(pk=change.object_id).first()
    if row is None:
        return ""
    if change.was_created:
        return _take_away(row, change)
    for key, keys in change.after.items():
        if key.startswith("joined:"):
            getattr(row, key[7:]).remove(*keys)
            _remember(change)
        elif key.startswith("parted:"):
            getattr(row, key[7:]).add(*_there(row, key[7:], keys))
    fields = {name: value for name, value in change.after.items() if ":" not in name}
    changed = [name for name, value in fields.items() if as_json(getattr(row, name)) != value]
    mine = [name for name in fields if name not in changed]
    if mine:
        _put_back(row, mine, change.before)
    labels = ", ".join(str(getattr(row._meta.get_field(name), "verbose_name", name)) for name in changed)
    return (
        _("%(what)s: %(fields)s has been changed since and stays.") % {"what": row, "fields": labels} if changed else ""
    )


def _there(row: Any, name: str, keys: list[int]) -> list[int]:
    related = row._meta.get_field(name).related_model
    return list(related._default_manager.filter(pk__in=keys).values_list("pk", flat=True))


def _put_back(row: Any, names: list[str], before: dict[str, Any]) -> None:
    origin, former = dict(row.origin), before.get("origin", {})
    for column in names:
        name = row._meta.get_field(column).name
        setattr(row, column, row._meta.get_field(column).to_python(before[column]))
        origin.pop(name, None)
        if name in former:
            origin[name] = former[name]
    row.origin = origin
    row.save(update_fields=[*names, *_always(row)])


def _take_away(row: Any, change: CatalogueChange) -> str:
    """A row that was made goes if it is as it was made and nothing has come to hang on it."""
    if _state(row) != change.after:
        return _("%(what)s has been changed since and stays.") % {"what": _named(row)}
    if next(_hanging(row), None) is not None:
        return _("%(what)s is used by others since and stays.") % {"what": _named(row)}
    row.delete()
    _remember(change)
    return ""


def _remember(change: CatalogueChange) -> None:
    """What editors had taken away before is noted again."""
    for topic_id, what, key in change.before.get("removals", []):
        provenance.remember_removal(topic_id, what, key=key)


def _named(row: Any) -> str:
    return f"{row._meta.verbose_name} {row}"


def _hanging(row: Any) -> Iterator[models.Model]:
    """Rows that others made and that would go along. What it is joined with is its own doing or told as such."""
    for relation in row._meta.related_objects:
        if relation.one_to_many or relation.one_to_one or relation.many_to_many:
            yield from relation.related_model._base_manager.filter(**{relation.field.name: row})[:1]
    for own in row._meta.many_to_many:
        yield from getattr(row, own.name).all()[:1]


MODELS: dict[str, type[models.Model]] = {
    model._meta.label_lower: model
    for model in (Role, Season, Series, StatusChange, Release, Credit, Relation, Work, Alias, Person)
}
