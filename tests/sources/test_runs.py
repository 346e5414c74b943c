"""Runs: broken off, tried dry, refused in part, gone on with."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffellauf.catalogue.models import (
    ExternalId,
    Person,
    Series,
)
from staffellauf.sources import runs
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.reading import Reading
from staffellauf.sources.records import (
    PersonRecord,
    Refused,
)
from tests import make
from tests.sources import imports

pytestmark = pytest.mark.django_db


def test_a_refused_record_and_a_broken_one_do_not_stop_the_rest():
    too_long = imports.series("Zu lang", number=3, fields={"original_language": "x" * 5_000, "fsk": 99_999_999})
    run = imports.carry_out(
        imports.series(number=1), Refused("Zeile 2", "kein JSON"), too_long, imports.series("B", number=2)
    )

    if connection.vendor == "postgresql":
        assert imports.counts(run) == {"created": 2, "refused": 2}
    assert run.state == ImportRun.State.FINISHED
    assert "kein JSON" in run.notes.filter(outcome=ImportNote.Outcome.REFUSED).values_list("reason", flat=True)


def test_records_that_the_database_refuses_together_are_written_one_by_one():
    real = runs.series.apply

    def refuses(stated, chunk, *, run):
        if any(record.name == "B" for record in stated):
            raise IntegrityError("no")
        return real(stated, chunk, run=run)

    with mock.patch.object(runs.series, "apply", refuses):
        run = imports.carry_out(*(imports.series(name, number=n) for n, name in enumerate("ABC")))

    assert imports.counts(run) == {"created": 2, "refused": 1}
    assert run.done == 3
    assert set(Series.objects.values_list("name", flat=True)) == {"A", "C"}


def test_a_dry_run_says_what_it_would_do_and_stores_nothing():
    run = imports.carry_out(imports.series(), imports.series("B", number=2), is_dry_run=True)

    assert imports.counts(run) == {"created": 2} and run.is_dry_run
    assert not Series.objects.exists() and not ExternalId.objects.exists()
    assert run.notes.count() == 2


def test_an_interrupted_run_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(runs, "CHUNK_RECORDS", 2)
    records = [imports.series(f"Serie {n}", number=n) for n in range(1, 8)]

    def breaks_off(skip):
        yield from records[skip:5]
        raise OSError("the line is dead")

    reading = Reading(breaks_off, 7, "abc", "shows")
    with pytest.raises(OSError, match="dead"):
        runs.carry_out(runs.begin("tvmaze", reading), reading)
    assert Series.objects.count() == 4

    whole = Reading(lambda skip: iter(records[skip:]), 7, "abc", "shows")
    run = runs.carry_out(runs.begin("tvmaze", whole), whole)

    assert ImportRun.objects.count() == 1
    assert (run.state, run.done, run.created) == ("finished", 7, 7)
    assert Series.objects.count() == 7


def test_one_import_of_a_source_runs_at_a_time():
    with runs._alone("tvmaze"), pytest.raises(runs.AlreadyRunning):
        with_other_connection()


def test_an_import_that_has_to_wait_leaves_no_run_that_seems_to_be_running():
    reading = Reading(lambda skip: iter(()), 0, "abc", "shows")
    taken = mock.patch.object(runs, "_alone", side_effect=runs.AlreadyRunning("tvmaze"))
    with taken, pytest.raises(runs.AlreadyRunning):
        runs.begin("tvmaze", reading)

    assert not ImportRun.objects.exists()


def test_people_and_networks_stand_for_themselves():
    record = PersonRecord(source="tvmaze", name="Ada Ahrens", ids={"tvmaze": "5"}, fields={"name": "Ada Ahrens"})
    born = PersonRecord(
        source="tvmaze",
        name="Ada Ahrens",
        ids={"tvmaze": "5"},
        fields={"name": "Ada Ahrens", "born_on": date(1980, 1, 2)},
    )

    outcomes = [imports.counts(imports.carry_out(one)) for one in (record, record, born)]

    assert outcomes == [{"created": 1}, {"unchanged": 1}, {"changed": 1}]
    assert Person.objects.get().sort_name == "Ahrens, Ada"


def test_the_number_of_queries_does_not_grow_with_the_records():
    def queries(count, start):
        records = [
            imports.series(
                f"Serie {n}", number=n, episodes=(imports.episode(1, 1, tvmaze_id=n),),
                roles=(imports.role(f"Person {n}", "Krug", number=n),),
            )
            for n in range(start, start + count)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            imports.carry_out(*records)
        return len(seen)

    assert queries(40, 1_000) < queries(4, 1) * 1.5


def with_other_connection() -> None:
    if connection.vendor == "postgresql":
        # An advisory lock is taken again by its own session: ask from another.
        other = connection.copy()
        try:
            with mock.patch.object(runs, "connection", other), runs._alone("tvmaze"):
                pass
        finally:
            other.close()
    else:
        with runs._alone("tvmaze"):
            pass


def test_showings_to_come_find_a_series_that_is_new():
    channel = make.organisation("Kanal 7")
    coming = make.showing(
        "Hafenwache", on=channel, at=timezone.now() + timedelta(days=2), season_number=1, episode_number=2
    )

    imports.carry_out(imports.series(episodes=(imports.episode(1, 2, "Flut", tvmaze_id=12),)))

    coming.refresh_from_db()
    assert (str(coming.series), str(coming.episode), coming.match) == ("Hafenwache", "Flut", "matched")
