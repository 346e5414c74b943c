"""Two entries become one, and may become two again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.catalogue import actions, moves, moves_back, provenance
from staffellauf.catalogue.models import (
    Alias,
    Franchise,
    Merge,
    Organisation,
    Person,
    Series,
    Topic,
    TopicKind,
)
from staffellauf.common import text

CLASSES: Mapping[str, type[Topic]] = {
    TopicKind.SERIES: Series, TopicKind.PERSON: Person, TopicKind.FRANCHISE: Franchise,
    TopicKind.ORGANISATION: Organisation,
}  # fmt: skip
# What an entry keeps of its own, whatever the other says.
KEPT = frozenset({"kind", "name", "slug", "hue", "search_text", "last_position", "popularity"})
GREATER = ("last_position", "popularity")


class CannotMerge(Exception):
    """These two cannot become one; the words say why."""


class CannotUndo(Exception):
    """The merge cannot be undone now; the words say why."""


def merge(gone: Topic, *, into: Topic, by: User | None) -> Merge:
    """Moves everything that points at `gone` to `into`, whose own facts stay.

    An `into` that was merged itself stands for what it became. Raises CannotMerge.
    """
    with transaction.atomic():
        old, kept = locked(gone.pk, final_id(into.pk))
        log = moves.Log()
        moves.move_references(type(old), {old.pk: kept.pk}, log)
        names = [name for name in moves.fillable(type(kept)) if name not in KEPT]
        moves.fill(kept, old, fields=names, log=log)
        greatest = {name: getattr(old, name) for name in GREATER if getattr(old, name) > getattr(kept, name)}
        moves.write(kept, greatest, log=log)
        add_names(kept, old, log=log)
        made = Merge.objects.create(kept_id=kept.pk, gone_id=old.pk, made_by=by, moved=log.steps)
        point(old, kept)
        return made


def undo(merge: Merge) -> None:
    """Brings back the state before, for all that still exists; what came since stays with the kept one.

    Raises CannotUndo.
    """
    with transaction.atomic():
        made = Merge.objects.select_for_update().get(pk=merge.pk)
        refuse_undo(made)
        old, kept = in_order(made.gone_id, made.kept_id)
        Topic.everything.filter(pk=old.pk).update(merged_into=None, updated_at=timezone.now())
        Topic.everything.filter(pk=kept.pk).update(updated_at=timezone.now())
        moves_back.take_back(made.moved)
        made.undone_at = merge.undone_at = timezone.now()
        made.save(update_fields=["undone_at"])
        for topic in in_order(made.gone_id, made.kept_id):
            actions.refresh_search_text(topic)


def refuse_undo(made: Merge) -> None:
    if made.undone_at is not None:
        raise CannotUndo(_("This merge is undone already."))
    both = [made.kept_id, made.gone_id]
    later = Merge.objects.filter(undone_at__isnull=True, pk__gt=made.pk).order_by("pk")
    newest = (later.filter(kept__in=both) | later.filter(gone__in=both)).last()
    if newest is not None:
        raise CannotUndo(_("Undo “%(merge)s” first, which came later.") % {"merge": newest})


def final_id(pk: int) -> int:
    """The entry that this one has become, at the end of all merges."""
    seen = {pk}
    while (following := Topic.everything.values_list("merged_into_id", flat=True).get(pk=pk)) is not None:
        if following in seen:
            raise CannotMerge(_("These entries lead to each other."))
        seen.add(following)
        pk = following
    return pk


def locked(gone_id: int, kept_id: int) -> tuple[Topic, Topic]:
    """Both rows, complete, locked until the transaction ends."""
    if gone_id == kept_id:
        raise CannotMerge(_("An entry cannot be merged into itself."))
    old, kept = in_order(gone_id, kept_id)
    if old.merged_into_id is not None or kept.merged_into_id is not None:
        raise CannotMerge(_("“%(name)s” is merged already.") % {"name": old if old.merged_into_id else kept})
    if old.kind != kept.kind:
        raise CannotMerge(_("Only two entries of the same kind can become one."))
    return old, kept


def in_order(*ids: int) -> list[Any]:
    """Topics of their own class, locked by ascending id, so that two merges never wait for each other."""
    kinds = dict(Topic.everything.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", "kind"))
    return [CLASSES[kinds[pk]].everything.get(pk=pk) for pk in ids]


def add_names(kept: Topic, old: Topic, *, log: moves.Log) -> None:
    """What the other was called, the entry is called too."""
    known = {text.fold(name) for name in [*kept.aliases.values_list("name", flat=True), *own_names(kept)]}
    new = [name for name in own_names(old) if text.fold(name) not in known]
    made = [Alias.objects.create(topic_id=kept.pk, name=name, source=provenance.EDITOR) for name in dict.fromkeys(new)]
    if made:
        log.add("add", Alias, rows=[alias.pk for alias in made])


def own_names(topic: Topic) -> list[str]:
    return [name for name in (topic.name, getattr(topic, "original_title", "")) if name]


def point(old: Topic, kept: Topic) -> None:
    """From now on the one stands for the other."""
    now = timezone.now()
    Topic.everything.filter(pk=old.pk).update(merged_into=kept.pk, updated_at=now)
    Topic.everything.filter(pk=kept.pk).update(updated_at=now)
    for topic in in_order(old.pk, kept.pk):
        actions.refresh_search_text(topic)
