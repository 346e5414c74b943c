import bz2
import copy
import gzip
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffellauf.sources import records
from staffellauf.sources.records import (
    AliasRecord,
    FranchiseRecord,
    OrganisationRecord,
    Refused,
    SeriesRecord,
)
from staffellauf.sources.wikidata import read
from tests.sources import wikidata_entities as wd


# Any: records, whose lists a test knows to be there.
def every(*documents) -> list[Any]:
    return list(read.read(documents))


def one(entity, *others) -> Any:
    (found,) = read.read([entity, *others], only={entity["id"]})
    return found


def test_a_series_comes_with_ids_names_and_everybody_in_the_input():
    found = one(wd.moor(), *wd.around())

    assert found.ids == {"wikidata": "Q900001", "imdb": "tt9900001", "tmdb": "9001", "tvdb": "88001", "tvmaze": "77001"}
    assert found.fields == {
        "name": "Das stille Moor",
        "original_title": "The Quiet Moor",
        "countries": "GB, DE",
        "original_language": "en",
        "format": "scripted",
        "start_year": 2019,
        "premiered_on": date(2019, 10, 6),
    }
    assert found.aliases == (
        AliasRecord("The Quiet Moor", "en"),
        AliasRecord("Moor", "de"),
        AliasRecord("Quiet Moor", "en-gb"),
    )
    assert [(o.name, o.fields["country"]) for o in found.organisations] == [("Kanal 9", "DE")]
    assert [(c.person.name, c.job, c.person.ids["imdb"]) for c in found.credits] == [
        ("Mara Quill", "creator", "nm0990020")
    ]
    assert [(r.person.name, r.character) for r in found.roles] == [
        ("Ansel Pike", "Tom Reed"),
        ("Iris Holm", "Old Reed"),
    ]
    assert [f.name for f in found.franchises] == ["Moorwelt"]
    assert found.warnings == () and not found.is_partial


def test_a_novel_comes_with_the_series_that_is_based_on_it():
    (relation,) = one(wd.moor(), *wd.around()).relations

    assert relation.kind == "based_on"
    assert (relation.work.kind, relation.work.title, relation.work.year) == ("novel", "Nebelland", 1998)
    assert relation.work.wikidata_id == "Q900040"
    assert [author.name for author in relation.work.authors] == ["Mara Quill"]


def test_an_old_work_keeps_its_year():
    novel = wd.entity("Q900040", {"de": "Insel"}, {"P31": wd.item(wd.NOVEL), "P577": wd.time("+1719-04-25T00:00:00Z")})

    found = one(wd.moor(P580=wd.time("+1719-00-00T00:00:00Z", 9)), novel)

    assert found.relations[0].work.year == 1719
    assert "start_year" not in found.fields and "its first year is 1719" in found.warnings


def test_what_is_not_in_the_input_is_left_out_and_counted():
    found = one(wd.moor())

    assert found.roles == () and found.credits == () and found.relations == () and found.organisations is None
    assert found.is_partial
    assert found.warnings == (
        "not in the input and left out: "
        "franchises (1), members of the cast (2), members of the crew (1), networks (1), relations (1)",
    )


def test_relations_between_series_hold_from_both_sides():
    old = wd.entity(
        "Q1001", {"de": "Alt"}, {"P31": wd.item(wd.SERIES), "P2512": wd.item("Q1002"), "P156": wd.item("Q1003")}
    )
    spin_off = wd.entity("Q1002", {"de": "Ableger"}, {"P31": wd.item(wd.SERIES), "P144": wd.item("Q1001")})
    sequel = wd.entity("Q1003", {"de": "Neu"}, {"P31": wd.item(wd.SERIES)})
    remake = wd.entity("Q1004", {"de": "Anders"}, {"P31": wd.item(wd.SERIES), "P144": wd.item("Q1001")})

    found = {
        record.name: [(r.kind, r.ids, r.name) for r in record.relations]
        for record in every(old, spin_off, sequel, remake)
    }

    to_old = {"wikidata": "Q1001"}
    assert found == {
        "Alt": [],
        "Ableger": [("spin_off_of", to_old, "Alt")],
        "Neu": [("sequel_of", to_old, "Alt")],
        "Anders": [("remake_of", to_old, "Alt")],
    }


def test_who_follows_a_film_is_no_sequel():
    film = wd.entity("Q1005", {"de": "Film"}, {"P31": wd.item("Q11424")})
    series = wd.entity(
        "Q1006", {"de": "Serie"}, {"P31": wd.item(wd.SERIES), "P155": wd.item("Q1005"), "P941": wd.item("Q1")}
    )

    assert one(series, film).relations == ()


def test_preferred_statements_win_and_deprecated_ones_never_count():
    found = one(
        wd.moor(
            P345=wd.text("tt9900008", rank="deprecated") + wd.text("tt9900007"),
            P4983=wd.text("1") + wd.text("2", rank="preferred"),
            P4835=wd.text("5", rank="deprecated"),
        )
    )

    assert (found.ids["imdb"], found.ids["tmdb"]) == ("tt9900007", "2")
    assert "tvdb" not in found.ids


@pytest.mark.parametrize(
    ("value", "precision", "year", "day"),
    [
        ("+2013-09-15T00:00:00Z", 11, 2013, date(2013, 9, 15)),
        ("+2013-09-00T00:00:00Z", 10, 2013, None),
        ("+2013-00-00T00:00:00Z", 9, 2013, None),
        ("+2013-01-01T00:00:00Z", 9, 2013, None),
        ("+00000002013-00-00T00:00:00Z", 9, 2013, None),
        ("+00000002013-09-15T00:00:00Z", 11, 2013, date(2013, 9, 15)),
        ("+2010-00-00T00:00:00Z", 8, None, None),
        ("-0044-03-15T00:00:00Z", 11, None, None),
        ("+2013-02-30T00:00:00Z", 11, None, None),
        ("+99999-01-01T00:00:00Z", 11, None, None),
        ("2013", 11, None, None),
    ],
)
def test_dates_are_as_precise_as_they_say(value, precision, year, day):
    found = one(wd.moor(P580=wd.time(value, precision)))

    assert (found.fields.get("start_year"), found.fields.get("premiered_on")) == (year, day)


def test_an_end_makes_a_series_an_ended_one():
    found = one(wd.moor(P582=wd.time("+2021-00-00T00:00:00Z", 9)))

    assert (found.fields["status"], found.fields["end_year"]) == ("ended", 2021)
    assert "ended_on" not in found.fields


@pytest.mark.parametrize("kind", ["somevalue", "novalue"])
def test_an_unknown_end_and_no_end_say_nothing(kind):
    found = one(wd.moor(P582=wd.unknown(kind), P161=wd.unknown(kind), P345=wd.unknown(kind)))

    assert {"status", "end_year"}.isdisjoint(found.fields) and "imdb" not in found.ids


def test_an_end_before_the_start_is_left_out():
    found = one(wd.moor(P582=wd.time("+2001-00-00T00:00:00Z", 9)))

    assert "end_year" not in found.fields and any("before its start" in words for words in found.warnings)


def test_the_name_is_german_else_for_all_languages_else_english():
    labels = {"en": "Moor (en)", "mul": "Moor (mul)", "de": "Moor (de)"}
    taken = []
    for language in ("de", "mul", "en"):
        found = one(wd.entity("Q1", dict(labels), {"P31": wd.item(wd.SERIES)}))
        taken.append((found.name, found.fields.get("name")))
        del labels[language]

    assert taken == [("Moor (de)", "Moor (de)"), ("Moor (mul)", "Moor (mul)"), ("Moor (en)", None)]
    assert isinstance(one(wd.entity("Q1", {"fr": "Lande"}, {"P31": wd.item(wd.SERIES)})), Refused)


def test_people_networks_and_franchises_are_records_of_their_own():
    channel, mara, ansel, iris, *_, franchise, others = every(*wd.around())
    (streamer,) = every(wd.entity("Q2", {"de": "Strömung"}, {"P31": wd.item(wd.STREAMER)}))

    assert isinstance(channel, OrganisationRecord) and isinstance(franchise, FranchiseRecord)
    assert streamer.fields == {"name": "Strömung", "type": "streamer"}
    assert mara.ids == {"wikidata": "Q900020", "imdb": "nm0990020", "tmdb": "20"}
    assert ansel.fields == {"name": "Ansel Pike", "gender": "male"}
    assert iris.fields["born_on"] == date(1980, 5, 1)
    assert others.what == "2 other entities" and "Q8261" in others.reason


def test_a_series_of_an_unknown_class_is_known_by_its_numbers_elsewhere():
    odd = wd.entity("Q1", {"de": "Moor"}, {"P31": wd.item("Q99999999"), "P4835": wd.text("5")})
    season = wd.entity("Q2", {"de": "Staffel"}, {"P31": wd.item("Q3464665"), "P4835": wd.text("5")})

    series, others = every(odd, season)

    assert isinstance(series, SeriesRecord) and isinstance(others, Refused)


def test_missing_and_redirected_entities():
    answer = {
        "entities": {
            "Q7": {"id": "Q7", "missing": ""},
            "Q8": wd.entity("Q9", {"de": "Moor"}, {"P31": wd.item(wd.SERIES)}),
        }
    }

    gone, found = every(answer)

    assert gone == Refused("Q7", "Wikidata does not have it (any more)")
    assert found.ids["wikidata"] == "Q9" and found.other_ids == (("wikidata", "Q8"),)


def test_wrong_ids_are_left_out():
    found = one(wd.moor(P345=wd.text("nm0000001"), P4983=wd.text("9001-moor"), P8600=wd.text("9" * 50)))

    assert found.ids == {"wikidata": "Q900001", "tvdb": "88001"}
    assert any("P4983" in words for words in found.warnings)


def test_an_error_is_told():
    (found,) = every({"error": {"code": "no-such-entity", "info": "Could not find an entity."}})

    assert found.reason == "Wikidata answered: Could not find an entity."


@pytest.mark.parametrize("layout", ["answer", "indented answer", "list", "dump", "lines", "lines with commas"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_every_layout_of_a_file_is_read(tmp_path, layout, pack):
    entities = [wd.moor(), *wd.around()]
    lines = [json.dumps(entity) for entity in entities]
    text = {
        "answer": json.dumps({"entities": {entity["id"]: entity for entity in entities}}),
        "indented answer": json.dumps({"entities": {entity["id"]: entity for entity in entities}}, indent=1),
        "list": json.dumps(entities, indent=2),
        "dump": "[\n" + ",\n".join(lines) + "\n]\n",
        "lines": "\n".join(lines),
        "lines with commas": ",\n".join(lines) + ",\n",
    }[layout]
    path = tmp_path / "entities.json"
    path.write_bytes(pack(text.encode()))

    found = list(read.read_file(path))

    assert [type(item) for item in found] == [
        SeriesRecord, OrganisationRecord, FranchiseRecord, Refused,
    ]  # fmt: skip
    assert not isinstance(found[0], Refused) and found[0].warnings == ()


def test_people_who_are_named_come_with_their_series_only():
    found = every(*wd.around(), wd.moor() | {"lastrevid": 12})

    assert [type(item) for item in found] == [OrganisationRecord, FranchiseRecord, SeriesRecord, Refused]
    assert found[2].version == 12


def test_a_broken_line_of_a_dump_is_left_out(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text("[\n" + json.dumps(wd.moor()) + ",\n{broken,\n" + json.dumps(wd.around()[0]) + "\n]")

    series, network, broken = read.read_file(path)

    assert isinstance(series, SeriesRecord) and isinstance(network, OrganisationRecord)
    assert isinstance(broken, Refused) and "line 3" in broken.what


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1, ", '{"entities": {"Q1": 5}}', "[" * 100_000, "\x00", "null"])
def test_a_file_without_entities_ends_in_a_refusal(tmp_path, text):
    path = tmp_path / "odd.json"
    path.write_text(text)

    found = list(read.read_file(path))

    assert found and all(isinstance(item, Refused) for item in found)


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
        {"id": "Q1"},
        {"time": 5},
        "\ud800",
    ]
)


def spoil(value, data):
    def part(inner):
        return data.draw(ODD) if data.draw(st.integers(0, 15)) == 0 else spoil(inner, data)

    if isinstance(value, dict):
        return {key: part(inner) for key, inner in value.items()}
    return [part(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_wrong_in_an_entity_the_reader_survives(data):
    found = list(read.read(spoil(copy.deepcopy([wd.moor(), *wd.around()]), data)))

    assert found
    for item in found:
        if not isinstance(item, Refused):
            json.dumps(records.dump(item))
            assert item.name and len(item.name) <= 200
