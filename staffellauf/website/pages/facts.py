"""Facts of the newsroom as lines of a page: the statement, how sure it is, who says so and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Person, Series
from staffellauf.newsroom.facts import queries, words
from staffellauf.newsroom.models import Article, Fact
from staffellauf.website.pages.words import capital

TIMELINE = 10
# Among so many the one is looked for that says how a series goes on.
READ = 40


@dataclass(frozen=True, slots=True)
class FactLine:
    statement: SafeString
    """With links to its topics; empty when the article that says so gives something away."""
    certainty: str
    """In words; empty for what was simply reported."""
    is_replaced: bool
    """A later report has taken its place."""
    is_denied: bool
    source: str
    source_url: str
    at: datetime
    article_title: str
    address: str

    @classmethod
    def of(cls, shown: queries.Shown, *, has_series: bool = True, is_veiled: bool = False) -> Self:
        """`is_veiled`: a veil is over it already."""
        fact, article = shown.fact, shown.fact.article
        assert article.first_published_at is not None
        is_shown = is_veiled or not article.is_spoiler
        return cls(
            statement=words.statement_html(fact, has_series=has_series) if is_shown else SafeString(""),
            certainty=capital(words.certainty(fact)) if is_shown else "",
            is_replaced=shown.is_replaced,
            is_denied=shown.is_denied,
            source=capital(words.source(fact)) if is_shown else "",
            source_url=fact.source_url if is_shown else "",
            at=article.first_published_at,
            article_title=title_of(article),
            address=article.get_absolute_url(),
        )


def title_of(article: Article) -> str:
    """Without asking for its topic."""
    return article.headline if not article.is_spoiler else article.neutral_headline or _("News with spoilers")


def of_article(article: Article) -> list[FactLine]:
    return [FactLine.of(shown, is_veiled=True) for shown in queries.of_article(article)]


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported of a series."""

    status: FactLine | None
    """The newest standing fact that says how it goes on."""
    lines: list[FactLine]
    """Newest first."""

    @classmethod
    def of_series(cls, series: Series) -> Self:
        found = queries.timeline(series, limit=READ)
        status = next((shown for shown in found if says_how_it_goes_on(shown, series)), None)
        return cls(
            FactLine.of(status, has_series=False) if status else None,
            [FactLine.of(shown, has_series=shown.fact.series_id != series.pk) for shown in found[:TIMELINE]],
        )


def says_how_it_goes_on(shown: queries.Shown, series: Series) -> bool:
    """A standing fact of its own that is neither a rumour nor a denial nor gives something away."""
    fact = shown.fact
    is_open = fact.certainty != Fact.Certainty.RUMOUR and not fact.article.is_spoiler
    is_standing = not shown.is_replaced and not shown.is_denied
    return fact.series_id == series.pk and fact.kind in queries.STATUS_KINDS and is_standing and is_open


def of_person(person: Person) -> list[FactLine]:
    return [FactLine.of(shown) for shown in queries.of_person(person, limit=TIMELINE)]
