"""Facts as pages show them; how many queries they take does not depend on how many facts there are."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from staffellauf.catalogue.models import Person, Series
from staffellauf.newsroom.facts import words
from staffellauf.newsroom.models import Article, Fact

K = Fact.Kind
# Newest first: what of a series is told in one line.
STATUS_KINDS = (
    K.RENEWAL, K.ENDING, K.ORDER, K.DEVELOPMENT, K.SHOOTING_START, K.SHOOTING_END, K.START_DATE, K.SCHEDULE_CHANGE,
    K.REVIVAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact with how it stands: accepted, proposed, rejected, replaced or denied."""

    fact: Fact
    is_replaced: bool

    @property
    def is_denied(self) -> bool:
        return self.fact.certainty == Fact.Certainty.RETRACTED

    @property
    def statement(self) -> str:
        return words.statement(self.fact)

    @property
    def statement_html(self) -> str:
        return words.statement_html(self.fact)

    @property
    def certainty(self) -> str:
        return words.certainty(self.fact)

    @property
    def source(self) -> str:
        return words.source(self.fact)


def with_topics(facts: "QuerySet[Fact]") -> "QuerySet[Fact]":
    return facts.select_related("series", "person", "organisation", "other_series", "article")


def _shown(facts: "QuerySet[Fact]") -> list[Shown]:
    later = Exists(Fact.objects.filter(supersedes=OuterRef("pk"), status=Fact.Status.CONFIRMED))
    # A line names its article; it does not quote it.
    rows = with_topics(facts).defer("article__body", "article__search_text").annotate(is_replaced=later)
    return [Shown(fact, fact.is_replaced) for fact in rows]


def of_article(article: Article, *, is_public: bool = True) -> list[Shown]:
    """In the order in which they were added; for readers the accepted ones only, for editors all. One query."""
    facts = article.facts.order_by("created_at", "pk")
    return _shown(facts.filter(status=Fact.Status.CONFIRMED) if is_public else facts)


def timeline(series: Series, *, limit: int) -> list[Shown]:
    """What was reported of a series in live articles, newest first, with what a later report replaced. One query."""
    facts = Fact.objects.public().filter(Q(series=series) | Q(other_series=series))
    return _shown(facts.order_by("-article__first_published_at", "-pk")[:limit])


def of_person(person: Person, *, limit: int) -> list[Shown]:
    """What was reported of a person in live articles, newest first. One query."""
    facts = Fact.objects.public().filter(person=person)
    return _shown(facts.order_by("-article__first_published_at", "-pk")[:limit])
