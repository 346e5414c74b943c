"""Files that are not whole: nothing of them is applied, the others of the folder are."""

import json

import pytest
from django.core.management import CommandError, call_command

from staffellauf.catalogue.models import Series
from staffellauf.sources import runs
from staffellauf.sources.models import ImportRun
from staffellauf.sources.reading import Options
from tests.sources import imports
from tests.standins import tvmaze

pytestmark = pytest.mark.django_db

WHOLE = json.dumps([tvmaze.SHOWS[7], tvmaze.SHOWS[8]])


@pytest.mark.parametrize("source", ["tvmaze", "tmdb", "wikidata"])
def test_nothing_of_a_file_that_breaks_off_is_imported(source, tmp_path):
    path = tmp_path / "shows.json"
    path.write_text(WHOLE[:-40])

    with pytest.raises(CommandError, match="nothing of it is imported"):
        call_command("import", source, str(path))

    assert not Series.objects.exists() and not ImportRun.objects.exists()


def test_the_other_files_of_a_folder_are(tmp_path):
    (tmp_path / "a.json").write_text(WHOLE[:-40])
    (tmp_path / "b.json").write_text(json.dumps([tvmaze.SHOWS[8]]))
    reading = runs.importer("tvmaze").open(str(tmp_path), options=Options())

    run = runs.carry_out(runs.begin("tvmaze", reading), reading)

    assert imports.counts(run) == {"created": 1, "refused": 1} and run.total == 2
    assert run.notes.get(outcome="refused").what == "a.json"
