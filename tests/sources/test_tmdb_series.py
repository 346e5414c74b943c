from datetime import date
from decimal import Decimal
from typing import Any

from staffellauf.sources.records import AliasRecord, Refused, SeriesRecord
from staffellauf.sources.tmdb import read, words
from tests.sources import tmdb_answers


# Any: a record, whose lists a test knows to be there.
def series(document, asked=None) -> Any:
    (found,) = read.read(document, asked or read.Asked())
    assert isinstance(found, SeriesRecord), found
    return found


def test_an_answer_with_everything_appended_becomes_one_whole_record():
    found = series(tmdb_answers.series())

    assert found.ids == {"tmdb": "9001", "imdb": "tt9900001", "tvdb": "88001", "wikidata": "Q900001"}
    assert found.fields == {
        "name": "Das stille Moor",
        "original_title": "The Quiet Moor",
        "original_language": "en",
        "countries": "GB, DE",
        "status": "running",
        "format": "scripted",
        "genres": "crime, science_fiction, fantasy",
        "fsk": 16,
        "premiered_on": date(2019, 10, 6),
        "start_year": 2019,
        "runtime_min": 45,
        "rating": Decimal("7.8"),
        "official_site": "https://moor.example/",
        "popularity": 42,
    }
    assert found.aliases == (AliasRecord("Moor", country="AT"),)
    assert {synopsis.language for synopsis in found.synopses} == {"de", "en"}
    assert [(one.kind, one.address) for one in found.pictures] == [
        ("poster", "https://image.tmdb.org/t/p/original/moorposter.jpg")
    ]
    assert not found.is_partial and found.warnings == ()


def test_a_streamer_is_told_from_a_network_by_its_name():
    (netflix,) = series(tmdb_answers.series()).organisations

    assert netflix.ids == {"tmdb": "213"}
    assert netflix.fields == {"name": "Netflix", "type": "streamer"}


def test_titles_that_only_say_the_number_are_stored_as_none():
    found = series(tmdb_answers.series())

    assert [(s.number, s.fields["name"], s.fields["tmdb_id"]) for s in found.seasons] == [
        (0, "", 70),
        (1, "", 71),
    ]
    titles = [(e.season, e.number, e.fields["name"], e.fields["kind"]) for e in found.episodes]
    assert titles == [
        (0, 1, "Das Moor ruft", "special"),
        (1, 1, "Nebel", "regular"),
        (1, 2, "", "regular"),
    ]


def test_guests_and_directors_of_episodes_are_not_said_twice():
    found = series(tmdb_answers.series())

    assert [(r.person.name, r.character, r.billing, r.is_voice) for r in found.roles] == [
        ("Ansel Pike", "Tom Reed", "main", False),
        ("Ansel Pike", "Old Reed", "main", True),
    ]
    assert [(c.person.name, c.job, c.title) for c in found.credits] == [
        ("Mara Quill", "creator", ""),
        ("Ben Ode", "producer", "Executive Producer"),
    ]
    _, first, second = found.episodes
    assert [(c.person.name, c.job) for c in first.credits] == [("Lou Finch", "director")]
    (guest,) = second.roles
    assert (guest.character, guest.billing, guest.is_self) == ("Host", "guest", True)
    assert guest.person.fields == {"name": "Iris Holm"}


def test_a_german_translation_beats_the_name_that_was_asked_for_in_english():
    answer = tmdb_answers.series(
        name="The Quiet Moor",
        overview="A detective returns to the village that she is from.",
        translations={"translations": [tmdb_answers.translation("de", "DE", "Das stille Moor")]},
    )

    assert series(answer).fields["name"] == "Das stille Moor"


def test_an_english_answer_states_no_german_title():
    answer = tmdb_answers.series(overview="A detective returns to the village that she is from.", genres=[])

    found = series(answer)

    assert found.name and "name" not in found.fields
    assert [episode.fields.get("name") for episode in found.episodes] == [None, None, None]
    assert (found.episodes)[1].fields["original_title"] == "Nebel"


def test_a_title_in_another_script_gives_way_to_the_english_one():
    answer = tmdb_answers.series(
        name="静かな湿原",
        original_name="静かな湿原",
        original_language="ja",
        translations={"translations": [tmdb_answers.translation("en", "US", "Quiet Moor")]},
    )

    assert series(answer, read.Asked(language="de")).fields["name"] == "Quiet Moor"


def test_the_last_day_is_the_end_only_of_what_has_ended():
    ended = series(tmdb_answers.series(status="Ended")).fields
    cancelled = series(tmdb_answers.series(status="Canceled")).fields

    assert (ended["status"], ended["ended_on"], ended["end_year"]) == ("ended", date(2021, 3, 14), 2021)
    assert cancelled["status"] == "cancelled"
    assert "ended_on" not in series(tmdb_answers.series()).fields


def test_an_end_before_the_start_is_left_out_and_named():
    found = series(tmdb_answers.series(status="Ended", last_air_date="2001-01-01"))

    assert "ended_on" not in found.fields and "end_year" not in found.fields
    assert "is before" in found.warnings[0]


def test_what_cannot_be_used_is_left_out_and_the_series_stays():
    found = series(
        tmdb_answers.series(
            first_air_date="someday",
            origin_country=["GB", 7],
            vote_average=99,
            homepage="javascript:alert(1)",
            episode_run_time=["x"],
            networks="none",
            status="Resting",
            external_ids={"imdb_id": "nm1", "tvdb_id": 10**30},
        )
    )

    assert found.ids == {"tmdb": "9001"}
    assert {"premiered_on", "rating", "official_site", "runtime_min", "status"}.isdisjoint(found.fields)
    assert found.fields["countries"] == "GB" and found.organisations == ()
    assert len(found.warnings) == 9


def test_a_row_of_a_list_is_partial():
    row = {"id": 9003, "name": "Wald", "original_name": "Forest", "genre_ids": [16, 35], "media_type": "tv"}

    found = series(row, read.Asked(language="de"))

    assert found.is_partial and found.episodes is None and found.roles is None
    assert found.fields["format"] == "animation" and found.fields["genres"] == "animation, comedy"


def test_without_every_season_an_answer_is_partial():
    answer = tmdb_answers.series()
    del answer["season/0"]

    assert series(answer).is_partial


def test_the_strictest_german_age_counts():
    rows = [
        {"iso_3166_1": "DE", "rating": "12"},
        {"iso_3166_1": "DE", "rating": "16"},
        {"iso_3166_1": "DE", "rating": ""},
    ]

    assert series({"id": 9001, "results": rows}).fields == {"fsk": 16}


def test_a_series_without_a_usable_number_is_refused():
    (found,) = read.read(tmdb_answers.series(id=10**40), read.Asked())

    assert isinstance(found, Refused) and "number" in found.reason


def test_whatever_genres_are_named_they_fit_the_column():
    found = series(
        {"id": 1, "name": "Alles", "original_name": "Alles", "genre_ids": [*words.GENRE_IDS, 999, "x", None]}
    )

    assert len(found.fields["genres"]) <= 200 and found.fields["genres"].startswith("action, adventure")


def test_a_very_long_cast_list_fits_the_column():
    cast = [{"id": number, "name": f"Gast {number}"} for number in range(1, 33_000)]

    (found,) = read.read({"id": 1, "cast": cast}, read.Asked(show=9001))

    assert isinstance(found, SeriesRecord) and found.roles
    assert max(role.order for role in found.roles) == 32_767
