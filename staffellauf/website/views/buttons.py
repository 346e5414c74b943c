"""The buttons of a notification: later, stop following.

Reading an address shows a page that asks: it is all that a browser without our service worker can open. The service
worker sends the same form that the page has, and shows the answer as a notification.
"""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staffellauf.alerts.later import snoozes
from staffellauf.catalogue.models import Topic
from staffellauf.common import origin
from staffellauf.newsroom.models import Article
from staffellauf.readers import actions as readers
from staffellauf.readers import queries as following
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import buttons as pages

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it, as a page or as a notification says it."""

    title: str
    body: str
    undo: str = ""
    """What the button says that takes it back; empty where nothing does."""
    status: int = 200


@origin.same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: PageRequest, article_id: str) -> HttpResponse:
    """POST creates the wish to hear of the article once more: `wann` is `stunde` or `abend`."""
    article = Article.objects.published().filter(pk=int(article_id)).first()
    if article is None:
        raise Http404
    now = timezone.now()
    if request.method != "POST" or request.reader is None:
        page = pages.LaterPage.load(article, request.reader, now=now)
        return show(request, "website/later.html", page, refused=request.method == "POST")
    try:
        due_at = snoozes.snooze(request.reader, article, when=snoozes.Later.of(request.POST.get("wann")), now=now)
    except snoozes.NeverPublished as error:
        raise Http404 from error
    except snoozes.TooManySnoozes:
        told = Told(article.shown_headline, _("Too many reminders are waiting already."), status=409)
    else:
        told = Told(article.shown_headline, pages.promise(due_at, request.reader, now=now))
    return answer(request, told, "website/later.html", pages.LaterPage(article, [], told.body))


@origin.same_origin
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def topic(request: PageRequest, topic_id: str) -> HttpResponse:
    """DELETE (or POST with `_method=delete`) ends the follow, POST begins it again."""
    found = Topic.everything.select_related("merged_into").filter(pk=int(topic_id)).first()
    if found is None:
        raise Http404
    found = found.merged_into or found
    is_following = following.is_following(request.reader, found)
    if request.method in origin.SAFE_METHODS or request.reader is None:
        page = pages.TopicPage(found, is_following, has_reader=request.reader is not None)
        return show(request, "website/stop_following.html", page, refused=request.method not in origin.SAFE_METHODS)
    told = unfollowed(request, found) if is_delete(request) else followed(request, found)
    is_following = following.is_following(request.reader, found)
    return answer(request, told, "website/stop_following.html", pages.TopicPage(found, is_following, told=told.title))


def is_delete(request: PageRequest) -> bool:
    return request.method == "DELETE" or request.POST.get("_method") == "delete"


def unfollowed(request: PageRequest, found: Topic) -> Told:
    assert request.reader
    readers.unfollow(request.reader, found)
    title = _("You no longer follow “%(name)s”") % {"name": found.name}
    return Told(title, _("No more notifications come about it."), undo=_("Follow again"))


def followed(request: PageRequest, found: Topic) -> Told:
    assert request.reader
    try:
        readers.follow(request.reader, found)
    except readers.TooManyFollows:
        return Told(found.name, _("You follow as many topics as possible. Stop following one first."), status=409)
    return Told(_("You follow “%(name)s” again") % {"name": found.name}, _("Notifications come as before."))


def answer(request: PageRequest, told: Told, template: str, page: object) -> HttpResponse:
    if request.headers.get("Accept") != JSON:
        return render(request, template, {"page": page}, status=told.status)
    said = {"title": told.title, "body": told.body, "undo": told.undo}
    return JsonResponse(said, status=told.status)


def show(request: PageRequest, template: str, page: object, *, refused: bool) -> HttpResponse:
    """The page that asks; `refused` when something was sent and nobody is known by the cookie."""
    return render(request, template, {"page": page}, status=403 if refused else 200)
