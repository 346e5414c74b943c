"""Feeds in three formats: what is in them, what stays out, and that asking again is cheap."""

import json
from datetime import timedelta

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Author, Byline, Kind, Note, Picture, Rendition, Source
from staffellauf.syndication.feeds import names
from tests import make

pytestmark = pytest.mark.django_db
FORMS = ["atom", "rss", "json"]
# What JSON Feed 1.1 asks for (jsonfeed.org/version/1.1), as far as we write it.
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https?://"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {"required": ["name"], "properties": {"name": TEXT, "url": ADDRESS}, "additionalProperties": False},
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT, "home_page_url": ADDRESS, "feed_url": ADDRESS, "description": TEXT, "icon": ADDRESS,
        "language": {"const": "de"},
        "hubs": {"items": {"required": ["type", "url"], "properties": {"type": TEXT, "url": ADDRESS}}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "properties": {
                    "id": TEXT, "url": ADDRESS, "external_url": ADDRESS, "title": TEXT, "content_html": TEXT,
                    "summary": TEXT, "image": ADDRESS, "date_published": MOMENT, "date_modified": MOMENT,
                    "authors": AUTHORS, "tags": {"type": "array", "items": TEXT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}  # fmt: skip


def parsed(client: Client, path: str):
    """The feed as feedparser has it, well-formed; JSON Feed as its items."""
    content = client.get(path).content
    if path.endswith(".json"):
        return json.loads(content)["items"]
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    return found.entries


def titles(client: Client, path: str) -> list[str]:
    return [entry["title"] for entry in parsed(client, path)]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_tells_who_wrote_what_about_whom(client: Client, form: str):
    ballard = make.series("Ballard")
    article = make.article(
        "Jenny kommt", about=[ballard], deck="Sie ist dabei.",
        body=f'<p>Das berichtet <a linktype="topic" id="{ballard.pk}">Ballard</a>. <a href="https://x.example/">x</a></p>',
    )  # fmt: skip
    article.bylines.add(Byline(author=Author.objects.create(name="Ada Muster", slug="ada-muster")))
    article.save()

    response = client.get(f"/feeds/serien/ballard.{form}")
    entry = parsed(client, f"/feeds/serien/ballard.{form}")[0]

    text = entry["content_html"] if form == "json" else entry.content[0].value
    author = entry["authors"][0]["name"] if form == "json" else entry.author
    assert response["Content-Type"] == f"{names.TYPES[form]}; charset=utf-8"
    assert response["Link"] == (
        f'<http://testserver/websub/>; rel="hub", <http://testserver/feeds/serien/ballard.{form}>; rel="self"'
    )
    assert author == "Ada Muster"
    assert "<p>Sie ist dabei.</p>" in text
    assert '<a href="http://testserver/serien/ballard/">Ballard</a>' in text
    assert "tag:testserver," in str(entry)


def test_a_json_feed_is_as_its_specification_says(client: Client):
    make.article("Jenny kommt", about=[make.series("Ballard")], deck="Sie ist dabei.")
    find = make.article("Fund", kind=Kind.FIND, body="", source="Deadline")
    find.sources.all().update(url="https://deadline.example/1")
    feed = client.get("/feeds/news.json").json()

    Draft202012Validator(JSON_FEED).validate(feed)

    assert feed["items"][0]["external_url"] == "https://deadline.example/1"
    assert not Draft202012Validator(JSON_FEED).is_valid(feed | {"items": [{"id": ""}]})


@pytest.mark.parametrize("form", FORMS)
def test_there_is_a_feed_of_each_kind_and_author(client: Client, form: str):
    make.article("Nachricht")
    review = make.article("Kritik", kind=Kind.REVIEW, half_stars=7)
    Author.objects.create(name="Ben Probe", slug="ben-probe")
    review.bylines.add(Byline(author=Author.objects.create(name="Ada Muster", slug="ada-muster")))
    review.save()

    assert titles(client, f"/feeds/art/kritiken.{form}") == ["Kritik"]
    assert titles(client, f"/feeds/autoren/ada-muster.{form}") == ["Kritik"]
    assert titles(client, f"/feeds/autoren/ben-probe.{form}") == []
    assert client.get(f"/feeds/art/gedichte.{form}").status_code == 404
    assert client.get(f"/feeds/autoren/niemand.{form}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_spoiler_never_leaves(client: Client, form: str):
    dark, jonas = make.series("Dark"), make.person("Louis Hofmann")
    article = make.article(
        "Jonas stirbt", about=[dark, jonas], deck="Im Wald.", body="<p>Der Wald war dunkel.</p>",
        spoils_season=3, neutral_headline="Neues von Dark", slug="neues",
    )  # fmt: skip
    Note.objects.create(article=article, text="Er lebt doch.", created_at=timezone.now())

    page = client.get(f"/feeds/news.{form}").content.decode()

    assert "Neues von Dark" in page
    for secret in ("stirbt", "Im Wald", "dunkel", "lebt doch", "Hofmann"):
        assert secret not in page


@pytest.mark.parametrize("form", FORMS)
def test_an_advertisement_says_so_in_its_title(client: Client, form: str):
    make.article("Jetzt abonnieren", kind=Kind.ADVERTISEMENT, advertiser="Streamia", about=[make.series("Dark")])

    assert titles(client, f"/feeds/news.{form}") == [
        _("Advertisement: %(headline)s") % {"headline": "Jetzt abonnieren"}
    ]
    assert "Streamia" in client.get(f"/feeds/news.{form}").content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_a_correction_is_read_in_the_feed_too(client: Client, form: str):
    article = make.article(published_at=make.EVENING)
    later = make.EVENING + timedelta(hours=2)
    before = client.get(f"/feeds/news.{form}").headers["ETag"]

    Note.objects.create(article=article, kind=Note.Kind.CORRECTION, text="Sie heißt Jenny.", created_at=later)

    response = client.get(f"/feeds/news.{form}", headers={"If-None-Match": before})
    assert response.status_code == 200
    assert "Sie heißt Jenny." in response.content.decode()
    assert "2026-01-24T22:15:00+01:00" in response.content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_a_find_leads_to_its_publishers(client: Client, form: str):
    find = make.draft("Arquette bei Ballard", kind=Kind.FIND, body="", about=[make.series("Ballard")])
    find.sources = [
        Source(name="Deadline", url="https://deadline.example/a"),
        Source(name="Variety", url="https://v.example/"),
    ]
    find.save()
    newsroom.publish(find)

    page = client.get(f"/feeds/news.{form}").content.decode()

    assert "https://deadline.example/a" in page
    assert "https://v.example/" in page
    assert "http://testserver/news/arquette-bei-ballard/" in page


def test_a_picture_comes_with_its_credit(client: Client):
    picture = Picture.objects.create(
        title="Strand", file="pictures/a.jpg", width=1600, height=900, credit="Foto: Jo Sample", description="Am Strand"
    )
    article = make.article()
    newsroom.Article.objects.filter(pk=article.pk).update(lead_picture=picture)
    before = client.get("/feeds/news.rss").headers["ETag"]

    Rendition.objects.create(
        image=picture, filter_spec="width-960|format-jpeg", file="images/a.jpg", width=960, height=540
    )

    entry = parsed(client, "/feeds/news.rss")[0]
    assert entry.media_content[0]["url"] == "http://testserver/media/images/a.jpg"
    assert entry.media_credit[0]["content"] == "Foto: Jo Sample"
    assert client.get("/feeds/news.rss").headers["ETag"] != before
    assert parsed(client, "/feeds/news.atom")[0].enclosures[0]["type"] == "image/jpeg"
    assert parsed(client, "/feeds/news.json")[0]["image"].endswith("a.jpg")


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_characters_that_xml_cannot_hold_break_no_feed(client: Client, form: str):
    make.article("Schlimm \x08 & <gut>", deck="Ein \x0b Zeichen", body="<p>Mit \x0c Umbruch</p>")

    assert titles(client, f"/feeds/news.{form}")[0].startswith("Schlimm")


def test_asking_again_reads_no_texts(client: Client, django_assert_max_num_queries):
    dark = make.series("Dark")
    make.articles(3, about=[dark])
    first = client.get("/feeds/serien/dark.atom")

    with django_assert_max_num_queries(4):
        by_tag = client.get("/feeds/serien/dark.atom", headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get("/feeds/serien/dark.atom", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert by_tag.status_code == by_date.status_code == 304
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    assert "hub" in by_tag.headers["Link"]


def test_a_withdrawn_article_changes_the_feed(client: Client):
    article = make.articles(2)[0]
    before = client.get("/feeds/news.atom").headers["ETag"]

    article.unpublish()

    assert client.get("/feeds/news.atom", headers={"If-None-Match": before}).status_code == 200
    assert titles(client, "/feeds/news.atom") == ["Meldung 2"]


def test_the_number_of_queries_stays_when_the_entries_double(client: Client, django_assert_num_queries):
    dark = make.series("Dark")
    body = f'<p>Von <a linktype="topic" id="{dark.pk}">Dark</a>.</p>'
    for number in range(4):
        make.article(f"Meldung {number}", about=[dark], body=body)
    with django_assert_num_queries(8) as counted:
        client.get("/feeds/news.rss")
    for number in range(4, 8):
        make.article(f"Meldung {number}", about=[dark, make.person(f"Person {number}")], body=body)

    with django_assert_num_queries(len(counted)):
        client.get("/feeds/news.rss")


def test_the_page_of_feeds_names_every_kind_and_format(client: Client):
    make.article(about=[make.series("Dark")])

    page = client.get("/feeds/").content.decode()

    for path in ("/feeds/news.rss", "/feeds/serien/dark.json", "/feeds/art/nachrufe.atom", "/websub/"):
        assert path in page


def test_a_topic_page_names_its_feeds(client: Client):
    make.series("Dark")

    page = client.get("/serien/dark/").content.decode()

    assert (
        '<link rel="alternate" type="application/feed+json" title="Dark (JSON Feed)" href="/feeds/serien/dark.json">'
        in page
    )
