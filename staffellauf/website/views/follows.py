"""The bell: POST to a topic's `folgen/` follows, DELETE (or POST with `_method=delete`, from a form) ends it.

In German the address says "episodes" as well as "follow": reading a series' `folgen/` shows its episodes.
"""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import origin
from staffellauf.readers import actions as readers
from staffellauf.website.middleware import DEVICE_COOKIE, PageRequest
from staffellauf.website.pages import follows as pages
from staffellauf.website.pages.bell import Bell
from staffellauf.website.views import episodes

COOKIE_AGE_S = 365 * 24 * 3600


@origin.same_origin
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def change(request: PageRequest, slug: str, *, kind: str) -> HttpResponse:
    if kind == TopicKind.SERIES and request.method in origin.SAFE_METHODS:
        return episodes.all_seasons(request, slug, kind=kind)
    topic = catalogue.topic_by_slug(kind, slug)
    if topic is None:
        raise Http404
    if request.method in origin.SAFE_METHODS:
        return redirect(topic)
    if request.method == "DELETE" or request.POST.get("_method") == "delete":
        return unfollow(request, topic)
    return follow(request, topic)


def follow(request: PageRequest, topic: Topic) -> HttpResponse:
    """Follows; a visitor whom we do not know becomes a reader by the cookie of this device."""
    secret = None
    reader = request.reader
    if reader is None:
        reader, secret = readers.new_device()
    try:
        pages.begin_again(reader, topic, request.POST.get("vorher", ""))
        response = answer(request, Bell(topic, is_following=True, was_tapped=True))
    except readers.TooManyFollows:
        response = answer(request, Bell(topic, is_following=False, is_full=True))
    if secret:
        response.set_cookie(
            DEVICE_COOKIE, secret, max_age=COOKIE_AGE_S, httponly=True, samesite="Lax",
            secure=settings.SECURE or request.is_secure(),
        )  # fmt: skip
    return response


def unfollow(request: PageRequest, topic: Topic) -> HttpResponse:
    before = ""
    if request.reader:
        before = pages.change_of(request.reader.follows.filter(topic_id=topic.pk).first())
        readers.unfollow(request.reader, topic)
    return answer(request, Bell(topic, is_following=False, was_tapped=True), before=before)


def answer(request: PageRequest, bell: Bell, *, before: str = "") -> HttpResponse:
    """The bell alone for the page's script, else back to the page the form stood on."""
    if request.headers.get("X-Fragment"):
        return render(request, "website/parts/bell.html", {"bell": bell, "size": request.headers["X-Fragment"]})
    back = request.POST.get("zurueck", "")
    if not origin.is_own_path(back):
        back = bell.topic.get_absolute_url()
    response = redirect(told(back.partition("?")[0], bell, before=before))
    response.status_code = 303
    return response


def told(path: str, bell: Bell, *, before: str) -> str:
    """The address at which the bell says what happened to it, as it does with script; in the list of what one follows
    also how to follow it again as before."""
    word = "voll" if bell.is_full else "gefolgt" if bell.is_following else "beendet"
    # On the topic's own page the bell is in sight; the list of what one follows no longer has it.
    if path.endswith("/mein/serien/"):
        return f"{path}?{word}={bell.topic.pk}" + (f"&vorher={before}" if before else "")
    is_in_sight = path == bell.topic.get_absolute_url()
    return f"{path}?{word}={bell.topic.pk}" + ("" if is_in_sight else f"#glocke-{bell.topic.pk}")
