"""The catalogue of the sample portal, from JSON to rows."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from staffellauf.catalogue import actions
from staffellauf.catalogue.models import (
    Alias,
    Credit,
    Episode,
    ExternalId,
    Franchise,
    Organisation,
    Person,
    Relation,
    Role,
    Season,
    Series,
    Topic,
    TopicKind,
    Work,
)
from staffellauf.catalogue.models.provenance import SAMPLE
from staffellauf.operations.sample import files, releases
from staffellauf.operations.sample.files import Row

# By kind and slug.
Stored = dict[tuple[str, str], Topic]
T = TypeVar("T", bound=Topic)

COMMON = ("slug", "name", "summary", "hue")
SERIES = (
    "original_title", "original_language", "countries", "status", "start_year", "end_year", "premiered_on", "ended_on",
    "format", "genres", "fsk", "runtime_min",
)  # fmt: skip
ORGANISATION = ("type", "country")
SEASON = ("number", "name", "episode_count", "start_year")
EPISODE = ("number", "name", "original_title", "runtime_min")
WORK = ("kind", "title", "original_title", "year")


def load() -> Stored:
    people = make_topics(Person, files.read("catalogue/people.json"), keys=("sort_name",))
    franchises = make_topics(Franchise, files.read("catalogue/franchises.json"))
    organisations = make_topics(Organisation, files.read("catalogue/organisations.json"), keys=ORGANISATION)
    facts = files.read("catalogue/facts.json")
    rows = [row | facts.get(row["slug"], {}) for row in files.series()]
    series = make_topics(Series, rows, keys=SERIES)
    works = make_works(people)
    seasons = make_seasons(rows, series)
    make_cast(rows, series, people=people, seasons=seasons)
    link(rows, series, franchises=franchises, organisations=organisations)
    relate(rows, series, works=works)
    releases.make_status_changes(rows, series)
    releases.make_releases(series, seasons, organisations=organisations)
    found: list[Topic] = [*people.values(), *franchises.values(), *organisations.values(), *series.values()]
    return {(topic.kind, topic.slug): topic for topic in found}


def make_topics(model: type[T], rows: list[Row], *, keys: tuple[str, ...] = ()) -> dict[str, T]:
    """The rows of one kind with their aliases, ids elsewhere and search text, by slug.

    One by one: Django has no bulk insert for a table that inherits from another.
    """
    kind = TopicKind(model._meta.model_name or "")
    made = {row["slug"]: model(kind=kind, source=SAMPLE, **picked(row, COMMON + keys)) for row in rows}
    for topic in files.with_progress(list(made.values()), str(kind.label)):
        topic.save(force_insert=True)
    Alias.objects.bulk_create(
        Alias(topic_id=made[row["slug"]].pk, source=SAMPLE, **alias) for row in rows for alias in row.get("aliases", [])
    )
    ExternalId.objects.bulk_create(
        ExternalId(topic_id=made[row["slug"]].pk, kind=kind, scheme=scheme, value=value, source=SAMPLE)
        for row in rows
        for scheme, value in row.get("external_ids", {}).items()
    )
    for topic in made.values():
        actions.refresh_search_text(topic)
    return made


def make_works(people: dict[str, Person]) -> dict[str, Work]:
    rows: list[Row] = files.read("catalogue/works.json")
    works = Work.objects.bulk_create(Work(source=SAMPLE, **picked(row, WORK)) for row in rows)
    made = {row["slug"]: work for row, work in zip(rows, works, strict=True)}
    Work.authors.through.objects.bulk_create(
        Work.authors.through(work_id=made[row["slug"]].pk, person_id=people[author].pk)
        for row in rows
        for author in row.get("authors", [])
    )
    return made


def make_seasons(rows: list[Row], series: dict[str, Series]) -> dict[tuple[str, int], Season]:
    """Seasons with their episodes, by the series' slug and the season's number."""
    wanted = [(row["slug"], season) for row in rows for season in row.get("seasons", [])]
    seasons = Season.objects.bulk_create(
        Season(series_id=series[slug].pk, source=SAMPLE, **premiere(season), **picked(season, SEASON))
        for slug, season in wanted
    )
    Episode.objects.bulk_create(
        Episode(season=season, source=SAMPLE, aired_on=day(episode.get("aired_on")), **picked(episode, EPISODE))
        for (_, row), season in zip(wanted, seasons, strict=True)
        for episode in row.get("episodes", [])
    )
    return {(slug, row["number"]): season for (slug, row), season in zip(wanted, seasons, strict=True)}


def premiere(season: Row) -> dict[str, date | None]:
    """The first day of a season and its last, as its episodes say; the last only when all of them are known."""
    days = [day(episode.get("aired_on")) for episode in season.get("episodes", [])]
    is_whole = bool(days) and all(days) and len(days) == season.get("episode_count")
    return {"premiered_on": days[0] if days else None, "ended_on": days[-1] if is_whole else None}


def make_cast(
    rows: list[Row],
    series: dict[str, Series],
    *,
    people: dict[str, Person],
    seasons: dict[tuple[str, int], Season],
) -> None:
    """Who plays whom and who does what, in the order of the files."""
    wanted = [(row["slug"], order, role) for row in rows for order, role in enumerate(row.get("roles", []))]
    roles = Role.objects.bulk_create(
        Role(
            series_id=series[slug].pk,
            person_id=people[role["person"]].pk,
            order=order,
            source=SAMPLE,
            **picked(role, ("character", "billing")),
        )
        for slug, order, role in wanted
    )
    Role.seasons.through.objects.bulk_create(
        Role.seasons.through(role_id=role.pk, season_id=seasons[slug, number].pk)
        for (slug, _, row), role in zip(wanted, roles, strict=True)
        for number in row.get("seasons", [])
    )
    Credit.objects.bulk_create(
        Credit(
            series_id=series[row["slug"]].pk,
            person_id=people[credit["person"]].pk,
            job=credit["job"],
            order=order,
            source=SAMPLE,
        )
        for row in rows
        for order, credit in enumerate(row.get("credits", []))
    )


def link(
    rows: list[Row],
    series: dict[str, Series],
    *,
    franchises: dict[str, Franchise],
    organisations: dict[str, Organisation],
) -> None:
    Series.franchises.through.objects.bulk_create(
        Series.franchises.through(series_id=series[row["slug"]].pk, franchise_id=franchises[slug].pk)
        for row in rows
        for slug in row.get("franchises", [])
    )
    Series.organisations.through.objects.bulk_create(
        Series.organisations.through(series_id=series[row["slug"]].pk, organisation_id=organisations[slug].pk)
        for row in rows
        for slug in row.get("organisations", [])
    )


def relate(rows: list[Row], series: dict[str, Series], *, works: dict[str, Work]) -> None:
    Relation.objects.bulk_create(
        Relation(
            series_id=series[row["slug"]].pk,
            kind=relation["kind"],
            source=SAMPLE,
            to_series=series[relation["series"]] if "series" in relation else None,
            to_work=works[relation["work"]] if "work" in relation else None,
        )
        for row in rows
        for relation in row.get("relations", [])
    )


def picked(row: Row, keys: Iterable[str]) -> Row:
    return {key: row[key] for key in keys if key in row}


def day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
