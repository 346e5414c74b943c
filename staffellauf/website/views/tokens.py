"""What a link in a mail or a notification does, without signing in: the token alone says who may.

Reading a page changes nothing, because programs that look into mails open every link; its one button does. A mail
program's own button posts to the same address, without cookie and without origin (RFC 8058 section 3.2).
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import tokens
from staffellauf.catalogue.models import Topic
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import follows as follow_pages
from staffellauf.website.pages import listing
from staffellauf.website.pages import tokens as pages

NOT_FOUND, GONE, REFUSED = 404, 410, 422
View = Callable[[PageRequest, dict[str, int]], HttpResponse]


def by_token(purpose: str) -> Callable[[View], Callable[[PageRequest, str], HttpResponse]]:
    """Gives a view the ids in the token; one that is not ours, or too old, is told so."""

    def decorate(view: View) -> Callable[[PageRequest, str], HttpResponse]:
        @wraps(view)
        @never_cache
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        def with_ids(request: HttpRequest, token: str) -> HttpResponse:
            assert isinstance(request, HttpRequest)
            try:
                ids = tokens.read(token, purpose)
            except tokens.Unusable as error:
                status = GONE if error.is_expired else NOT_FOUND
                values = {"page": pages.Unusable(purpose, is_expired=error.is_expired)}
                return private(render(request, "website/settings/token_unusable.html", values, status=status))
            return private(view(request, ids))  # type: ignore[arg-type]

        return with_ids

    return decorate


@by_token("confirm")
def confirm(request: PageRequest, ids: dict[str, int]) -> HttpResponse:
    """The owner of an address says that news may come there, or that somebody else typed it in."""
    way = Destination.objects.filter(pk=ids["destination"]).first()
    if way is None:
        return show(request, "confirm", pages.ConfirmPage("", is_gone=True), status=GONE)
    name = destinations.masked(way)
    if request.method != "POST":
        return show(request, "confirm", pages.ConfirmPage(name, is_confirmed=way.confirmed_at is not None))
    if request.POST.get("_method") == "delete":
        if way.confirmed_at is None:
            destinations.remove(way)
            return show(request, "confirm", pages.ConfirmPage(name, is_refused=True))
        return show(request, "confirm", pages.ConfirmPage(name, is_confirmed=True))
    destinations.confirm(way, now=timezone.now())
    leave = tokens.make("unsubscribe", destination=way.pk)
    return show(request, "confirm", pages.ConfirmPage(name, is_confirmed=True, is_new=True, leave=leave))


@by_token("unsubscribe")
def unsubscribe(request: PageRequest, ids: dict[str, int]) -> HttpResponse:
    """Ends one way. Once more is no mistake: a mail program may ask twice."""
    if request.method == "POST" and "entfernt" in request.POST:
        return put_back(request)
    way = Destination.objects.select_related("reader").filter(pk=ids["destination"]).first()
    if way is None:
        return show(request, "unsubscribe", pages.UnsubscribePage("", is_ended=True))
    page = pages.UnsubscribePage.load(way)
    if request.method == "POST":
        reader_id = way.reader_id
        page = pages.UnsubscribePage(page.name, is_ended=True, reader=reader_id, removed=destinations.remove(way))
    return show(request, "unsubscribe", page)


def put_back(request: PageRequest) -> HttpResponse:
    """Undoes it with what only the page that followed holds."""
    reader = Reader.objects.filter(pk=listing.number(request.POST.get("leser")) or 0).first()
    try:
        if reader is None:
            raise InvalidDestination
        way = destinations.put_back(reader, request.POST["entfernt"], now=timezone.now())
    except InvalidDestination:
        page = pages.UnsubscribePage("", is_ended=True, is_too_late=True)
        return show(request, "unsubscribe", page, status=REFUSED)
    page = pages.UnsubscribePage(
        destinations.masked(way), is_back=True, leave=tokens.make("unsubscribe", destination=way.pk)
    )
    return show(request, "unsubscribe", page)


@by_token("unfollow")
def unfollow(request: PageRequest, ids: dict[str, int]) -> HttpResponse:
    """Ends one follow; the page offers to begin it again as it was."""
    reader = Reader.objects.filter(pk=ids["reader"]).first()
    topic = Topic.everything.select_related("merged_into").filter(pk=ids["topic"]).first()
    if reader is None or topic is None:
        return show(request, "unfollow", pages.UnfollowPage(None, is_following=False), status=GONE)
    topic = topic.merged_into or topic
    follow = Follow.objects.filter(reader=reader, topic_id=topic.pk).first()
    before = follow_pages.code_of(follow) if follow else ""
    if request.method != "POST":
        return show(request, "unfollow", pages.UnfollowPage(topic, is_following=follow is not None))
    if "vorher" in request.POST:
        follow_pages.begin_again(reader, topic, request.POST["vorher"])
        return show(request, "unfollow", pages.UnfollowPage(topic, is_following=True, is_back=True))
    readers.unfollow(reader, topic)
    return show(request, "unfollow", pages.UnfollowPage(topic, is_following=False, before=before))


def show(request: PageRequest, name: str, page: object, *, status: int = 200) -> HttpResponse:
    return render(request, f"website/settings/{name}.html", {"page": page}, status=status)


def private(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no other site learns it from a link that is followed."""
    response["Referrer-Policy"] = "same-origin"
    return response
