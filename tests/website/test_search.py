import pytest
from django.test import Client

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
