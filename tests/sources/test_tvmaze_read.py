"""What TVmaze's API answers with becomes records; the answers are hand-written in its shapes."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from staffellauf.catalogue.models import (
    Credit,
    Series,
)
from staffellauf.sources.records import (
    AliasRecord,
    PersonRecord,
    Record,
    Refused,
    SeriesRecord,
    SynopsisRecord,
    dump,
    load,
)
from staffellauf.sources.tvmaze import read, words
from tests.standins import tvmaze


def series(document: Any, *, show_id: int | None = None) -> SeriesRecord:
    found = one(document, show_id=show_id)
    assert isinstance(found, SeriesRecord), found
    return found


def one(document: Any, *, show_id: int | None = None) -> Record | Refused:
    found = list(read.read(document, show_id=show_id))
    assert len(found) == 1, found
    return found[0]


def refused(document: Any, *, show_id: int | None = None) -> Refused:
    found = one(document, show_id=show_id)
    assert isinstance(found, Refused), found
    return found


FULL = tvmaze.SHOWS[7] | {
    "_embedded": {key: rows for key, rows in tvmaze.EMBEDS.items() if key != "episodes"},
}


# --- shows


def test_a_show_becomes_a_series_with_the_catalogue_s_words_and_types():
    found = series(tvmaze.show(7, "Fjordlys", ended="2025-03-10", status="Ended"))

    assert found.ids == {"tvmaze": "7", "imdb": "tt9000007", "tvdb": "400007"}
    assert found.fields == {
        "name": "Fjordlys",
        "original_title": "Fjordlys",
        "status": "ended",
        "original_language": "no",
        "premiered_on": date(2024, 2, 5),
        "start_year": 2024,
        "ended_on": date(2025, 3, 10),
        "end_year": 2025,
        "popularity": 91,
        "rating": Decimal("7.8"),
        "official_site": "https://fjordlicht.example.org/",
        "runtime_min": 44,
        "airtime": time(20, 15),
        "weekdays": "mo, th",
        "format": "scripted",
        "genres": "crime, drama",
        "countries": "NO",
    }
    assert found.synopses == (SynopsisRecord("en", "A lighthouse keeper and her brother.\n\nBoth lie."),)
    assert [(picture.kind, picture.address) for picture in found.pictures] == [
        ("poster", "https://static.example.org/o/1.jpg")
    ]
    assert found.version == 1700000007
    assert (found.aliases, found.episodes, found.roles, found.is_partial, found.warnings) == (
        None, None, None, False, ()
    )  # fmt: skip


def test_what_an_older_answer_does_not_mention_is_not_stated():
    old = tvmaze.show(7, "Fjordlys")
    for key in ("ended", "averageRuntime", "officialSite", "summary", "network", "webChannel"):
        del old[key]

    found = series(old)

    assert not {"ended_on", "end_year", "official_site", "countries"} & found.fields.keys()
    assert found.organisations is None


def test_what_is_null_is_said_to_be_unknown():
    empty = dict.fromkeys(tvmaze.show(7, ""), None) | {"id": 7, "name": "Fjordlys"}

    found = series(empty)

    assert found.fields["status"] == "unknown"
    assert found.fields["premiered_on"] is None and found.fields["start_year"] is None
    assert found.fields["official_site"] == "" and found.fields["rating"] is None
    assert (found.organisations, found.synopses, found.warnings) == ((), (), ())


def test_network_and_web_channel_are_both_organisations():
    streamer = {"id": 4, "name": "Strom", "country": None, "officialSite": "https://strom.example.org/"}

    found = series(tvmaze.show(7, "Fjordlys", webChannel=streamer))

    assert found.organisations is not None
    network, web = found.organisations
    assert (network.ids, network.fields["type"], network.fields["country"]) == (
        {"tvmaze": "networks/4"}, "network", "NO"
    )  # fmt: skip
    assert (web.ids, web.fields["type"], web.fields["country"]) == ({"tvmaze": "webchannels/4"}, "streamer", "")
    assert found.fields["countries"] == "NO"


def test_the_title_in_germany_is_the_name_and_the_other_stays_the_original():
    found = series(FULL)

    assert (found.name, found.fields["name"], found.fields["original_title"]) == (
        "Fjordlicht", "Fjordlicht", "Fjordlys"
    )  # fmt: skip
    assert found.aliases == (AliasRecord("Fjord Light"),)


def test_a_german_series_is_called_by_its_name_whatever_else_it_is_called_in_germany():
    akas = [{"name": "Arbeitstitel Deich", "country": tvmaze.GERMANY}]

    found = series(tvmaze.show(7, "Der Deich", language="German", _embedded={"akas": akas}))

    assert found.name == "Der Deich"
    assert found.aliases == (AliasRecord("Arbeitstitel Deich", "de", "DE"),)


@pytest.mark.parametrize(
    ("field", "value", "lost"),
    [
        ("status", "Paused", "status"),
        ("type", "Opera", "format"),
        ("language", "Elvish", "original_language"),
        ("premiered", "0000-00-00", "premiered_on"),
        ("premiered", {"year": 2020}, "premiered_on"),
        ("ended", "2023-01-01", "ended_on"),
        ("officialSite", "javascript:alert(1)", "official_site"),
        ("weight", 10**30, "popularity"),
        ("weight", -1, "popularity"),
        ("rating", {"average": 11}, "rating"),
        ("rating", {"average": float("inf")}, "rating"),
        ("schedule", {"time": "25:61", "days": []}, "airtime"),
        ("schedule", {"time": "", "days": ["Caturday"]}, "weekdays"),
        ("genres", 5, "genres"),
        ("externals", {"imdb": "nm1"}, "imdb_id"),
        ("externals", ["a"], "imdb_id"),
        ("summary", 5, "summary"),
        ("summary", "x" * 10_001, "summary"),
        ("image", {"medium": "ftp://example.org/1.jpg"}, "picture"),
        ("network", {"name": "Kanal ohne Nummer"}, "network"),
    ],
)
def test_a_bad_value_is_left_out_with_a_warning_and_the_series_survives(field, value, lost):
    found = series(tvmaze.show(7, "Fjordlys", **{field: value}))

    assert len(found.warnings) == 1
    assert lost not in found.fields
    assert found.name == "Fjordlys"


def test_an_unknown_genre_is_named_and_the_others_are_kept():
    found = series(tvmaze.show(7, "Fjordlys", genres=["Crime", "Yodel", "Crime"], type="Animation"))

    assert found.fields["genres"] == "animation, crime"
    assert found.warnings == ("genre 'Yodel' is not known",)


@pytest.mark.parametrize("broken", [{"id": None}, {"id": 0}, {"id": 2**31}, {"name": None}, {"name": "x" * 201}])
def test_without_a_usable_id_or_name_a_show_is_refused(broken):
    found = refused(tvmaze.show(7, "Fjordlys") | broken)

    assert found.what.startswith("show")
    assert found.reason


def test_invisible_and_unstorable_characters_do_not_get_in():
    found = series(tvmaze.show(7, "Fjord\u200b\ufefflys\x00", summary="<p>a\x00b\ud800c</p>"))

    assert found.name == "Fjordlys"
    assert found.synopses[0].text == "abc"


# --- what belongs to a show


def test_episodes_keep_specials_without_number_and_moments_that_were_stated():
    found = series(FULL)

    assert found.episodes is not None and found.is_partial is False
    first, second, special = found.episodes
    assert (first.season, first.number, first.fields["original_title"]) == (1, 1, "Lyset")
    assert first.fields["aired_at"] == datetime(2024, 2, 5, 19, 15, tzinfo=UTC)
    assert "name" not in first.fields
    assert (second.fields["original_title"], second.fields["aired_at"]) == ("", None)
    assert (special.season, special.number, special.fields["kind"]) == (1, None, "special")
    assert (special.fields["aired_on"], special.fields["aired_at"]) == (None, None)


@pytest.mark.parametrize("title", ["Episode 5", "episode #3", "Folge 12", "TBA", "Episode 1.5", "Avsnitt 3"])
def test_a_placeholder_is_no_title(title):
    found = series([tvmaze.episode(1, 1, 1, name=title)])

    assert found.episodes is not None and found.episodes[0].fields["original_title"] == ""


@pytest.mark.parametrize("title", ["Episode IV", "Chapter 5", "Part 2", "24", "The Folge 5 Affair"])
def test_what_only_looks_like_a_placeholder_is_a_title(title):
    found = series([tvmaze.episode(1, 1, 1, name=title)])

    assert found.episodes is not None and found.episodes[0].fields["original_title"] == title


def test_a_season_may_be_called_by_its_year():
    found = series([tvmaze.season(71, 2013), tvmaze.season(72, 2014, name="Jubileum")], show_id=7)

    assert found.seasons is not None
    assert [season.number for season in found.seasons] == [2013, 2014]
    assert found.seasons[1].fields == {
        "tvmaze_id": 72, "name": "Jubileum", "episode_count": 6, "premiered_on": date(2024, 2, 5),
        "ended_on": date(2024, 3, 11), "start_year": 2024,
    }  # fmt: skip


def test_one_person_may_be_several_characters():
    found = series(FULL)

    assert found.roles is not None
    assert [(role.person.name, role.character, role.order, role.is_voice) for role in found.roles] == [
        ("Kari Berg", "Ingrid", 0, False), ("Kari Berg", "Astrid", 1, True), ("Liv Dahl", "Olav", 2, False)
    ]  # fmt: skip
    assert found.roles[0].person.fields == {
        "name": "Kari Berg", "gender": "female", "born_on": date(1980, 5, 17), "died_on": None, "country": "NO"
    }  # fmt: skip


def test_crew_has_a_job_of_ours_and_its_exact_title():
    found = series(FULL)

    assert found.credits is not None
    assert [(credit.job, credit.title) for credit in found.credits] == [("creator", "Creator"), ("other", "Gaffer")]


@pytest.mark.parametrize(
    ("title", "job"),
    [
        ("Co-Executive Producer", Credit.Job.PRODUCER),
        ("Executive Story Editor", Credit.Job.WRITER),
        ("Editor", Credit.Job.EDITOR),
        ("Music Editor", Credit.Job.OTHER),
        ("Director Of Photography", Credit.Job.CAMERA),
        ("Music", Credit.Job.COMPOSER),
        ("Based on the Novel Of", Credit.Job.OTHER),
    ],
)
def test_titles_of_the_crew_are_told_apart(title, job):
    assert words.job(title) == job


def test_guests_of_an_episode_come_with_it():
    guest = tvmaze.role(tvmaze.KARI, "Nabo")
    row = tvmaze.episode(
        1, 1, 1, _embedded={"guestcast": [guest], "guestcrew": [{"guestCrewType": "Director", **guest}]}
    )

    found = series([row])

    assert found.episodes is not None and found.episodes[0].roles and found.episodes[0].credits
    assert (found.episodes[0].roles[0].billing, found.episodes[0].credits[0].job) == ("guest", "director")


def test_what_comes_twice_is_taken_once():
    rows = [tvmaze.episode(1, 1, 1), tvmaze.episode(2, 1, 1), tvmaze.episode(1, 1, 3), tvmaze.episode(4, 1, None)]

    found = series(rows)

    assert found.episodes is not None and [episode.number for episode in found.episodes] == [1, None]
    assert found.warnings == ("episode 1x1 comes twice", "episode 1x3 comes twice")


@pytest.mark.parametrize(
    ("rows", "is_partial"),
    [
        ([tvmaze.episode(1, 1, 1), tvmaze.episode(2, 1, 2)], True),
        ([tvmaze.episode(1, 1, 1), tvmaze.episode(2, 1, None)], False),
        ([tvmaze.episode(2, 1, None)], True),
    ],
)
def test_episodes_without_a_special_may_be_all_but_the_specials(rows, is_partial):
    assert series(rows).is_partial is is_partial


def test_the_next_episode_alone_is_not_all_of_them():
    found = series(tvmaze.show(7, "Fjordlys", _embedded={"nextepisode": tvmaze.episode(9, 2, 1)}))

    assert found.episodes is not None and len(found.episodes) == 1 and found.is_partial


def test_main_pictures_come_first_and_banners_not_at_all():
    def image(number: int, kind: str, *, main: bool) -> dict[str, Any]:
        address = f"https://static.example.org/{number}.jpg"
        return {"id": number, "type": kind, "main": main, "resolutions": {"original": {"url": address}}}

    images = [image(2, "background", main=False), image(3, "poster", main=True), image(4, "banner", main=True)]

    found = series(images, show_id=7)

    assert [(picture.kind, picture.address[-5:]) for picture in found.pictures] == [
        ("poster", "3.jpg"), ("backdrop", "2.jpg")
    ]  # fmt: skip


# --- other answers


@pytest.mark.parametrize(
    "rows",
    [
        [tvmaze.episode(1, 1, 1, _links={"self": {"href": "https://api.tvmaze.com/episodes/1"}})],
        [tvmaze.season(71, 1)],
        tvmaze.EMBEDS["cast"],
        tvmaze.EMBEDS["crew"],
        tvmaze.EMBEDS["akas"],
    ],
)
def test_a_list_that_does_not_name_its_series_asks_for_it(rows):
    assert "--show ID" in refused(rows).reason
    assert series(rows, show_id=7).ids == {"tvmaze": "7"}


def test_a_list_that_names_its_series_needs_no_help_and_does_not_listen():
    assert series([tvmaze.episode(1, 1, 1)], show_id=8).ids == {"tvmaze": "7"}


def test_searches_are_read_as_what_they_found():
    found = list(read.read([{"score": 1.5, "show": tvmaze.SHOWS[7]}, {"score": 0.2, "person": tvmaze.KARI}]))

    assert [record.name for record in found if not isinstance(record, Refused)] == ["Fjordlys", "Kari Berg"]


@pytest.mark.parametrize("place", ["show", "_embedded"])
def test_an_episode_of_a_schedule_brings_its_series_along(place):
    show = tvmaze.SHOWS[8]
    row = tvmaze.episode(801, 2, 1) | ({"show": show} if place == "show" else {"_embedded": {"show": show}})

    found = series([row])

    assert (found.ids["tvmaze"], found.name, found.is_partial) == ("8", "Unité 12", True)
    assert found.episodes is not None and found.episodes[0].fields["tvmaze_id"] == 801


def test_a_person_comes_with_roles_and_jobs_in_series():
    def credited(show: int, **links: Any) -> dict[str, Any]:
        return {"_links": {"show": {"href": f"https://api.tvmaze.com/shows/{show}"}} | links}

    person = tvmaze.KARI | {
        "_embedded": {
            "castcredits": [credited(7, character={"href": "…/characters/1", "name": "Ingrid"}), credited(8)],
            "crewcredits": [credited(8) | {"type": "Producer"}],
        }
    }

    found = list(read.read(person))

    assert isinstance(found[0], PersonRecord)
    assert [(record.ids, record.is_partial) for record in found[1:] if isinstance(record, SeriesRecord)] == [
        ({"tvmaze": "7"}, True), ({"tvmaze": "8"}, True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (tvmaze.NOT_FOUND, "Page not found."),
        (None, "empty"),
        ({}, "empty"),
        ("text", "no object but str"),
        (True, "no object but bool"),
        (5, "no object but int"),
        ({"a": 1, "b\x00": 2}, "nothing of that shape: a, b?"),
        (tvmaze.UPDATES, "import “updates” instead"),
        ([[[[tvmaze.SHOWS[7]]]]], "lists in lists"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(document, said):
    assert said in refused(document).reason


def test_pages_in_a_list_are_read_one_after_the_other():
    assert len(list(read.read([[tvmaze.SHOWS[7]], [tvmaze.SHOWS[8], tvmaze.SHOWS[260]]]))) == 3


def test_an_empty_list_has_no_records():
    assert list(read.read([])) == []


def test_updates_are_numbers_and_times_and_nothing_else():
    assert read.updates({"7": 1, "x": 2, "8": "3", "9": True, "99999999999": 4}) == {7: 1}
    assert read.updates([1]) == {}


def test_what_was_read_survives_being_put_into_json():
    found = series(FULL)

    assert load(json.loads(json.dumps(dump(found)))) == found


def test_every_genre_and_format_is_one_of_the_catalogue_s():
    assert set(words.GENRES.values()) <= set(Series.Genre)
    assert len(words.GENRES) == 28 and len(words.FORMATS) == 11
