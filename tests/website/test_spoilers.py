"""What an article gives away stands on its own page behind a veil, and nowhere else."""

from datetime import timedelta

import pytest
from django.test import Client

from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.words import telling
from staffellauf.newsroom.models import Article
from staffellauf.readers import queries as readers
from staffellauf.readers.models import ReadMark
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make

pytestmark = pytest.mark.django_db

HEADLINE = "Wellik überlebt den Sturz vom Gletscherrand"
DECK = "Und Zoltan war der Lokführer."
SECRETS = ("Gletscherrand", "gletscherrand", "Lokführer", "Zeppelinflug")


@pytest.fixture
def article() -> Article:
    dark = make.series("Dark")
    make.article("Winden", about=[dark])
    return make.article(
        HEADLINE, deck=DECK, body="<p>Im Zeppelinflug.</p>", lead_caption="Zeppelinflug", about=[dark],
        neutral_headline="So geht es weiter", spoils_season=2, spoils_episode=3, slug="so-geht-es-weiter",
        half_stars=9, kind="review",
    )  # fmt: skip


def test_no_list_feed_search_or_sitemap_gives_anything_away(client: Client, article: Article):
    paths = [
        "/", "/news/", "/news/art/kritiken/", "/serien/dark/", "/serien/dark/news/", "/news/winden/",
        "/suche/?q=weiter", "/suche/?q=dark", "/suche/vorschlaege/?q=so+geht", "/feeds/news.atom",
        "/feeds/serien/dark.atom", "/sitemap-meldungen.xml", "/api/v1/articles",
    ]  # fmt: skip

    for path in [*paths, *("/en" + path for path in paths[:9])]:
        page = client.get(path).content.decode()
        assert not [word for word in SECRETS if word in page], path


def test_lists_show_the_neutral_headline(client: Client, article: Article):
    for path in ("/", "/news/", "/serien/dark/", "/suche/?q=weiter", "/feeds/news.atom"):
        assert "So geht es weiter" in client.get(path).content.decode(), path


def test_who_searches_for_the_secret_does_not_find_it(client: Client, article: Article):
    page = client.get("/suche/?q=gletscherrand").content.decode()

    assert "So geht es weiter" not in page


def test_a_readers_feed_and_export_give_nothing_away(client: Client, article: Article):
    reader = make.device_reader("a phone", follows=[article.lead_topic])  # type: ignore[list-item]
    client.cookies[DEVICE_COOKIE] = "a phone"

    page = client.get("/mein/feed/").content.decode()
    ReadMark.objects.create(reader=reader, article=article)

    assert "So geht es weiter" in page
    assert not [word for word in SECRETS if word in page + str(readers.export(reader))]


def test_the_push_gives_nothing_away(article: Article):
    item = telling.of_article(article, article.lead_topic, language="de")
    push = texts.article(item, ttl=timedelta(hours=1)).text.decode()

    assert "So geht es weiter" in push
    assert not [word for word in SECRETS if word in push]


def test_the_page_holds_the_secret_back_until_the_veil_is_lifted(client: Client, article: Article):
    page = client.get("/en" + article.get_absolute_url()).content.decode()

    head, _, body = page.partition("</head>")
    before, _, rest = body.partition('<details class="veil">')
    veiled, _, after = rest.partition("</details>")
    assert not [word for word in SECRETS if word in head + before + after]
    assert "Contains spoilers up to season 2, episode 3" in veiled
    assert HEADLINE in veiled
    assert DECK in veiled
    assert "Im Zeppelinflug." in veiled
    assert "4.5 out of 5" in veiled
    assert "<h1>So geht es weiter</h1>" in before


def test_comments_beneath_a_spoiler_are_veiled_too(client: Client, article: Article):
    make.comment("Armer Zoltan!", on=article, by=make.user())

    page = client.get(article.get_absolute_url()).content.decode()

    assert page.rindex('<details class="veil">') < page.index("Armer Zoltan!") < page.rindex("</details>")


@pytest.mark.parametrize(
    ("season", "episode", "said"),
    [(0, None, "on the specials"), (2, None, "up to season 2<"), (2, 3, "up to season 2, episode 3<")],
)
def test_the_veil_says_up_to_where(client: Client, season: int, episode: int | None, said: str):
    article = make.article("Geheim", neutral_headline="Offen", spoils_season=season, spoils_episode=episode)

    assert f"Contains spoilers {said}" in client.get("/en" + article.get_absolute_url()).content.decode()


def test_the_second_page_of_a_special_is_veiled_as_well(client: Client):
    make.article(
        "Geheim", slug="offen", kind="special", neutral_headline="Offen", spoils_season=1,
        body="<p>Eins.</p><hr/><h2>Der Zeppelinflug</h2><p>Zwei.</p>",
    )  # fmt: skip

    page = client.get("/news/offen/seite-2/").content.decode()

    assert "Zeppelinflug" not in page.partition('<details class="veil">')[0]


def test_without_a_neutral_headline_the_topic_stands_for_it(client: Client):
    make.article("Gletscherrand", slug="x", spoils_season=1, about=[make.series("Dark")])

    page = client.get("/en/news/").content.decode()

    assert "Gletscherrand" not in page
    assert "News about “Dark”, with spoilers" in page
