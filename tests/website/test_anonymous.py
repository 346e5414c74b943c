"""What holds on every page that anybody may read."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue.models import Episode, Series
from staffellauf.newsroom.models import Byline
from staffellauf.website import urls, urls_accounts
from tests import make

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/news/",
    "/news/rosanna-arquette-joins-ballard/",
    "/news/rosanna-arquette-joins-ballard/versionen/",
    "/news/rosanna-arquette-joins-ballard/versionen/1/",
    "/news/art/specials/",
    "/news/drei-serien-ein-polizist/",
    "/news/drei-serien-ein-polizist/seite-2/",
    "/autoren/",
    "/autoren/ada-muster/",
    "/serien/",
    "/serien/ballard/",
    "/serien/ballard/besetzung/",
    "/serien/a-z/b/",
    "/serien/ballard/folgen/",
    "/serien/ballard/folgen/specials/",
    "/serien/ballard/folgen/staffel-1/",
    "/serien/ballard/folgen/1x02/",
    "/serien/ballard/folgen/special-4711/",
    "/serien/ballard/termine/",
    "/serien/ballard/news/",
    "/personen/",
    "/personen/a-z/a/",
    "/personen/rosanna-arquette/",
    "/personen/rosanna-arquette/news/",
    "/franchises/bosch/",
    "/franchises/bosch/news/",
    "/sender/",
    "/sender/prime-video/",
    "/sender/prime-video/news/",
    "/programm/",
    "/programm/2026-01-24/",
    "/programm/prime-video/",
    "/programm/prime-video/2026-01-24/",
    "/suche/?q=bosch",
    "/starts/",
    "/starts/2026-01/",
    "/starts/2026-w05/",
    "/mein/feed/",
    "/mein/kalender/",
    "/mein/serien/",
    "/mein/serien/ballard/",
    "/mein/personen/rosanna-arquette/",
    "/mein/franchises/bosch/",
    "/mein/sender/prime-video/",
    "/mein/benachrichtigungen/",
    "/mein/benachrichtigungen/ruhe/",
    "/mein/benachrichtigungen/wege/",
    "/mein/benachrichtigungen/kalender/",
    "/mein/benachrichtigungen/vorschau/",
    "/feeds/",
    "/impressum/",
    "/datenschutz/",
    "/offline/",
]
MACHINE = [
    "/healthz",
    "/suche/vorschlaege/?q=bosch",
    "/manifest.webmanifest",
    "/sw.js",
    "/robots.txt",
    "/favicon.ico",
    "/sitemap.xml",
    "/sitemap-meldungen.xml",
    "/sitemap-themen.xml",
    "/sitemap-seiten.xml",
    "/sitemap-news.xml",
    "/schemas/facts-1.0.json",
    "/sitemap-staffeln.xml",
    "/feeds/news.atom",
    "/feeds/serien/ballard.atom",
    "/serien/ballard/karte.svg",
    "/mein/benachrichtigungen/schluessel/",
]
ENGLISH = ["/en" + path for path in PAGES]
# What makes a browser fetch something.
LOADED = re.compile(
    r'<(?:script|link rel="(?:stylesheet|icon|manifest|preload)|img|source|iframe)[^>]*(?:src|href|srcset)="([^"]+)'
)
# First anonymous view, uncompressed.
HTML_BYTES = 40_000


@pytest.fixture(autouse=True)
def _portal() -> None:
    bosch = make.franchise("Bosch")
    ballard = make.series("Ballard", franchises=[bosch])
    arquette = make.person("Rosanna Arquette")
    prime = make.organisation("Prime Video")
    ballard.organisations.add(prime)
    make.role(arquette, "Jenny", of=ballard, seasons=[make.season(ballard, 2)])
    make.season(ballard, 1, episodes=10)
    Episode.objects.create(pk=4711, season=make.season(ballard, 0), name="Hinter den Kulissen", kind="special")
    article = make.article(about=[ballard, arquette])
    ada = make.author("Ada Muster", about="Schreibt Muster.", website="https://www.example.org/ada")
    make.article(
        "Drei Serien, ein Polizist", about=[bosch], kind="special", bylines=[Byline(author=ada)],
        body="<p>Los.</p><hr/><h2>Bosch</h2><p>Die erste.</p><hr/><h2>Ballard</h2><p>Die dritte.</p>",
    )  # fmt: skip
    make.showing("Ballard", on=prime, series=ballard)
    make.comment(on=article, by=make.user())


def test_a_visitor_gets_no_cookie_and_the_answer_varies_on_none(client: Client):
    for path in [*PAGES, *ENGLISH, *MACHINE, "/gibt/es/nicht/"]:
        answer = client.get(path)

        assert answer.status_code == (404 if "nicht" in path else 200), path
        assert not answer.cookies, path
        varies = {word.strip().lower() for word in answer.headers.get("Vary", "").split(",")}
        assert not varies & {"cookie", "accept-language", "*"}, path


def test_neither_session_nor_account_is_asked_for(client: Client):
    with CaptureQueriesContext(connection) as queries:
        for path in [*PAGES, *ENGLISH]:
            client.get(path)

    tables = " ".join(query["sql"] for query in queries)
    assert "django_session" not in tables
    assert "readers_reader" not in tables


def test_a_page_may_be_kept_and_says_what_it_may_load(client: Client):
    for path in [*PAGES, *ENGLISH]:
        headers = client.get(path).headers

        kept = "private, no-store" if "/mein/" in path else "public, max-age=0, s-maxage=60"
        assert headers["Cache-Control"] == kept, path
        assert ("CDN-Cache-Control" in headers) == kept.startswith("public"), path
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'; script-src 'self'; style-src 'self'" in policy, path
        assert "unsafe" not in policy, path


def test_nothing_comes_from_another_host_and_nothing_is_inline(client: Client):
    for path in [*PAGES, *ENGLISH]:
        page = client.get(path).content.decode()

        loaded = LOADED.findall(page)
        assert loaded, path
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded), path
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert not re.search(r"\son[a-z]+=", page), path
        scripts = re.findall(r"<script[^>]*>", page)
        assert all("src=" in tag or "application/ld+json" in tag for tag in scripts), path


def test_a_page_is_small_and_has_one_heading_and_its_landmarks(client: Client):
    make.articles(30, about=[Series.objects.get()])

    for path in [*PAGES, *ENGLISH]:
        page = client.get(path).content.decode()

        assert len(page.encode()) <= HTML_BYTES, path
        assert len(re.findall(r"<h1\b", page)) == 1, path
        for landmark in ("<header", "<main", "<footer", 'class="skip" href="#inhalt"', "<nav"):
            assert landmark in page, path
        assert page.startswith("<!doctype html>"), path
        assert f'<html lang="{"en" if path.startswith("/en") else "de"}">' in page, path


def test_every_public_address_is_in_these_lists(client: Client):
    """A page that is added without being looked at here fails."""
    seen = {client.get(path).resolver_match.view_name for path in [*PAGES, *MACHINE]}
    names = {str(getattr(route, "name", "")) for route in [*urls.unprefixed, *urls.pages]}
    changes = {name for name in names if name.endswith(("-follow", "-read", "-change", "-test"))}
    of_accounts = {route.name for route in urls_accounts.pages}

    # Their addresses name a row, or hold a secret: tests of their own.
    of_alerts = {"alert-later", "alert-topic", "confirm-destination", "unsubscribe", "unfollow-by-link"}
    of_alerts |= {"private-feed", "private-calendar"}
    assert names - seen - changes - of_accounts - of_alerts == {"asset", "parts", "feed-newer", "websub"}
