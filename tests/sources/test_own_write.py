"""Records become lines, and the lines the same records again."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from staffellauf.common import vague
from staffellauf.sources.own import read, write
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    EpisodeRecord,
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    PictureRecord,
    Record,
    Refused,
    RelationRecord,
    ReleaseRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
    SourceRecord,
    StatusRecord,
    SynopsisRecord,
    WorkRecord,
)
from tests.sources.test_own_read import EXAMPLE

ADA = PersonRecord("own", "Ada Lovelace", {"own": "ada-lovelace"})
ZDF = OrganisationRecord("own", "ZDF", {"own": "zdf"})


def again(folder: Path, *written: Record) -> list[Any]:
    path = folder / "again.jsonl"
    path.write_text(write.head([SourceRecord("own", "")]) + "".join(write.line(one, default="own") for one in written))
    return list(read.records(path))


def everything() -> SeriesRecord:
    guest = RoleRecord(ADA, "Herself", "guest", 3, is_voice=True, is_self=True, seasons=(1,), source="tmdb")
    credit = CreditRecord(ADA, "director", "Regie", 2, origin={"title": "editor"})
    work = WorkRecord("novel", "Das Buch", "The Book", 1999, "Q1", (ADA,), "wikidata", {"year": "editor"})
    return SeriesRecord(
        source="own",
        name="Alles",
        ids={"own": "alles", "imdb": "tt1", "tvmaze": "7"},
        other_ids=(("tvmaze", "8"),),
        id_sources={"tvmaze:8": "tvmaze"},
        fields={
            "name": "Alles", "summary": "Eins.\n\nZwei.", "hue": 0, "popularity": 5, "original_title": "All",
            "original_language": "pt-BR", "countries": "DE, AT", "status": "ended", "start_year": 1999,
            "end_year": None, "premiered_on": date(1999, 1, 1), "ended_on": date(2001, 1, 1), "format": "scripted",
            "genres": "crime, drama", "fsk": 0, "runtime_min": 45, "airtime": time(0, 5), "weekdays": "su",
            "rating": Decimal("7.3"), "official_site": "https://example.org/ä?x=1",
        },
        origin={"status": "tvmaze", "name": "editor"},
        aliases=(AliasRecord("Todo", "es", "MX", "tmdb"), AliasRecord("„Alles“")),
        synopses=(SynopsisRecord("de", "Ein Text.\nNoch einer.", "tvmaze"),),
        pictures=(PictureRecord("poster", "https://example.org/p.jpg", "Wer", "CC0-1.0", "Foto: Wer", "tmdb"),),
        organisations=(ZDF,),
        franchises=(FranchiseRecord("own", "Welt", {"own": "welt"}),),
        seasons=(
            SeasonRecord(0, {"name": "Specials"}),
            SeasonRecord(1, {"episode_count": 3, "tvmaze_id": 5, "tmdb_id": 6}, "tmdb", {"name": "own"}),
        ),
        episodes=(
            EpisodeRecord(0, None, {"kind": "special", "name": "Rückblick", "tvdb_id": 9}),
            EpisodeRecord(1, 1, {"aired_at": datetime(1999, 1, 1, 19, tzinfo=UTC), "name": ""}, (guest,), (credit,)),
            EpisodeRecord(1, 2, {"last_number": 3, "absolute_number": 2, "runtime_min": None}, source="tvmaze"),
        ),
        roles=(RoleRecord(ADA, "Eins"), RoleRecord(ADA, "", "recurring", 1, seasons=(0, 1))),
        credits=(credit,),
        relations=(
            RelationRecord("sequel_of", {"own": "nichts"}, "Nichts", source="wikidata"),
            RelationRecord("based_on", work=work),
        ),
        releases=(
            ReleaseRecord("german_tv", vague.parse("Herbst 2026"), organisation=ZDF, version="dubbed"),
            ReleaseRecord("free_tv", vague.parse("2026-01-23 20:15"), 1, 2, broadcast_day=date(2026, 1, 23)),
            ReleaseRecord(
                "media_library", vague.day(date(2026, 1, 2)), 0, territory="", episode_name="Rückblick",
                available_until=date(2026, 2, 1), source="editor", origin={"kind": "own"},
            ),
        ),
        statuses=(
            StatusRecord("running", date(1999, 1, 1), "tvmaze", datetime(2026, 1, 1, 12, 0, 0, 5, tzinfo=UTC)),
            StatusRecord("ended"),
        ),
        is_partial=True,
    )  # fmt: skip


def test_a_series_with_everything_comes_back_the_same(tmp_path: Path) -> None:
    assert again(tmp_path, everything()) == [everything()]


def test_the_other_entries_come_back_the_same(tmp_path: Path) -> None:
    person = PersonRecord(
        "tvmaze",
        "Ada",
        {"imdb": "nm1"},
        {"name": "Ada", "gender": "female", "born_on": None, "country": ""},
        aliases=(),
    )
    network = OrganisationRecord(
        "own", "ZDF", {"own": "zdf"}, {"name": "ZDF", "type": "network", "country": "DE"}, origin={"type": "editor"}
    )
    franchise = FranchiseRecord("own", "Welt", fields={"name": "Welt"})

    assert again(tmp_path, person, network, franchise) == [person, network, franchise]


def test_a_series_that_only_adds_comes_back_the_same(tmp_path: Path) -> None:
    addition = SeriesRecord("own", "", {"tvmaze": "7"}, seasons=(SeasonRecord(1),), episodes=(EpisodeRecord(1, 1),))

    assert again(tmp_path, addition) == [addition]


def test_the_example_comes_back_the_same(tmp_path: Path) -> None:
    found = [record for record in read.records(EXAMPLE) if not isinstance(record, Refused)]
    path = tmp_path / "again.jsonl"
    path.write_text(write.head(read.head(EXAMPLE)) + "".join(write.line(one, default="own-beispiel") for one in found))

    assert read.head(path) == read.head(EXAMPLE)
    assert list(read.records(path)) == found


@pytest.mark.parametrize(
    "when",
    [
        vague.parse("Anfang Februar 2027"),
        vague.parse("Winter 2026"),
        vague.parse("2. Halbjahr 2026"),
        vague.parse("Mitte 2026"),
        vague.parse("Q3 2026"),
        vague.parse("2026-10-25 02:30 MEZ"),
        vague.Vague(date(2026, 1, 1), date(2026, 1, 9), vague.Precision.DAY),
        vague.Vague(date(2026, 2, 2), date(2026, 2, 9), vague.Precision.PART_OF_MONTH),
        vague.Vague(date(2026, 1, 22), date(2026, 1, 22), vague.Precision.MINUTE, datetime(2026, 1, 23, 2, tzinfo=UTC)),
    ],
)
def test_every_date_stays_as_vague_as_it_is(tmp_path: Path, when: vague.Vague) -> None:
    record = SeriesRecord("own", "Dark", fields={"name": "Dark"}, releases=(ReleaseRecord("german_tv", when),))

    assert again(tmp_path, record) == [record]
