"""Imports for tests: records straight into a run, and records that name only what a test is about."""

from typing import Any

from staffellauf.sources import runs
from staffellauf.sources.models import ImportRun
from staffellauf.sources.reading import Reading
from staffellauf.sources.records import (
    EpisodeRecord,
    OrganisationRecord,
    PersonRecord,
    RoleRecord,
    SeriesRecord,
)


def carry_out(*stated: Any, importer: str = "tvmaze", digest: str = "", is_dry_run: bool = False) -> ImportRun:
    """The records in one run, as an importer would hand them over."""
    reading = Reading(lambda skip: iter(stated[skip:]), len(stated), digest, "test")
    return runs.carry_out(runs.begin(importer, reading, is_dry_run=is_dry_run), reading)


def counts(run: ImportRun) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "refused", "doubtful")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


# Any: the fields of the record, here and below.
def series(name: str = "Hafenwache", *, number: int = 1, source: str = "tvmaze", **stated: Any) -> SeriesRecord:
    fields = {"name": name, "original_title": name, "start_year": 2020} | stated.pop("fields", {})
    ids = stated.pop("ids", {source: str(number)})
    return SeriesRecord(source=source, name=name, ids=ids, fields=fields, **stated)


def episode(
    season: int, number: int | None, title: str = "", *, source: str = "tvmaze", **fields: Any
) -> EpisodeRecord:
    return EpisodeRecord(season, number, {"original_title": title} | fields)


def person(name: str, *, source: str = "tvmaze", number: int | None = None, **fields: Any) -> PersonRecord:
    ids = {} if number is None else {source: str(number)}
    return PersonRecord(source=source, name=name, ids=ids, fields={"name": name} | fields)


def role(name: str, character: str, *, number: int | None = None, **stated: Any) -> RoleRecord:
    return RoleRecord(person(name, number=number), character, **stated)


def network(name: str, *, number: int, source: str = "tvmaze") -> OrganisationRecord:
    return OrganisationRecord(
        source=source, name=name, ids={source: f"networks/{number}"}, fields={"name": name, "type": "network"}
    )
