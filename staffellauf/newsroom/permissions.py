"""Who may touch which article. Wagtail asks for the model only; authors have their own drafts and nothing else."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from staffellauf.accounts.models import User
from staffellauf.newsroom.models import Article

PUBLISH = "newsroom.publish_article"


def may_touch(user: User | AnonymousUser, article: Article) -> bool:
    """Editors any article; authors what they began and nobody has published yet."""
    if user.has_perm(PUBLISH):
        return True
    return article.author_id == user.pk and article.first_published_at is None and not article.live


def works_here(user: User) -> bool:
    """Groups are the newsroom's roles; readers have none. Without a query where `groups` is prefetched."""
    return user.is_superuser or bool(user.groups.all())


def visible(user: User | AnonymousUser, articles: "QuerySet[Article]") -> "QuerySet[Article]":
    return articles if user.has_perm(PUBLISH) else articles.filter(author_id=user.pk)


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, for those only who may touch the article that its address names.

    Around every view of the viewset, so that one that Wagtail adds is guarded too.
    """

    # Any: a view's arguments.
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            pk = str(kwargs["pk"])
            article = Article.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) <= 18 else None
            if article is None or not may_touch(request.user, article):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return check
