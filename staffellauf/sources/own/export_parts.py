"""What a series is made of, as records: read for many series at once, each in an order that needs no row numbers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F

from staffellauf.catalogue.models import Credit, Episode, Relation, Release, Role, Season, Series, StatusChange, Work
from staffellauf.common.vague import Precision, Vague
from staffellauf.sources.own import read, write
from staffellauf.sources.own.shapes import Checked, Shape
from staffellauf.sources.records import (
    CreditRecord,
    EpisodeRecord,
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    RelationRecord,
    ReleaseRecord,
    RoleRecord,
    SeasonRecord,
    StatusRecord,
    TopicRecord,
    WorkRecord,
)

NUMBERS = ("tvmaze_id", "tmdb_id", "tvdb_id")
# Said by leaving them out.
SILENT: tuple[Any, ...] = (None, "", "unknown")

# Any in this file: rows of several models, and what records take.
Rows = defaultdict[int, list[Any]]


def load(series: Mapping[int, Any], without: frozenset[str]) -> dict[int, dict[str, Any]]:
    """The parts of each series, as a SeriesRecord takes them."""
    loaded = _Loaded(series, without)
    return {pk: loaded.of(row) for pk, row in series.items()}


def grouped(rows: Iterable[Any], by: str, *order: str) -> Rows:
    """Rows by what they belong to, each list in order; None comes last."""
    found: Rows = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    for group in found.values():
        group.sort(key=lambda row: [_place(getattr(row, name)) for name in order])
    return found


def _place(value: Any) -> tuple[Any, ...]:
    return (1,) if value is None else (0, value)


def source_of(row: Any, source: str) -> str:
    """The row's source, if it is another than that of what it belongs to."""
    return "" if row.source == source else str(row.source)


def stated(
    row: Any, columns: Mapping[str, str], without: Collection[str], *, shapes: Mapping[str, Shape]
) -> dict[str, Any]:
    """The fields that say something, may be passed on and can be read again."""
    found = {}
    for name, key in columns.items():
        value = getattr(row, name)
        if value in SILENT or row.source_of(name) in without:
            continue
        checked = Checked(read.KNOWN_SOURCES)
        shapes[key].read(write.column(key, value), key, checked)
        if not checked.problems:
            found[name] = value
    return found


class _Loaded:
    def __init__(self, series: Collection[int], without: frozenset[str]) -> None:
        self.without = without
        self._load_groups(series)
        self.statuses = grouped(
            StatusChange.objects.filter(series_id__in=series).exclude(source__in=without),
            "series_id", "recorded_at", "status",
        )  # fmt: skip
        self.seasons = self._rows(Season.objects.filter(series_id__in=series), "series_id", "number")
        self.season_numbers = {row.pk: row.number for rows in self.seasons.values() for row in rows}
        self.episodes = self._rows(
            Episode.objects.filter(season_id__in=list(self.season_numbers)),
            "season_id", "number", "aired_on", "name", "original_title", "tvmaze_id", "pk",
        )  # fmt: skip
        self.titles = {
            row.pk: (row.number, row.name or row.original_title) for rows in self.episodes.values() for row in rows
        }
        self._load_cast(series)
        self._load_relations(series)
        self._load_releases(series)

    def _rows(self, rows: Any, by: str, *order: str) -> Rows:
        return grouped(rows.exclude(source__in=self.without), by, *order)

    def _load_groups(self, series: Collection[int]) -> None:
        self.groups: dict[str, Rows] = {}
        for what, name in (("organisations", "organisation"), ("franchises", "franchise")):
            links = getattr(Series, what).through._base_manager.filter(series_id__in=series)
            named = links.annotate(slug=F(f"{name}__slug"), name=F(f"{name}__name"))
            self.groups[what] = grouped(named, "series_id", "slug")

    def _load_cast(self, series: Collection[int]) -> None:
        who = {"person_slug": F("person__slug"), "person_name": F("person__name")}
        roles = Role.objects.filter(series_id__in=series).annotate(**who)
        credits_given = Credit.objects.filter(series_id__in=series).annotate(**who)
        self.roles = self._rows(roles, "series_id", "order", "person_slug", "character")
        self.credits = self._rows(credits_given, "series_id", "order", "job", "person_slug", "title")
        self.seasons_of = self._links(Role.seasons.through, "role", "season", series)
        self.guests = self._of_episodes(Role.episodes.through, "role", series, rows=self.roles)
        self.crews = self._of_episodes(Credit.episodes.through, "credit", series, rows=self.credits)
        self.with_episodes = {
            row.pk for crew in (*self.guests.values(),) for row in crew if row.billing == Role.Billing.GUEST
        }
        self.credits_with_episodes = {row.pk for crew in self.crews.values() for row in crew}

    def _links(self, through: Any, one: str, other: str, series: Collection[int]) -> defaultdict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        links = through._base_manager.filter(**{f"{one}__series_id__in": series})
        for key, value in links.values_list(f"{one}_id", f"{other}_id"):
            found[key].append(value)
        return found

    def _of_episodes(self, through: Any, one: str, series: Collection[int], *, rows: Rows) -> Rows:
        """Episode to its rows, in the order that these have in their series."""
        episodes = self._links(through, one, "episode", series)
        found: Rows = defaultdict(list)
        for row in (row for group in rows.values() for row in group):
            for episode in episodes.get(row.pk, ()):
                found[episode].append(row)
        return found

    def _load_relations(self, series: Collection[int]) -> None:
        to = {
            "to_slug": F("to_series__slug"),
            "to_name": F("to_series__name"),
            "to_title": F("to_work__title"),
            "to_year": F("to_work__year"),
        }
        self.relations = self._rows(
            Relation.objects.filter(series_id__in=series).annotate(**to).select_related("to_work"),
            "series_id", "kind", "to_slug", "to_title", "to_year",
        )  # fmt: skip
        works = {row.to_work_id for rows in self.relations.values() for row in rows if row.to_work_id}
        links = Work.authors.through._base_manager.filter(work_id__in=works)
        self.authors = grouped(links.annotate(slug=F("person__slug"), name=F("person__name")), "work_id", "slug")

    def _load_releases(self, series: Collection[int]) -> None:
        by = {"organisation_slug": F("organisation__slug"), "organisation_name": F("organisation__name")}
        # Any: rows that learn where they belong, in numbers that every database gives alike.
        rows: list[Any] = list(
            Release.objects.filter(series_id__in=series).exclude(source__in=self.without).annotate(**by)
        )
        for row in rows:
            row.season_number = self.season_numbers.get(row.season_id)
            row.episode_number, row.episode_name = self.titles.get(row.episode_id, (None, ""))
        places = ("season_number", "episode_number", "episode_name", "organisation_slug")
        self.releases = grouped(rows, "series_id", *places, "kind", "version", "first_on", "last_on", "starts_at")

    def of(self, series: Any) -> dict[str, Any]:
        pk, source = series.pk, series.source
        seasons = self.seasons[pk]
        roles = [row for row in self.roles[pk] if row.pk not in self.with_episodes]
        crew = [row for row in self.credits[pk] if row.pk not in self.credits_with_episodes]
        lists = {
            "organisations": [_named(OrganisationRecord, row, source) for row in self.groups["organisations"][pk]],
            "franchises": [_named(FranchiseRecord, row, source) for row in self.groups["franchises"][pk]],
            "seasons": [
                SeasonRecord(row.number, self._stated(row, SEASON), **self._row(row, source)) for row in seasons
            ],
            "episodes": [self._episode(row, source) for season in seasons for row in self.episodes[season.pk]],
            "roles": [self._role(row, source) for row in roles],
            "credits": [self._credit(row, source) for row in crew],
            "relations": [self._relation(row, source) for row in self.relations[pk]],
            "releases": [self._release(row, source) for row in self.releases[pk]],
        }
        statuses = [
            StatusRecord(row.status, row.since, source_of(row, source), row.recorded_at) for row in self.statuses[pk]
        ]
        return {name: tuple(rows) or None for name, rows in lists.items()} | {"statuses": tuple(statuses)}

    def _stated(self, row: Any, names: Iterable[str]) -> dict[str, Any]:
        stated = {name: getattr(row, name) for name in names}
        return {
            name: value
            for name, value in stated.items()
            if value not in SILENT and (not self.without or row.source_of(name) not in self.without)
        }

    def _row(self, row: Any, source: str) -> dict[str, Any]:
        origin = {name: key for name, key in row.origin.items() if key not in self.without} if row.origin else {}
        return {"source": source_of(row, source), "origin": origin}

    def _season(self, row: Any, source: str) -> SeasonRecord:
        return SeasonRecord(row.number, self._stated(row, SEASON), **self._row(row, source))

    def _episode(self, row: Any, source: str) -> EpisodeRecord:
        fields = self._stated(row, EPISODE)
        if row.kind == Episode.Kind.REGULAR:
            fields.pop("kind", None)
        return EpisodeRecord(
            self.season_numbers[row.season_id],
            row.number,
            fields,
            roles=tuple(self._role(role, source) for role in self.guests.get(row.pk, ())) or None,
            credits=tuple(self._credit(credit, source) for credit in self.crews.get(row.pk, ())) or None,
            **self._row(row, source),
        )

    def _role(self, row: Any, source: str) -> RoleRecord:
        seasons = sorted(self.season_numbers[pk] for pk in self.seasons_of[row.pk] if pk in self.season_numbers)
        return RoleRecord(
            _person(row, source),
            row.character,
            billing=row.billing,
            order=row.order,
            is_voice=row.is_voice,
            is_self=row.is_self,
            seasons=tuple(seasons),
            **self._row(row, source),
        )

    def _credit(self, row: Any, source: str) -> CreditRecord:
        return CreditRecord(_person(row, source), row.job, title=row.title, order=row.order, **self._row(row, source))

    def _relation(self, row: Any, source: str) -> RelationRecord:
        if row.to_work_id is None:
            return RelationRecord(row.kind, ids={"own": row.to_slug}, name=row.to_name, **self._row(row, source))
        work = row.to_work
        authors = tuple(_named(PersonRecord, author, source) for author in self.authors[work.pk])
        made = WorkRecord(
            work.kind,
            work.title,
            original_title=work.original_title,
            year=work.year,
            wikidata_id=work.wikidata_id,
            authors=authors,
            **self._row(work, source),
        )
        return RelationRecord(row.kind, work=made, **self._row(row, source))

    def _release(self, row: Any, source: str) -> ReleaseRecord:
        place = {"slug": row.organisation_slug, "name": row.organisation_name}
        organisation = OrganisationRecord(source, place["name"], {"own": place["slug"]}) if place["slug"] else None
        return ReleaseRecord(
            row.kind,
            Vague(row.first_on, row.last_on, Precision(row.precision), row.starts_at),
            season=row.season_number,
            episode=row.episode_number,
            episode_name=row.episode_name if row.episode_number is None else "",
            version=row.version,
            organisation=organisation,
            territory=row.territory,
            broadcast_day=row.broadcast_day,
            available_until=row.available_until,
            **self._row(row, source),
        )


SEASON = (*read.SEASON_FIELDS, "tvmaze_id", "tmdb_id")
EPISODE = (*read.EPISODE_FIELDS, *NUMBERS)


def _named(made: type[TopicRecord], row: Any, source: str) -> Any:
    return made(source, row.name, {"own": row.slug})


def _person(row: Any, source: str) -> PersonRecord:
    return PersonRecord(source, row.person_name, {"own": row.person_slug})
