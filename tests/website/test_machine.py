import json
from datetime import timedelta

import feedparser
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.utils import timezone

from staffellauf.jobs.models import Worker
from staffellauf.website import assets
from tests import make

pytestmark = pytest.mark.django_db

CSS_BYTES, SCRIPT_BYTES = 15_000, 20_000
SERVICE_WORKER_LINES = 185


def test_health_tells_version_database_and_workers(client: Client):
    now = timezone.now()
    Worker.objects.create(name="here", queues=["default"], started_at=now, seen_at=now)
    Worker.objects.create(name="gone", queues=["default"], started_at=now, seen_at=now - timedelta(hours=1))

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() | {"version": ""} == {"version": "", "database": "ok", "workers": 1}
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_database_health_is_503(client: Client, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", broken)

    assert client.get("/healthz").status_code == 503


def test_style_and_script_stay_within_their_budgets():
    assert len(assets.load("site.css").gzip) <= CSS_BYTES
    assert len(assets.load("site.js").gzip) + len(assets.load("theme.js").gzip) <= SCRIPT_BYTES


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_style_comes_packed_as_the_browser_likes_it(client: Client, accepted: str, coding: str | None):
    answer = client.get(assets.url("site.css"), headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == coding
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_an_old_fingerprint_still_gets_style_and_an_unknown_name_nothing(client: Client):
    old = client.get("/assets/site.000000000000.css")

    assert old.status_code == 200
    assert "immutable" not in old.headers["Cache-Control"]
    assert client.get("/assets/settings.000000000000.css").status_code == 404


def test_the_service_worker_is_filled_in_and_short(client: Client):
    answer = client.get("/sw.js")

    script = answer.content.decode()
    assert "%" not in script
    assert assets.url("site.css") in script
    assert len(script.splitlines()) < SERVICE_WORKER_LINES
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_the_manifest_makes_the_site_installable(client: Client):
    manifest = json.loads(client.get("/manifest.webmanifest").content)

    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert manifest["display"] == "standalone"
    assert client.get(manifest["start_url"]).status_code == 200


def test_the_sitemap_lists_published_articles_and_topics(client: Client):
    article = make.article(about=[make.series("Dark")])
    make.draft("Geheim")

    assert article.get_absolute_url() in client.get("/sitemap-meldungen.xml").content.decode()
    assert "geheim" not in client.get("/sitemap-meldungen.xml").content.decode()
    assert "/serien/dark/" in client.get("/sitemap-themen.xml").content.decode()
    assert "/sitemap-meldungen.xml" in client.get("/sitemap.xml").content.decode()


def test_feeds_hold_what_is_published_newest_first(client: Client):
    dark = make.series("Dark & Hell")
    make.articles(3, about=[dark])
    make.article("Anderes")

    everything = feedparser.parse(client.get("/feeds/news.atom").content)
    topic = feedparser.parse(client.get("/feeds/serien/dark-hell.atom").content)

    assert not everything.bozo
    assert len(everything.entries) == 4
    assert [entry.title for entry in topic.entries] == ["Meldung 3", "Meldung 2", "Meldung 1"]
    assert topic.entries[0].link == "http://testserver/news/meldung-3/"
    assert topic.feed.title.startswith("Dark & Hell")


def test_a_feed_that_did_not_change_is_304(client: Client):
    make.articles(1)
    changed = client.get("/feeds/news.atom").headers["ETag"]

    assert client.get("/feeds/news.atom", headers={"If-None-Match": changed}).status_code == 304


def test_the_feed_of_nothing_is_404(client: Client):
    assert client.get("/feeds/serien/nix.atom").status_code == 404
    assert client.get("/feeds/nix/nix.atom").status_code == 404


def test_the_style_page_is_for_debugging_only(client: Client):
    make.articles(2, about=[make.series("Dark")])

    assert client.get("/-/teile/").status_code == 404
    with override_settings(DEBUG=True):
        assert client.get("/-/teile/").status_code == 200


def test_a_breakdown_is_a_page_without_a_request(client: Client, monkeypatch: pytest.MonkeyPatch):
    from staffellauf.website.pages.front import FrontPage

    client.raise_request_exception = False
    monkeypatch.setattr(FrontPage, "load", lambda reader: 1 / 0)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "Bildstörung" in answer.content.decode()


def test_pictures_are_given_out_and_nothing_else_of_the_folder(client: Client):
    for folder in ("pictures", "documents"):
        file = settings.MEDIA_ROOT / folder / "0a1b.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"a picture")

    answer = client.get("/media/pictures/0a1b.jpg")

    assert b"".join(answer) == b"a picture"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    for path in (
        "documents/0a1b.jpg",
        "pictures/../documents/0a1b.jpg",
        "pictures/",
        "pictures/nie.jpg",
        "../secret_key",
    ):
        assert client.get(f"/media/{path}").status_code == 404, path
