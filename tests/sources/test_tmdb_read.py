import copy
import gzip
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffellauf.sources import records
from staffellauf.sources.records import OrganisationRecord, PersonRecord, Refused, SeriesRecord
from staffellauf.sources.tmdb import read
from tests.sources import tmdb_answers

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tmdb"
has_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared data in {SHARED}")


# Any: records, whose lists a test knows to be there.
def every(found) -> list[Any]:
    return list(found)


def one(document, asked=None) -> Any:
    (found,) = read.read(document, asked or read.Asked())
    return found


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"status_code": 7, "status_message": "Invalid API key."}, "TMDB answered: Invalid API key."),
        ({"id": 1, "title": "Ein Film", "release_date": "2001-01-01", "media_type": "movie"}, "is a film"),
        (
            {"id": 1, "name": "Wattfilm", "headquarters": "", "description": "", "parent_company": None},
            "production company",
        ),
        ({"id": 1, "name": "Wattfilm", "logo_path": None, "origin_country": "DE"}, "may be a network or"),
        ({"id": 1}, "nothing but a number"),
        ({"id": "a", "author": "jo", "content": "Gut."}, "is a review"),
        ({"id": 1, "cast": [{"id": 2, "name": "Ansel Pike", "character": "Tom"}], "crew": []}, "--show"),
        ({"id": 1, "season_number": 1, "name": "Staffel 1", "episode_count": 2}, "--show"),
        ({"id": 1, "season_number": 1, "episode_number": 2, "name": "Nebel"}, "--show"),
        ({"movie_results": [], "tv_results": []}, "found nothing"),
        ({"page": 1, "results": []}, "is empty"),
        ([], "is empty"),
        ({}, "nothing but a number"),
        ({"weather": "fine"}, "no shape that is known"),
        ("tv", "is no answer"),
        (None, "is no answer"),
    ],
)
def test_what_holds_no_entry_is_refused_with_a_reason(document, reason):
    found = one(document)

    assert isinstance(found, Refused) and reason in found.reason


def test_a_search_gives_series_and_people_and_refuses_films():
    rows = [
        {"id": 9001, "name": "Moor", "original_name": "Moor", "media_type": "tv", "first_air_date": ""},
        {"id": 5, "name": "Iris Holm", "known_for_department": "Acting", "gender": 1, "media_type": "person"},
        {"id": 6, "title": "Ein Film", "media_type": "movie", "release_date": ""},
    ]

    found = every(read.read({"page": 1, "results": rows, "total_pages": 1}, read.Asked()))

    assert [type(item) for item in found] == [SeriesRecord, PersonRecord, Refused]
    assert found[1].fields == {"name": "Iris Holm", "gender": "female"}


def test_a_bare_list_belongs_to_the_series_that_is_named():
    answer = {"id": 1, "cast": [{"id": 2, "name": "Ansel Pike", "character": "Tom"}], "crew": []}

    found = one(answer, read.Asked(show=9001))

    assert found.ids == {"tmdb": "9001"} and found.name == "" and found.is_partial
    assert found.roles[0].character == "Tom"


def test_a_season_knows_its_series_by_its_episodes():
    rows = [
        tmdb_answers.episode(1, 1, 801, name="Nebel", show_id=9001, overview="Der Nebel kommt und mit ihm das Dorf.")
    ]

    found = one({"id": 71, "season_number": 1, "name": "Staffel 1", "air_date": "2019-10-06", "episodes": rows})

    assert found.ids == {"tmdb": "9001"} and found.seasons[0].fields["premiered_on"] == date(2019, 10, 6)
    assert found.episodes[0].fields["name"] == "Nebel"


def test_ids_of_an_episode_are_not_those_of_its_series():
    found = one(tmdb_answers.episode(1, 1, 801, show_id=9001, external_ids={"imdb_id": "tt9900009", "tvdb_id": 12}))

    assert found.ids == {"tmdb": "9001"}
    assert found.episodes[0].fields["tvdb_id"] == 12


def test_somebody_with_credits_also_gives_the_series():
    answer = {
        "id": 5, "name": "Iris Holm", "gender": 1, "birthday": "1980-05-01", "deathday": None, "popularity": 1,
        "biography": "Sie ist eine Schauspielerin und lebt mit der Familie im Norden.", "also_known_as": ["I. Holm"],
        "imdb_id": "nm0990005", "external_ids": {"wikidata_id": "Q990005"},
        "tv_credits": {
            "cast": [{"id": 9001, "name": "Moor", "original_name": "Moor", "character": "Ada", "episode_count": 2}],
            "crew": [{"id": 9004, "name": "See", "original_name": "See", "job": "Director", "episode_count": 1}],
        },
    }  # fmt: skip

    person, acted, directed = every(read.read(answer, read.Asked()))

    assert person.ids == {"tmdb": "5", "imdb": "nm0990005", "wikidata": "Q990005"}
    assert person.fields["born_on"] == date(1980, 5, 1) and person.synopses[0].language == "de"
    assert (acted.roles[0].character, acted.roles[0].billing) == ("Ada", "guest")
    assert (directed.credits[0].job, directed.credits[0].title) == ("director", "Director")


def test_a_network_is_an_organisation():
    found = one(
        {"id": 49, "name": "Kanal 9", "headquarters": "Kiel", "homepage": "https://k9.example", "origin_country": "DE"}
    )

    assert isinstance(found, OrganisationRecord)
    assert found.fields == {"name": "Kanal 9", "country": "DE", "official_site": "https://k9.example"}


def test_a_packed_file_and_a_file_with_two_documents_are_read(tmp_path):
    packed, lines = tmp_path / "a.json.gz", tmp_path / "b.jsonl"
    packed.write_bytes(gzip.compress(json.dumps([tmdb_answers.of_the_list(), tmdb_answers.of_the_list(id=9)]).encode()))
    lines.write_text(json.dumps(tmdb_answers.series()) + "\n" + json.dumps(tmdb_answers.of_the_list()))

    assert len([r for path in (packed, lines) for r in read.read_file(path, read.Asked())]) == 4


@pytest.mark.parametrize("text", ["", "[]", "[1, ", '{"id": 1', "[" * 100_000, '{"id": ' + "9" * 5000 + "}", "\x00"])
def test_a_broken_file_ends_in_a_refusal(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text)

    found = list(read.read_file(path, read.Asked()))

    assert found and all(isinstance(item, Refused) for item in found)


@has_shared
def test_every_recorded_answer_gives_records_or_reasons():
    for path in sorted((SHARED / "client-fixtures").glob("*.json")):
        for asked in (read.Asked(), read.Asked(show=1399)):
            found = list(read.read_file(path, asked))
            assert found, path.name
            assert all(item.reason for item in found if isinstance(item, Refused)), path.name
            assert all(records.load(records.dump(item)) == item for item in found if not isinstance(item, Refused))


@has_shared
def test_the_german_list_loads_whole():
    found = every(read.read_file(SHARED / "serien-de_2025-12.json.gz", read.Asked()))

    assert len(found) == 297 and all(isinstance(item, SeriesRecord) for item in found)
    episodes = [episode for series in found for episode in series.episodes]
    assert len(episodes) == 13_733
    assert sum(episode.fields["aired_on"] is None for episode in episodes) == 483
    assert not any(series.warnings for series in found)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        0,
        -1,
        10**30,
        1.5,
        True,
        "\x00",
        "x" * 5000,
        [],
        {},
        [None, 1, "a", [], {}],
        {"id": 1},
        "\ud800",
        float("nan"),
    ]
)


def spoil(value, data):
    if isinstance(value, dict):
        return {
            key: data.draw(ODD) if data.draw(st.integers(0, 9)) == 0 else spoil(inner, data)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [data.draw(ODD) if data.draw(st.integers(0, 9)) == 0 else spoil(inner, data) for inner in value]
    return value


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([tmdb_answers.series(), tmdb_answers.of_the_list()]))
def test_whatever_is_wrong_in_an_answer_the_reader_survives(data, answer):
    found = list(read.read(spoil(copy.deepcopy(answer), data), read.Asked()))

    assert found
    for item in found:
        if not isinstance(item, Refused):
            json.dumps(records.dump(item))
            assert len(item.name) <= 200 and "\x00" not in item.name
