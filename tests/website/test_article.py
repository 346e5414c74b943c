import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import ReadMark
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def test_an_article_shows_what_a_reader_needs(client: Client):
    ballard = make.series("Ballard")
    article = make.article(
        "Arquette spielt Jenny", about=[ballard], deck="Die Mutter kehrt zurück.", byline="Redaktion",
        published_at=make.EVENING, source="Deadline",
    )  # fmt: skip

    page = client.get(article.get_absolute_url()).content.decode()

    assert "<h1>Arquette spielt Jenny</h1>" in page
    for words in ("Die Mutter kehrt zurück.", "Redaktion", "Sa., 24. Januar 2026, 20:15\u202fUhr", "Deadline"):
        assert words in page
    assert 'datetime="2026-01-24T20:15:00+01:00"' in page
    assert 'action="/serien/ballard/folgen/"' in page


def test_earlier_and_later_articles_refer_to_each_other(client: Client):
    first = make.article("Staffel 2 bestellt")
    second = make.article("Staffel 2 wird gedreht", earlier_article=first)

    assert second.get_absolute_url() in client.get(first.get_absolute_url()).content.decode()
    assert first.get_absolute_url() in client.get(second.get_absolute_url()).content.decode()


def test_the_data_for_search_engines_cannot_break_out_of_its_element(client: Client):
    article = make.article('</script><script>alert("1")</script> & Co')

    page = client.get(article.get_absolute_url()).content.decode()

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.headline
    assert "<script>alert" not in page


def test_a_former_address_leads_to_the_new_one(client: Client):
    article = make.article("Alter Titel")
    Article.objects.filter(pk=article.pk).update(slug="neuer-titel")
    article.slug = "neuer-titel"
    newsroom.remember_slug(article, former="alter-titel")

    for prefix in ("", "/en"):
        answer = client.get(f"{prefix}/news/alter-titel/")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{prefix}/news/neuer-titel/")


def test_a_withdrawn_article_is_gone_and_a_draft_was_never_there(client: Client):
    article = make.article("Zurückgezogen")
    article.unpublish()
    make.draft("Entwurf")

    assert client.get("/news/zurueckgezogen/").status_code == 410
    assert client.get("/news/entwurf/").status_code == 404


def test_opening_changes_nothing_and_the_beacon_marks_it_read(client: Client):
    dark = make.series("Dark")
    article = make.article(about=[dark])
    reader = make.device_reader("a phone", follows=[dark])
    client.cookies[DEVICE_COOKIE] = "a phone"

    page = client.get(article.get_absolute_url()).content.decode()
    assert not ReadMark.objects.exists()
    assert "<read-mark" in page

    assert client.post(f"{article.get_absolute_url()}gelesen/").status_code == 204
    assert ReadMark.objects.get().reader == reader


def test_the_beacon_of_a_stranger_stores_nothing(client: Client):
    article = make.article()

    assert client.post(f"{article.get_absolute_url()}gelesen/").status_code == 204
    assert not ReadMark.objects.exists()


def test_the_english_page_keeps_the_german_text_marked_as_german(client: Client):
    article = make.article("Arquette spielt Jenny")

    page = client.get(f"/en{article.get_absolute_url()}").content.decode()

    assert '<html lang="en">' in page
    assert '<header class="story-head" lang="de">' in page
    assert f'hreflang="de" href="http://testserver{article.get_absolute_url()}"' in page


def test_topics_come_as_the_editor_put_them_then_the_franchise_then_those_mentioned(client: Client):
    bosch = make.franchise("Bosch")
    ballard, arquette = make.series("Ballard", franchises=[bosch]), make.person("Rosanna Arquette")
    connelly = make.person("Michael Connelly")
    body = f'<p><a linktype="topic" id="{connelly.pk}">Connelly</a></p>'
    article = make.article("Winden", about=[arquette, ballard], body=body)

    page = client.get(article.get_absolute_url()).content.decode()

    names = re.findall(r'<span class="bell-name">([^<]+)<', page)
    assert names == ["Rosanna Arquette", "Ballard", "Bosch", "Michael Connelly"]


@pytest.mark.parametrize(("seconds", "is_shown"), [(20, False), (90, True)])
def test_an_update_is_shown_when_the_time_shown_differs(client: Client, seconds: int, is_shown: bool):
    article = make.article("Winden", published_at=make.EVENING)
    Article.objects.update(updated_at=make.EVENING + timedelta(seconds=seconds))

    page = client.get(article.get_absolute_url()).content.decode()

    assert ('class="updated"' in page) == is_shown


def test_a_line_of_a_headline_never_begins_with_a_dash(client: Client):
    article = make.article("Winden – und zurück")

    page = client.get(article.get_absolute_url()).content.decode()

    assert "<h1>Winden\N{NO-BREAK SPACE}– und zurück</h1>" in page


def test_the_query_count_stays_the_same_when_the_rows_double(client: Client):
    dark = make.series("Dark")
    people = [make.person(name) for name in ("Louis Hofmann", "Lisa Vicari")]
    article = make.article("Winden", about=[dark, *people])
    more = make.article("Winden 2", about=[dark, *people, *(make.person(f"Person {n}") for n in range(6))])
    make.articles(5, about=[dark])

    few, many = count_of(client, article.get_absolute_url()), count_of(client, more.get_absolute_url())

    assert few == many <= 13
