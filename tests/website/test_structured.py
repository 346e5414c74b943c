"""What search engines are told of an article and its authors (schema.org as JSON-LD)."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Article, Author, Byline, Kind, Note, Picture, Rendition
from tests import make

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def data(client: Client, path: str) -> dict:
    return json.loads(SCRIPT.findall(client.get(path).content.decode())[0])


def test_an_article_names_author_publisher_and_what_it_is_about(client: Client):
    article = make.article("Jenny kommt", about=[make.series("Ballard")], published_at=make.EVENING, slug="jenny")
    article.bylines.add(Byline(author=Author.objects.create(name="Ada Muster", slug="ada-muster")))
    article.save()

    told = data(client, "/news/jenny/")

    assert told["@type"] == "NewsArticle"
    assert told["author"] == [{"@type": "Person", "name": "Ada Muster", "url": "http://testserver/autoren/ada-muster/"}]
    assert told["publisher"]["logo"]["url"].startswith("http://testserver/static/")
    assert told["datePublished"] == "2026-01-24T20:15:00+01:00"
    assert told["about"] == [{"@type": "TVSeries", "name": "Ballard", "url": "http://testserver/serien/ballard/"}]
    assert told["citation"] == [{"@type": "CreativeWork", "name": "Deadline"}]


def test_the_picture_comes_in_three_ratios(client: Client):
    picture = Picture.objects.create(title="Strand", file="pictures/a.jpg", width=2000, height=1500, credit="Jo Sample")
    article = make.article(slug="jenny")
    Article.objects.filter(pk=article.pk).update(lead_picture=picture)
    for height in (1200, 900, 675):
        Rendition.objects.create(
            image=picture, filter_spec=f"fill-1200x{height}|format-jpeg", file=f"images/{height}.jpg",
            width=1200, height=height, focal_point_key=str(height),
        )  # fmt: skip

    images = data(client, "/news/jenny/")["image"]

    assert [(one["width"], one["height"]) for one in images] == [(1200, 1200), (1200, 900), (1200, 675)]
    assert images[0]["url"] == "http://testserver/media/images/1200.jpg"
    assert images[0]["creditText"] == "Jo Sample"


def test_a_correction_is_told_and_an_update_is_not_one(client: Client):
    article = make.article(slug="jenny")
    for kind in Note.Kind.values:
        Note.objects.create(article=article, kind=kind, text=f"Eine {kind}", created_at=timezone.now())

    told = data(client, "/news/jenny/")["correction"]

    assert [one["text"] for one in told] == ["Eine correction"]


def test_a_spoiler_stays_out_of_results(client: Client):
    make.article(
        "Jonas stirbt", about=[make.series("Dark")], deck="Im Wald.", slug="neues", spoils_season=3,
        neutral_headline="Neues von Dark",
    )  # fmt: skip

    told = data(client, "/news/neues/")

    assert told["headline"] == "Neues von Dark"
    assert "description" not in told


def test_kinds_have_types_of_their_own(client: Client):
    dark = make.series("Dark")
    make.article(about=[dark], kind=Kind.REVIEW, half_stars=7, slug="kritik")
    make.article(about=[dark], kind=Kind.ADVERTISEMENT, advertiser="Streamia", slug="anzeige")
    find = make.draft(about=[dark], kind=Kind.FIND, body="", slug="fund")
    source = find.sources.get()
    source.url = "https://deadline.example/1"
    source.save()
    newsroom.publish(Article.objects.get(pk=find.pk))

    review, advertisement, page = (data(client, f"/news/{slug}/") for slug in ("kritik", "anzeige", "fund"))

    assert review["@type"] == "ReviewNewsArticle"
    assert review["reviewRating"]["ratingValue"] == 3.5
    assert review["itemReviewed"]["name"] == "Dark"
    assert (advertisement["@type"], advertisement["sponsor"]["name"]) == ("AdvertiserContentArticle", "Streamia")
    assert page["@type"] == "WebPage"
    assert page["citation"][0]["url"] == "https://deadline.example/1"


def test_an_author_has_a_profile(client: Client):
    Author.objects.create(name="Ada Muster", slug="ada-muster", job="Redakteurin", website="https://ada.example/")

    told = data(client, "/autoren/ada-muster/")

    assert told["@type"] == "ProfilePage"
    assert told["mainEntity"]["jobTitle"] == "Redakteurin"
    assert told["mainEntity"]["sameAs"] == ["https://ada.example/"]
