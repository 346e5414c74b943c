"""The sitemap for news, and the authors in the other one."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.newsroom.models import Author, Byline, Kind
from tests import make

pytestmark = pytest.mark.django_db
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}


def test_the_news_sitemap_holds_the_news_of_two_days(client: Client):
    now = timezone.now()
    make.article("Von heute & morgen \x08", published_at=now - timedelta(hours=1), slug="heute")
    make.article("Von vorgestern", published_at=now - timedelta(days=2, hours=1))
    make.article("Werbung", published_at=now - timedelta(hours=1), kind=Kind.ADVERTISEMENT, advertiser="Streamia")
    make.draft("Geheim")

    response = client.get("/sitemap-news.xml")
    entries = ElementTree.fromstring(response.content).findall("s:url", SPACES)

    assert response["Content-Type"].startswith("application/xml")
    assert [entry.findtext("s:loc", "", SPACES) for entry in entries] == ["http://testserver/news/heute/"]
    news = entries[0].find("n:news", SPACES)
    assert news is not None
    assert news.findtext("n:title", "", SPACES) == "Von heute & morgen "
    assert news.findtext("n:publication/n:language", "", SPACES) == "de"
    assert news.findtext("n:publication_date", "", SPACES).endswith(("+01:00", "+02:00"))


def test_a_spoiler_keeps_its_headline_from_the_news_sitemap(client: Client):
    make.article("Jonas stirbt", slug="neues", spoils_season=1, neutral_headline="Neues von Dark")

    page = client.get("/sitemap-news.xml").content.decode()

    assert "Neues von Dark" in page
    assert "stirbt" not in page


def test_robots_are_told_of_both_and_authors_are_listed(client: Client):
    article = make.article()
    article.bylines.add(Byline(author=Author.objects.create(name="Ada Muster", slug="ada-muster")))
    article.save()

    assert "Sitemap: http://testserver/sitemap-news.xml" in client.get("/robots.txt").content.decode()
    assert "/autoren/ada-muster/" in client.get("/sitemap-autoren.xml").content.decode()
