"""The page of one article."""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from staffellauf.catalogue.models import Topic
from staffellauf.common import dates
from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Article, ArticleTopic, FormerSlug, Source, Subject, Weight
from staffellauf.readers.models import Reader
from staffellauf.website import pictures, structured
from staffellauf.website.pages.bell import Bell

FURTHER = 4
BELLS = 6
WEIGHTS = [Weight.MAIN, Weight.INHERITED, Weight.MENTIONED]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    picture: pictures.ShownPicture | None
    bells: list[Bell]
    """Its main topics in the editor's order, then those it has through its series, then those mentioned."""
    shows_update: bool
    """It was updated, and what readers see of the time says so."""
    sources: list[Source]
    earlier: Article | None
    later: list[Article]
    further: list[Article]
    image: str
    """Path of the picture for previews elsewhere; empty when there is none."""
    data: dict[str, Any]

    @classmethod
    def load(cls, article: Article, reader: Reader | None) -> Self:
        pictures.with_renditions([article])
        picture = pictures.load(article.lead_picture, sizes="(min-width: 64rem) 46rem, 100vw")
        earlier = article.earlier_article
        image = picture.src if picture else card_path(article)
        return cls(
            article=article,
            picture=picture,
            bells=Bell.over(topics_of(article)[:BELLS], reader),
            shows_update=shows_update(article),
            sources=list(article.sources.all()),
            earlier=earlier if earlier and earlier.live else None,
            later=list(article.later_articles.published().newest_first().for_cards()),
            further=further(article),
            image=picture.src if picture else "",
            data=structured.news_article(article, image=image),
        )


def topics_of(article: Article) -> list[Topic]:
    """In the order of WEIGHTS; within it as the editor put them, then as the text comes to them."""
    subject = Subject.objects.filter(article_id=OuterRef("article_id"), topic_id=OuterRef("topic_id"))
    rows = ArticleTopic.objects.filter(article=article).annotate(place=Subquery(subject.values("sort_order")[:1]))
    linked = newsroom.linked_topics(article.body)

    # Any: the annotation is unknown to the checker.
    def rank(row: Any) -> tuple[int, bool, int]:
        named = row.place is not None
        place = row.place if named else linked.index(row.topic_id) if row.topic_id in linked else len(linked)
        return WEIGHTS.index(Weight(row.kind)), not named, place

    return [row.topic for row in sorted(rows.select_related("topic"), key=rank)]


def shows_update(article: Article) -> bool:
    first, latest = article.first_published_at, article.updated_at
    return first is not None and latest is not None and dates.moment(first) != dates.moment(latest)


def find(slug: str) -> Article | None:
    """The article, published or not, by the slug it has or once had (then its `slug` differs)."""
    related = ("lead_picture", "lead_topic", "earlier_article")
    article = Article.objects.select_related(*related).filter(slug=slug).first()
    if article is None:
        former = FormerSlug.objects.select_related("article").filter(slug=slug).first()
        article = former.article if former else None
    return article


def is_published(article: Article) -> bool:
    """What ArticleQuerySet.published says, of an article already read."""
    return article.live and article.first_published_at is not None


def further(article: Article) -> list[Article]:
    """More about its lead topic, else the newest."""
    others = Article.objects.published().for_cards().exclude(pk=article.pk)
    lead = article.lead_topic
    chosen = others.about(lead) if lead else others.newest_first()
    return pictures.with_renditions(chosen[:FURTHER])


def card_path(article: Article) -> str:
    lead = article.lead_topic
    return reverse("series-card", args=[lead.slug]) if lead and lead.kind == "series" else ""
