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
    subjects = {"subjects-0-topic": str(about.pk), "subjects-0-weight": "main", "subjects-0-ORDER": "1",
                "subjects-0-id": "", "subjects-0-DELETE": ""} if about else {}  # fmt: skip
    return {
        "headline": headline, "deck": "", "slug": "", "byline": "", "lead_picture": "", "lead_caption": "",
        "earlier_article": "", "go_live_at": "", "expire_at": "",
        "body": '{"blocks": [{"key": "a", "text": "Hallo", "type": "unstyled", "depth": 0,'
                ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
        "subjects-TOTAL_FORMS": "1" if about else "0", "subjects-INITIAL_FORMS": "0",
        "subjects-MIN_NUM_FORMS": "0", "subjects-MAX_NUM_FORMS": "1000",
        "sources-TOTAL_FORMS": "0", "sources-INITIAL_FORMS": "0",
        "sources-MIN_NUM_FORMS": "0", "sources-MAX_NUM_FORMS": "1000",
    } | subjects | changes  # fmt: skip


def publishing(headline: str, *, about: Topic, **changes: str) -> dict[str, str]:
    return values(headline, about=about, **changes) | {"action-publish": "action-publish"}


def write(user: object, headline: str, *, about: Topic | None = None, **changes: str) -> Article:
    """A draft as its author makes it."""
    client_of(user).post(address("add"), values(headline, about=about, **changes))
    return Article.objects.order_by("-pk")[0]


def changed(article: Article, headline: str, *, action: str = "", **changes: str) -> dict[str, str]:
    """The form of an article that has been written, with another headline."""
    subjects = list(article.subjects.all())
    rows = {
        f"subjects-{n}-{name}": value
        for n, subject in enumerate(subjects)
        for name, value in {"topic": str(subject.topic_id), "weight": subject.weight, "ORDER": str(n + 1),
                            "id": str(subject.pk), "DELETE": ""}.items()
    }  # fmt: skip
    count = {"subjects-TOTAL_FORMS": str(len(subjects)), "subjects-INITIAL_FORMS": str(len(subjects))}
    button = {f"action-{action}": f"action-{action}"} if action else {}
    return values(headline) | rows | count | {"slug": article.slug} | changes | button
