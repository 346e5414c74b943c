from datetime import UTC, date, datetime
from typing import Any

import pytest

from staffellauf.sources import fetching
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.records import PersonRecord, Refused, SeriesRecord
from staffellauf.sources.tmdb import fetch, importer
from tests.sources import tmdb_answers
from tests.standins import answers

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.abc-DEF_123"


# Any: records, whose ids a test knows to be there.
def every(reading, skip=0) -> list[Any]:
    return list(reading.records(skip))


@pytest.fixture
def tmdb(settings, monkeypatch, tmp_path):
    with answers.serve({}) as api:
        settings.TMDB_URL = f"{api.url}/3"
        settings.TMDB_KEY = KEY
        settings.IMPORT_ALLOW_LOCAL = True
        settings.DATA = tmp_path
        monkeypatch.setattr(fetching, "LIMITS", {})
        yield api


def serve_series(api, number=9001, seasons=2):
    """Appends what is asked for, as TMDB does."""
    listed = [{"id": 70 + n, "season_number": n, "name": f"Staffel {n}"} for n in range(1, seasons + 1)]
    whole = tmdb_answers.series(id=number, seasons=listed) | {
        f"season/{n}": {"season_number": n, "episodes": [tmdb_answers.episode(n, 1, number * 100 + n)]}
        for n in range(1, seasons + 1)
    }
    appendable = {*fetch.APPENDED, *(key for key in whole if key.startswith("season/"))}

    def answer(query):
        asked = query["append_to_response"].split(",")
        assert len(asked) <= 20
        return {key: value for key, value in whole.items() if key not in appendable or key in asked}

    api.answers[f"/3/tv/{number}"] = answer


def test_a_series_comes_whole_in_one_question_and_one_for_each_twenty_seasons(tmdb):
    serve_series(tmdb, seasons=25)

    reading = importer.open("show:9001", options=Options())

    (found,) = reading.records(0)
    assert isinstance(found, SeriesRecord) and not found.is_partial
    assert len(found.episodes or ()) == 25
    assert len(tmdb.asked) == 3
    assert {asked.query["language"] for asked in tmdb.asked} == {"de-DE"}
    assert reading.total == 1 and list(reading.records(1)) == []


def test_a_key_goes_with_the_question_and_a_token_in_the_header(tmdb, settings):
    serve_series(tmdb)
    importer.open("show:9001", options=Options())
    settings.TMDB_KEY = TOKEN
    importer.open("show:9001", options=Options())

    assert tmdb.asked[0].query["api_key"] == KEY and "authorization" not in tmdb.asked[0].headers
    assert tmdb.asked[-1].headers["authorization"] == f"Bearer {TOKEN}" and "api_key" not in tmdb.asked[-1].query


@pytest.mark.parametrize("key", [KEY, TOKEN])
def test_the_key_is_in_no_error_and_no_address(tmdb, settings, caplog, key):
    settings.TMDB_KEY = key
    caplog.set_level("DEBUG")

    with pytest.raises(fetching.SourceUnavailable) as raised:
        importer.open("show:1", options=Options())

    assert "TMDB" in str(raised.value)
    assert key not in str(raised.value) and key not in caplog.text


def test_an_address_with_a_key_in_it_is_not_repeated(tmdb):
    with pytest.raises(WrongAddress) as raised:
        importer.open(f"https://api.themoviedb.org/3/tv/1?api_key={KEY}", options=Options())

    assert KEY not in str(raised.value) and "show:1399" in str(raised.value)


@pytest.mark.parametrize(
    ("key", "words"), [("", "key of your own"), ("secret\nX: y", "neither"), ("0123", "neither"), ("ä" * 32, "neither")]
)
def test_without_a_usable_key_the_error_says_what_to_do(settings, key, words):
    settings.TMDB_KEY = key

    with pytest.raises(fetching.SourceUnavailable) as raised:
        importer.open("show:1", options=Options())

    assert words in str(raised.value) and not (key and key in str(raised.value))


def test_changes_are_asked_page_by_page_and_each_series_fetched(tmdb):
    serve_series(tmdb, 9001)
    serve_series(tmdb, 9005)
    pages = {"1": [{"id": 9005}, {"id": 9001}, {"id": None}], "2": [{"id": 9001}, {"id": 9009, "adult": False}]}
    tmdb.answers["/3/tv/changes"] = lambda query: {"results": pages[query["page"]], "total_pages": 2}

    reading = importer.open("changes", options=Options(since_at=datetime.now(UTC)))

    assert reading.total == 3
    first, second, gone = every(reading)
    assert (first.ids["tmdb"], second.ids["tmdb"]) == ("9001", "9005")
    assert isinstance(gone, Refused) and "any more" in gone.reason


def test_an_interrupted_run_goes_on_with_the_same_changes(tmdb):
    for number in (9001, 9005):
        serve_series(tmdb, number)
    tmdb.answers["/3/tv/changes"] = {"results": [{"id": 9001}, {"id": 9005}], "total_pages": 1}
    interrupted = importer.open("changes", options=Options())
    next(interrupted.records(0))
    tmdb.answers["/3/tv/changes"] = {"results": [{"id": 9999}], "total_pages": 1}

    again = importer.open("changes", options=Options())

    assert again.digest == interrupted.digest
    assert [record.ids["tmdb"] for record in every(again, 1)] == ["9005"]


def test_a_long_time_is_asked_for_in_fortnights(tmdb):
    tmdb.answers["/3/tv/changes"] = {"results": [], "total_pages": 0}

    fetch.changes(date(2026, 1, 1), date(2026, 1, 31))

    spans = [(asked.query["start_date"], asked.query["end_date"]) for asked in tmdb.asked]
    assert spans == [("2026-01-01", "2026-01-14"), ("2026-01-15", "2026-01-28"), ("2026-01-29", "2026-01-31")]


def test_a_text_file_names_series_by_their_numbers(tmdb, tmp_path):
    serve_series(tmdb, 9001)
    path = tmp_path / "series.txt"
    path.write_text("# ours\n9001\n\n9001  # twice\n")

    reading = importer.open(str(path), options=Options())

    assert reading.total == 1
    assert [record.ids["tmdb"] for record in every(reading)] == ["9001"]


def test_a_text_file_with_something_else_is_refused(tmdb, tmp_path):
    path = tmp_path / "series.txt"
    path.write_text("9001\nDark\n")

    with pytest.raises(WrongAddress, match="'Dark' is no number"):
        importer.open(str(path), options=Options())


def test_a_person_is_fetched_with_ids(tmdb):
    tmdb.answers["/3/person/5"] = {"id": 5, "name": "Iris Holm", "gender": 1, "external_ids": {"imdb_id": "nm0990005"}}

    (found,) = importer.open("person:5", options=Options()).records(0)

    assert isinstance(found, PersonRecord) and found.ids["imdb"] == "nm0990005"


def test_files_need_no_key(settings, tmp_path):
    settings.TMDB_KEY = ""
    (tmp_path / "a.json").write_text('[{"id": 1, "title": "A", "seasons": [], "desc": ""}, {"id": 2}]')

    reading = importer.open(str(tmp_path), options=Options())

    assert [type(item) for item in reading.records(0)] == [SeriesRecord, Refused]
    assert [type(item) for item in reading.records(1)] == [Refused]
    assert importer.open(str(tmp_path), options=Options(show_id=3)).digest != reading.digest


@pytest.mark.parametrize("address", ["shows", "show:", "show:1;2", "missing.json", "show:" + "9" * 30])
def test_anything_else_is_a_wrong_address(address):
    with pytest.raises(WrongAddress, match="show:1399"):
        importer.open(address, options=Options())
