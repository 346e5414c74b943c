"""Which entry a record is about, and when nobody can tell."""

import pytest

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import (
    Organisation,
    Person,
    Role,
    Series,
)
from staffellauf.sources.models import Doubt
from tests import make
from tests.sources import imports

pytestmark = pytest.mark.django_db


def the_series() -> Series:
    return Series.objects.get()


@pytest.mark.parametrize("scheme", ["imdb", "tmdb", "tvdb", "wikidata"])
def test_another_source_finds_the_series_by_any_shared_id(scheme):
    imports.carry_out(imports.series("Money Heist", ids={"tvmaze": "1", scheme: "tt71"}))
    other = "wikidata" if scheme == "tmdb" else "tmdb"

    imports.carry_out(imports.series("Haus des Geldes", source=other, ids={other: "9", scheme: "tt71"}), importer=other)

    assert Series.objects.count() == 1
    assert set(the_series().external_ids.values_list("scheme", flat=True)) == {"tvmaze", scheme, other}


def test_another_source_finds_the_series_by_title_and_year():
    made = make.series("Für große Straßen", start_year=2020)
    naming.refresh_names([made.pk])

    imports.carry_out(imports.series("Fuer grosse Strassen"))

    assert the_series().external_ids.get().value == "1"


def test_equal_titles_of_different_years_are_different_series():
    first = imports.series("Doctor Who", number=1, fields={"start_year": 1963})
    second = imports.series("Doctor Who", number=2, fields={"start_year": 2005})

    run = imports.carry_out(first, second)

    assert imports.counts(run) == {"created": 2}
    assert set(Series.objects.values_list("slug", flat=True)) == {"doctor-who", "doctor-who-2005"}


def test_equal_titles_and_years_of_one_source_are_different_series_too():
    run = imports.carry_out(imports.series("The Office", number=1), imports.series("The Office", number=2))

    assert imports.counts(run) == {"created": 2}


@pytest.mark.parametrize("year", [2021, None])
def test_a_title_alone_is_doubtful_and_makes_no_double(year):
    made = make.series("Hafenwache", start_year=2020)
    naming.refresh_names([made.pk])

    run = imports.carry_out(imports.series("Hafenwache", fields={"start_year": year}))

    doubt = Doubt.objects.get()
    assert imports.counts(run) == {"doubtful": 1}
    assert list(doubt.candidates.all()) == [made.topic_ptr] and doubt.key == "tvmaze:1"
    assert Series.objects.count() == 1
    imports.carry_out(imports.series("Hafenwache", fields={"start_year": year}))
    assert Doubt.objects.count() == 1


def test_ids_of_two_entries_are_doubtful():
    for number, scheme in enumerate(("imdb", "tvdb"), start=1):
        imports.carry_out(imports.series(f"Serie {number}", source="tmdb", ids={"tmdb": str(number), scheme: "77"}))

    run = imports.carry_out(imports.series("Serie", ids={"tvmaze": "5", "imdb": "77", "tvdb": "77"}))

    assert imports.counts(run) == {"doubtful": 1} and Doubt.objects.get().candidates.count() == 2


@pytest.mark.parametrize(("state", "expected", "count"), [("other", {"created": 1}, 2), ("ignored", {"refused": 1}, 1)])
def test_a_decided_doubt_is_followed(state, expected, count):
    naming.refresh_names([make.series("Hafenwache", start_year=2021).pk])
    imports.carry_out(imports.series())
    Doubt.objects.update(state=state)

    run = imports.carry_out(imports.series())

    assert imports.counts(run) == expected and Series.objects.count() == count


def test_people_are_told_apart_by_their_ids_and_found_by_name_in_their_series():
    imports.carry_out(imports.series(roles=(imports.role("Ada Ahrens", "Krug", number=5),)))
    imports.carry_out(imports.series("Anders", number=2, roles=(imports.role("Ada Ahrens", "Zoff", number=6),)))
    german = imports.series(
        source="tmdb", ids={"tmdb": "1", "tvmaze": "1"}, roles=(imports.role("Ada Ahrens", "Krug"),)
    )

    imports.carry_out(german, importer="tmdb")

    assert Person.objects.count() == 2
    assert Role.objects.filter(series__name="Hafenwache").count() == 1


def test_a_bare_name_is_the_namesake_that_comes_with_it():
    named = imports.series(roles=(imports.role("Ada Ahrens", "Krug", number=5),))
    bare = imports.series("Möwe", number=2, roles=(imports.role("Ada Ahrens", "Zoff"),))

    imports.carry_out(bare, named)

    assert Person.objects.get().roles.count() == 2


def test_a_network_with_a_plus_is_another():
    imports.carry_out(
        imports.series(organisations=(imports.network("AMC", number=1), imports.network("AMC+", number=2)))
    )

    assert set(Organisation.objects.values_list("name", flat=True)) == {"AMC", "AMC+"}
