"""Who signs an article: entries among the authors, or words."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.newsroom.models import Article, Author, Byline


def authors_of(article: Article) -> list[Author]:
    """In the order of the byline. No query where `bylines__author` is prefetched, else one; a draft in memory is asked
    as it stands there."""
    rows = article.bylines.all()
    if "bylines" not in getattr(article, "_prefetched_objects_cache", {}):
        rows = rows.select_related("author")
    return [row.author for row in rows if row.author_id]


def signature(article: Article) -> str:
    """Ada Muster, Ben Probe und Cleo Test; without authors the byline in words, which may be empty."""
    return enumeration([author.name for author in authors_of(article)]) or article.byline


def enumeration(names: list[str]) -> str:
    """
    >>> enumeration(["Ada", "Ben", "Cleo"])
    'Ada, Ben and Cleo'
    """
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def sign(article: Article, user: User | AnonymousUser) -> None:
    """Signs a new article, which is not stored yet, with its writer's entry, or else with their name."""
    author = Author.objects.filter(user=user.pk).first()
    if author:
        article.bylines = [Byline(author=author)]
    elif isinstance(user, User):
        article.byline = user.display_name
