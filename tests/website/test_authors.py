"""Authors' pages and the lists of one kind."""

import pytest
from django.test import Client

from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Article, Author, Byline, Kind
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def signed(count: int, author: Author) -> list[Article]:
    return [make.article(f"Meldung {n}", bylines=[Byline(author=author)]) for n in range(1, count + 1)]


def test_an_author_introduces_themselves_and_lists_their_articles(client: Client):
    ada = make.author(
        "Ada Muster", job="Redakteurin", about="Schreibt <viel>.\n\nUnd gern.", website="https://www.example.org/ada/"
    )
    signed(1, ada)
    make.article("Von anderen")

    page = client.get("/autoren/ada-muster/").content.decode()

    for words in (
        "Redakteurin",
        "Schreibt &lt;viel&gt;.",
        "Meldung 1",
        'rel="me external noopener"',
        "example.org/ada<",
    ):
        assert words in page
    assert "Von anderen" not in page


def test_an_authors_articles_have_pages(client: Client):
    signed(26, make.author("Ada Muster"))

    first = client.get("/autoren/ada-muster/").content.decode()
    before = first.partition("?vor=")[2].partition('"')[0]
    second = client.get(f"/autoren/ada-muster/?vor={before}").content.decode()

    assert first.count('<article class="row">') == 24
    assert second.count('<article class="row">') == 2


@pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 30, "%00"])
def test_a_junk_position_shows_the_newest(client: Client, asked: str):
    signed(1, make.author("Ada Muster"))

    assert "Meldung 1" in client.get(f"/autoren/ada-muster/?vor={asked}").content.decode()


def test_an_authors_page_leaves_out_drafts_and_what_was_withdrawn(client: Client):
    ada = make.author("Ada Muster")
    signed(1, ada)[0].unpublish()
    make.draft("Entwurf", bylines=[Byline(author=ada)])

    page = client.get("/autoren/ada-muster/").content.decode()

    assert "Meldung 1" not in page
    assert "Entwurf" not in page


def test_nobody_has_a_page_without_an_entry(client: Client):
    assert client.get("/autoren/niemand/").status_code == 404


def test_all_authors_are_listed_with_the_number_of_their_articles(client: Client):
    signed(2, make.author("Ada Muster"))
    make.author("Ben Probe")

    page = client.get("/en/autoren/").content.decode()

    assert page.index("Ada Muster") < page.index("2 articles") < page.index("Ben Probe") < page.index("0 articles")


def test_the_lists_cost_the_same_when_the_rows_double(client: Client):
    ada = make.author("Ada Muster")
    signed(2, ada)
    few = [count_of(client, path) for path in ("/autoren/", "/autoren/ada-muster/")]
    ben = make.author("Ben Probe")
    for number in range(4):
        make.article(f"Weitere {number}", bylines=[Byline(author=ada), Byline(author=ben, sort_order=1)])

    assert [count_of(client, path) for path in ("/autoren/", "/autoren/ada-muster/")] == few


def test_news_of_one_kind_stand_alone_under_their_name(client: Client):
    make.article("Meldung")
    make.article("Kritik", kind="review")

    page = client.get("/en/news/art/kritiken/").content.decode()

    assert '<h1 class="page-title">Reviews</h1>' in page
    assert 'href="/en/news/kritik/"' in page
    assert 'href="/en/news/meldung/"' not in page
    assert '<a href="/en/news/art/kritiken/" aria-current="page">' in page


def test_every_kind_has_an_address_and_no_other_word_is_one(client: Client):
    assert set(kinds.SLUGS) == set(Kind) == set(kinds.PLURALS)
    for slug in kinds.BY_SLUG:
        assert client.get(f"/news/art/{slug}/").status_code == 200
    assert client.get("/news/art/unfug/").status_code == 404


def test_an_article_may_be_called_art(client: Client):
    make.article("Art")

    assert client.get("/news/art/").status_code == 200
