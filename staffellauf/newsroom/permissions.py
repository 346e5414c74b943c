"""Who may do what in the newsroom. Wagtail asks for the model only; the article at hand is asked for here.

| | Autor | Redaktion | Chefredaktion | Moderation |
|---|---|---|---|---|
| begin an article, put an idea on the board | yes | yes | yes | – |
| read and change a draft | own, and those given to them, until first published | all | all | – |
| remarks on a passage | on what they may change | all | all | – |
| submit for review | what they may change | all | all | – |
| approve, ask for changes | – | yes | yes | – |
| publish, plan, unpublish, lock | – | yes | yes | – |
| give an article to somebody | – | yes | yes | – |
| see the audit log and the reports | – | articles | all | – |
| delete articles, authors' entries, tokens; staff | – | – | yes | – |
| comments and reports of readers | – | yes | yes | yes |

`docs/newsroom.md` says the same to people; a test asks every address of the newsroom.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from staffellauf.accounts.models import User
from staffellauf.newsroom.models import Article

BEGIN = "newsroom.add_article"
PUBLISH = "newsroom.publish_article"
WRITE = "newsroom.change_article"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def may_publish(user: User | AnonymousUser) -> bool:
    return bool(user.has_perm(PUBLISH))


def may_touch(user: User | AnonymousUser, article: Article) -> bool:
    """Editors any article; authors what they began or were given, and nobody has published yet."""
    if user.has_perm(PUBLISH):
        return True
    if not user.has_perm(WRITE) or article.first_published_at is not None or article.live:
        return False
    return article.author_id == user.pk or Article.objects.filter(pk=article.pk, plan__assignee=user.pk).exists()


def works_here(user: User) -> bool:
    """Groups are the newsroom's roles; readers have none. Without a query where `groups` is prefetched."""
    return user.is_superuser or bool(user.groups.all())


def visible(user: User | AnonymousUser, articles: "QuerySet[Article]") -> "QuerySet[Article]":
    if user.has_perm(PUBLISH):
        return articles
    return articles.filter(Q(author_id=user.pk) | Q(plan__assignee_id=user.pk))


# Any: whatever an address or a form says.
def article_named(pk: Any) -> Article | None:
    """None for what is no number, or one that no key reaches."""
    text = str(pk)
    return Article.objects.filter(pk=text).first() if text.isdecimal() and text.isascii() and len(text) <= 18 else None


def touched(user: User | AnonymousUser, pk: Any) -> Article:  # Any: as above
    """The article of that key, for who may change it. Raises PermissionDenied, also when there is none."""
    article = article_named(pk)
    if article is None or not may_touch(user, article):
        raise PermissionDenied
    return article


def hold(article_id: int) -> None:
    """Lets nobody else write this article until the transaction ends. SQLite has one writer at a time anyway."""
    if transaction.get_connection().in_atomic_block:
        Article.objects.select_for_update(no_key=True).filter(pk=article_id).values_list("pk").first()


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, for those only who may touch the article that its address names; writes come one after the other.

    Around every view of the viewset, so that one that Wagtail adds is guarded too.
    """

    # Any: a view's arguments.
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            article = touched(request.user, kwargs["pk"])
            if request.method not in SAFE_METHODS:
                hold(article.pk)
        return view(request, *args, **kwargs)

    return check
