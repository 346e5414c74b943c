"""Threads as a page shows them, and the editors' queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from django.db.models import Count, F, Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Coalesce

from staffellauf.accounts.models import User
from staffellauf.comments.models import Comment, CommentQuerySet, Report
from staffellauf.newsroom.models import Article

# First comments on a page, each with all of its replies.
PAGE_SIZE = 50


class Order(StrEnum):
    OLDEST = "aelteste"
    NEWEST = "neueste"


@dataclass(frozen=True, slots=True)
class Branch:
    comment: Comment
    replies: list[Comment]
    """Oldest first, in either order of the thread."""


@dataclass(frozen=True, slots=True)
class Thread:
    branches: list[Branch]
    count: int
    """Visible comments and replies on all pages."""
    order: Order
    page: int
    pages: int


def thread(article: Article, *, order: Order = Order.OLDEST, page: int = 1) -> Thread:
    """A page of the article's comments, the last one when there are not so many."""
    beginnings = Comment.objects.about(article).beginning().shown()
    pages = max(1, -(-beginnings.count() // PAGE_SIZE))
    page = max(1, min(page, pages))
    way = ["created_at", "id"] if order == Order.OLDEST else ["-created_at", "-id"]
    firsts = list(beginnings.select_related("author").order_by(*way)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    replies: dict[int, list[Comment]] = {}
    answers = Comment.objects.filter(parent__in=[first.pk for first in firsts]).shown().select_related("author")
    for answer in answers.order_by("created_at", "id"):
        replies.setdefault(answer.parent_id or 0, []).append(answer)
    prefetch_related_objects([*firsts, *chain.from_iterable(replies.values())], "author__groups")
    return Thread(
        branches=[Branch(first, replies.get(first.pk, [])) for first in firsts],
        count=Comment.objects.about(article).visible().count(),
        order=order,
        page=page,
        pages=pages,
    )


def page_of(comment: Comment) -> int:
    """The page, oldest first, on which the comment stands."""
    first = comment.parent or comment
    earlier = Q(created_at__lt=first.created_at) | Q(created_at=first.created_at, pk__lt=first.pk)
    before = Comment.objects.about(first.shown_under).beginning().shown().filter(earlier)
    return before.count() // PAGE_SIZE + 1


def counts(articles: Iterable[Article]) -> dict[int, int]:
    """Visible comments by article id, with those of articles that became part of it; without any it is absent."""
    ids = [article.pk for article in articles]
    families = Article.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    rows = Comment.objects.visible().filter(article__in=families.values("pk"))
    shown_under = Coalesce("article__merged_into_id", "article_id")
    return dict(rows.order_by().values_list(shown_under).annotate(count=Count("pk")))


def open_report_count() -> int:
    """Comments, not reports: one decision answers all reports of a comment."""
    return Report.objects.open().values("comment").distinct().count()


def reported() -> CommentQuerySet:
    """The editors' queue: most reported first, then the oldest."""
    waiting = Report.objects.open().values("comment")
    return for_editors().filter(pk__in=waiting).order_by(F("open_reports").desc(), "created_at", "id")


def for_editors() -> CommentQuerySet:
    """Every comment that has words, newest first, with what a decision needs."""
    reports = Prefetch("reports", Report.objects.select_related("reporter").order_by("created_at"))
    return (
        Comment.objects.exclude(state=Comment.State.DELETED)
        .annotate(open_reports=Count("reports", filter=Q(reports__decided_at=None)))
        .select_related("author", "article", "hidden_by")
        .prefetch_related(reports)
        .order_by("-created_at", "-id")
    )


def export(user: User) -> dict[str, object]:
    """What the person wrote and reported, for them; ready for JSON."""
    own = Comment.objects.filter(author=user).select_related("article").order_by("created_at", "id")
    reports = Report.objects.filter(reporter=user).order_by("created_at")
    return {
        "comments": [
            {
                "article": comment.article.slug,
                "text": comment.text,
                "state": comment.state,
                "reason": comment.hidden_reason,
                "written_at": comment.created_at.isoformat(timespec="seconds"),
                "edited_at": comment.edited_at.isoformat(timespec="seconds") if comment.edited_at else None,
            }
            for comment in own
        ],
        "reports": [
            {
                "comment": report.comment_id,
                "reason": report.reason,
                "reported_at": report.created_at.isoformat(timespec="seconds"),
            }
            for report in reports
        ],
    }
