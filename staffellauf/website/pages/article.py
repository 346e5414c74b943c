"""The page of one article."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import OuterRef, Subquery, prefetch_related_objects
from django.urls import reverse
from django.utils import formats

from staffellauf.catalogue.models import Person, Topic, TopicKind
from staffellauf.common import dates
from staffellauf.newsroom import kinds, linked, signing, story
from staffellauf.newsroom.models import (
    Article,
    ArticleTopic,
    Author,
    FormerSlug,
    Kind,
    Note,
    Source,
    Subject,
    Weight,
)
from staffellauf.readers.models import Reader
from staffellauf.website import pictures, structured
from staffellauf.website.pages import bodies, cards, facts, galleries, overview, people, spoilers
from staffellauf.website.pages.bell import Bell

FURTHER = 4
BELLS = 6
WEIGHTS = [Weight.MAIN, Weight.INHERITED, Weight.MENTIONED]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    parts: list[bodies.Part]
    """The pages of a special; empty for what is read on one."""
    part: bodies.Part | None
    """The page that is open; None when there is one, or all of them are."""
    body: str
    warning: str
    """What it gives away, in words; empty for nothing."""
    authors: list[Author]
    signature: str
    """Authors without an entry, in words."""
    picture: pictures.ShownPicture | None
    bells: list[Bell]
    """Its main topics in the editor's order, then those it has through its series, then those mentioned."""
    shows_update: bool
    """It was updated, and what readers see of the time says so."""
    notes: list[Note]
    """Newest first."""
    fact_lines: list[facts.FactLine]
    life: list[str]
    """Of an obituary: the dates of the person it is about."""
    gallery: galleries.Gallery | None
    starts: overview.Overview | None
    sources: list[Source]
    version_count: int
    earlier: list[Article]
    """What we reported before, newest first."""
    later: list[Article]
    further: list[Article]
    image: str
    """Path of the picture for previews elsewhere; empty when there is none."""
    data: dict[str, Any]

    @classmethod
    def load(cls, article: Article, reader: Reader | None, *, part: bodies.Part | None = None, frame: int = 1) -> Self:
        """`part` is one of `bodies.parts_of`; `frame` a page of the picture series."""
        pictures.with_renditions([article])
        # The page and its structured data both read them.
        prefetch_related_objects([article], "notes", "sources", "bylines__author")
        picture = pictures.load(article.lead_picture, sizes="(min-width: 64rem) 46rem, 100vw")
        topics = topics_of(article)
        signed = signing.authors_of(article)
        around = story.around(article)
        image = picture.src if picture else card_path(article)
        return cls(
            article=article,
            parts=bodies.parts_of(article),
            part=part,
            body=bodies.shown(article, part.body if part else article.body),
            warning=spoilers.warning(article),
            authors=signed,
            signature="" if signed else article.byline,
            picture=picture,
            bells=Bell.over(topics[:BELLS], reader),
            shows_update=shows_update(article),
            notes=sorted(article.notes.all(), key=lambda note: (note.created_at, note.pk), reverse=True),
            fact_lines=facts.of_article(article),
            life=life(article, topics),
            gallery=galleries.of_article(article, page=frame),
            starts=overview.load(article.starts_period) if article.kind == Kind.STARTS else None,
            sources=list(article.sources.all()),
            version_count=article.versions.filter(withheld_at__isnull=True).count(),
            earlier=around.earlier,
            later=around.later,
            further=further(article),
            image=picture.src if picture else "",
            data=structured.news_article(article, image=image, topics=topics),
        )

    @property
    def verdict(self) -> str:
        """3.5; empty without one."""
        half_stars = self.article.half_stars if self.article.kind == Kind.REVIEW else None
        return formats.number_format(half_stars / 2, half_stars % 2) if half_stars else ""

    @property
    def kind_address(self) -> str:
        """The list of all that are of its kind."""
        return reverse("news-kind", args=[kinds.slug_of(self.article.kind)])

    @property
    def is_first(self) -> bool:
        """What stands over the text is shown: not on the second page of a special."""
        return self.part is None or self.part.number == 1

    @property
    def before(self) -> bodies.Part | None:
        return self.parts[self.part.number - 2] if self.part and self.part.number > 1 else None

    @property
    def after(self) -> bodies.Part | None:
        return self.parts[self.part.number] if self.part and self.part.number < len(self.parts) else None


def topics_of(article: Article) -> list[Topic]:
    """In the order of WEIGHTS; within it as the editor put them, then as the text comes to them."""
    subject = Subject.objects.filter(article_id=OuterRef("article_id"), topic_id=OuterRef("topic_id"))
    rows = ArticleTopic.objects.filter(article=article).annotate(place=Subquery(subject.values("sort_order")[:1]))
    in_text = linked.topics(article.body)

    # Any: the annotation is unknown to the checker.
    def rank(row: Any) -> tuple[int, bool, int]:
        named = row.place is not None
        place = row.place if named else in_text.index(row.topic_id) if row.topic_id in in_text else len(in_text)
        return WEIGHTS.index(Weight(row.kind)), not named, place

    return [row.topic for row in sorted(rows.select_related("topic"), key=rank)]


def life(article: Article, topics: list[Topic]) -> list[str]:
    """Born and died, of the first person that an obituary is about."""
    if article.kind != Kind.OBITUARY:
        return []
    who = next((topic.pk for topic in topics if topic.kind == TopicKind.PERSON), None)
    person = Person.objects.filter(pk=who).first() if who else None
    return people.dates_of_life(person) if person else []


def shows_update(article: Article) -> bool:
    first, latest = article.first_published_at, article.updated_at
    return first is not None and latest is not None and dates.moment(first) != dates.moment(latest)


def find(slug: str) -> Article | None:
    """The article, published or not, by the slug it has or once had, or by that of one that became part of it (then
    its `slug` differs)."""
    related = ("lead_picture", "lead_topic", "merged_into")
    article = Article.objects.select_related(*related).filter(slug=slug).first()
    if article is None:
        former = FormerSlug.objects.select_related("article__merged_into").filter(slug=slug).first()
        article = former.article if former else None
    return article.merged_into or article if article else None


def is_published(article: Article) -> bool:
    """What ArticleQuerySet.published says, of an article already read."""
    return article.live and article.first_published_at is not None


def further(article: Article) -> list[Article]:
    """More about its lead topic, else the newest."""
    others = Article.objects.published().for_cards().exclude(pk=article.pk)
    lead = article.lead_topic
    chosen = others.about(lead) if lead else others.newest_first()
    return cards.ready(chosen[:FURTHER])


def card_path(article: Article) -> str:
    lead = article.lead_topic
    return reverse("series-card", args=[lead.slug]) if lead and lead.kind == "series" else ""
