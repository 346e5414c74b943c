"""The search over topics and articles."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom.models import Article
from staffellauf.website import pictures

MAX_QUERY_LENGTH = 200
TOPICS_FOUND = 18
ARTICLES_FOUND = 20
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
        topics = catalogue.search(query, limit=TOPICS_FOUND)
        groups = [TopicGroup(label(kind), [topic for topic in topics if topic.kind == kind]) for kind in ORDER]
        found = Article.objects.published().holding(query).newest_first().for_cards()[:ARTICLES_FOUND]
        return cls(query, [group for group in groups if group.topics], pictures.with_renditions(found))

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.articles
