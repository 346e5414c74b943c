"""The front page."""

from dataclasses import dataclass
from typing import Self

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from staffellauf.catalogue import calendar
from staffellauf.catalogue.models import Series, Topic
from staffellauf.comments.models import Comment
from staffellauf.common import dates
from staffellauf.newsroom.models import Article, Kind
from staffellauf.readers import queries as readers
from staffellauf.readers.models import Reader
from staffellauf.website.pages import cards, listing

ARTICLES = 19
SECOND_ROW = 2
SERIES = 10
FOLLOWED = 8
PEOPLE = 5
DISCUSSED = 4
REMEMBERED = 3
# Among how many of the newest articles the most discussed are looked for.
RECENT = 60


@dataclass(frozen=True, slots=True)
class FrontPage:
    lead: Article | None
    second: list[Article]
    """The two beside the lead."""
    days: list[listing.Day]
    last_id: int | None
    """Where the list of all news goes on."""
    series: list[Topic]
    """With the newest news."""
    people: list[Topic]
    """With the newest news."""
    discussed: list[Article]
    """With `comment_count`, the most discussed first."""
    followed: list[Topic]
    has_reader: bool
    anniversaries: list[tuple[int, Series]]
    """Series that began on this day, and how many years ago."""

    @classmethod
    def load(cls, reader: Reader | None) -> Self:
        articles = cards.ready(Article.objects.published().newest_first().for_cards()[:ARTICLES])
        top = opening(articles)
        return cls(
            lead=top[0] if top else None,
            second=top[1:],
            days=listing.by_day(article for article in articles if article not in top),
            last_id=articles[-1].pk if len(articles) == ARTICLES else None,
            series=series_in_the_news(),
            people=list(Topic.objects.filter(kind="person", last_position__gt=0).order_by("-last_position")[:PEOPLE]),
            discussed=discussed(),
            followed=readers.followed_topics(reader)[:FOLLOWED] if reader else [],
            has_reader=reader is not None,
            anniversaries=calendar.anniversaries(dates.day_of(timezone.now()), limit=REMEMBERED),
        )


def opening(articles: list[Article]) -> list[Article]:
    """The newest ones of our own; neither what somebody paid for nor what others wrote opens the page."""
    own = [article for article in articles if article.kind not in (Kind.ADVERTISEMENT, Kind.FIND)]
    return (own or articles)[: 1 + SECOND_ROW]


def series_in_the_news() -> list[Topic]:
    """Those with the newest news; as long as there are not enough, the first by name too."""
    series = Topic.objects.filter(kind="series")
    found = list(series.filter(last_position__gt=0).order_by("-last_position")[:SERIES])
    if len(found) < SERIES:
        found += series.filter(last_position=0).order_by("name")[: SERIES - len(found)]
    return found


def discussed() -> list[Article]:
    own, of_merged = (
        Comment.objects.visible().order_by().filter(**{to: OuterRef("pk")})
        .values(to).annotate(count=Count("pk")).values("count")
        for to in ("article", "article__merged_into")
    )  # fmt: skip
    visible = Coalesce(Subquery(own), 0) + Coalesce(Subquery(of_merged), 0)
    newest = Article.objects.published().newest_first().values("pk")[:RECENT]
    recent = Article.objects.filter(pk__in=newest).select_related("lead_topic").defer("body")
    counted = recent.annotate(comment_count=visible)
    return list(counted.filter(comment_count__gt=0).order_by("-comment_count", "-first_published_at")[:DISCUSSED])
