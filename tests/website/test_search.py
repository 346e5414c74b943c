import pytest
from django.test import Client

from staffellauf.catalogue import actions as catalogue
from staffellauf.search import queries
from tests import make

pytestmark = pytest.mark.django_db


def test_topics_come_in_groups_and_articles_after_them(client: Client):
    bosch = make.series("Bosch")
    make.franchise("Bosch")
    make.article("Wie es mit Bosch weitergeht", about=[bosch])

    page = client.get("/suche/", {"q": "bosch"}).content.decode()

    assert page.index("/serien/bosch/") < page.index("/franchises/bosch/") < page.index("Wie es mit Bosch weitergeht")


def test_umlauts_are_found_as_people_type_them(client: Client):
    make.series("Die Küste")

    for query in ("küste", "kueste", "KÜSTE"):
        assert "/serien/die-kueste/" in client.get("/suche/", {"q": query}).content.decode()


NASTY = ["", " ", "\0", "%", "'", "x" * 5000, "\0\0a", "<script>alert(1)</script>", "🦊", "a\0b"]


@pytest.mark.parametrize("query", NASTY)
def test_no_query_breaks_the_search(client: Client, query: str):
    make.series("Dark")

    answer = client.get("/suche/", {"q": query})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_draft_is_not_found(client: Client):
    make.draft("Geheimnis um Jenny")

    assert "Geheimnis um Jenny" not in client.get("/suche/", {"q": "geheimnis"}).content.decode()


def test_a_misspelt_title_is_found(client: Client):
    make.series("Babylon Berlin")

    assert "/serien/babylon-berlin/" in client.get("/suche/", {"q": "Babylon Belrin"}).content.decode()


def test_articles_about_what_is_meant_come_too(client: Client):
    make.article("Ein Drehstart im Harz", about=[make.series("Dark")])

    assert "Ein Drehstart im Harz" in client.get("/suche/", {"q": "dark"}).content.decode()


def test_suggestions_say_what_each_is_and_which_name_was_found(client: Client):
    series = make.series("Haus des Geldes", start_year=2017, end_year=2021)
    catalogue.set_aliases(series, [("Money Heist", "en", "")])
    catalogue.refresh_search_text(series)
    make.article("Money Heist geht weiter")

    answer = client.get("/suche/vorschlaege/", {"q": "money h"})

    page = answer.content.decode()
    assert page.index('href="/serien/haus-des-geldes/"') < page.index("Money Heist geht weiter")
    assert "„Money Heist“" in page
    assert "2017–2021" in page
    assert page.count('role="option"') == 2


def test_suggestions_are_the_same_for_everybody_and_may_be_kept(client: Client):
    answer = client.get("/suche/vorschlaege/", {"q": "dark"})

    assert "public" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies


@pytest.mark.parametrize("query", NASTY)
def test_no_query_breaks_the_suggestions(client: Client, query: str):
    assert client.get("/suche/vorschlaege/", {"q": query}).status_code == 200


def test_a_withdrawn_article_is_found_no_more(client: Client):
    article = make.article("Geheimnis um Jenny")
    article.unpublish()

    assert "Geheimnis um Jenny" not in client.get("/suche/vorschlaege/", {"q": "geheimnis"}).content.decode()
    assert not queries.find("geheimnis")
