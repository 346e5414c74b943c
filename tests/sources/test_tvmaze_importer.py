"""Whatever is named on the command line is opened, read on where it was left, and fetched politely."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from staffellauf.catalogue.models import Series
from staffellauf.sources import fetching
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.records import Refused, SeriesRecord
from staffellauf.sources.tvmaze import fetch, importer
from tests.standins import tvmaze


@pytest.fixture
def service(settings, monkeypatch, tmp_path):
    settings.IMPORT_ALLOW_LOCAL = True
    settings.DATA = tmp_path / "data"
    monkeypatch.setattr(fetching, "LIMITS", {})
    with tvmaze.start() as running:
        settings.TVMAZE_URL = running.url
        yield running


def ids(records) -> list[str]:
    return [record.what if isinstance(record, Refused) else record.ids["tvmaze"] for record in records]


def page_file(folder: Path, name: str, *numbers: int) -> Path:
    path = folder / name
    path.write_text(json.dumps([tvmaze.SHOWS[number] for number in numbers]))
    return path


# --- asking


def test_pages_are_asked_until_there_are_no_more(service):
    assert [(number, len(page)) for number, page in fetch.pages()] == [(0, 2), (1, 1)]
    assert service.asked == ["/shows?page=0", "/shows?page=1", "/shows?page=2"]


def test_a_show_comes_with_all_that_belongs_to_it_in_one_call(service):
    assert sorted(fetch.show(7)["_embedded"]) == sorted(fetch.EMBEDS)
    assert len(service.asked) == 1


def test_changes_and_schedules_are_asked_as_the_api_wants_it(service):
    assert fetch.updates("week") == {8: 1700000008, 7: 1700000007}
    assert fetch.updates() == {8: 1700000008, 7: 1700000007, 99: 1600000000}
    assert len(fetch.schedule("DE", date(2026, 1, 23))) == 1
    assert len(fetch.web_schedule(date(2026, 1, 23), country="")) == 1
    assert service.asked == [
        "/updates/shows?since=week",
        "/updates/shows",
        "/schedule?country=DE&date=2026-01-23",
        "/schedule/web?date=2026-01-23&country=",
    ]


# --- files


def test_a_file_is_read_on_behind_what_is_done(tmp_path):
    path = page_file(tmp_path, "shows.json", 7, 8, 260)

    reading = importer.open(str(path), options=Options())

    assert (reading.total, reading.address) == (3, str(path))
    assert ids(reading.records(0)) == ["7", "8", "260"]
    assert ids(reading.records(2)) == ["260"]


def test_a_folder_and_several_files_are_read_in_their_order(tmp_path):
    second, first = page_file(tmp_path, "b.json", 8), page_file(tmp_path, "a.json", 7)
    (tmp_path / "notes.txt").write_text("nothing")

    assert ids(importer.open(str(tmp_path), options=Options()).records(0)) == ["7", "8"]
    assert ids(importer.open([str(second), str(first)], options=Options()).records(0)) == ["8", "7"]


def test_a_file_is_known_by_what_it_holds_and_the_series_it_is_read_for(tmp_path):
    path, same = page_file(tmp_path, "a.json", 7), page_file(tmp_path, "b.json", 7)
    digest = importer.open(str(path), options=Options()).digest

    assert importer.open(str(same), options=Options()).digest == digest
    assert importer.open(str(path), options=Options(show_id=8)).digest != digest
    page_file(tmp_path, "a.json", 8)
    assert importer.open(str(path), options=Options()).digest != digest


def test_a_list_belongs_to_the_series_that_is_named(tmp_path):
    path = tmp_path / "akas.json"
    path.write_text(json.dumps(tvmaze.EMBEDS["akas"]))

    (record,) = importer.open(str(path), options=Options(show_id=7)).records(0)

    assert isinstance(record, SeriesRecord) and record.ids == {"tvmaze": "7"} and len(record.aliases or ()) == 2


@pytest.mark.parametrize(
    "address", ["nothing.json", "show:x", "show:", "schedule:de:2026-01-23", "schedule:DE:2026-13-01", "ftp://x", ""]
)
def test_what_cannot_be_read_is_answered_with_what_can(address):
    with pytest.raises(WrongAddress):
        importer.open(address, options=Options())


def test_an_empty_folder_says_what_it_would_read(tmp_path):
    with pytest.raises(WrongAddress, match=r"no file that ends in \.json, \.json\.gz"):
        importer.open(str(tmp_path), options=Options())


# --- the network


def test_one_show_and_one_schedule_are_each_one_call(service):
    show = importer.open("show:7", options=Options())
    schedule = importer.open("schedule:DE:2026-01-23", options=Options())
    streamed = importer.open("schedule:web:2026-01-23", options=Options())

    assert [ids(reading.records(0)) for reading in (show, schedule, streamed)] == [["7"], ["7"], ["8"]]
    assert (show.total, len(service.asked)) == (1, 3)


def test_an_address_of_the_api_is_read_as_what_it_answers(service):
    reading = importer.open(f"{service.url}/shows/7/cast", options=Options(show_id=8))

    (record,) = reading.records(0)
    assert isinstance(record, SeriesRecord) and record.ids == {"tvmaze": "7"} and len(record.roles or ()) == 3


def test_a_show_that_is_not_there_is_told(service):
    with pytest.raises(fetching.NotFound, match="Page not found"):
        importer.open("show:12345", options=Options())


def test_the_index_interrupted_does_not_ask_again_for_what_it_has(service):
    reading = importer.open("shows", options=Options())
    begun = reading.records(0)
    assert ids([next(begun), next(begun), next(begun)]) == ["7", "8", "260"]
    service.asked.clear()

    again = importer.open("shows", options=Options())

    assert again.digest == reading.digest
    assert ids(again.records(2)) == ["260"]
    assert service.asked == ["/shows?page=2"]


def test_the_index_begun_anew_asks_for_everything(service):
    list(importer.open("shows", options=Options()).records(0))
    service.asked.clear()

    assert ids(importer.open("shows", options=Options()).records(0)) == ["7", "8", "260"]
    assert len(service.asked) == 3


def test_an_interrupted_index_a_day_old_counts_no_more(service, monkeypatch):
    reading = importer.open("shows", options=Options())
    next(reading.records(0))
    tomorrow = time.time() + 25 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: tomorrow)

    assert importer.open("shows", options=Options()).digest != reading.digest


def test_changed_shows_come_whole_and_those_gone_are_refused(service):
    service.bodies["/updates/shows"] = json.dumps({"99": 3, "8": 2, "7": 1}).encode()

    reading = importer.open("updates", options=Options(since="day"))
    records = list(reading.records(0))

    assert reading.total == 3
    assert ids(records) == ["7", "8", "show 99"]
    assert isinstance(records[0], SeriesRecord) and len(records[0].episodes or ()) == 3
    assert ids(reading.records(2)) == ["show 99"]


def test_changes_since_the_last_run_are_asked_for_no_further_back_than_needed(service):
    now = datetime.now(UTC)
    recent = int((now - timedelta(hours=4)).timestamp())
    service.bodies["/updates/shows"] = json.dumps({"7": recent, "8": recent - 86400}).encode()

    three_days = importer.open("updates", options=Options(since_at=now - timedelta(days=3)))
    hours = importer.open("updates", options=Options(since_at=now - timedelta(hours=5)))
    years = importer.open("updates", options=Options(since_at=now - timedelta(days=900)))
    never = importer.open("updates", options=Options())

    assert [reading.total for reading in (three_days, hours, years, never)] == [2, 1, 2, 2]
    assert service.asked == [
        "/updates/shows?since=week", "/updates/shows?since=day", "/updates/shows", "/updates/shows?since=week"
    ]  # fmt: skip


def test_changes_interrupted_are_those_that_were_begun_with(service):
    reading = importer.open("updates", options=Options(since="week"))
    next(reading.records(0))
    service.bodies["/updates/shows"] = b'{"260": 1800000000}'

    again = importer.open("updates", options=Options(since="week"))

    assert (again.digest, again.total) == (reading.digest, reading.total)
    assert ids(again.records(1)) == ["8"]


@pytest.mark.parametrize("since", ["year", "yesterday"])
def test_changes_reach_back_a_day_a_week_or_a_month(service, since):
    with pytest.raises(WrongAddress, match="expected day, week or month"):
        importer.open("updates", options=Options(since=since))


# --- through the command


@pytest.mark.django_db
def test_the_command_brings_the_index_then_what_changed_then_nothing_new(service, capsys):
    def imported(*address: str) -> dict[str, int]:
        call_command("import", "tvmaze", *address, "--json")
        said = json.loads(capsys.readouterr().out)
        return {name: said[name] for name in ("created", "changed", "unchanged", "refused")}

    assert imported("shows") == {"created": 3, "changed": 0, "unchanged": 0, "refused": 0}
    assert imported("shows") == {"created": 0, "changed": 0, "unchanged": 3, "refused": 0}
    assert imported("updates", "--since", "week") == {"created": 0, "changed": 1, "unchanged": 1, "refused": 0}
    assert imported("updates", "--since", "week") == {"created": 0, "changed": 0, "unchanged": 2, "refused": 0}

    found = Series.objects.get(external_ids__scheme="tvmaze", external_ids__value="7")
    assert (found.name, found.original_title) == ("Fjordlicht", "Fjordlys")
    assert sorted(found.roles.values_list("person__name", "character")) == [
        ("Kari Berg", "Astrid"), ("Kari Berg", "Ingrid"), ("Liv Dahl", "Olav")
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_index_that_breaks_off_goes_on_where_it_stopped(service, capsys, monkeypatch):
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: None)
    service.bodies["/shows"] = b"<html>"
    with pytest.raises(CommandError, match="did not answer with JSON"):
        call_command("import", "tvmaze", "shows")
    del service.bodies["/shows"]

    call_command("import", "tvmaze", "shows", "--json")

    assert json.loads(capsys.readouterr().out)["created"] == 3
