import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.search import actions, queries
from staffellauf.search.actions import Document
from staffellauf.search.models import Border, Entry, Word

pytestmark = pytest.mark.django_db

DARK = Document("series", 1, "Dark", ("Dark – Alles ist verbunden",), weight=5)


def titles(words: str) -> list[str]:
    return [hit.title for hit in queries.find(words)]


def writes(context: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in context if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]


def test_an_unchanged_document_costs_no_write():
    actions.put(DARK)

    with CaptureQueriesContext(
        connection,
    ) as context:
        actions.put_many([DARK, DARK])

    assert writes(context) == []


def test_a_new_name_replaces_the_old_one():
    actions.put(Document("series", 1, "Bosch: Nachfolger"))

    actions.put(Document("series", 1, "Ballard"))

    assert titles("ballard") == ["Ballard"]
    assert titles("nachfolger") == []
    assert Entry.objects.count() == 1


def test_of_a_document_that_comes_twice_the_last_one_counts():
    actions.put_many([Document("series", 1, "Alt"), Document("series", 1, "Neu")])

    assert titles("neu") == ["Neu"]
    assert titles("alt") == []


def test_a_changed_hint_or_weight_is_stored():
    actions.put(DARK)

    actions.put(Document("series", 1, "Dark", DARK.names, weight=9, hint="2017–2020"))

    entry = Entry.objects.get()
    assert (entry.weight, entry.hint) == (9, "2017–2020")
    assert titles("dark") == ["Dark"]


def test_kinds_number_their_objects_apart():
    actions.put_many([DARK, Document("person", 1, "Dark")])

    actions.remove("series", [1, 2, 3])

    assert [hit.kind for hit in queries.find("dark")] == ["person"]


def test_what_is_removed_is_not_found_and_may_come_back():
    actions.put(DARK)
    actions.remove("series", [1])
    assert titles("dark") == []

    actions.put(DARK)

    assert titles("verbunden") == ["Dark"]


def test_weigh_changes_the_order():
    actions.put_many([Document("series", 1, "Charité", weight=9), Document("series", 2, "Charité", weight=1)])

    actions.weigh("series", {1: 0, 2: 100, 3: 5})

    assert [hit.object_id for hit in queries.find("charite")] == [2, 1]


def test_tidy_sorts_by_popularity_and_twice_changes_nothing():
    first = actions.TIER_SIZES[0]
    actions.put_many(Document("series", n, f"Serie {n}", weight=n) for n in range(first + 20))

    actions.tidy()
    tiers = list(Entry.objects.order_by("object_id").values_list("tier", flat=True))
    actions.tidy()

    assert tiers == [1] * 20 + [0] * first
    assert list(Entry.objects.order_by("object_id").values_list("tier", flat=True)) == tiers
    assert Border.objects.get().weight == 20
    assert titles(f"serie {first + 19}")[0] == f"Serie {first + 19}"
    assert titles("serie 3")[0] == "Serie 3"


def test_a_newcomer_goes_where_its_weight_belongs():
    first = actions.TIER_SIZES[0]
    actions.put_many(Document("series", n, f"Serie {n}", weight=10) for n in range(first + 20))
    actions.tidy()

    actions.put_many([Document("series", 9001, "Tatort", weight=11), Document("series", 9002, "Tatwaffe", weight=10)])

    assert Entry.objects.get(object_id=9001).tier == 0
    assert Entry.objects.get(object_id=9002).tier == 1


def test_words_that_nobody_has_any_more_are_forgotten():
    actions.put_many([DARK, Document("series", 2, "Alles Klara")])
    actions.put(Document("series", 1, "Dark"))

    actions.tidy()

    assert sorted(Word.objects.values_list("text", flat=True)) == ["alles", "dark", "klara"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_key WHERE word NOT IN (SELECT id FROM search_word)")
        assert cursor.fetchone() == (0,)


def test_rebuild_makes_the_index_hold_these_and_nothing_else():
    actions.put_many([DARK, Document("person", 1, "Louis Hofmann")])

    actions.rebuild([Document("series", 2, "1899"), Document("series", 1, "Dark")])

    assert sorted(Entry.objects.values_list("title", flat=True)) == ["1899", "Dark"]
    assert titles("hofmann") == []


def test_hostile_documents_are_stored_without_harm():
    actions.put_many(
        [
            Document("series", 1, "Da\0rk " + "x" * 900, ("\0", "???", "y" * 5000), weight=10**30, hint="z" * 900),
            Document("series", 2, "???", ("’", ""), weight=-5),
            Document("series", 3, " ".join(f"w{n}" for n in range(300)), tuple(f"Name {n}" for n in range(500))),
            Document("series", 2**63 - 1, "Größe", ("🦊",)),
        ]
    )

    assert queries.find("dark")[0].object_id == 1
    assert queries.find("groesse")[0].object_id == 2**63 - 1
    assert Entry.objects.get(object_id=2).title == "???"
    assert len(queries.find("name 7")) == 1


def test_a_kind_is_a_short_word():
    with pytest.raises(ValueError, match="no kind"):
        actions.put(Document('series" OR', 1, "Dark"))


def test_a_failed_change_leaves_nothing_half_written():
    actions.put(DARK)

    with pytest.raises(ValueError, match="no kind"):
        actions.put_many([Document("series", 1, "Anders"), Document("", 2, "Kaputt")])

    assert titles("dark") == ["Dark"]
