import pytest

from staffellauf.search import actions, queries
from staffellauf.search.actions import Document

pytestmark = pytest.mark.django_db

BABYLON = Document("series", 1, "Babylon Berlin", weight=90, hint="2017–2026")
DARK = Document("series", 2, "Dark", weight=95)
MATTER = Document("series", 3, "Dark Matter", weight=40)
MONEY = Document("series", 4, "Haus des Geldes", ("La casa de papel", "Money Heist"), weight=99)
TURKISH = Document("series", 5, "Türkisch für Anfänger", weight=20)
WATCH = Document("series", 6, "24", weight=50)
CALLS = Document("series", 7, "9-1-1", weight=50)
TITANS = Document("series", 8, "進撃の巨人", ("Attack on Titan",), weight=80)
HOURS = Document("series", 9, "Успеть за 24 часа", weight=1)
CLONES = Document("series", 10, "Star Wars: The Clone Wars", weight=60)
CRANSTON = Document("person", 1, "Bryan Cranston", weight=30)
MUENSTER = Document("person", 2, "Jürgen Münster", weight=1)
NEWS = Document("article", 1, "Dark geht weiter", ("Netflix bestätigt eine vierte Staffel",), weight=7)
ALL = [
    *(BABYLON, DARK, MATTER, MONEY, TURKISH, WATCH, CALLS, TITANS, HOURS, CLONES),
    *(CRANSTON, MUENSTER, NEWS),
]


@pytest.fixture(autouse=True)
def _index(db: None) -> None:
    actions.put_many(ALL)


def titles(words: str, **options: object) -> list[str]:
    return [hit.title for hit in queries.find(words, **options)]  # type: ignore[arg-type]


def test_a_hit_says_what_it_is():
    (hit,) = queries.find("babylon berlin")

    assert hit == queries.Hit("series", 1, "Babylon Berlin", "2017–2026", "")


def test_the_very_name_comes_first_then_names_that_begin_so_then_the_rest():
    assert titles("dark") == ["Dark", "Dark Matter", "Dark geht weiter"]


@pytest.mark.parametrize("beginning", ["B", "ba", "bab", "babylon", "babylon ", "Babylon b", "babylon berli"])
def test_a_title_is_found_while_it_is_typed(beginning: str):
    assert "Babylon Berlin" in titles(beginning)


@pytest.mark.parametrize("words", ["cranston", "cranston bryan", "bryan cr", "BRYAN"])
def test_any_word_of_a_name_finds_it_in_any_order(words: str):
    assert titles(words)[0] == "Bryan Cranston"


@pytest.mark.parametrize("words", ["money heist", "la casa", "casa papel"])
def test_another_name_is_named_beside_the_title(words: str):
    hit = queries.find(words)[0]

    assert (hit.title, hit.matched) in {
        ("Haus des Geldes", "Money Heist"),
        ("Haus des Geldes", "La casa de papel"),
    }


@pytest.mark.parametrize("words", ["türkisch für anfänger", "tuerkisch fuer", "TÜRKISCH", "turkisch fur anfanger"])
def test_umlauts_are_found_as_people_type_them(words: str):
    assert titles(words) == ["Türkisch für Anfänger"]


@pytest.mark.parametrize(
    "words",
    [
        "Babylon Belrin", "Babylon Belr", "Babilon Berlin", "Babylno Belrin", "abylon Berlin", "Babbylon Berrlin",
        "Babylom Berlin", "babylonberlin", "baby lon berlin", "Bablon Brlin", "Vabzlon Berlin",
    ],
)  # fmt: skip
def test_typing_errors_are_forgiven(words: str):
    assert titles(words)[0] == "Babylon Berlin"


@pytest.mark.parametrize(
    ("words", "title"), [("drak", "Dark"), ("munster", "Jürgen Münster"), ("crasnton", "Bryan Cranston")]
)
def test_a_single_misspelt_word_is_enough(words: str, title: str):
    assert titles(words)[0] == title


def test_nothing_is_corrected_when_the_name_was_typed():
    actions.put(Document("series", 20, "Darc"))

    assert "Darc" not in titles("dark")


def test_one_wrong_word_among_right_ones_does_no_harm():
    assert titles("babylon xyzzy") == ["Babylon Berlin"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("24", "24"), ("9-1-1", "9-1-1"), ("911", "9-1-1"), ("успеть", "Успеть за 24 часа"),
        ("успет за", "Успеть за 24 часа"), ("進撃", "進撃の巨人"), ("巨人", "進撃の巨人"), ("の巨", "進撃の巨人"),
        ("star wars", "Star Wars: The Clone Wars"), ("starwars", "Star Wars: The Clone Wars"),
        ("the clone", "Star Wars: The Clone Wars"),
    ],
)  # fmt: skip
def test_numbers_and_other_scripts_are_names_too(words: str, title: str):
    assert titles(words)[0] == title


def test_only_the_kinds_asked_for_come():
    assert titles("dark", kinds={"article"}) == ["Dark geht weiter"]
    assert titles("dark", kinds={"person", "franchise"}) == []
    assert titles("dark", kinds=[]) == []
    assert titles("dark", kinds=['series" OR "x']) == []


def test_the_limit_holds():
    assert titles("dark", limit=1) == ["Dark"]
    assert titles("dark", limit=0) == []
    assert len(titles("dark", limit=10**30)) == 3


NASTY = [
    "", " ", "\0", "%", "'", '"', "''", "AND", "OR NOT", "NEAR(a b)", "a*", "*", "^a", "-a", "=", ":series", "~0",
    "a:b", "{a}", "(", "x" * 5000, "x " * 5000, "\0\0a", "a\0b", "🦊", "\ud800", "'; DROP TABLE search_entry; --", "\\",
    "a\\'b", "ß" * 200, "²³", "İ",
]  # fmt: skip


@pytest.mark.parametrize("words", NASTY)
def test_no_query_breaks_the_search(words: str):
    assert isinstance(queries.find(words), list)


def test_the_popular_one_comes_first_among_equals():
    actions.put_many([Document("series", 30, "Charité", weight=5), Document("series", 31, "Charité", weight=50)])

    assert [hit.object_id for hit in queries.find("charite")] == [31, 30]


def test_a_very_popular_beginning_beats_an_obscure_exact_name():
    actions.put_many(Document("series", 100 + n, f"Serie {n}", weight=1) for n in range(actions.TIER_SIZES[0]))
    actions.put_many([Document("series", 40, "Tat"), Document("series", 41, "Tatort", weight=1000)])
    actions.tidy()

    assert titles("tat") == ["Tatort", "Tat"]


def test_the_number_of_queries_does_not_grow_with_the_index(django_assert_max_num_queries):
    actions.put_many(Document("series", 100 + n, f"Dark {n}", weight=n) for n in range(300))

    with django_assert_max_num_queries(3):
        assert len(titles("dark", limit=50)) == 50
