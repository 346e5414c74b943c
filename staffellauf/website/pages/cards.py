"""Articles as lists show them: with their pictures, and a find with its publishers."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from staffellauf.newsroom.models import Article, Kind
from staffellauf.website import pictures


def ready(articles: Iterable[Article]) -> list[Article]:
    """The articles with all that their cards show: one query for the pictures and, with finds, one for publishers."""
    return with_publishers(pictures.with_renditions(articles))


def with_publishers(shown: list[Article]) -> list[Article]:
    if finds := [article for article in shown if article.kind == Kind.FIND]:
        prefetch_related_objects(finds, "sources")
    return shown
