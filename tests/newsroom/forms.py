"""What a browser posts from the article's form."""

from django.test import Client
from django.urls import reverse

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def address(view: str, *args: object) -> str:
    return reverse(f"wagtailsnippets_newsroom_article:{view}", args=args)


def values(headline: str, *, about: Topic | None = None, **changes: str) -> dict[str, str]:
    subjects = rows("subjects", {"topic": str(about.pk), "weight": "main"}) if about else {}
    return {
        "kind": "news", "headline": headline, "deck": "", "kicker": "", "slug": "", "byline": "",
        "lead_picture": "", "lead_caption": "", "earlier_article": "", "half_stars": "", "advertiser": "",
        "starts_period": "", "spoils_season": "", "spoils_episode": "", "neutral_headline": "",
        "embargo_until": "", "go_live_at": "", "expire_at": "",
        "body": '{"blocks": [{"key": "a", "text": "Hallo", "type": "unstyled", "depth": 0,'
                ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
    } | rows("subjects") | rows("sources") | rows("bylines") | rows("gallery") | subjects | changes  # fmt: skip


def rows(name: str, *values: dict[str, str]) -> dict[str, str]:
    """New rows of one of the form's tables: `rows("sources", {"name": "Deadline", "kind": "trade_press"})`."""
    count = {"TOTAL_FORMS": str(len(values)), "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    posted = {f"{name}-{key}": value for key, value in count.items()}
    for n, row in enumerate(values):
        all_of_it = {"id": "", "ORDER": str(n + 1), "DELETE": ""} | row
        posted |= {f"{name}-{n}-{key}": value for key, value in all_of_it.items()}
    return posted


def publishing(headline: str, *, about: Topic, **changes: str) -> dict[str, str]:
    return values(headline, about=about, **changes) | {"action-publish": "action-publish"}


def write(user: object, headline: str, *, about: Topic | None = None, **changes: str) -> Article:
    """A draft as its author makes it."""
    client_of(user).post(address("add"), values(headline, about=about, **changes))
    return Article.objects.order_by("-pk")[0]


def begun(user: object, headline: str, **changes: str) -> Article:
    """A draft as the question before the editor makes it."""
    client_of(user).post(address("add"), {"begin": "1", "headline": headline, "kind": "news"} | changes)
    return Article.objects.order_by("-pk")[0]


def changed(article: Article, headline: str, *, action: str = "", **changes: str) -> dict[str, str]:
    """The form of an article that has been written, with another headline."""
    subjects = list(article.subjects.all())
    kept = {
        f"subjects-{n}-{name}": value
        for n, subject in enumerate(subjects)
        for name, value in {"topic": str(subject.topic_id), "weight": subject.weight, "ORDER": str(n + 1),
                            "id": str(subject.pk), "DELETE": ""}.items()
    }  # fmt: skip
    count = {"subjects-TOTAL_FORMS": str(len(subjects)), "subjects-INITIAL_FORMS": str(len(subjects))}
    button = {f"action-{action}": f"action-{action}"} if action else {}
    return values(headline) | kept | count | {"slug": article.slug} | changes | button
