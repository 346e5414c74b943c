"""Addresses survive a rename; names are found folded."""

import pytest
from django.db import IntegrityError, transaction

from staffellauf.catalogue import actions, queries
from staffellauf.catalogue.models import Alias, Relation, Series
from tests import make

pytestmark = pytest.mark.django_db


def test_a_renamed_series_is_found_under_its_former_slug() -> None:
    series = make.series("Ballard")

    actions.change_slug(series, "renee-ballard")
    actions.change_slug(series, "ballard-ermittelt")

    for slug in ("ballard", "renee-ballard", "ballard-ermittelt"):
        topic = queries.topic_by_slug("series", slug)
        assert topic is not None
        assert topic.slug == "ballard-ermittelt"


def test_a_slug_may_be_taken_back() -> None:
    series = make.series("Ballard")
    actions.change_slug(series, "renee-ballard")

    actions.change_slug(series, "ballard")

    assert [former.slug for former in series.former_slugs.all()] == ["renee-ballard"]


def test_a_slug_in_use_is_refused_and_changes_nothing() -> None:
    make.series("Dark")
    series = make.series("Ballard")

    with pytest.raises(actions.SlugTaken):
        actions.change_slug(series, "dark")

    assert Series.objects.get(pk=series.pk).slug == "ballard"


def test_a_series_and_a_franchise_may_share_a_slug() -> None:
    make.series("Bosch")
    make.franchise("Bosch")

    assert actions.free_slug("series", "Bosch") == "bosch-2"
    assert actions.free_slug("person", "Bosch") == "bosch"


def test_names_titles_and_aliases_are_found_folded() -> None:
    series = make.series("Haus des Geldes", original_title="La casa de papel")
    Alias.objects.create(topic=series, name="Münzräuber")
    actions.refresh_search_text(series)

    for words in ("haus geldes", "CASA", "muenzraeuber", "Münzr"):
        assert [topic.name for topic in queries.search(words, limit=5)] == ["Haus des Geldes"]
    assert queries.search("  ", limit=5) == []


def test_the_very_name_comes_before_longer_ones() -> None:
    for name in ("Dark Matter", "Dark", "The Dark Side", "Darkroom"):
        make.series(name)

    found = [topic.name for topic in queries.search("dark", limit=5)]

    assert found[0] == "Dark"
    assert found[-1] == "The Dark Side"


def test_a_relation_leads_to_a_series_or_a_work_never_both() -> None:
    ballard, legacy, novel = make.series("Ballard"), make.series("Bosch: Legacy"), make.work()
    Relation.objects.create(series=ballard, kind="spin_off_of", to_series=legacy)
    Relation.objects.create(series=ballard, kind="based_on", to_work=novel)

    for wrong in ({"kind": "based_on", "to_series": legacy}, {"kind": "spin_off_of", "to_work": novel},
                  {"kind": "remake_of", "to_series": ballard}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Relation.objects.create(series=ballard, **wrong)
