"""What calendars are told of one date: enough to say it again, or to take it back, when its rows are gone."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Self

from staffellauf.catalogue.models import Release

EXACT = (Release.Precision.MINUTE, Release.Precision.DAY)
MOMENTS, DAYS = ("at", "ends_at"), ("first_on", "last_on", "broadcast_day")


@dataclass(frozen=True, slots=True)
class Numbered:
    """An episode, as far as its place is said."""

    pk: int
    kind: str
    number: int | None
    last_number: int | None


@dataclass(frozen=True, slots=True)
class Told:
    uid: str
    """Without the site's name."""
    series_id: int
    series: str
    slug: str
    first_on: date
    last_on: date
    precision: str
    """A `Release.Precision`."""
    at: datetime | None = None
    ends_at: datetime | None = None
    broadcast_day: date | None = None
    kind: str = ""
    """A `Release.Kind`; empty for a showing."""
    version: str = ""
    season: int | None = None
    season_name: str = ""
    episodes: tuple[Numbered, ...] = ()
    """The first and the last."""
    title: str = ""
    """Of the only episode."""
    organisation_id: int | None = None
    organisation: str = ""
    is_start: bool = False
    """A season, or the whole series, begins."""
    is_premiere: bool = False
    is_repeat: bool = False
    sources: tuple[str, ...] = ()
    """Keys of data sources."""

    @property
    def is_vague(self) -> bool:
        return self.precision not in EXACT

    @property
    def is_showing(self) -> bool:
        return not self.kind

    @property
    def digest(self) -> str:
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    # Any: what JSON holds.
    def as_json(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in (*MOMENTS, *DAYS):
            if values[name] is not None:
                values[name] = values[name].isoformat()
        return values | {"episodes": [asdict(one) for one in self.episodes], "sources": list(self.sources)}

    # Any: what JSON holds.
    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        values = {field.name: kept[field.name] for field in fields(cls) if field.name in kept}
        for name in MOMENTS:
            if values.get(name):
                values[name] = datetime.fromisoformat(values[name]).astimezone(UTC)
        for name in DAYS:
            if values.get(name):
                values[name] = date.fromisoformat(values[name])
        values["episodes"] = tuple(Numbered(**one) for one in values.get("episodes", ()))
        values["sources"] = tuple(values.get("sources", ()))
        return cls(**values)
