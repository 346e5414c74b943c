"""The comments beneath an article, and the form to write one."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from staffellauf.accounts import names
from staffellauf.accounts.models import User
from staffellauf.comments import actions, markup, queries
from staffellauf.comments.models import MAX_LENGTH, Comment
from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import Reader

ORDER, PAGE = "sortierung", "kommentare"


def viewer(request: HttpRequest) -> User | None:
    """Who is signed in. Asks neither session nor database about a visitor without a cookie."""
    reader: Reader | None = getattr(request, "reader", None)
    return request.user if reader and reader.user_id and isinstance(request.user, User) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment as this viewer sees it."""

    pk: int
    author: str
    """Empty when the account is gone."""
    birth_year: int | None
    is_editor: bool
    html: SafeString
    written_at: datetime
    edited_at: datetime | None
    is_hidden: bool
    hidden_reason: str
    is_deleted: bool
    is_own: bool
    replies: list["Entry"]

    @classmethod
    def of(cls, comment: Comment, *, user: User | None, replies: list["Entry"] | None = None) -> Self:
        author = comment.author
        is_visible = comment.state == Comment.State.VISIBLE
        return cls(
            pk=comment.pk,
            author=author.display_name if author else "",
            birth_year=author.birth_year if author and author.shows_birth_year else None,
            is_editor=author is not None and permissions.works_here(author),
            html=markup.html(comment.text) if is_visible else SafeString(""),
            written_at=comment.created_at,
            edited_at=comment.edited_at,
            is_hidden=comment.state == Comment.State.HIDDEN,
            hidden_reason=comment.hidden_reason,
            is_deleted=comment.state == Comment.State.DELETED,
            is_own=actions.is_own(user, comment),
            replies=replies or [],
        )


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and the key by which a second post of the same form is known."""

    key: str
    text: str = ""
    display_name: str = ""
    error: str = ""
    needs_name: bool = False
    longest: int = MAX_LENGTH
    longest_name: int = names.MAX_LENGTH

    @classmethod
    def fresh(cls, user: User | None) -> Self:
        return cls(key=str(uuid.uuid4()), needs_name=user is not None and not user.display_name)


@dataclass(frozen=True, slots=True)
class Discussion:
    entries: list[Entry]
    count: int
    is_newest_first: bool
    other_order_url: str
    previous_url: str
    next_url: str
    form: Form | None
    """None for who is not signed in."""
    sign_in_url: str


def load(article: Article, request: HttpRequest) -> Discussion:
    """The page of comments that the request asks for; five queries at any length."""
    order = queries.Order.NEWEST if request.GET.get(ORDER) == queries.Order.NEWEST else queries.Order.OLDEST
    thread = queries.thread(article, order=order, page=_page(request.GET.get(PAGE, "")))
    user = viewer(request)
    other = queries.Order.OLDEST if order == queries.Order.NEWEST else queries.Order.NEWEST
    return Discussion(
        entries=[
            Entry.of(branch.comment, user=user, replies=[Entry.of(reply, user=user) for reply in branch.replies])
            for branch in thread.branches
        ],
        count=thread.count,
        is_newest_first=order == queries.Order.NEWEST,
        other_order_url=address(article, order=other),
        previous_url=address(article, order=order, page=thread.page - 1) if thread.page > 1 else "",
        next_url=address(article, order=order, page=thread.page + 1) if thread.page < thread.pages else "",
        form=Form.fresh(user) if user else None,
        sign_in_url=sign_in_url(address(article)),
    )


def _page(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 6 else 1


def address(
    article: Article, *, order: queries.Order = queries.Order.OLDEST, page: int = 1, anchor: str = "kommentare"
) -> str:
    asked = {ORDER: str(order)} if order != queries.Order.OLDEST else {}
    if page > 1:
        asked[PAGE] = str(page)
    return article.get_absolute_url() + (f"?{urlencode(asked)}" if asked else "") + f"#{anchor}"


def permalink(comment: Comment) -> str:
    return address(comment.shown_under, page=queries.page_of(comment), anchor=f"kommentar-{comment.pk}")


def sign_in_url(next_path: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': next_path})}"


def may_edit(user: User, comment: Comment) -> bool:
    return actions.may_edit(user, comment, now=timezone.now())
