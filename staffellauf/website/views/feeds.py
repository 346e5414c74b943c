"""The page about our feeds, and the feeds themselves: all news, each topic, kind and author, in three formats."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from staffellauf.catalogue.models import Topic
from staffellauf.common import text
from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Author
from staffellauf.syndication.feeds import names, reading
from staffellauf.website.pages import index as index_page

LISTED = 60
FEED_AGE_S = 300


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All news, the kinds, the authors, and the topics with the newest news."""
    newest = Topic.objects.filter(last_position__gt=0).order_by("-last_position", "name")[:LISTED]
    topics = sorted(newest, key=lambda topic: text.fold(topic.name))
    groups = [
        (
            index_page.label(kind),
            [(topic.name, in_all_forms(names.of_topic(topic))) for topic in topics if topic.kind == kind],
        )
        for kind in index_page.ORDER
    ]
    page = {
        "everything": in_all_forms(names.everything()),
        "kinds": [
            (kinds.plural(kind), in_all_forms(names.Name(names.KIND, slug, ""))) for kind, slug in kinds.SLUGS.items()
        ],
        "authors": [
            (author.name, in_all_forms(names.Name(names.AUTHOR, author.slug, "")))
            for author in Author.objects.filter(bylines__article__live=True).distinct().order_by("name")[:LISTED]
        ],
        "groups": [group for group in groups if group[1]],
        "hub": reading.hub_address(),
    }
    return render(request, "website/feeds.html", page)


def in_all_forms(name: names.Name) -> list[tuple[str, str]]:
    """What the format is called and the feed's path in it."""
    return [(label, name.in_form(form).path) for form, label in names.LABELS.items()]


@require_safe
def show(request: HttpRequest, form: str, scope: str | None = None, slug: str | None = None) -> HttpResponse:
    found = reading.find(names.Name(scope or names.ALL, slug or "", form))
    if found is None:
        raise Http404
    if found.name.slug != (slug or ""):
        return redirect(found.name.path, permanent=True)
    state = reading.state(found)
    etag = f'"{state.digest}"'
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(state.changed_at.timestamp()),
        "Cache-Control": f"public, max-age={FEED_AGE_S}",
        "Link": reading.link_header(found),
    }
    # Before the texts are read. Who asks by date alone misses that an article was withdrawn.
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(state.changed_at.timestamp()))
    response = unchanged or HttpResponse(reading.document(found, state), content_type=found.name.content_type)
    for name, value in headers.items():
        response.headers[name] = value
    return response
