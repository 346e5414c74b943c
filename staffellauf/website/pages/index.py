"""The list of all series, and the search over topics and articles."""

from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Series, Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom.models import Article
from staffellauf.website import pictures

# One page of the list, about 40 KB; further ones begin behind the last name.
SERIES_PER_PAGE = 90
MAX_QUERY_LENGTH = 200
TOPICS_FOUND = 18
ARTICLES_FOUND = 20
ORDER = [TopicKind.SERIES, TopicKind.PERSON, TopicKind.FRANCHISE, TopicKind.ORGANISATION]
DIGITS = "0–9"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Letter:
    letter: str
    series: list[Series]

    @property
    def anchor(self) -> str:
        return "ziffern" if self.letter == DIGITS else self.letter.lower()


@dataclass(frozen=True, slots=True)
class SeriesIndex:
    letters: list[Letter]
    query: str
    is_whole: bool
    """All series that match are on this page."""
    next_after: str
    """The folded name behind which the next page begins; empty at the end."""

    @classmethod
    def load(cls, query: str, *, after: str = "", beginning: str = "") -> Self:
        """Names behind `after`, or from the letter `beginning` on, both folded."""
        found = Series.objects.order_by("search_text", "pk")
        if folded := text.fold(query):
            for word in folded.split():
                found = found.filter(search_text__contains=word)
        if after:
            found = found.filter(search_text__gt=after)
        if beginning:
            found = found.filter(search_text__gte=beginning)
        series = list(found[: SERIES_PER_PAGE + 1])
        shown = series[:SERIES_PER_PAGE]
        letters = [Letter(letter, list(group)) for letter, group in groupby(shown, key=initial)]
        next_after = shown[-1].search_text if len(series) > SERIES_PER_PAGE else ""
        return cls(letters, query, not (next_after or after or beginning), next_after)

    @property
    def initials(self) -> list[tuple[str, str]]:
        """Letters to jump to, with their addresses: on this page, or on others when there are several."""
        if self.is_whole:
            return [(letter.letter, f"#{letter.anchor}") for letter in self.letters]
        return [(DIGITS, "?"), *((letter.upper(), f"?ab={letter}") for letter in LETTERS)]


def initial(series: Series) -> str:
    first = text.fold(series.name)[:1]
    return first.upper() if first in LETTERS and first else DIGITS


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
