"""`/api/v1/`: what the pages show, as JSON. Reads only."""

from typing import Annotated

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from ninja import Path, Query, Router
from wagtail.rich_text import expand_db_html

from staffellauf.api import schemas
from staffellauf.api.problems import Problem
from staffellauf.catalogue import queries as catalogue_queries
from staffellauf.catalogue.models import Credit, Person, Role, Series, Topic, TopicKind
from staffellauf.newsroom import ninjs, signing
from staffellauf.newsroom.models import Article, ArticleTopic, Kind, Publication

# The greatest position that both databases can compare with.
MAX_POSITION = 2**63 - 1
PAGE_LIMIT = 100

Slug = Annotated[str, Path(max_length=100, pattern=r"^[-a-zA-Z0-9_]+$")]
WithSpoiler = Annotated[bool, Query(description="Give out `body_html` of an article with spoilers too.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT)]
Before = Annotated[int, Query(ge=1, le=MAX_POSITION, description="Only articles with a smaller position.")]
TopicPath = Annotated[
    str,
    Query(
        max_length=120,
        pattern=r"^((series|person|franchise|organisation)/[-a-zA-Z0-9_]+)?$",
        description="For example series/ballard or person/rosanna-arquette.",
    ),
]
Words = Annotated[
    str, Query(min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Words of a name or title.")
]

router = Router()


@router.get("/articles", response={200: schemas.ArticlePage, 404: Problem, 422: Problem}, tags=["articles"])
def articles(
    request: HttpRequest,
    topic: TopicPath = "",
    before: Before = MAX_POSITION,
    limit: Limit = 20,
) -> schemas.ArticlePage:
    """Published articles, newest publication first, of one topic or of all."""
    shown = Publication.objects.filter(edition=1, article__in=Article.objects.published(), position__lt=before)
    if topic:
        kind, _, slug = topic.partition("/")
        shown = shown.filter(article__article_topics__topic=found_topic(kind, slug))
    publications = list(with_topics(shown).order_by("-position")[: limit + 1])
    items = [card(publication) for publication in publications[:limit]]
    return schemas.ArticlePage(items=items, next_before=items[-1].position if len(publications) > limit else None)


@router.get("/articles/{slug}", response={200: schemas.ArticleOut, 404: Problem, 422: Problem}, tags=["articles"])
def article(request: HttpRequest, slug: Slug, spoiler: WithSpoiler = False) -> schemas.ArticleOut:
    """One published article with its body as clean HTML; with a spoiler only for who asks with `spoiler=1`."""
    shown = with_topics(Publication.objects.filter(edition=1, article__in=Article.objects.published()))
    publication = shown.filter(article__slug=slug).select_related("article__earlier_article").first()
    if publication is None:
        raise Http404("No published article has this slug.")
    earlier = publication.article.earlier_article
    is_veiled = publication.article.is_spoiler and not spoiler
    return schemas.ArticleOut(
        **card(publication).dict(),
        byline=signing.signature(publication.article),
        body_html="" if is_veiled else expand_db_html(publication.article.body),
        sources=[schemas.SourceOut.of(source) for source in publication.article.sources.all()],
        earlier=schemas.address(earlier) if earlier and earlier.live else None,
    )


@router.get("/articles/{slug}/ninjs", response={200: schemas.Ninjs, 404: Problem, 422: Problem}, tags=["articles"])
def article_as_ninjs(request: HttpRequest, slug: Slug) -> JsonResponse:
    """One published article as ninjs 3.0 (iptc.org/standards/ninjs). A find has none: its story is others'."""
    found = Article.objects.published().exclude(kind=Kind.FIND).filter(slug=slug)
    item = found.select_related("lead_picture", "earlier_article").first()
    if item is None:
        raise Http404("No published article has this slug.")
    return JsonResponse(ninjs.written(item), json_dumps_params={"ensure_ascii": False, "indent": 1})


@router.get("/topics", response={200: list[schemas.TopicRef], 422: Problem}, tags=["topics"])
def topics(
    request: HttpRequest,
    q: Words,
    limit: Limit = 20,
) -> list[schemas.TopicRef]:
    """Series, people, franchises, networks and streamers whose names hold every word of `q`, umlauts folded."""
    return [schemas.TopicRef.of(topic) for topic in catalogue_queries.search(q, limit=limit)]


@router.get("/series/{slug}", response={200: schemas.SeriesOut, 404: Problem, 422: Problem}, tags=["topics"])
def series(request: HttpRequest, slug: Slug) -> schemas.SeriesOut:
    """A series with seasons, roles and credits."""
    topic = found_topic(TopicKind.SERIES, slug)
    whole = Series.objects.prefetch_related(
        "aliases", "external_ids", "franchises", "organisations", "seasons", *roles_and_credits()
    )
    return schemas.series_out(whole.get(pk=topic.pk))


@router.get("/people/{slug}", response={200: schemas.PersonOut, 404: Problem, 422: Problem}, tags=["topics"])
def person(request: HttpRequest, slug: Slug) -> schemas.PersonOut:
    """A person with roles and credits."""
    topic = found_topic(TopicKind.PERSON, slug)
    whole = Person.objects.prefetch_related("aliases", "external_ids", *roles_and_credits()).get(pk=topic.pk)
    return schemas.PersonOut.model_validate(
        {
            **schemas.topic_fields(whole),
            "roles": [schemas.RoleOut.of(role) for role in whole.roles.all()],
            "credits": [schemas.CreditOut.of(credit) for credit in whole.credits.all()],
        }
    )


def found_topic(kind: str, slug: str) -> Topic:
    """The topic under its slug or a former one; raises Http404."""
    topic = catalogue_queries.topic_by_slug(kind, slug)
    if topic is None:
        raise Http404(f"No {kind} has the slug {slug}.")
    return topic


def roles_and_credits() -> tuple[Prefetch, Prefetch]:
    return (
        Prefetch("roles", Role.objects.select_related("person", "series").prefetch_related("seasons")),
        Prefetch("credits", Credit.objects.select_related("person", "series")),
    )


def with_topics(publications: QuerySet[Publication]) -> QuerySet[Publication]:
    placed = ArticleTopic.objects.select_related("topic").order_by("kind", "topic__name")
    return publications.select_related("article__lead_topic").prefetch_related(
        Prefetch("article__article_topics", placed)
    )


def card(publication: Publication) -> schemas.ArticleCard:
    article = publication.article
    topics = [
        {**schemas.TopicRef.of(placed.topic).dict(), "weight": placed.kind} for placed in article.article_topics.all()
    ]
    return schemas.ArticleCard.model_validate(
        {
            "slug": article.slug,
            "headline": article.shown_headline,
            "deck": article.shown_deck,
            "url": schemas.address(article),
            "position": publication.position,
            "published_at": article.first_published_at,
            "updated_at": article.updated_at,
            "is_spoiler": article.is_spoiler,
            "spoils_season": article.spoils_season,
            "spoils_episode": article.spoils_episode,
            "topics": topics,
        }
    )
