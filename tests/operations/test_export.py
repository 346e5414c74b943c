"""`staffellauf export`: the catalogue as a file that an import reads again."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffellauf.catalogue.models import (
    Alias,
    Credit,
    DataSource,
    Episode,
    ExternalId,
    Relation,
    Release,
    Series,
    StatusChange,
    Synopsis,
    Topic,
    TopicPicture,
)
from staffellauf.sources.own import export, read
from staffellauf.sources.records import Refused
from tests import make

pytestmark = pytest.mark.django_db


def exported(*arguments: str) -> str:
    out = StringIO()
    call_command("export", "-", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def entries(*arguments: str) -> list[Any]:
    return [json.loads(line) for line in exported(*arguments).splitlines()[1:]]


def names(*arguments: str) -> list[str]:
    return [entry["name"] for entry in entries(*arguments)]


@pytest.fixture
def dark() -> Series:
    """A series that has everything."""
    netflix, bosch = make.organisation("Netflix"), make.franchise("Bosch")
    ada, grace = make.person("Ada Lovelace"), make.person("Grace Hopper")
    dark = make.series(
        "Dark", franchises=[bosch], start_year=2017, countries="DE, US", genres="drama", fsk=16, source="tvmaze",
        origin={"fsk": "editor", "end_year": "editor"}, status="ended",
    )  # fmt: skip
    dark.organisations.set([netflix])
    first = make.season(dark, 1, episodes=2)
    specials = make.season(dark, 0)
    special = Episode.objects.create(season=specials, kind="special", name="Rückblick", tvdb_id=4, source="tmdb")
    ExternalId.objects.create(topic=dark, kind="series", scheme="tvmaze", value="17861", source="tvmaze")
    ExternalId.objects.create(topic=dark, kind="series", scheme="tvmaze", value="99", source="editor")
    Alias.objects.create(topic=dark, name="Dunkel", language="de", source="tmdb")
    Synopsis.objects.create(topic=dark, language="en", text="A boy.\nGone.", source="tvmaze")
    TopicPicture.objects.create(topic=dark, kind="poster", address="https://example.org/p.jpg", source="tmdb")
    TopicPicture.objects.create(topic=dark, kind="poster", credit="Uploaded here")
    ended = {"status": "ended", "since": date(2020, 6, 27), "source": "tvmaze", "recorded_at": make.EVENING}
    StatusChange.objects.create(series=dark, **ended)
    make.role(ada, "Martha", of=dark, seasons=[first], order=1)
    guest = make.role(grace, "A guest", of=dark, billing="guest")
    guest.episodes.set(first.episodes.all())
    Credit.objects.create(series=dark, person=ada, job="creator")
    director = Credit.objects.create(series=dark, person=grace, job="director")
    director.episodes.set([special])
    Relation.objects.create(series=dark, kind="based_on", to_work=make.work("Der Roman", authors=[ada]))
    Relation.objects.create(series=dark, kind="same_franchise", to_series=make.series("1899"))
    when = {"first_on": date(2026, 9, 1), "last_on": date(2026, 11, 30), "precision": "season_of_year"}
    Release.objects.create(series=dark, kind="german_tv", organisation=netflix, season=first, **when)
    Release.objects.create(series=dark, kind="free_tv", season=specials, episode=special, **when)
    return dark


def test_a_series_says_all_that_we_know_of_it(dark: Series) -> None:
    [said] = [entry for entry in entries("--kind", "series") if entry["slug"] == "dark"]

    assert said["source"] == "tvmaze"
    assert said["origin"] == {"end_year": "editor", "fsk": "editor"}
    assert (said["countries"], said["genres"], said["fsk"], said["status"]) == (["DE", "US"], ["drama"], 16, "ended")
    assert said["ids"] == {"tvmaze": ["17861", "99"]} and said["id_sources"] == {"tvmaze:99": "editor"}
    assert said["aliases"] == [{"name": "Dunkel", "language": "de", "source": "tmdb"}]
    assert said["pictures"] == [{"kind": "poster", "address": "https://example.org/p.jpg", "source": "tmdb"}]
    special, first = said["seasons"]
    assert special["episodes"][0]["credits"][0]["person"] == {"slug": "grace-hopper", "name": "Grace Hopper"}
    assert [episode["roles"][0]["character"] for episode in first["episodes"]] == ["A guest", "A guest"]
    assert [role["character"] for role in said["roles"]] == ["Martha"]
    assert [release["when"] for release in said["releases"]] == ["Herbst 2026", "Herbst 2026"]
    assert said["releases"][0]["episode"] == "Rückblick"
    assert [relation["kind"] for relation in said["relations"]] == ["based_on", "same_franchise"]


def test_every_line_can_be_read_again(dark: Series, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(exported())

    found = list(read.records(tmp_path / "x.jsonl"))

    assert [record for record in found if isinstance(record, Refused)] == []
    assert len(found) == export.Selection().count() == 6


def test_what_entries_refer_to_comes_first_and_each_kind_by_its_slug() -> None:
    make.series("Zwei"), make.series("Eins"), make.person("Ada Lovelace"), make.organisation("ZDF")
    for slug in ("_unten", "B-gross"):
        Series.objects.create(name=slug, slug=slug)

    assert [entry["slug"] for entry in entries()] == ["zdf", "ada-lovelace", "B-gross", "_unten", "eins", "zwei"]


def test_what_was_merged_is_left_out() -> None:
    kept = make.series("Dark")
    make.series("Dark (2017)", merged_into=kept)

    assert names() == ["Dark"]


def test_a_part_of_it_by_kind_source_and_day() -> None:
    make.series("Dark", source="tvmaze"), make.series("Bosch", source="own-press"), make.person("Ada Lovelace")
    DataSource.objects.create(key="own-press", name="Presse", licence="CC0-1.0")
    Topic.objects.filter(name="Dark").update(updated_at=timezone.now() - timedelta(days=9))
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()

    assert names("--kind", "series", "--kind", "person")[1:] == ["Ada Lovelace", "Bosch", "Dark"]
    assert names("--source", "tvmaze")[1:] == ["Dark"]
    assert names("--since", yesterday)[1:] == ["Ada Lovelace", "Bosch"]
    assert json.loads(exported().splitlines()[1]) == {
        "type": "source", "key": "own-press", "name": "Presse", "licence": "CC0-1.0",
    }  # fmt: skip


def test_a_source_that_may_not_be_passed_on_is_left_out(dark: Series) -> None:
    make.series("Bosch", source="tmdb")
    Series.objects.filter(pk=dark.pk).update(origin={"fsk": "tmdb"})

    found = {entry["slug"]: entry for entry in entries("--without", "tmdb", "--kind", "series")}

    assert set(found) == {"dark", "1899"}
    assert not {"aliases", "pictures", "fsk"} & found["dark"].keys()
    assert "tmdb" not in json.dumps(found)


def test_what_no_reader_would_take_is_left_out(tmp_path: Path) -> None:
    make.series("Dark", genres="krimi, drama", official_site="nirgends", original_language="deutsch")

    [said] = entries()

    assert said.keys() & {"genres", "official_site", "original_language"} == set()


def test_a_file_is_written_whole_and_packed_alike(dark: Series, tmp_path: Path) -> None:
    paths = [tmp_path / "one.jsonl.gz", tmp_path / "two.jsonl.gz", tmp_path / "three.jsonl"]

    for path in paths:
        call_command("export", str(path), stderr=StringIO())

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert gzip.decompress(paths[0].read_bytes()) == paths[2].read_bytes() == exported().encode()
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_a_broken_export_leaves_the_old_file(dark: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.jsonl"
    path.write_text("the old one")

    def lines(selection: export.Selection) -> Iterator[str]:
        yield "half"
        raise RuntimeError

    monkeypatch.setattr(export, "lines", lines)
    with pytest.raises(RuntimeError):
        call_command("export", str(path), stderr=StringIO())

    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("catalogue.jsonl", "the old one")]


@pytest.mark.parametrize("arguments", [["--without", "tmbd"], ["--since", "gestern"], ["--kind", "serie"]])
def test_a_wrong_call_is_told(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        exported(*arguments)


def test_twice_the_series_take_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported()
        return len(captured)

    for name in ("Eins", "Zwei"):
        make.season(make.series(name), 1, episodes=3)
    before = queries()
    for name in ("Drei", "Vier"):
        make.season(make.series(name), 1, episodes=3)

    assert queries() == before
