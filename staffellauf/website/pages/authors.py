"""Those who write: their pages, and whose names stand over an article."""

import re
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, Q

from staffellauf.newsroom.models import Article, Author
from staffellauf.website import pictures, structured
from staffellauf.website.pages import listing


@dataclass(frozen=True, slots=True)
class AuthorPage:
    author: Author
    portrait: pictures.ShownPicture | None
    days: list[listing.Day]
    next_before: int | None
    is_first: bool
    """The newest articles: what stands over them is shown."""
    data: dict[str, Any]

    @classmethod
    def load(cls, author: Author, *, before: int | None) -> Self:
        articles = Article.objects.filter(bylines__author=author)
        days, next_before = listing.paged(articles, before=before)
        portrait = pictures.load(author.portrait, sizes="9rem") if author.portrait else None
        return cls(author, portrait, days, next_before, before is None, data=structured.author_profile(author))

    @property
    def website(self) -> str:
        """The address as people write it."""
        return re.sub(r"^https?://(www\.)?", "", self.author.website).rstrip("/")


@dataclass(frozen=True, slots=True)
class AuthorList:
    authors: list[Author]
    """By name, with `article_count`."""

    @classmethod
    def load(cls) -> Self:
        published = Q(bylines__article__live=True, bylines__article__first_published_at__isnull=False)
        counted = Author.objects.annotate(article_count=Count("bylines", filter=published))
        return cls(list(counted.order_by("name", "id")))


def find(slug: str) -> Author | None:
    return Author.objects.select_related("portrait").filter(slug=slug).first()
