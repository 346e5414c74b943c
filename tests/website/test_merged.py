"""An entry that became part of another: nothing lists it, its addresses lead on, and links in texts do."""

import pytest
from django.test import Client

from staffellauf.catalogue import actions, merging
from staffellauf.readers.models import Follow
from tests import make

pytestmark = pytest.mark.django_db
LISTS = [
    "/", "/serien/", "/serien/a-z/f/", "/suche/?q=finsternis", "/mein/serien/", "/feeds/", "/sitemap-themen.xml",
    "/starts/", "/api/v1/topics?q=finsternis", "/news/",
]  # fmt: skip


@pytest.fixture
def merged(client: Client) -> None:
    kept, gone = make.series("Dark"), make.series("Finsternis")
    for topic in (kept, gone):
        actions.refresh_search_text(topic)
    make.reader("ada", follows=[gone])
    link = f'<p>Mehr über <a linktype="topic" id="{gone.pk}">die Serie</a>.</p>'
    make.article("Neues aus Winden", about=[gone], body=link)
    merging.merge(gone, into=kept, by=None)


@pytest.mark.parametrize("path", LISTS)
def test_nothing_lists_what_was_merged(client: Client, merged: None, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "/serien/finsternis/" not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/serien/finsternis/", "/serien/dark/"), ("/serien/finsternis/news/", "/serien/dark/news/"),
        ("/en/serien/finsternis/", "/en/serien/dark/"), ("/feeds/serien/finsternis.atom", "/feeds/serien/dark.atom"),
    ],
)  # fmt: skip
def test_its_addresses_lead_to_the_one_that_took_its_place(client: Client, merged: None, path: str, place: str) -> None:
    response = client.get(path)

    assert response.status_code == 301
    assert response["Location"].endswith(place)


def test_programs_get_the_one_that_took_its_place(client: Client, merged: None) -> None:
    for path in ("/api/v1/series/finsternis", "/api/v1/articles?topic=series/finsternis"):
        response = client.get(path, follow=True)
        assert response.status_code == 200
        assert "finsternis" not in response.content.decode()


def test_links_and_topics_of_an_article_name_the_one_that_took_its_place(client: Client, merged: None) -> None:
    page = client.get("/news/neues-aus-winden/").content.decode()

    assert '<a href="/serien/dark/">die Serie</a>' in page
    assert "finsternis" not in page.lower()


def test_who_taps_the_bell_of_an_old_page_follows_the_one_that_took_its_place(client: Client, merged: None) -> None:
    client.post("/serien/finsternis/folgen/", {"folgen": "1"}, follow=True)

    assert set(Follow.objects.values_list("topic__slug", flat=True)) == {"dark"}
