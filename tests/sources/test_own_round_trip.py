"""What was exported and imported again is exported with the same bytes."""

from pathlib import Path
from typing import Any

import pytest

from staffellauf.catalogue.models import DataSource, Episode, Series, Topic, Work
from staffellauf.sources import runs
from staffellauf.sources.models import ImportRun
from staffellauf.sources.own import export
from staffellauf.sources.reading import Options
from tests import make
from tests.operations.test_export import dark  # noqa: F401 - a fixture
from tests.sources.test_own_read import EXAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Where locks lie."""
    settings.DATA = tmp_path


def imported(path: Path, *, is_dry_run: bool = False) -> ImportRun:
    reading = runs.importer("own").open(str(path), options=Options())
    return runs.carry_out(runs.begin("own", reading, is_dry_run=is_dry_run), reading)


def exported(path: Path) -> str:
    text = export.head(export.Selection()) + "".join(export.lines(export.Selection()))
    path.write_text(text)
    return text


def emptied() -> None:
    Topic.everything.all().delete()
    Work.objects.all().delete()
    DataSource.objects.filter(key__startswith="own-").delete()


def test_a_catalogue_that_has_everything_comes_back_the_same(dark: Series, tmp_path: Path) -> None:  # noqa: F811
    before = exported(tmp_path / "before.jsonl")
    emptied()

    run = imported(tmp_path / "before.jsonl")

    assert (run.refused, run.doubtful) == (0, 0), list(run.notes.values_list("what", "reason"))
    assert exported(tmp_path / "after.jsonl") == before


def test_the_example_comes_in_and_says_unchanged_the_second_time(tmp_path: Path) -> None:
    first = imported(EXAMPLE)
    before = exported(tmp_path / "before.jsonl")

    second = imported(EXAMPLE)

    assert (first.created, first.changed, first.refused, first.doubtful) == (9, 0, 0, 0)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 9), list(
        second.notes.values_list("what", "changes")
    )
    assert exported(tmp_path / "after.jsonl") == before
    source = DataSource.objects.get(key="own-beispiel")
    assert (source.name, source.licence) == ("Beispieldatei", "CC0-1.0")
    assert Series.objects.get(slug="dark").source == "own-beispiel"
    assert Episode.objects.filter(season__series__slug="bosch").count() == 2
    emptied()
    imported(tmp_path / "before.jsonl")
    assert exported(tmp_path / "again.jsonl") == before


def test_what_editors_did_since_an_export_stands(tmp_path: Path) -> None:
    bosch = make.series("Bosch", summary="Der alte Text.", origin={"end_year": "editor"})
    make.role(make.person("Titus Welliver"), "Harry Bosch", of=bosch)
    exported(tmp_path / "old.jsonl")
    Series.objects.filter(pk=bosch.pk).update(summary="Der neue Text.", start_year=2015)
    make.role(make.person("Jamie Hector"), "Jerry Edgar", of=bosch)

    run = imported(tmp_path / "old.jsonl")

    bosch = Series.objects.get()
    assert (run.changed, run.unchanged) == (0, 2), list(run.notes.values_list("what", "changes"))
    assert (bosch.summary, bosch.start_year, bosch.roles.count()) == ("Der neue Text.", 2015, 2)


def test_a_dry_run_stores_nothing_of_it() -> None:
    run = imported(EXAMPLE, is_dry_run=True)

    assert run.created == 9
    assert not Topic.everything.exists()
    assert not DataSource.objects.filter(key="own-beispiel").exists()
