"""Lists from A to Z: all series, all people, all networks and streamers. Each page begins behind the last one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from staffellauf.catalogue import lists
from staffellauf.catalogue.models import Organisation, Person, Series, Topic
from staffellauf.common import text
from staffellauf.website import countries
from staffellauf.website.pages import words

# About 35 KB.
PER_PAGE = 64
TOP_NETWORKS = 24
IN_THE_NEWS = 24
T = TypeVar("T", bound=Topic)


@dataclass(frozen=True, slots=True)
class Letter:
    letter: str
    topics: list[Any]

    @property
    def anchor(self) -> str:
        return {lists.DIGITS: "ziffern", lists.OTHERS: "weitere"}.get(self.letter, self.letter).lower()

    @property
    def shown(self) -> str:
        return letter_name(self.letter)


def letter_name(letter: str) -> str:
    return {lists.DIGITS: "0–9", lists.OTHERS: _("Others")}.get(letter, letter.upper())


def by_letter(topics: Iterable[T]) -> list[Letter]:
    return [Letter(letter, list(group)) for letter, group in groupby(topics, key=lists.initial)]


def letters(address: str, query: str, *, chosen: str) -> list[tuple[str, str, bool]]:
    """Name and address of each letter, and whether it is the chosen one."""
    tail = f"?{query}" if query else ""
    return [(letter_name(one), f"{address}a-z/{one}/{tail}", one == chosen) for one in lists.LETTERS]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class SeriesList:
    groups: list[Letter]
    query: str
    letter: str
    letters: list[tuple[str, str, bool]]
    filters: list[Filter]
    organisation: Organisation | None
    is_whole: bool
    """All series are on this page."""
    next_address: str
    """Empty at the end."""

    @classmethod
    def load(cls, query: str, *, letter: str, after: int | None, chosen: Mapping[str, str], address: str) -> Self:
        """`chosen`: values of the filters by name; `address`: of the list of all series."""
        filters = series_filters(chosen)
        place = Organisation.objects.filter(slug=chosen["sender"]).first() if chosen.get("sender") else None
        found = narrowed(Series.objects.all(), query, filters=filters, place=place)
        shown, last = lists.page(found, letter=letter, after=after, size=PER_PAGE)
        kept = {one.name: one.chosen for one in filters if one.chosen} | ({"sender": place.slug} if place else {})
        if query:
            kept["q"] = query
        onward = f"?{urlencode(kept | {'nach': last})}" if last else ""
        return cls(
            groups=by_letter(shown),
            query=query,
            letter=letter,
            letters=letters(address, urlencode(kept), chosen=letter),
            filters=filters,
            organisation=place,
            is_whole=not (last or after or letter or kept),
            next_address=onward,
        )

    @property
    def is_filtered(self) -> bool:
        return any(one.chosen for one in self.filters)


def series_filters(chosen: Mapping[str, str]) -> list[Filter]:
    """Only what is among the choices counts as chosen."""
    offered = [
        ("status", _("Status"), [(key, words.capital(str(name))) for key, name in Series.Status.choices]),
        ("genre", _("Genre"), sorted(((key, words.capital(str(n))) for key, n in Series.Genre.choices), key=by_name)),
        ("land", _("Country"), countries.choices()),
    ]
    return [
        Filter(name, label, choices, chosen.get(name, "") if chosen.get(name) in dict(choices) else "")
        for name, label, choices in offered
    ]


def by_name(pair: tuple[str, str]) -> str:
    return text.fold(pair[1])


def narrowed(
    series: QuerySet[Series], query: str, *, filters: list[Filter], place: Organisation | None
) -> QuerySet[Series]:
    for word in text.fold(query).split():
        series = series.filter(search_text__contains=word)
    fields = {"status": "status", "genre": "genres__contains", "land": "countries__contains"}
    for one in filters:
        if one.chosen:
            series = series.filter(**{fields[one.name]: one.chosen})
    return series.filter(organisations=place) if place else series


@dataclass(frozen=True, slots=True)
class PeopleList:
    groups: list[Letter]
    query: str
    letter: str
    letters: list[tuple[str, str, bool]]
    in_the_news: list[Person]
    next_address: str

    @classmethod
    def load(cls, query: str, *, letter: str, after: int | None, address: str) -> Self:
        found: QuerySet[Person] = Person.objects.all()
        for word in text.fold(query).split():
            found = found.filter(search_text__contains=word)
        # Nobody reads half a million names from the beginning: the front has those in the news, and the letters.
        is_front = not (query or letter or after)
        shown, last = ([], None) if is_front else lists.page(found, letter=letter, after=after, size=PER_PAGE)
        news = in_the_news() if is_front else []
        kept = {"q": query} if query else {}
        return cls(
            groups=by_letter(shown),
            query=query,
            letter=letter,
            letters=letters(address, urlencode(kept), chosen=letter),
            in_the_news=news,
            next_address=f"?{urlencode(kept | {'nach': last})}" if last else "",
        )


def in_the_news() -> list[Person]:
    # The kind leads the index that they are read from.
    found: QuerySet[Person] = Person.objects.filter(kind=Person.KIND, last_position__gt=0)
    return list(found.order_by("-last_position")[:IN_THE_NEWS])


@dataclass(frozen=True, slots=True)
class NetworkList:
    top: list[Organisation]
    """Those with most series, with `count`."""
    groups: list[Letter]
    filters: list[Filter]
    next_address: str

    @classmethod
    def load(cls, *, after: int | None, chosen: Mapping[str, str]) -> Self:
        filters = network_filters(chosen)
        kept = {one.name: one.chosen for one in filters if one.chosen}
        narrow = Q(**{{"art": "type", "land": "country"}[name]: value for name, value in kept.items()})
        found = Organisation.objects.filter(narrow)
        shown, last = lists.page(found, letter="", after=after, size=PER_PAGE)
        counted = found.annotate(count=Count("series")).filter(count__gt=0).order_by("-count", "name")
        return cls(
            top=[] if after else list(counted[:TOP_NETWORKS]),
            groups=by_letter(shown),
            filters=filters,
            next_address=f"?{urlencode(kept | {'nach': last})}" if last else "",
        )


def network_filters(chosen: Mapping[str, str]) -> list[Filter]:
    offered = [
        ("art", _("Type"), [(key, words.capital(str(name))) for key, name in Organisation.Type.choices]),
        ("land", _("Country"), countries.choices()),
    ]
    return [
        Filter(name, label, choices, chosen.get(name, "") if chosen.get(name) in dict(choices) else "")
        for name, label, choices in offered
    ]
