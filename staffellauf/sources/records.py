"""What importers read, as the data source says it: one frozen dataclass per noun.

Readers make them and know no database; `apply` matches and writes them. Three rules:
- `fields` holds what the source states, under the names of the model's fields and with the model's types; what it
  does not mention is absent, what it says is unknown is None or "".
- A list (`episodes`, `roles` …) that is None is not stated. One that is given is complete: what this source gave
  before and does not give any more is taken away (`is_partial` says otherwise).
- Nothing in a record breaks a limit of the database: `sources.values` checks at the door.

A record says its `source` once, and its parts are that source's. Our own format passes on what others said: there a
part may name its own `source`, and `origin` the source of single fields, as the columns of `Sourced` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from staffellauf.common.vague import Vague

Ids = Mapping[str, str]
"""Scheme (`ExternalId.Scheme`) to id."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A data source that a file brings along; the first thing in it, before any record names its key."""

    key: str
    name: str
    licence: str = ""
    licence_address: str = ""
    address: str = ""
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not be read."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class AliasRecord:
    name: str
    language: str = ""
    country: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SynopsisRecord:
    language: str
    text: str
    """Plain text."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PictureRecord:
    kind: str
    address: str
    holder: str = ""
    licence: str = ""
    credit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What every topic has. `name` is as the source calls it; it is stored when `fields` holds it too."""

    source: str
    """Key of the DataSource."""
    name: str
    ids: Ids = field(default_factory=dict)
    """`own`, which no ExternalId has, is the slug: it finds the entry, and a new one gets it."""
    # Any: a model field's value.
    fields: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[AliasRecord, ...] | None = None
    synopses: tuple[SynopsisRecord, ...] = ()
    pictures: tuple[PictureRecord, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was left out of it, and why."""
    origin: Mapping[str, str] = field(default_factory=dict)
    other_ids: tuple[tuple[str, str], ...] = ()
    """More ids of schemes that `ids` has, as merged entries hold them."""
    version: int | None = None
    """The source's own count of its changes, such as the second of the last one; older records change nothing."""
    id_sources: Mapping[str, str] = field(default_factory=dict)
    """`tvmaze:82` to the source that gave the id, if it is another than the record's."""


@dataclass(frozen=True, slots=True)
class OrganisationRecord(TopicRecord):
    pass


@dataclass(frozen=True, slots=True)
class FranchiseRecord(TopicRecord):
    pass


@dataclass(frozen=True, slots=True)
class PersonRecord(TopicRecord):
    pass


@dataclass(frozen=True, slots=True)
class RoleRecord:
    person: PersonRecord
    character: str
    billing: str = "main"
    order: int = 0
    is_voice: bool = False
    is_self: bool = False
    seasons: tuple[int, ...] = ()
    """Season numbers; none: not stated."""
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreditRecord:
    person: PersonRecord
    job: str
    """A `Credit.Job`."""
    title: str = ""
    order: int = 0
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeasonRecord:
    number: int
    # Any: as in TopicRecord.
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of Season, such as premiered_on; `tvmaze_id` and `tmdb_id` too."""
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    season: int
    number: int | None
    # Any: as in TopicRecord.
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of Episode, such as name, aired_on; `tvmaze_id`, `tmdb_id` and `tvdb_id` too."""
    roles: tuple[RoleRecord, ...] | None = None
    """Guests."""
    credits: tuple[CreditRecord, ...] | None = None
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """That it had a status; for sources that know the history and not only the present."""

    status: str
    since: date | None = None
    source: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkRecord:
    kind: str
    title: str
    original_title: str = ""
    year: int | None = None
    wikidata_id: str = ""
    authors: tuple[PersonRecord, ...] = ()
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RelationRecord:
    kind: str
    """A `Relation.Kind`."""
    ids: Ids = field(default_factory=dict)
    """Of the other series."""
    name: str = ""
    work: WorkRecord | None = None
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    kind: str
    """A `Release.Kind`."""
    when: Vague
    season: int | None = None
    episode: int | None = None
    """The episode's number in the season; None: the whole season."""
    version: str = ""
    organisation: OrganisationRecord | None = None
    territory: str = "DE"
    broadcast_day: date | None = None
    available_until: date | None = None
    episode_name: str = ""
    """Of an episode without a number: its name or original title."""
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeriesRecord(TopicRecord):
    """A series, whole or in part. With an empty `name` it only adds to a series that its ids find."""

    organisations: tuple[OrganisationRecord, ...] | None = None
    franchises: tuple[FranchiseRecord, ...] | None = None
    seasons: tuple[SeasonRecord, ...] | None = None
    episodes: tuple[EpisodeRecord, ...] | None = None
    roles: tuple[RoleRecord, ...] | None = None
    credits: tuple[CreditRecord, ...] | None = None
    relations: tuple[RelationRecord, ...] | None = None
    releases: tuple[ReleaseRecord, ...] | None = None
    status_on: date | None = None
    """Since when it has the status in `fields`, if the source says so."""
    statuses: tuple[StatusRecord, ...] = ()
    """Its history, oldest first; added to what is there."""
    is_partial: bool = False
    """Its lists are not complete: nothing is taken away."""


Record = SeriesRecord | PersonRecord | OrganisationRecord | FranchiseRecord
CLASSES: dict[str, type] = {
    made.__name__: made
    for made in (
        SourceRecord, AliasRecord, SynopsisRecord, PictureRecord, OrganisationRecord, FranchiseRecord, PersonRecord,
        RoleRecord, CreditRecord, SeasonRecord, EpisodeRecord, StatusRecord, WorkRecord, RelationRecord, ReleaseRecord,
        SeriesRecord, Vague,
    )
}  # fmt: skip


# Any: what JSON holds, here and below.
def dump(value: Any) -> Any:
    """The record as JSON can hold it; `load` makes it again."""
    if is_dataclass(value) and not isinstance(value, type):
        stated = {f.name: dump(getattr(value, f.name)) for f in fields(value)}
        return {"@": type(value).__name__} | stated
    if isinstance(value, Mapping):
        return {key: dump(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    if isinstance(value, datetime):
        return {"@": "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {"@": "date", "value": value.isoformat()}
    if isinstance(value, time):
        return {"@": "time", "value": value.isoformat()}
    if isinstance(value, Decimal):
        return {"@": "decimal", "value": str(value)}
    return value


LOADERS = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
}


def load(value: Any) -> Any:
    """What `dump` wrote, as records again."""
    if isinstance(value, list):
        return tuple(load(item) for item in value)
    if not isinstance(value, dict):
        return value
    name = value.get("@")
    if name in LOADERS:
        return LOADERS[name](value["value"])
    stated = {key: load(item) for key, item in value.items() if key != "@"}
    return CLASSES[name](**stated) if name in CLASSES else stated
