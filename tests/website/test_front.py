from datetime import timedelta

import pytest
from django.test import Client

from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def test_the_newest_article_leads(client: Client):
    make.article("Ältere Meldung", published_at=make.EVENING - timedelta(days=1))
    make.article("Neueste Meldung", published_at=make.EVENING)

    page = client.get("/").content.decode()

    assert page.index("Neueste Meldung") < page.index("Ältere Meldung")
    assert '<div class="lead-text" lang="de">' in page


def test_a_draft_is_not_shown(client: Client):
    make.article("Veröffentlicht")
    make.draft("Noch geheim")

    assert "Noch geheim" not in client.get("/").content.decode()


def test_an_empty_portal_says_so(client: Client):
    assert client.get("/").status_code == 200
    assert client.get("/news/").status_code == 200


def test_a_reader_sees_what_she_follows(client: Client):
    dark = make.series("Dark")
    make.article(about=[dark])
    make.device_reader("a phone", follows=[dark])
    client.cookies[DEVICE_COOKIE] = "a phone"

    answer = client.get("/")

    assert 'href="/mein/serien/"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_query_count_stays_the_same_when_the_rows_double(client: Client):
    dark, hofmann = make.series("Dark"), make.person("Louis Hofmann")
    for n in range(8):
        make.article(f"Alt {n}", about=[dark, hofmann])
    before = count_of(client, "/")

    ballard, maggie = make.series("Ballard"), make.person("Maggie Q")
    for n in range(8):
        make.article(f"Neu {n}", about=[ballard, maggie])

    assert count_of(client, "/") == before <= 12


def test_the_list_of_all_news_goes_on_where_it_ended(client: Client):
    made = make.articles(60, about=[make.series("Dark")])
    path: str | None = "/news/"
    headlines: list[str] = []

    while path:
        page = client.get(path).context["page"]
        headlines += [article.headline for day in page.days for article in day.articles]
        path = f"/news/?vor={page.next_before}" if page.next_before else None

    assert headlines == [article.headline for article in reversed(made)]


@pytest.mark.parametrize("junk", ["", "x", "-1", "0", "9" * 30, "1e5", "٣", str(2**63), "\0"])
def test_junk_in_the_address_leads_to_the_first_page(client: Client, junk: str):
    make.articles(2)

    for path in ("/news/", "/mein/feed/"):
        assert client.get(path, {"vor": junk}).status_code == 200
