"""Our own format: what a line says becomes a record, and every mistake is told with its place."""

import gzip
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from staffellauf.common import vague
from staffellauf.sources.own import importer, lines, read
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.records import (
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    Refused,
    RelationRecord,
    SeriesRecord,
    SourceRecord,
    StatusRecord,
    WorkRecord,
)

HEADER = {"format": "staffellauf-catalogue", "version": 1, "source": "own-archive"}
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "catalogue.jsonl"


def file(folder: Path, *entries: Any, header: Any = HEADER) -> Path:
    path = folder / "catalogue.jsonl"
    written = [
        entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False) for entry in (header, *entries)
    ]
    path.write_text("\n".join(written) + "\n")
    return path


def one(folder: Path, entry: Any) -> Any:
    [record] = read.records(file(folder, entry))
    return record


def series(folder: Path, **said: Any) -> SeriesRecord:
    record = one(folder, {"type": "series", "name": "Dark"} | said)
    assert isinstance(record, SeriesRecord), record
    return record


def reason(folder: Path, **said: Any) -> str:
    record = one(folder, {"type": "series", "name": "Dark"} | said)
    assert isinstance(record, Refused)
    return record.reason


def test_every_line_of_the_example_is_a_record() -> None:
    found = list(read.records(EXAMPLE))

    assert [type(record) for record in found[:3]] == [OrganisationRecord, OrganisationRecord, FranchiseRecord]
    assert [record.name for record in found if isinstance(record, SeriesRecord)] == ["Dark", "Bosch", "Ballard"]


def test_fields_have_the_types_of_the_model(tmp_path: Path) -> None:
    record = series(
        tmp_path, slug="dark", countries=["DE", "US"], genres=["drama"], weekdays=["mo", "th"], airtime="20:15",
        rating=8.7, premiered_on="2017-12-01", fsk=16, end_year=None, ids={"imdb": "tt5753856", "tmdb": [70523, "9"]},
    )  # fmt: skip

    assert record.source == "own-archive"
    assert record.ids == {"own": "dark", "imdb": "tt5753856", "tmdb": "70523"}
    assert record.other_ids == (("tmdb", "9"),)
    assert record.fields == {
        "name": "Dark", "countries": "DE, US", "genres": "drama", "weekdays": "mo, th", "airtime": time(20, 15),
        "rating": Decimal("8.7"), "premiered_on": date(2017, 12, 1), "fsk": 16, "end_year": None,
    }  # fmt: skip


def test_what_is_not_mentioned_is_not_stated(tmp_path: Path) -> None:
    record = series(tmp_path)

    assert record.fields == {"name": "Dark"}
    assert (record.aliases, record.seasons, record.episodes, record.roles, record.releases) == (None,) * 5


def test_episodes_stand_in_their_season(tmp_path: Path) -> None:
    guest = {"person": {"name": "Jim McKay"}, "character": "A man"}
    record = series(
        tmp_path,
        seasons=[
            {"number": 0, "episodes": [{"kind": "special", "name": "Rückblick", "ids": {"tvdb": 7}}]},
            {"number": 1, "ids": {"tvmaze": 5}, "episodes": [{"number": 2, "last_number": 3, "roles": [guest]}]},
        ],
    )

    assert record.seasons and record.episodes
    assert [season.fields for season in record.seasons] == [{}, {"tvmaze_id": 5}]
    special, double = record.episodes
    assert (special.season, special.number) == (0, None)
    assert special.fields == {"kind": "special", "name": "Rückblick", "tvdb_id": 7}
    assert (double.season, double.number, double.fields) == (1, 2, {"last_number": 3})
    assert double.roles and double.roles[0].billing == "guest"
    assert double.roles[0].person == PersonRecord("own-archive", "Jim McKay")


def test_seasons_alone_say_nothing_of_episodes(tmp_path: Path) -> None:
    record = series(tmp_path, seasons=[{"number": 1}, {"number": 2}])

    assert record.episodes is None


def test_relations_name_a_series_or_a_work(tmp_path: Path) -> None:
    record = series(
        tmp_path,
        relations=[
            {"kind": "spin_off_of", "series": {"slug": "bosch", "name": "Bosch"}},
            {"kind": "based_on", "work": {"kind": "novel", "title": "Late Show", "authors": [{"slug": "connelly"}]}},
        ],
    )

    author = PersonRecord("own-archive", "", {"own": "connelly"})
    assert record.relations == (
        RelationRecord("spin_off_of", {"own": "bosch"}, "Bosch"),
        RelationRecord("based_on", work=WorkRecord("novel", "Late Show", authors=(author,))),
    )


def test_a_release_is_as_vague_as_it_is_written(tmp_path: Path) -> None:
    exact = {"first": "2026-09-01", "last": "2026-09-30", "precision": "season_of_year"}
    record = series(
        tmp_path,
        releases=[
            {"kind": "german_tv", "when": "Herbst 2026"},
            {"kind": "free_tv", "when": exact, "season": 0, "episode": "Rückblick"},
            {"kind": "original", "when": "2026-01-23T20:15:00+01:00", "season": 1, "episode": 2},
        ],
    )

    assert record.releases
    autumn, said, moment = record.releases
    assert autumn.when == vague.parse("Herbst 2026")
    assert (said.when.last, said.episode, said.episode_name) == (date(2026, 9, 30), None, "Rückblick")
    assert (moment.when.at, moment.episode) == (datetime(2026, 1, 23, 19, 15, tzinfo=UTC), 2)


def test_an_entry_says_whose_word_each_part_is(tmp_path: Path) -> None:
    record = series(
        tmp_path, source="tvmaze", origin={"status": "editor"}, ids={"imdb": "tt1"}, id_sources={"imdb:tt1": "tmdb"},
        aliases=[{"name": "Dunkel", "source": "tmdb"}],
        status_history=[{"status": "ended", "since": "2020-06-27", "source": "editor"}],
        seasons=[{"number": 1, "source": "own-archive", "origin": {"name": "editor"}}],
    )  # fmt: skip

    assert (record.source, record.origin, record.id_sources) == ("tvmaze", {"status": "editor"}, {"imdb:tt1": "tmdb"})
    assert record.aliases and record.aliases[0].source == "tmdb"
    assert record.statuses == (StatusRecord("ended", date(2020, 6, 27), "editor"),)
    assert record.seasons and (record.seasons[0].source, record.seasons[0].origin) == (
        "own-archive",
        {"name": "editor"},
    )


def test_an_organisations_kind_is_its_type(tmp_path: Path) -> None:
    entry = {"type": "organisation", "name": "ZDF", "kind": "network", "origin": {"kind": "editor"}}

    record = one(tmp_path, entry)

    assert record.fields == {"name": "ZDF", "type": "network"}
    assert record.origin == {"type": "editor"}


def test_sources_stand_behind_the_first_line(tmp_path: Path) -> None:
    other = {"type": "source", "key": "own-press", "name": "Pressemitteilungen", "is_named": True}
    path = file(tmp_path, other, {"type": "person", "name": "Ada", "source": "own-press"})

    assert read.head(path) == (
        SourceRecord("own-archive", "own-archive"),
        SourceRecord("own-press", "Pressemitteilungen", is_named=True),
    )
    [record] = read.records(path)
    assert record == PersonRecord("own-press", "Ada", fields={"name": "Ada"})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"naem": "x"}, 'line 2, the line: unknown key "naem", nearest is name'),
        ({"seasons": [{"number": 1, "episodes": [{"airedon": "2020-01-01"}]}]}, "seasons[0].episodes[0]: unknown key"),
        ({"start_year": "2017"}, 'start_year: expected a whole number from 0 to 32767, found "2017"'),
        ({"start_year": 10**12}, "start_year: expected a whole number"),
        ({"premiered_on": "2017-02-30"}, "premiered_on: expected a day such as 2026-01-23"),
        ({"status": "over"}, "status: expected one of development"),
        ({"genres": "crime"}, 'genres: expected a list, found "crime"'),
        ({"genres": ["krimi"]}, "genres[0]: expected one of action"),
        ({"fsk": 15}, "fsk: expected one of 0, 6"),
        ({"countries": ["Germany"]}, "countries[0]: expected a country of two letters"),
        ({"name": 5}, "name: expected a name"),
        ({"name": "…"}, "with a letter or digit"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"summary": "x" * 601}, "summary: expected a text of at most 600 characters"),
        ({"slug": "a b"}, "slug: expected a slug"),
        ({"source": "own-others"}, "source: expected a data source (editor,"),
        ({"origin": {"colour": "editor"}}, 'origin: unknown key "colour"'),
        ({"official_site": "javascript:alert(1)"}, "official_site: expected a web address"),
        ({"rating": 11}, "rating: expected a number from 0 to 10"),
        ({"aliases": [{"language": "de"}]}, "aliases[0]: name is missing"),
        ({"roles": [{"person": {}}]}, "roles[0].person: one of slug, name, ids must be there"),
        ({"roles": [{"person": "Ada"}]}, 'roles[0].person: expected an object, found "Ada"'),
        ({"relations": [{"kind": "based_on", "series": {"slug": "x"}}]}, "has a work and no series"),
        ({"releases": [{"kind": "german_tv", "when": "irgendwann"}]}, "releases[0].when: expected a date such as"),
        ({"releases": [{"kind": "german_tv", "when": "2026", "episode": 1}]}, "an episode needs its season"),
        ({"start_year": 2020, "end_year": 2017}, "end_year 2017 is before start_year 2020"),
        ({"seasons": [{"number": 1}, {"number": 1}]}, "seasons[1]: number 1 is there twice"),
        ({"seasons": [{"number": 1, "episodes": [{"number": 3, "last_number": 3}]}]}, "last_number must be higher"),
        ({"ids": {"imbd": "tt1"}}, 'ids: unknown key "imbd", nearest is imdb'),
        ({"seasons": [{"number": 1, "ids": {"tvmaze": 10**11}}]}, "seasons[0].ids.tvmaze: expected a whole number"),
        ({"is_partial": 1}, "is_partial: expected true or false"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_place_and_what_was_expected(tmp_path: Path, said: Any, told: str) -> None:
    assert told in reason(tmp_path, **said)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[1, 2]", "expected an object"),
        ("{}", "type is missing"),
        ('{"type": "serie"}', 'unknown key "serie", nearest is series'),
        ('{"type": ["series"]}', "expected one of series"),
        ('{"type": "series", "name": "Dark", "name": "Hell"}', 'the key "name" is there twice'),
        ('{"type": "series", "name": "Dark"', "at character 35 it is no JSON"),
        ('{"type": "series", "name": "Dark", "hue": NaN}', "NaN is no number"),
        ('{"type": "series", "name": "Dark", "hue": ' + "9" * 5000 + "}", "more than 30 digits"),
        ('{"type": "series", "aliases": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"type": "person"}', "one of name must be there"),
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused_and_the_next_one_read(tmp_path: Path, line: str, told: str) -> None:
    refused, following = read.records(file(tmp_path, line, {"type": "person", "name": "Ada"}))

    assert isinstance(refused, Refused) and told in refused.reason
    assert isinstance(following, PersonRecord)


def test_a_source_that_comes_late_is_refused(tmp_path: Path) -> None:
    late = {"type": "source", "key": "own-late", "name": "x"}

    _, refused = read.records(file(tmp_path, {"type": "person", "name": "Ada"}, late))

    assert isinstance(refused, Refused) and "directly behind the first line" in refused.reason


def test_bytes_that_are_no_text_refuse_their_line_only(tmp_path: Path) -> None:
    path = file(tmp_path, {"type": "person", "name": "Ada"})
    path.write_bytes(path.read_bytes() + b'{"type": "person", "name": "\xff"}\n')

    _, refused = read.records(path)

    assert isinstance(refused, Refused) and "no UTF-8" in refused.reason


def test_a_line_of_any_length_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 1000)
    long = {"type": "person", "name": "Ada", "summary": "x" * 5000}

    refused, following = read.records(file(tmp_path, long, {"type": "person", "name": "Grace"}))

    assert isinstance(refused, Refused) and "longer than 1000 bytes" in refused.reason
    assert isinstance(following, PersonRecord)


def test_invisible_characters_do_not_come_in(tmp_path: Path) -> None:
    record = series(tmp_path, name="Da\x00rk\u200b", summary="One\u0000\n\n\n\nTwo")

    assert (record.name, record.fields["summary"]) == ("Dark", "One\n\nTwo")


def test_many_mistakes_are_told_in_few_words(tmp_path: Path) -> None:
    told = reason(tmp_path, seasons=[{"number": -1} for _ in range(50)])

    assert told.endswith("and 45 more")
    assert told.count("expected") == 5


def test_a_packed_file_is_read_on_behind_what_is_done(tmp_path: Path) -> None:
    path = file(tmp_path, *({"type": "person", "name": name} for name in ("Ada", "Grace", "Emmy")))
    packed = tmp_path / "catalogue.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + path.read_bytes()))

    reading = importer.open(str(packed), options=Options())

    assert (reading.total, len(reading.digest), reading.sources[0].key) == (3, 64, "own-archive")
    assert [getattr(record, "name", "") for record in reading.records(2)] == ["Emmy"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({"type": "series", "name": "Dark"}, "the first line is to be"),
        ("nonsense", "it is no JSON"),
        (HEADER | {"version": 2}, "version 1 of the format"),
        (HEADER | {"source": "tvmaze"}, "source: expected own"),
        (HEADER | {"license": "x"}, "nearest is licence"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_as_a_whole(tmp_path: Path, header: Any, told: str) -> None:
    with pytest.raises(WrongAddress, match=told):
        importer.open(str(file(tmp_path, header=header)), options=Options())


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x1f\x8b\x08broken"])
def test_an_empty_or_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)

    for address in (str(tmp_path / "x"), str(tmp_path), str(tmp_path / "missing")):
        with pytest.raises(WrongAddress):
            importer.open(address, options=Options())
