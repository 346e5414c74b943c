"""Addresses of the pages. German words, the same under /en/; machines' addresses have no language."""

from typing import Any

from django.contrib.sitemaps import views as sitemap_views
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.cache import cache_control

from staffellauf.catalogue.models import TopicKind
from staffellauf.newsroom import kinds
from staffellauf.syndication.feeds import names as feed_names
from staffellauf.website import sitemaps, urls_accounts
from staffellauf.website.views import (
    alerting,
    articles,
    authors,
    buttons,
    calm,
    days,
    devices,
    episodes,
    feeds,
    follows,
    front,
    hub,
    links,
    lists,
    machine,
    mine,
    parts,
    private,
    programme,
    progress,
    search,
    standing,
    tokens,
    topics,
    versions,
    ways,
)

daily = cache_control(public=True, max_age=3600)
SITEMAPS = {"sitemaps": sitemaps.SECTIONS}

SERIES: dict[str, Any] = {"kind": TopicKind.SERIES}
PERSON: dict[str, Any] = {"kind": TopicKind.PERSON}
FRANCHISE: dict[str, Any] = {"kind": TopicKind.FRANCHISE}
ORGANISATION: dict[str, Any] = {"kind": TopicKind.ORGANISATION}
# Cut off where no database has a number any more.
FOLGEN = r"^serien/(?P<slug>[-a-zA-Z0-9_]+)/folgen/"
NEWS = r"^news/(?P<slug>[-a-zA-Z0-9_]+)/"
# Before a channel's slug, which it would be too.
DAY = r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"

unprefixed: list[URLPattern | URLResolver] = [
    path("healthz", machine.health, name="health"),
    path("assets/<slug:stem>.<slug:digest>.<slug:suffix>", machine.asset, name="asset"),
    path("sw.js", machine.service_worker, name="service-worker"),
    path("manifest.webmanifest", machine.manifest, name="manifest"),
    path("schemas/facts-1.0.json", machine.facts_schema, name="facts-schema"),
    path("favicon.ico", machine.favicon, name="favicon"),
    path("robots.txt", machine.robots, name="robots"),
    path("sitemap.xml", daily(sitemap_views.index), SITEMAPS | {"sitemap_url_name": "sitemap-section"}, name="sitemap"),
    path("sitemap-news.xml", machine.news_sitemap, name="news-sitemap"),
    path("sitemap-<section>.xml", daily(sitemap_views.sitemap), SITEMAPS, name="sitemap-section"),
    path("feeds/news.atom", feeds.show, {"form": "atom"}, name="news-feed"),
    re_path(rf"^{feed_names.PATTERN}$", feeds.show, name="feed-file"),
    re_path(rf"^kalender/(?P<token>{private.TOKEN})\.ics$", private.calendar, name="private-calendar"),
    re_path(rf"^feeds/privat/(?P<token>{private.TOKEN})\.(?P<form>atom|json)$", private.feed, name="private-feed"),
    path("websub/", hub.receive, name="websub"),
    path("serien/<slug:slug>/karte.svg", topics.card, SERIES, name="series-card"),
    path("-/teile/", parts.show, name="parts"),
]

pages: list[URLPattern | URLResolver] = [
    *urls_accounts.pages,
    path("", front.show, name="front"),
    path("news/", articles.index, name="news"),
    re_path(rf"^news/art/(?P<kind>{'|'.join(kinds.BY_SLUG)})/$", articles.index, name="news-kind"),
    path("news/<slug:slug>/", articles.show, name="article"),
    re_path(NEWS + r"seite-(?P<number>[2-9]|[1-9][0-9]{1,2})/$", articles.show, name="article-page"),
    path("news/<slug:slug>/gelesen/", articles.read, name="article-read"),
    path("news/<slug:slug>/versionen/", versions.index, name="article-versions"),
    re_path(NEWS + r"versionen/(?P<number>[1-9][0-9]{0,4})/$", versions.show, name="article-version"),
    path("serien/", lists.series, name="series-index"),
    path("serien/a-z/<str:letter>/", lists.series, name="series-letter"),
    path("serien/<slug:slug>/", topics.series, SERIES, name="series"),
    path("serien/<slug:slug>/folgen/", follows.change, SERIES, name="series-follow"),
    path("serien/<slug:slug>/folgen/specials/", episodes.season, SERIES, name="series-specials"),
    re_path(FOLGEN + r"staffel-(?P<number>[0-9]{1,5})/$", episodes.season, SERIES, name="series-season"),
    re_path(FOLGEN + r"(?P<season>[0-9]{1,5})x(?P<number>[0-9]{1,5})/$", episodes.episode, SERIES, name="episode"),
    re_path(FOLGEN + r"special-(?P<pk>[0-9]{1,18})/$", episodes.special, SERIES, name="special"),
    path("serien/<slug:slug>/gesehen/", progress.change, name="progress-change"),
    path("serien/<slug:slug>/besetzung/", topics.cast_list, SERIES, name="series-cast"),
    path("serien/<slug:slug>/termine/", topics.dates, SERIES, name="series-dates"),
    path("serien/<slug:slug>/news/", topics.news, SERIES, name="series-news"),
    path("autoren/", authors.index, name="authors"),
    path("autoren/<slug:slug>/", authors.show, name="author"),
    path("personen/", lists.people, name="people-index"),
    path("personen/a-z/<str:letter>/", lists.people, name="people-letter"),
    path("personen/<slug:slug>/", topics.person, PERSON, name="person"),
    path("personen/<slug:slug>/folgen/", follows.change, PERSON, name="person-follow"),
    path("personen/<slug:slug>/news/", topics.news, PERSON, name="person-news"),
    path("franchises/<slug:slug>/", topics.franchise, FRANCHISE, name="franchise"),
    path("franchises/<slug:slug>/folgen/", follows.change, FRANCHISE, name="franchise-follow"),
    path("franchises/<slug:slug>/news/", topics.news, FRANCHISE, name="franchise-news"),
    path("sender/", lists.networks, name="network-index"),
    path("sender/<slug:slug>/", topics.network, ORGANISATION, name="organisation"),
    path("sender/<slug:slug>/folgen/", follows.change, ORGANISATION, name="organisation-follow"),
    path("sender/<slug:slug>/news/", topics.news, ORGANISATION, name="organisation-news"),
    path("programm/", programme.overview, name="programme"),
    re_path(rf"^programm/{DAY}/$", programme.overview, name="programme-day"),
    path("programm/<slug:slug>/", programme.channel, name="programme-channel"),
    re_path(rf"^programm/(?P<slug>[-a-zA-Z0-9_]+)/{DAY}/$", programme.channel, name="programme-channel-day"),
    path("suche/", search.show, name="search"),
    path("suche/vorschlaege/", search.suggest, name="suggestions"),
    path("starts/", days.starts, name="starts"),
    path("starts/<str:period>/", days.starts, name="starts-period"),
    path("mein/kalender/", days.calendar, name="calendar"),
    path("mein/kalender/tag/", days.choose_day, name="day-change"),
    path("mein/feed/", mine.feed, name="feed"),
    path("mein/feed/neu/", mine.newer, name="feed-newer"),
    path("mein/feed/gelesen/", mine.all_read, name="feed-read"),
    path("mein/serien/", mine.followed, name="followed"),
    path("mein/serien/<slug:slug>/", alerting.show, SERIES, name="series-alerts"),
    path("mein/personen/<slug:slug>/", alerting.show, PERSON, name="person-alerts"),
    path("mein/franchises/<slug:slug>/", alerting.show, FRANCHISE, name="franchise-alerts"),
    path("mein/sender/<slug:slug>/", alerting.show, ORGANISATION, name="organisation-alerts"),
    path("mein/benachrichtigungen/", devices.show, name="devices"),
    path("mein/benachrichtigungen/schluessel/", devices.key, name="device-key"),
    path("mein/benachrichtigungen/geraete/", devices.change, name="devices-change"),
    path("mein/benachrichtigungen/probe/", devices.test, name="devices-test"),
    path("mein/benachrichtigungen/rhythmus/", ways.choose_devices, name="rhythm-change"),
    path("mein/benachrichtigungen/ruhe/", calm.show, name="calm"),
    path("mein/benachrichtigungen/ruhe/stumm/", calm.mute, name="mute-change"),
    path("mein/benachrichtigungen/wege/", ways.show, name="ways"),
    path("mein/benachrichtigungen/wege/zurueck/", ways.put_back, name="ways-change"),
    re_path(r"^mein/benachrichtigungen/wege/(?P<pk>[0-9]{1,18})/$", ways.change, name="way-change"),
    path("mein/benachrichtigungen/kalender/", links.show, name="links"),
    re_path(r"^mein/benachrichtigungen/kalender/(?P<pk>[0-9]{1,18})/$", links.change, name="link-change"),
    path("mein/benachrichtigungen/vorschau/", alerting.rehearsal, name="rehearsal"),
    path("benachrichtigungen/bestaetigen/<str:token>/", tokens.confirm, name="confirm-destination"),
    path("benachrichtigungen/abbestellen/<str:token>/", tokens.unsubscribe, name="unsubscribe"),
    path("benachrichtigungen/entfolgen/<str:token>/", tokens.unfollow, name="unfollow-by-link"),
    re_path(r"^mein/benachrichtigungen/spaeter/(?P<article_id>[0-9]{1,18})/$", buttons.later, name="alert-later"),
    re_path(r"^mein/benachrichtigungen/thema/(?P<topic_id>[0-9]{1,18})/$", buttons.topic, name="alert-topic"),
    path("feeds/", feeds.index, name="feeds"),
    path("impressum/", standing.show, {"slug": "impressum"}, name="imprint"),
    path("datenschutz/", standing.show, {"slug": "datenschutz"}, name="privacy"),
    path("offline/", machine.offline, name="offline"),
]
