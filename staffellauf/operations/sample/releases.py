"""When the series of the sample portal came and come out, and when they began and ended."""

from datetime import UTC, date, datetime, time

from staffellauf.catalogue.models import Organisation, Release, Season, Series, StatusChange
from staffellauf.catalogue.models.provenance import SAMPLE
from staffellauf.common import dates, vague
from staffellauf.operations.sample import files
from staffellauf.operations.sample.files import Row

# When nobody knows on which day a status began, its history begins here.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def make_releases(
    series: dict[str, Series], seasons: dict[tuple[str, int], Season], *, organisations: dict[str, Organisation]
) -> None:
    """The dates stand in the file as people write them: „Sommer 2026“."""
    rows: list[Row] = files.read("catalogue/releases.json")
    for row in rows:
        key = (row["series"], row.get("season", 0))
        if key[1] and key not in seasons:
            seasons[key] = Season.objects.create(series=series[row["series"]], number=row["season"], source=SAMPLE)
    Release.objects.bulk_create(
        Release(
            series=series[row["series"]],
            season=seasons.get((row["series"], row["season"])) if "season" in row else None,
            organisation=organisations[row["organisation"]],
            kind=row["kind"],
            version=row.get("version", ""),
            territory=row.get("territory", "DE"),
            source=SAMPLE,
            **columns(vague.parse(row["when"])),
        )
        for row in rows
    )


def columns(when: vague.Vague) -> dict[str, object]:
    """A vague date as a release stores it."""
    return {
        "first_on": when.first,
        "last_on": when.last,
        "precision": when.precision.value,
        "starts_at": when.at,
        "broadcast_day": dates.broadcast_day(when.at) if when.at else None,
    }


def make_status_changes(rows: list[Row], series: dict[str, Series]) -> None:
    """The history of a status, oldest first; a change is recorded on the day it says."""
    StatusChange.objects.bulk_create(
        StatusChange(
            series=series[row["slug"]],
            status=change["status"],
            since=change.get("since"),
            source=SAMPLE,
            recorded_at=midday(change.get("since")),
        )
        for row in rows
        for change in row.get("status_changes", [])
    )


def midday(since: str | None) -> datetime:
    return datetime.combine(date.fromisoformat(since), time(12), tzinfo=UTC) if since else LONG_AGO
