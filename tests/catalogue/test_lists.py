"""From A to Z."""

import pytest
from django.db import connection

from staffellauf.catalogue import lists, naming
from staffellauf.catalogue.models import Person, Series
from tests import make

pytestmark = pytest.mark.django_db


def names(letter: str) -> list[str]:
    found, _last = lists.page(Series.objects.all(), letter=letter, after=None, size=50)
    return [series.name for series in found]


def test_each_series_stands_under_one_letter():
    for name in ("1899", "'Allo 'Allo!", "Ärzte", "Zoo", "Émile", "Война", "zzz"):
        make.series(name)

    under = {letter: names(letter) for letter in lists.LETTERS}

    assert {letter: found for letter, found in under.items() if found} == {
        "0-9": ["1899"], "a": ["Ärzte", "'Allo 'Allo!"], "e": ["Émile"], "z": ["Zoo", "zzz"],
        "weitere": ["Война"],
    }  # fmt: skip
    assert all(lists.initial(Series.objects.get(name=name)) == letter for letter in under for name in under[letter])


def test_people_stand_under_their_last_names_and_umlauts_where_readers_look():
    for name in ("Ada Özdemir", "Zoë Ackermann", "Cher", "Ole Oldenburg"):
        make.person(name)

    found, _last = lists.page(Person.objects.all(), letter="o", after=None, size=50)

    assert [person.name for person in found] == ["Ada Özdemir", "Ole Oldenburg"]


def test_a_page_goes_on_behind_the_last_one_even_when_names_are_equal():
    made = [Series.objects.create(kind="series", name="Dark", slug=f"dark-{n}", sort_key="dark") for n in range(5)]
    seen: list[Series] = []
    after = None

    while True:
        found, after = lists.page(Series.objects.all(), letter="d", after=after, size=2)
        seen += found
        if after is None:
            break

    assert seen == made


def test_whoever_gets_another_name_stands_elsewhere():
    ada = make.person("Ada Özdemir")
    assert Person.objects.get().sort_key == "oezdemir ada"

    Person.objects.filter(pk=ada.pk).update(name="Ada Berg", sort_name="Berg, Ada")
    naming.refresh_names([ada.pk])

    assert Person.objects.get().sort_key == "berg ada"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite answers without having counted its rows")
def test_ids_are_looked_up_by_id_and_pages_read_from_their_index():
    by_id = Series.objects.filter(pk__in=[1, 2, 3]).explain()
    by_letter = Series.objects.filter(kind="series", sort_key__gte="d", sort_key__lt="e").order_by("sort_key", "pk")

    assert "catalogue_topic USING INTEGER PRIMARY KEY" in by_id
    assert "catalogue_topic_sort" in by_letter.explain()
