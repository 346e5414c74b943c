import pytest
from django.test import Client

from staffellauf.readers.models import Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(client: Client) -> Client:
    client.cookies[DEVICE_COOKIE] = "a phone"
    return client


def test_a_stranger_is_told_what_the_feed_is_and_finds_series(client: Client):
    make.article(about=[make.series("Dark")])

    page = client.get("/mein/feed/").content.decode()

    assert 'href="/serien/"' in page
    assert 'href="/serien/dark/"' in page
    assert 'class="rows feed"' not in page


def test_an_article_comes_once_and_says_why(phone: Client):
    ballard, arquette, dark = make.series("Ballard"), make.person("Rosanna Arquette"), make.series("Dark")
    make.article("Arquette spielt Jenny", about=[ballard, arquette])
    make.article("Nichts davon", about=[dark])
    make.device_reader("a phone", follows=[ballard, arquette])

    page = phone.get("/mein/feed/").content.decode()

    assert page.count("Arquette spielt Jenny</a>") == 1
    assert "Nichts davon" not in page
    why = page[page.index('class="why"') :]
    assert "Ballard" in why[:400]
    assert "Rosanna Arquette" in why[:400]


def test_a_series_and_the_franchise_of_its_name_are_one_reason(phone: Client):
    bosch, world = make.series("Bosch"), make.franchise("Bosch")
    make.article(about=[bosch, world])
    make.device_reader("a phone", follows=[bosch, world])

    page = phone.get("/mein/feed/").content.decode()

    why = page[page.index('class="why"') :]
    assert why[: why.index("</p>")].count("Bosch") == 1


def test_all_read_empties_the_count(phone: Client):
    dark = make.series("Dark")
    make.articles(3, about=[dark])
    make.device_reader("a phone", follows=[dark])
    first = phone.get("/mein/feed/")
    assert first.content.decode().count("is-unread") == 3

    answer = phone.post("/mein/feed/gelesen/", {"bis": first.context["page"].newest}, follow=True)

    assert answer.redirect_chain == [("/mein/feed/", 303)]
    assert "is-unread" not in answer.content.decode()


@pytest.mark.parametrize("junk", ["", "x", "-5", "9" * 40, str(2**63 - 1)])
def test_a_position_that_nobody_was_shown_breaks_nothing(phone: Client, junk: str):
    dark = make.series("Dark")
    make.articles(2, about=[dark])
    make.device_reader("a phone", follows=[dark])

    assert phone.post("/mein/feed/gelesen/", {"bis": junk}).status_code == 303
    assert phone.get("/mein/feed/neu/", {"seit": junk}).status_code in {200, 204}


def test_the_feed_is_paged_without_gap_or_repetition(phone: Client):
    dark = make.series("Dark")
    make.articles(45, about=[dark])
    make.device_reader("a phone", follows=[dark])
    path, headlines = "/mein/feed/", []

    while path:
        page = phone.get(path).context["page"]
        headlines += [item.article.headline for item in page.items]
        path = f"/mein/feed/?vor={page.next_before}" if page.next_before else ""

    assert headlines == [f"Meldung {n}" for n in range(45, 0, -1)]


def test_new_articles_announce_themselves(phone: Client):
    dark = make.series("Dark")
    make.articles(1, about=[dark])
    make.device_reader("a phone", follows=[dark])
    newest = phone.get("/mein/feed/").context["page"].newest
    assert phone.get("/mein/feed/neu/", {"seit": newest}).status_code == 204

    make.article("Neu", about=[dark]), make.article("Noch neuer", about=[dark])

    assert phone.get("/mein/feed/neu/", {"seit": newest}).content.decode().strip().startswith("2 ")


def test_who_follows_something_without_news_is_told_so(phone: Client):
    make.device_reader("a phone", follows=[make.series("Dark")])

    page = phone.get("/mein/feed/").content.decode()

    assert 'class="empty"' in page
    assert 'class="posters"' not in page


def test_a_cookie_that_we_do_not_know_is_a_stranger(phone: Client):
    answer = phone.get("/mein/feed/")

    assert answer.status_code == 200
    assert not Reader.objects.exists()


def test_the_query_count_stays_the_same_when_the_rows_double(phone: Client):
    topics = [make.series(name) for name in ("Dark", "Ballard")]
    make.articles(4, about=topics)
    make.device_reader("a phone", follows=topics)
    before = {path: count_of(phone, path) for path in ("/mein/feed/", "/mein/serien/")}

    more = [make.series("Bosch"), make.person("Maggie Q")]
    for n in range(4):
        make.article(f"Neu {n}", about=[*topics, *more])
    for path in ("/serien/bosch/", "/personen/maggie-q/"):
        phone.post(f"{path}folgen/")

    assert {path: count_of(phone, path) for path in before} == before
    assert max(before.values()) <= 12


def test_what_i_follow_stands_on_my_page(phone: Client):
    make.device_reader("a phone", follows=[make.series("Dark"), make.person("Maggie Q")])

    page = phone.get("/mein/serien/").content.decode()

    assert 'action="/serien/dark/folgen/"' in page
    assert 'action="/personen/maggie-q/folgen/"' in page
