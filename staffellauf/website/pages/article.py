"""The page of one article."""

from dataclasses import dataclass
from typing import Any, Self

from django.urls import reverse

from staffellauf.newsroom.models import Article, ArticleTopic, FormerSlug, Source, Weight
from staffellauf.readers.models import Reader
from staffellauf.website import pictures, structured
from staffellauf.website.pages.bell import Bell

FURTHER = 4
BELLS = 6
WEIGHTS = list(Weight)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    picture: pictures.ShownPicture | None
    bells: list[Bell]
    """Its main topics first, then those mentioned, then those it has through its series."""
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
        places = ArticleTopic.objects.filter(article=article).select_related("topic")
        topics = [place.topic for place in sorted(places, key=lambda place: WEIGHTS.index(Weight(place.kind)))]
        earlier = article.earlier_article
        image = picture.src if picture else card_path(article)
        return cls(
            article=article,
            picture=picture,
            bells=Bell.over(topics[:BELLS], reader),
            sources=list(article.sources.all()),
            earlier=earlier if earlier and earlier.live else None,
            later=list(article.later_articles.published().newest_first().for_cards()),
            further=further(article),
            image=picture.src if picture else "",
            data=structured.news_article(article, image=image),
        )


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
