"""Real pages of TVmaze, five years apart: everything that changed is seen here, and nothing doubles."""

import os
from pathlib import Path

import pytest

from staffellauf.catalogue import provenance, queries
from staffellauf.catalogue.models import Series, StatusChange, Topic
from staffellauf.sources import runs
from staffellauf.sources.models import ImportRun
from staffellauf.sources.reading import Options
from staffellauf.sources.records import SeriesRecord
from staffellauf.sources.tvmaze import read
from tests.sources import imports

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
THEN, NOW = (SHARED / "tvmaze" / f"shows-page0_{month}.json" for month in ("2020-04", "2025-08"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not THEN.is_file(), reason="the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA"
    ),
]


def carry_out(path: Path) -> ImportRun:
    reading = runs.importer("tvmaze").open(str(path), options=Options())
    return runs.carry_out(runs.begin("tvmaze", reading), reading)


def records(path: Path) -> dict[str, SeriesRecord]:
    return {one.ids["tvmaze"]: one for one in read.read_file(path) if isinstance(one, SeriesRecord)}


def by_id(number: str) -> Series:
    return Series.objects.get(external_ids__scheme="tvmaze", external_ids__value=number)


def test_every_change_is_applied_and_nothing_doubles():
    assert imports.counts(carry_out(THEN)) == {"created": 163}
    topics = Topic.objects.filter(kind="series").count()
    carry_out(NOW)

    assert Topic.objects.filter(kind="series").count() == topics == 163
    for number, record in records(NOW).items():
        series = by_id(number)
        assert {name: getattr(series, name) for name in record.fields} == dict(record.fields)
        networks = {str(network) for network in series.organisations.all()}
        assert networks == {network.name for network in record.organisations or ()}
        assert {one.text for one in series.synopses.all()} == {one.text for one in record.synopses}
        assert {one.address for one in series.pictures.all()} == {one.address for one in record.pictures}


def test_either_page_again_is_unchanged():
    carry_out(THEN)
    carry_out(NOW)

    assert [imports.counts(carry_out(path)) for path in (THEN, NOW, THEN)] == [{"unchanged": 163}] * 3


def test_renamed_series_redirect_and_the_history_has_both_statuses():
    carry_out(THEN)
    carry_out(NOW)

    then, now = records(THEN), records(NOW)
    renamed = [number for number in then if then[number].name != now[number].name]
    assert len(renamed) == 2
    for former in ("star-wars-rebels", "beauty-and-the-beast"):
        found = queries.topic_by_slug("series", former)
        assert found is not None and found.name in {now[number].name for number in renamed}
    moved_on = [number for number in then if then[number].fields["status"] != now[number].fields["status"]]
    assert len(moved_on) == 26
    for number in moved_on:
        history = list(StatusChange.objects.filter(series=by_id(number)).values_list("status", "source"))
        assert history == [(page[number].fields["status"], "tvmaze") for page in (then, now)]


def test_an_editors_corrections_stay():
    carry_out(THEN)
    now = records(NOW)
    number = next(n for n, record in records(THEN).items() if now[n].fields["status"] != record.fields["status"])
    series = by_id(number)
    series.status, series.name = "cancelled", "Von der Redaktion"
    provenance.claim_changes(series, ["status", "name"])
    series.save()

    carry_out(NOW)

    series = by_id(number)
    assert (series.status, series.name) == ("cancelled", "Von der Redaktion")
    assert series.rating == now[number].fields["rating"]
