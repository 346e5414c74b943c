"""TMDB and Wikidata about one series, through the whole import."""

import json

import pytest

from staffellauf.catalogue.models import Person, Series
from staffellauf.sources import runs
from staffellauf.sources.reading import Options
from tests.sources import tmdb_answers
from tests.sources import wikidata_entities as wd

pytestmark = pytest.mark.django_db


@pytest.fixture
def tmdb_file(tmp_path):
    path = tmp_path / "tmdb.json"
    path.write_text(json.dumps([tmdb_answers.series(), tmdb_answers.of_the_list()]))
    return str(path)


@pytest.fixture
def wikidata_file(tmp_path):
    path = tmp_path / "wikidata.json"
    path.write_text(json.dumps([*wd.around(), wd.moor()]))
    return str(path)


def carry_out(name, address):
    reading = runs.importer(name).open(address, options=Options())
    return runs.carry_out(runs.begin(name, reading), reading)


def figures(run):
    return run.created, run.changed, run.unchanged, run.refused, run.doubtful


def test_the_second_import_changes_nothing(tmdb_file, wikidata_file):
    assert figures(carry_out("tmdb", tmdb_file)) == (2, 0, 0, 0, 0)
    assert figures(carry_out("tmdb", tmdb_file)) == (0, 0, 2, 0, 0)

    carry_out("wikidata", wikidata_file)

    assert figures(carry_out("wikidata", wikidata_file)) == (0, 0, 3, 1, 0)
    assert figures(carry_out("tmdb", tmdb_file)) == (0, 0, 2, 0, 0)


def test_both_speak_of_one_series_and_of_the_same_people(tmdb_file, wikidata_file):
    carry_out("tmdb", tmdb_file)
    carry_out("wikidata", wikidata_file)

    series = Series.objects.get(name="Das stille Moor")
    ids = {row.scheme: row.value for row in series.external_ids.all()}
    assert ids == {"tmdb": "9001", "imdb": "tt9900001", "tvdb": "88001", "wikidata": "Q900001", "tvmaze": "77001"}
    assert series.status == "running" and series.fsk == 16
    assert [relation.to_work.title for relation in series.relations.all() if relation.to_work] == ["Nebelland"]
    assert [franchise.name for franchise in series.franchises.all()] == ["Moorwelt"]
    assert Person.objects.filter(name="Ansel Pike", roles__series=series).distinct().count() == 1
    guest = series.roles.get(character="Host")
    assert guest.billing == "guest" and guest.is_self
    assert [episode.number for episode in guest.episodes.all()] == [2]


def test_the_german_list_gives_german_episode_titles(tmdb_file):
    carry_out("tmdb", tmdb_file)

    series = Series.objects.get(name="Die Gezeiten")
    season = series.seasons.get(number=1)
    assert str(season) == "Staffel 1" and season.name == ""
    assert [str(episode) for episode in season.episodes.all()] == ["Ebbe", "Folge 2"]
    assert str(series.seasons.get(number=2)) == "Die Flut"
