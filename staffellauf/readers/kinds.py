"""Kinds of news that a follow may do without. Few enough to choose from, drawn from what an article states and is."""

from collections.abc import Iterable
from enum import IntFlag

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models import Article, Fact, Kind


class NewsKind(IntFlag):
    """Stored as bits in `Follow.unwanted_kinds`: a number once given keeps its meaning."""

    CASTING = 1
    FUTURE = 2
    SHOOTING = 4
    DATES = 8
    TRAILERS = 16
    FAREWELLS = 32
    READING = 64
    FINDS = 128
    OTHER = 256


ALL = NewsKind(sum(NewsKind))

NAMES: dict[NewsKind, str | Promise] = {
    NewsKind.CASTING: _("Cast and crew"),
    NewsKind.FUTURE: _("New series, renewals, cancellations"),
    NewsKind.SHOOTING: _("Shooting"),
    NewsKind.DATES: _("Start dates and changes of schedule"),
    NewsKind.TRAILERS: _("Trailers and pictures"),
    NewsKind.FAREWELLS: _("Obituaries"),
    NewsKind.READING: _("Reviews, interviews, specials"),
    NewsKind.FINDS: _("What other publishers report"),
    NewsKind.OTHER: _("Everything else"),
}

OF_FACT: dict[str, NewsKind] = {
    Fact.Kind.CASTING: NewsKind.CASTING,
    Fact.Kind.EXIT: NewsKind.CASTING,
    Fact.Kind.RETURN: NewsKind.CASTING,
    Fact.Kind.CREW_CHANGE: NewsKind.CASTING,
    Fact.Kind.ORDER: NewsKind.FUTURE,
    Fact.Kind.DEVELOPMENT: NewsKind.FUTURE,
    Fact.Kind.RENEWAL: NewsKind.FUTURE,
    Fact.Kind.ENDING: NewsKind.FUTURE,
    Fact.Kind.REVIVAL: NewsKind.FUTURE,
    Fact.Kind.SPIN_OFF: NewsKind.FUTURE,
    Fact.Kind.CROSSOVER: NewsKind.FUTURE,
    Fact.Kind.ADAPTATION: NewsKind.FUTURE,
    Fact.Kind.RIGHTS: NewsKind.FUTURE,
    Fact.Kind.SHOOTING_START: NewsKind.SHOOTING,
    Fact.Kind.SHOOTING_END: NewsKind.SHOOTING,
    Fact.Kind.START_DATE: NewsKind.DATES,
    Fact.Kind.SCHEDULE_CHANGE: NewsKind.DATES,
    Fact.Kind.TRAILER: NewsKind.TRAILERS,
    Fact.Kind.DEATH: NewsKind.FAREWELLS,
    Fact.Kind.TITLE_CHANGE: NewsKind.OTHER,
    Fact.Kind.RATINGS: NewsKind.OTHER,
    Fact.Kind.AWARD: NewsKind.OTHER,
}

OF_ARTICLE: dict[str, NewsKind] = {
    Kind.OBITUARY: NewsKind.FAREWELLS,
    Kind.REVIEW: NewsKind.READING,
    Kind.INTERVIEW: NewsKind.READING,
    Kind.SPECIAL: NewsKind.READING,
    Kind.STARTS: NewsKind.DATES,
    Kind.FIND: NewsKind.FINDS,
}


def of_article(article: Article, fact_kinds: Iterable[str]) -> NewsKind:
    """All that the article is: by its own kind and by its facts (values of Fact.Kind); OTHER when by neither."""
    found = OF_ARTICLE.get(article.kind, NewsKind(0))
    for kind in fact_kinds:
        found |= OF_FACT[kind]
    return found or NewsKind.OTHER


def is_wanted(unwanted: int, kinds: NewsKind) -> bool:
    """Whether at least one kind of the article's is not among those that the follow does without."""
    return bool(kinds & ~NewsKind(unwanted & ALL))
