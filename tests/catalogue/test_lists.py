"""From A to Z."""

import pytest

from staffellauf.catalogue import lists
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
