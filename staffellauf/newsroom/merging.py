"""Two articles on the same story become one, and may become two again.

The merged one goes offline and its addresses lead to the kept one. Comments stay where they were written and are shown
beneath the kept one (`Comment.shown_under`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from modelcluster.models import get_serializable_data_for_fields
from wagtail.log_actions import log
from wagtail.models import Revision

from staffellauf.accounts.models import User
from staffellauf.newsroom import actions, placing, rules
from staffellauf.newsroom.models import (
    Article,
    ArticleMerge,
    CatalogueChange,
    Fact,
    Publication,
    Source,
    Subject,
    Weight,
)

MERGE, UNDO = "newsroom.add_articlemerge", "newsroom.change_articlemerge"


class CannotMerge(Exception):
    """These two cannot become one; the words say why."""


class CannotUndo(Exception):
    """The merge cannot be undone now; the words say why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the kept article would get."""

    subjects: list[Subject]
    raised: list[Subject]
    """The kept one's, mentioned so far, that become main topics."""
    sources: list[Source]
    facts: list[Fact]
    doubled: dict[int, int]
    """Facts that the kept one states too, with its own."""


def preview(kept: Article, merged: Article) -> Preview:
    mine = {subject.topic_id: subject for subject in kept.subjects.all()}
    theirs = list(merged.subjects.select_related("topic"))
    known = {source_key(source) for source in kept.sources.all()}
    stated = dict(
        Fact.objects.filter(article=kept, status=Fact.Status.CONFIRMED).exclude(digest="").values_list("digest", "pk")
    )
    facts = list(Fact.objects.filter(article=merged))
    doubled = {
        fact.pk: stated[fact.digest] for fact in facts
        if fact.digest in stated and fact.status == Fact.Status.CONFIRMED
    }  # fmt: skip
    return Preview(
        subjects=[subject for subject in theirs if subject.topic_id not in mine],
        raised=[
            mine[subject.topic_id] for subject in theirs
            if subject.weight == Weight.MAIN and subject.topic_id in mine
            and mine[subject.topic_id].weight != Weight.MAIN
        ],
        sources=[source for source in merged.sources.all() if source_key(source) not in known],
        facts=[fact for fact in facts if fact.pk not in doubled],
        doubled=doubled,
    )  # fmt: skip


def source_key(source: Source) -> tuple[str, str]:
    return source.name.strip().casefold(), source.url.strip()


def merge(kept: Article, merged: Article, *, user: User, now: datetime) -> ArticleMerge:
    """`merged` becomes part of `kept`, or of what that one became part of. Alerts nobody. Raises CannotMerge."""
    if not user.has_perm(MERGE):
        raise CannotMerge(_("You may not merge articles."))
    with transaction.atomic():
        stays, goes = _locked(final_id(kept), merged.pk)
        plan = preview(stays, goes)
        moved = _move(plan, stays, goes)
        Article.objects.filter(pk__in=moved["merged"]).update(merged_into=stays)
        made = ArticleMerge.objects.create(kept=stays, merged=goes, moved=moved, done_at=now, done_by=user)
        goes.merged_into = stays
        goes.unpublish(user=user)
        Article.objects.filter(pk=goes.pk).update(merged_into=stays)
        _place(stays)
        _log(made, "newsroom.merge", user=user)
        return made


def final_id(article: Article) -> int:
    """What the article became part of, or itself. Merging keeps these pointers one step long."""
    into = Article.objects.filter(pk=article.pk).values_list("merged_into_id", flat=True).first()
    return into or article.pk


def _locked(kept_id: int, merged_id: int) -> tuple[Article, Article]:
    """Both rows, locked by ascending id, so that two merges never wait for each other."""
    if kept_id == merged_id:
        raise CannotMerge(_("An article cannot become part of itself."))
    rows = {
        row.pk: row for row in Article.objects.select_for_update().filter(pk__in=[kept_id, merged_id]).order_by("pk")
    }
    if len(rows) != 2:
        raise CannotMerge(_("One of the two articles is not there any more."))
    for row in rows.values():
        if row.merged_into_id or not row.live or row.first_published_at is None:
            raise CannotMerge(_("“%(headline)s” is not live: only published articles are merged.") % _named(row))
        if row.locked:
            raise CannotMerge(_("“%(headline)s” is locked: unlock it first.") % _named(row))
    return rows[kept_id], rows[merged_id]


def _named(article: Article) -> dict[str, str]:
    return {"headline": str(article)}


# Any: what JSON holds.
def _move(plan: Preview, stays: Article, goes: Article) -> dict[str, Any]:
    """Moves rows along; says which, for `undo`."""
    sort_order = stays.subjects.count() + stays.sources.count()
    rows: list[Subject | Source] = [*plan.subjects, *plan.sources]
    for number, row in enumerate(rows, start=sort_order):
        row.pk, row.article, row.sort_order = None, stays, number
        row.save()
    Subject.objects.filter(pk__in=[row.pk for row in plan.raised]).update(weight=Weight.MAIN)
    _into_revisions(stays, plan)
    Fact.objects.filter(pk__in=[fact.pk for fact in plan.facts]).update(article=stays)
    changes = CatalogueChange.objects.filter(fact__in=plan.doubled, undone_at__isnull=True)
    former = dict(changes.values_list("pk", "fact_id"))
    for pk, fact_id in former.items():
        # What the catalogue has from the one, it has from the other now.
        CatalogueChange.objects.filter(pk=pk).update(fact=plan.doubled[fact_id])
    return {
        "subjects": [row.pk for row in plan.subjects],
        "raised": [row.pk for row in plan.raised],
        "sources": [row.pk for row in plan.sources],
        "facts": [fact.pk for fact in plan.facts],
        "changes": [[pk, fact_id] for pk, fact_id in former.items()],
        "merged": list(Article.objects.filter(merged_into=goes).values_list("pk", flat=True)),
        "live_revision": goes.live_revision_id,
    }


def _into_revisions(article: Article, plan: Preview) -> None:
    """A draft that somebody has begun knows the new rows too, and does not lose them once it is published."""
    raised = {row.pk for row in plan.raised}
    for revision in _revisions(article):
        content = revision.content
        for name, rows in (("subjects", plan.subjects), ("sources", plan.sources)):
            content.setdefault(name, []).extend(_as_stored(row) for row in rows)
        for stored in content["subjects"]:
            stored["weight"] = Weight.MAIN.value if stored.get("pk") in raised else stored.get("weight")
        revision.save(update_fields=["content"])


# Any: what a revision stores.
def _as_stored(row: Subject | Source) -> dict[str, Any]:
    data: dict[str, Any] = get_serializable_data_for_fields(row)
    return data


def _out_of_revisions(article: Article, moved: dict[str, Any]) -> None:
    for revision in _revisions(article):
        content = revision.content
        for name in ("subjects", "sources"):
            content[name] = [row for row in content.get(name, []) if row.get("pk") not in moved[name]]
        for stored in content["subjects"]:
            is_raised = stored.get("pk") in moved["raised"]
            stored["weight"] = Weight.MENTIONED.value if is_raised else stored.get("weight")
        revision.save(update_fields=["content"])


def _revisions(article: Article) -> Iterable[Revision]:
    """Those that may be published or edited yet."""
    wanted = Q(pk__in=[article.latest_revision_id, article.live_revision_id]) | Q(approved_go_live_at__isnull=False)
    revisions: Iterable[Revision] = article.revisions.filter(wanted)
    return revisions


def undo(merge: ArticleMerge, *, user: User, now: datetime) -> None:
    """Brings back the state before, for all that still exists; the article is live again and alerts nobody.

    Raises CannotUndo.
    """
    if not user.has_perm(UNDO):
        raise CannotUndo(_("You may not undo merges."))
    with transaction.atomic():
        made = ArticleMerge.objects.select_for_update().get(pk=merge.pk)
        _refuse_undo(made)
        list(Article.objects.select_for_update().filter(pk__in=[made.kept_id, made.merged_id]).order_by("pk"))
        moved = made.moved
        kept = Article.objects.get(pk=made.kept_id)
        Fact.objects.filter(pk__in=moved["facts"], article=kept).update(article=made.merged_id)
        for pk, fact_id in moved["changes"]:
            CatalogueChange.objects.filter(pk=pk, undone_at__isnull=True).update(fact=fact_id)
        _out_of_revisions(kept, moved)
        Subject.objects.filter(pk__in=moved["subjects"], article=kept).delete()
        Subject.objects.filter(pk__in=moved["raised"], article=kept).update(weight=Weight.MENTIONED)
        Source.objects.filter(pk__in=moved["sources"], article=kept).delete()
        Article.objects.filter(pk=made.merged_id).update(merged_into=None)
        Article.objects.filter(pk__in=moved["merged"], merged_into=kept).update(merged_into=made.merged_id)
        made.undone_at, made.undone_by = now, user
        made.save(update_fields=["undone_at", "undone_by"])
        _publish_again(Article.objects.get(pk=made.merged_id), moved["live_revision"], user=user)
        _place(kept)
        _log(made, "newsroom.merge.undo", user=user)


def _refuse_undo(made: ArticleMerge) -> None:
    if made.undone_at is not None:
        raise CannotUndo(_("This merge is undone already."))
    later = ArticleMerge.objects.filter(merged=made.kept_id, undone_at__isnull=True).select_related("kept").first()
    if later is not None:
        raise CannotUndo(
            _("“%(headline)s” has become part of “%(kept)s” since: undo that first.")
            % {"headline": made.kept, "kept": later.kept}
        )


def _publish_again(article: Article, revision_id: int | None, *, user: User) -> None:
    updated_at = article.updated_at
    revision = article.revisions.filter(pk=revision_id).first() if revision_id else None
    try:
        if revision:
            revision.publish(user=user)
        else:
            actions.publish(article, user=user)
    except rules.NotPublishable as error:
        raise CannotUndo(str(error)) from error
    Article.objects.filter(pk=article.pk).update(updated_at=updated_at)


def _place(article: Article) -> None:
    newest = Publication.objects.filter(article=article).order_by("-edition")[0]
    placing.place(Article.objects.get(pk=article.pk), position=newest.position)


def _log(made: ArticleMerge, action: str, *, user: User) -> None:
    both = {"kept": made.kept_id, "merged": made.merged_id, "headline": str(made.merged), "into": str(made.kept)}
    log(made.kept, action, user=user, data=both)
    log(made.merged, action, user=user, data=both)
