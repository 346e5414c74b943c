"""The page of a person."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, Self

from django.utils.translation import gettext as _

from staffellauf.catalogue import attribution, cast
from staffellauf.catalogue.models import Credit, DataSource, Person, Role, Series, Work
from staffellauf.newsroom.models import Article
from staffellauf.website import countries, pictures, structured
from staffellauf.website.pages import facts, topics, words
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.casting import CastLine
from staffellauf.website.pages.facts import FactLine
from staffellauf.website.pages.series import Shown

ENTRIES_SHOWN = 70
ROWS_READ = 1000


@dataclass(slots=True)
class Entry:
    """What a person did in a series."""

    series: Series
    roles: list[CastLine] = field(default_factory=list)
    jobs: str = ""
    """Such as "Creator, writer"."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the filmography; None: not known which."""

    year: int | None
    entries: list[Entry]
    works: list[Work]


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    bell: Bell
    picture: Shown | None
    life: list[str]
    articles: list[Article]
    has_more_articles: bool
    reported: list[FactLine]
    """What the newsroom told of them, newest first."""
    years: list[Year]
    series_count: int
    is_cut: bool
    sources: list[DataSource]
    data: dict[str, Any]

    @classmethod
    def load(cls, person: Person, *, is_whole: bool) -> Self:
        articles = topics.news(person)
        roles = list(cast.with_places(person.roles.select_related("series")).order_by("order", "pk")[:ROWS_READ])
        crew = list(
            person.credits.select_related("series").order_by(cast.ranked("job", cast.JOBS), "order", "pk")[:ROWS_READ]
        )
        entries = filmography(roles, crew)
        works = list(person.works.order_by("-year", "title"))
        shown = entries if is_whole else entries[:ENTRIES_SHOWN]
        return cls(
            person=person,
            bell=topics.bell(person),
            picture=portrait(person),
            life=life(person),
            articles=articles[: topics.NEWS],
            has_more_articles=len(articles) > topics.NEWS,
            reported=facts.of_person(person),
            years=by_year(shown, works),
            series_count=len(entries),
            is_cut=len(shown) < len(entries),
            sources=attribution.named_sources([person, *roles, *crew]),
            data=structured.person(person),
        )


def portrait(person: Person) -> Shown | None:
    cleared = topics.picture(person)
    shown = pictures.load(cleared.picture, sizes="12rem") if cleared else None
    return Shown(shown, cleared.credit) if shown and cleared else None


def filmography(roles: list[Role], crew: list[Credit]) -> list[Entry]:
    """One entry for each series, the newest first."""
    entries: dict[int, Entry] = {}
    for role in roles:
        entries.setdefault(role.series_id, Entry(role.series)).roles.append(CastLine.of(role))
    by_series: dict[int, list[Credit]] = {}
    for credit in crew:
        by_series.setdefault(credit.series_id, []).append(credit)
    for pk, found in by_series.items():
        names = dict.fromkeys(str(credit.get_job_display()) for credit in found)
        entries.setdefault(pk, Entry(found[0].series)).jobs = words.capital(", ".join(names))
    return sorted(entries.values(), key=lambda entry: (-(entry.series.start_year or 0), entry.series.name))


def by_year(entries: list[Entry], works: list[Work]) -> list[Year]:
    """The newest first; what has no year comes last."""
    in_year = {year or None: list(group) for year, group in groupby(entries, key=lambda entry: entry.series.start_year)}
    written = {year or None: list(group) for year, group in groupby(works, key=lambda work: work.year)}
    years = sorted({*in_year, *written}, key=lambda year: -(year or 0))
    return [Year(year, in_year.get(year, []), written.get(year, [])) for year in years]


def life(person: Person) -> list[str]:
    """Born on 26 June 1959 · died …, at the age of 77 · USA"""
    return [*dates_of_life(person), *countries.listed(person.country)]


def dates_of_life(person: Person) -> list[str]:
    found = []
    if person.born_on:
        found.append(_("Born on %(day)s") % {"day": full_day(person.born_on)})
    if person.died_on:
        died = _("died on %(day)s") % {"day": full_day(person.died_on)}
        if person.born_on:
            died += " " + _("at the age of %(years)s") % {"years": age(person.born_on, on=person.died_on)}
        found.append(died)
    return found


def full_day(value: date) -> str:
    """Without the day of the week."""
    return words.day(value).partition(", ")[2]


def age(born_on: date, *, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
