"""How series descend from each other."""

import pytest

from staffellauf.catalogue import family
from staffellauf.catalogue.family import Kin
from staffellauf.catalogue.models import Relation, Series
from tests import make

pytestmark = pytest.mark.django_db


def relate(series: Series, kind: str, other: Series) -> None:
    Relation.objects.create(series=series, kind=kind, to_series=other)


def drawn(roots: list[Kin]) -> list[str]:
    """The tree as text: one line for each series, a dash for each step in."""
    lines = []
    for node in roots:
        lines += [node.series.name, *(f"-{line}" for line in drawn(node.children))]
    return lines


def test_the_tree_goes_up_to_the_root_and_down_to_the_youngest():
    bosch, legacy, ballard, prequel = (make.series(f"S{year}", start_year=year) for year in (2014, 2022, 2025, 2027))
    shared = make.franchise("Bosch")
    for series in (bosch, legacy, ballard, prequel):
        series.franchises.add(shared)
    relate(legacy, "sequel_of", bosch)
    relate(ballard, "spin_off_of", legacy)
    relate(prequel, "spin_off_of", bosch)

    for series in (bosch, legacy, ballard):
        assert drawn(family.of_series(series).roots) == ["S2014", "-S2022", "--S2025", "-S2027"]


def test_a_series_that_stands_alone_has_no_tree():
    assert not family.of_series(make.series("Dark"))


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_circle_is_cut_once_and_everybody_is_drawn(length: int):
    shared = make.franchise("Kreis")
    circle = [make.series(f"S{n}", franchises=[shared]) for n in range(length)]
    for n, series in enumerate(circle):
        relate(series, "remake_of", circle[(n + 1) % length])

    for series in circle:
        assert len(drawn(family.of_series(series).roots)) == length


def test_a_second_parent_and_the_same_franchise_are_told_beside_the_tree():
    one, two, three, akin = (make.series(name) for name in ("Eins", "Zwei", "Drei", "Vier"))
    relate(three, "spin_off_of", one)
    relate(three, "remake_of", two)
    relate(akin, "same_franchise", three)

    found = family.of_series(three)

    assert drawn(found.roots) == ["Eins", "-Drei"]
    assert [relation.to_series for relation in found.also] == [two]
    assert found.akin == [akin]
    assert family.of_series(akin).akin == [three]


def test_those_of_a_franchise_stand_in_order_whether_related_or_not():
    second, first, child = (make.series(f"S{year}", start_year=year) for year in (2010, 2000, 2005))
    relate(child, "spin_off_of", first)

    assert drawn(family.among([second, first, child])) == ["S2000", "-S2005", "S2010"]
