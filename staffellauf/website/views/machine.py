"""What programs ask for: health, the files that make the site installable, style and script, robots and sitemap."""

import json
from datetime import timedelta
from importlib import metadata
from posixpath import normpath

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.static import serve

from staffellauf.jobs.models import Worker
from staffellauf.newsroom.facts import schema as facts
from staffellauf.website import assets, sitemaps

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"
DAY = "public, max-age=86400"
# Originals and their renditions; nothing else in the folder is for everybody.
PICTURE_FOLDERS = ("pictures/", "images/")
# A worker signs on every few seconds; one silent for so long is gone.
WORKER_SILENCE = timedelta(minutes=1)
VERSION = metadata.version("staffellauf")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503. The worker's absence is told, and no reason to stop serving pages."""
    answer: dict[str, object] = {"version": VERSION, "database": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        alive = Worker.objects.filter(seen_at__gte=timezone.now() - WORKER_SILENCE).count()
        answer["workers"] = alive
    except DatabaseError:
        answer["database"] = "unavailable"
    response = JsonResponse(answer, status=200 if answer["database"] == "ok" else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def asset(request: HttpRequest, stem: str, digest: str, suffix: str) -> HttpResponse:
    """Style or script. Under a fingerprint that is no longer ours comes what we have now, kept for a minute only."""
    try:
        found = assets.load(f"{stem}.{suffix}")
    except FileNotFoundError as error:
        raise Http404 from error
    accepted = request.headers.get("Accept-Encoding", "")
    coding = next((name for name in ("br", "gzip") if name in accepted), "")
    body = {"br": found.brotli, "gzip": found.gzip, "": found.plain}[coding]
    response = HttpResponse(body, content_type=found.content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = IMMUTABLE if digest == found.digest else SHORT
    return response


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture that editors uploaded, or one of its sizes. Names are random and never used again.

    On a busy portal the server in front gives out the folder itself (docs/operating.md).
    """
    if not normpath(name).startswith(PICTURE_FOLDERS):
        raise Http404
    response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a worker rules only what lies below its own address."""
    script = (assets.FOLDER / "sw.js").read_text(encoding="utf-8")
    shell = [reverse("offline"), *(assets.url(name) for name in assets.NAMES), static("icons/icons.svg")]
    icons = {"%ICON%": static("icons/app-192.png"), "%BADGE%": static("icons/badge-96.png")}
    version = "".join(assets.load(name).digest for name in assets.NAMES)
    values = {"%VERSION%": version, "%SHELL%": " ".join(shell), "%TEXTS%": json.dumps(worker_texts())} | icons
    for name, value in values.items():
        script = script.replace(name, value)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def worker_texts() -> dict[str, dict[str, str]]:
    """What the service worker says when no message does, by language."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = {
                "name": settings.WAGTAIL_SITE_NAME,
                "news": _("There is news about what you follow."),
                "group": _("{n} pieces of news"),
                "open": _("Read it"),
            }
    return texts


@require_safe
def facts_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of facts; a new version has an address of its own."""
    response = JsonResponse(facts.schema(), content_type="application/schema+json")
    response.headers["Cache-Control"] = DAY
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    sizes = (192, 512)
    icons = [{"src": static(f"icons/app-{px}.png"), "sizes": f"{px}x{px}", "type": "image/png"} for px in sizes]
    maskable = icons[1] | {"src": static("icons/app-maskable-512.png"), "purpose": "maskable"}
    value = {
        "id": "/",
        "name": settings.WAGTAIL_SITE_NAME,
        "short_name": settings.WAGTAIL_SITE_NAME,
        "description": _("TV-series news about what you follow"),
        "lang": "de",
        "start_url": "/?quelle=app",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf8",
        "theme_color": "#fbfaf8",
        "icons": [*icons, maskable],
        "shortcuts": [{"name": _("My feed"), "url": reverse("feed")}, {"name": _("Search"), "url": reverse("search")}],
    }
    response = JsonResponse(value, content_type="application/manifest+json")
    response.headers["Cache-Control"] = DAY
    return response


def static(path: str) -> str:
    return staticfiles_storage.url(f"website/{path}")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For programs that ask for it without reading a page."""
    icon = (assets.FOLDER / "icons" / "app-192.png").read_bytes()
    response = HttpResponse(icon, content_type="image/png")
    response.headers["Cache-Control"] = DAY
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "website/offline.html")


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """For search engines that show news: https://www.google.com/schemas/sitemap-news/0.9"""
    articles = sitemaps.recent_news(now=timezone.now())
    context = {"articles": articles, "name": settings.WAGTAIL_SITE_NAME}
    response = render(request, "website/sitemap_news.xml", context, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    private = ("/mein/", "/en/mein/", "/konto/", "/en/konto/", "/redaktion/", "/suche/", "/en/suche/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private)]
    lines += ["", *(f"Sitemap: {settings.PUBLIC_URL}{reverse(name)}" for name in ("sitemap", "news-sitemap")), ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = DAY
    return response
