from datetime import date
from typing import Any

from staffellauf.sources.records import Refused, SeriesRecord
from staffellauf.sources.tmdb import read
from tests.sources import tmdb_answers


# Any: a record, whose lists a test knows to be there.
def row(**more) -> Any:
    (found,) = read.read([tmdb_answers.of_the_list(**more)], read.Asked())
    assert isinstance(found, SeriesRecord), found
    return found


def test_the_german_list_gives_titles_ages_and_ids():
    found = row()

    assert found.ids == {"tmdb": "9002", "imdb": "tt9900002"}
    assert found.fields["name"] == "Die Gezeiten"
    assert found.fields["genres"] == "action, adventure, comedy"
    assert (found.fields["fsk"], found.fields["runtime_min"], found.fields["start_year"]) == (12, 23, 2015)
    assert [(s.language, s.text) for s in found.synopses] == [("de", "Am Meer.")]
    assert found.is_partial and found.organisations is None


def test_seasons_and_episodes_keep_their_titles_unless_they_only_count():
    found = row()

    assert [(s.number, s.fields["name"]) for s in found.seasons] == [(0, ""), (1, ""), (2, "Die Flut")]
    assert [(e.fields["name"], e.fields["aired_on"], e.fields["tmdb_id"]) for e in found.episodes] == [
        ("Ebbe", date(2015, 2, 1), 901),
        ("", None, 902),
        ("", None, 903),
    ]


def test_cast_and_creators_are_people_without_ids():
    found = row()

    assert [(r.person.name, r.character, r.billing, r.order) for r in found.roles] == [
        ("Ansel Pike", "", "main", 0),
        ("Iris Holm", "", "main", 1),
    ]
    assert [c.person.name for c in found.credits] == ["Mara Quill", "Ben Ode, Jr."]
    assert all(not r.person.ids for r in found.roles)


def test_an_unknown_creator_is_nobody():
    assert row(director="Unbekannt").credits == ()


def test_missing_values_state_nothing():
    found = row(fsk="", runtime="", desc="", rating=0, cast=None, genres="")

    assert {"fsk", "runtime_min", "genres"}.isdisjoint(found.fields)
    assert found.fields["rating"] is None
    assert found.synopses == () and found.roles == () and found.warnings == ()


def test_two_episodes_with_one_number_are_one():
    twice = [{"no": 1, "title": "A", "date": None, "id": 1}, {"no": 1, "title": "B", "date": None, "id": 2}]

    found = row(seasons=[{"number": 1, "title": "", "episodes": twice}])

    assert [e.fields["name"] for e in found.episodes] == ["A"]
    assert found.warnings == ("Season 1 has two episodes 1; the first is taken",)


def test_a_row_without_a_title_is_refused():
    (found,) = read.read(tmdb_answers.of_the_list(title="\u200b"), read.Asked())

    assert isinstance(found, Refused)
