"""The API gives out what the pages show, and answers a wrong call with problem details."""

import pytest
from django.conf import settings
from django.test import Client
from openapi_spec_validator import validate

from staffellauf.newsroom.models import Byline
from tests import make

pytestmark = pytest.mark.django_db


def test_openapi_describes_every_path_and_is_valid(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    validate(document)
    assert "/api/v1/articles/{slug}" in document["paths"]
    assert "404" in document["paths"]["/api/v1/articles/{slug}"]["get"]["responses"]


def test_the_docs_page_loads_nothing_from_another_host(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()

    assert "swagger-ui" in page
    assert "https://" not in page and "//cdn" not in page


def test_articles_come_newest_first_and_page_by_position(client: Client) -> None:
    dark = make.series("Dark")
    for number in (1, 2, 3):
        make.article(f"Meldung {number}", about=[dark])

    first = client.get("/api/v1/articles?limit=2").json()
    second = client.get(f"/api/v1/articles?limit=2&before={first['next_before']}").json()

    assert [item["headline"] for item in first["items"]] == ["Meldung 3", "Meldung 2"]
    assert [item["headline"] for item in second["items"]] == ["Meldung 1"]
    assert second["next_before"] is None


def test_articles_of_a_topic_are_those_about_it(client: Client) -> None:
    dark, ballard = make.series("Dark"), make.series("Ballard")
    make.article("Dunkel", about=[dark])
    make.article("Hell", about=[ballard])

    items = client.get("/api/v1/articles?topic=series/dark").json()["items"]

    assert [item["headline"] for item in items] == ["Dunkel"]
    assert items[0]["topics"][0] == {
        "kind": "series", "slug": "dark", "name": "Dark", "url": settings.PUBLIC_URL + "/serien/dark/",
        "weight": "main",
    }  # fmt: skip


def test_an_unpublished_article_is_not_given_out(client: Client) -> None:
    article = make.article("Zurückgezogen", about=[make.series("Dark")])
    article.unpublish()

    assert client.get("/api/v1/articles").json()["items"] == []
    assert client.get(f"/api/v1/articles/{article.slug}").status_code == 404


def test_the_number_of_queries_stays_when_the_rows_double(client: Client, django_assert_num_queries) -> None:
    dark = make.series("Dark")
    make.article("Eins", about=[dark])
    client.get("/api/v1/articles")
    with django_assert_num_queries(2):
        client.get("/api/v1/articles")
    make.article("Zwei", about=[dark, make.person("Louis Hofmann")])

    with django_assert_num_queries(2):
        client.get("/api/v1/articles")


@pytest.mark.parametrize(
    "address",
    [
        "articles?before=99999999999999999999999", "articles?limit=0", "articles?limit=1000", "articles?topic=../etc",
        "articles?before=x", "topics", "topics?q=%00", "topics?q=" + "x" * 201, "series/" + "x" * 101,
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_told_as_a_problem(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/{address}")

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_what_is_missing_is_told_as_a_problem(client: Client) -> None:
    for address in ("articles/nie", "series/nie", "people/nie", "articles?topic=series/nie"):
        response = client.get(f"/api/v1/{address}")

        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


def test_a_series_comes_with_its_roles_and_franchises(client: Client) -> None:
    bosch = make.franchise("Bosch")
    ballard = make.series("Ballard", franchises=[bosch])
    make.role(make.person("Maggie Q"), "Renée Ballard", of=ballard)

    answer = client.get("/api/v1/series/ballard").json()

    assert answer["franchises"][0]["slug"] == "bosch"
    assert answer["roles"][0]["character"] == "Renée Ballard"
    assert client.get("/api/v1/people/maggie-q").json()["roles"][0]["series"]["name"] == "Ballard"


def test_topics_are_found_with_folded_umlauts(client: Client) -> None:
    make.series("Großstadtrevier")

    assert client.get("/api/v1/topics?q=grossstadt").json()[0]["name"] == "Großstadtrevier"


def test_an_article_is_signed_by_its_authors(client: Client) -> None:
    signed = make.article("Signiert")
    Byline.objects.create(article=signed, author=make.author("Ada Muster"))

    assert client.get(f"/api/v1/articles/{signed.slug}").json()["byline"] == "Ada Muster"


def test_the_body_of_a_spoiler_is_given_to_who_asks_for_it(client: Client) -> None:
    dark = make.series("Dark")
    told = make.article("Er ist es selbst", about=[dark], body="<p>Alles verraten</p>", spoils_season=2)
    plain = make.article("Neue Staffel", about=[dark], body="<p>Harmlos</p>")

    veiled = client.get(f"/api/v1/articles/{told.slug}").json()
    whole = client.get(f"/api/v1/articles/{told.slug}?spoiler=1").json()
    listed = client.get("/api/v1/articles").json()["items"]

    assert (veiled["is_spoiler"], veiled["spoils_season"], veiled["spoils_episode"]) == (True, 2, None)
    assert veiled["body_html"] == "" and "verraten" in whole["body_html"]
    assert "Harmlos" in client.get(f"/api/v1/articles/{plain.slug}").json()["body_html"]
    assert [(item["is_spoiler"], item["spoils_season"]) for item in listed] == [(False, None), (True, 2)]
    assert client.get(f"/api/v1/articles/{told.slug}?spoiler=vielleicht").status_code == 422
