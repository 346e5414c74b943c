"""The search over topics and articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom.models import Article
from staffellauf.newsroom.placing import ARTICLE_KIND
from staffellauf.search import queries as names
from staffellauf.website.pages import cards, words

MAX_QUERY_LENGTH = 200
TOPICS_FOUND = 18
ARTICLES_FOUND = 20
SUGGESTED_TOPICS = 7
SUGGESTED_ARTICLES = 3
ORDER = [TopicKind.SERIES, TopicKind.PERSON, TopicKind.FRANCHISE, TopicKind.ORGANISATION]


def clean_query(raw: str) -> str:
    """What a reader typed, without what no database takes, at most MAX_QUERY_LENGTH long."""
    return " ".join(raw.replace("\0", "").split())[:MAX_QUERY_LENGTH].strip()


@dataclass(frozen=True, slots=True)
class TopicGroup:
    label: str
    topics: list[Topic]


def label(kind: TopicKind) -> str:
    """The heading over topics of one kind."""
    names = {
        TopicKind.SERIES: pgettext("plural", "Series"),
        TopicKind.PERSON: _("People"),
        TopicKind.FRANCHISE: _("Franchises"),
        TopicKind.ORGANISATION: _("Networks and streamers"),
    }
    return names[kind]


@dataclass(frozen=True, slots=True)
class SearchPage:
    query: str
    groups: list[TopicGroup]
    articles: list[Article]

    @classmethod
    def load(cls, query: str) -> Self:
        if not text.fold(query):
            return cls(query, [], [])
        topics = [found.topic for found in catalogue.find(query, limit=TOPICS_FOUND)]
        groups = [TopicGroup(label(kind), [topic for topic in topics if topic.kind == kind]) for kind in ORDER]
        articles = cards.ready(articles_found(query, topics))
        return cls(query, [group for group in groups if group.topics], articles)

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.articles


def articles_found(query: str, topics: Sequence[Topic]) -> list[Article]:
    """Published ones by headline and deck, best first, then the newest about the topic that is probably meant."""
    ids = [hit.object_id for hit in names.find(query, kinds={ARTICLE_KIND}, limit=ARTICLES_FOUND)]
    published = Article.objects.published().for_cards()
    by_id = published.in_bulk(ids)
    found = [by_id[pk] for pk in ids if pk in by_id]
    if topics and len(found) < ARTICLES_FOUND:
        found += published.about(topics[0]).exclude(pk__in=ids)[: ARTICLES_FOUND - len(found)]
    return found


@dataclass(frozen=True, slots=True)
class Suggestion:
    label: str
    title: str
    address: str
    hint: str
    matched: str
    """The other name that was found, else empty."""


def suggestions(query: str) -> list[Suggestion]:
    """What somebody may mean who typed so far: topics, then headlines."""
    kinds = {
        TopicKind.SERIES: pgettext("one", "Series"),
        TopicKind.PERSON: _("Person"),
        TopicKind.FRANCHISE: _("Franchise"),
        TopicKind.ORGANISATION: _("Network or streamer"),
    }
    found = [
        Suggestion(
            kinds[TopicKind(row.topic.kind)], row.topic.name, row.topic.get_absolute_url(), row.hint, row.matched
        )
        for row in catalogue.find(query, limit=SUGGESTED_TOPICS)
    ]
    ids = [hit.object_id for hit in names.find(query, kinds={ARTICLE_KIND}, limit=SUGGESTED_ARTICLES)]
    articles = Article.objects.published().select_related("lead_topic").defer("body").in_bulk(ids)
    news = [articles[pk] for pk in ids if pk in articles]
    return found + [
        Suggestion(words.capital(str(row.get_kind_display())), row.shown_headline, row.get_absolute_url(), "", "")
        for row in news
    ]
