"""What colleagues say about a passage of a draft: written, answered, resolved. Readers never see any of it.

The functions check who may; whether somebody may touch the article at all is asked by the screen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article, Remark

FIELDS = {"headline", "deck", "body", ""}
MAX_TEXT, MAX_QUOTE = 2000, 500
# An article with more has another problem.
MAX_PER_ARTICLE = 500
# As much of it as a line of the log shows.
LOGGED_LENGTH = 120


class InvalidRemark(Exception):
    """It cannot be stored; the message says why, in the language of who wrote it."""


def of(article: Article) -> "QuerySet[Remark]":
    """All, in the order in which they were written."""
    return article.remarks.select_related("author", "resolved_by").order_by("created_at", "id")


def open_of(article_id: int) -> "QuerySet[Remark]":
    """Those that began a thread and are not resolved."""
    return (
        Remark.objects.filter(article_id=article_id, answers__isnull=True, resolved_at__isnull=True)
        .select_related("author")
        .order_by("created_at", "id")
    )


def open_count(article_id: int) -> int:
    return open_of(article_id).count()


def open_counts(article_ids: Iterable[int]) -> dict[int, int]:
    """How many remarks are open, of the articles that have any."""
    waiting = Remark.objects.filter(article__in=list(article_ids), answers__isnull=True, resolved_at__isnull=True)
    return dict(waiting.order_by().values_list("article").annotate(number=Count("pk")))


# Any: what a program sends.
def write(
    article: Article, user: User, *, text: Any, now: datetime, field: Any = "", quote: Any = "", answers: Any = None
) -> Remark:
    """A new remark, or an answer to one. Raises InvalidRemark."""
    if article.remarks.count() >= MAX_PER_ARTICLE:
        raise InvalidRemark(_("This article has too many remarks. Delete some that are done."))
    asked = thread_named(article, answers) if answers is not None else None
    if not isinstance(field, str) or field not in FIELDS:
        raise InvalidRemark(_("There is no such place in an article."))
    remark = Remark.objects.create(
        article=article,
        author=user,
        answers=asked,
        field="" if asked else field,
        quote="" if asked else checked(quote, longest=MAX_QUOTE, needed=False),
        text=checked(text, longest=MAX_TEXT),
        created_at=now,
    )
    if asked and asked.resolved_at:
        Remark.objects.filter(pk=asked.pk).update(resolved_at=None, resolved_by=None)
    _log(remark, user, "newsroom.remark.answer" if asked else "newsroom.remark")
    return remark


# Any: what a program sends.
def rewrite(remark: Remark, user: User, *, text: Any, now: datetime) -> None:
    """Changes one's own. Raises InvalidRemark and PermissionDenied."""
    if remark.author_id != user.pk:
        raise PermissionDenied
    remark.text, remark.edited_at = checked(text, longest=MAX_TEXT), now
    remark.save(update_fields=["text", "edited_at"])


def delete(remark: Remark, user: User) -> None:
    """One's own as long as nobody answered; editors any of them. Raises InvalidRemark and PermissionDenied."""
    if not permissions.may_publish(user):
        if remark.author_id != user.pk:
            raise PermissionDenied
        if remark.answered_by.exclude(author=user).exists():
            raise InvalidRemark(_("Somebody has answered it: resolve it instead."))
    _log(remark, user, "newsroom.remark.delete")
    remark.delete()


def resolve(remark: Remark, user: User, *, now: datetime) -> None:
    """The whole thread is done; nothing happens when it was already."""
    if remark.answers_id:
        raise InvalidRemark(_("Resolve the remark itself, not an answer."))
    if Remark.objects.filter(pk=remark.pk, resolved_at=None).update(resolved_at=now, resolved_by=user):
        _log(remark, user, "newsroom.remark.resolve")


def reopen(remark: Remark, user: User) -> None:
    if Remark.objects.filter(pk=remark.pk, resolved_at__isnull=False).update(resolved_at=None, resolved_by=None):
        _log(remark, user, "newsroom.remark.reopen")


# Any: what a program sends.
def thread_named(article: Article, pk: Any) -> Remark:
    """The article's remark of that key which began a thread. Raises InvalidRemark."""
    is_key = isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk < 2**63
    found = article.remarks.filter(pk=pk, answers__isnull=True).first() if is_key else None
    if found is None:
        raise InvalidRemark(_("The remark is not there any more."))
    return found


# Any: what a program sends.
def checked(text: Any, *, longest: int, needed: bool = True) -> str:
    """The text without what a database cannot hold. Raises InvalidRemark."""
    if not isinstance(text, str):
        raise InvalidRemark(_("That is no text."))
    kept = text.replace("\0", "").replace("\r\n", "\n").strip()
    if needed and not kept:
        raise InvalidRemark(_("Write what you mean first."))
    if len(kept) > longest:
        sentence = _("That is too long: %(length)d characters, %(longest)d fit.")
        raise InvalidRemark(sentence % {"length": len(kept), "longest": longest})
    try:
        kept.encode()
    except UnicodeEncodeError as error:
        raise InvalidRemark(_("That is no text.")) from error
    return kept


def _log(remark: Remark, user: User, action: str) -> None:
    shown = {
        "remark": Truncator(remark.text).chars(LOGGED_LENGTH),
        "quote": Truncator(remark.quote).chars(LOGGED_LENGTH),
    }
    log(remark.article, action, user=user, data=shown)
