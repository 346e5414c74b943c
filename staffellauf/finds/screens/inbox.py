"""The inbox: what others report, and one click to write about it, to publish the link, or to let it go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from staffellauf.accounts.models import User
from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic
from staffellauf.common import text
from staffellauf.finds import queries
from staffellauf.finds.actions import finds
from staffellauf.finds.models import Feed, FeedItem, Find, FindTopic, State
from staffellauf.finds.screens.frame import (
    DECIDE,
    FOLLOW,
    INBOX_TITLE,
    PUBLISH,
    SEE,
    SEE_FEEDS,
    WRITE,
    error,
    frame,
    number,
    numbers,
    wants_json,
)

PAGE_SIZE = 40
QUERY_LENGTH = 100
# State in the address, words on the tab.
TABS = {
    "neu": (State.NEW, gettext_lazy("New")),
    "verworfen": (State.DISMISSED, gettext_lazy("Dismissed")),
    "geschrieben": (State.WRITTEN, gettext_lazy("Being written")),
    "veroeffentlicht": (State.PUBLISHED, gettext_lazy("Published")),
    "alle": ("", gettext_lazy("All")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A find as the list shows it."""

    find: Find
    reports: list[FeedItem]
    """One of each publisher, the first first."""
    more: int
    """How many entries beside those."""
    topics: list[FindTopic]
    main: FindTopic | None

    @property
    def is_open(self) -> bool:
        return self.find.state in (State.NEW, State.DISMISSED)


def row_of(find: Find) -> Row:
    items = list(find.items.all())
    named: dict[str, FeedItem] = {}
    for item in items:
        named.setdefault(text.fold(item.publisher), item)
    topics = list(find.find_topics.all())
    return Row(find, list(named.values()), len(items) - len(named), topics, queries.best_of(topics))


@require_safe
@permission_required(SEE)
def index(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("stand", "")
    tab = tab if tab in TABS else "neu"
    feed_id, topic_id = number(request.GET.get("feed")), number(request.GET.get("thema"))
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:QUERY_LENGTH]
    wanted = queries.Wanted(TABS[tab][0], feed_id, topic_id, words)
    page = Paginator(queries.inbox(wanted), PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    asked = {"stand": tab if tab != "neu" else "", "feed": feed_id, "thema": topic_id, "q": words}
    query = urlencode({name: value for name, value in asked.items() if value})
    feeds = list(Feed.objects.order_by("publisher", "title", "pk"))
    values = frame(str(INBOX_TITLE), "mail", ("", str(INBOX_TITLE))) | _rights(request) | {
        "page": page,
        "rows": [row_of(find) for find in page.object_list],
        "tab": tab,
        "tabs": [{"name": name, "label": label} for name, (_state, label) in TABS.items()],
        "feeds": feeds,
        "feed_id": feed_id,
        "topic": Topic.objects.filter(pk=topic_id).first() if topic_id else None,
        "q": words,
        "query": f"{query}&" if query else "",
        "here": request.get_full_path(),
        "dismissed": numbers(request.GET.get("verworfen", "").split(","), most=PAGE_SIZE * 5),
        "is_narrowed": bool(words or feed_id or topic_id),
    }  # fmt: skip
    return render(request, "finds/inbox.html", values)


# Any: what a template takes.
def _rights(request: HttpRequest) -> dict[str, Any]:
    user = cast(User, request.user)
    return {
        "may_decide": user.has_perm(DECIDE),
        "may_write": user.has_perm(WRITE),
        "may_publish": user.has_perm(DECIDE) and user.has_perm(PUBLISH),
        "may_follow": user.has_perm(FOLLOW),
        "may_see_feeds": user.has_perm(SEE_FEEDS),
    }


@require_safe
@permission_required(SEE)
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """One find with all its entries: split what is another story, join what is the same."""
    find = get_object_or_404(queries.with_parts(Find.objects.all()), pk=pk)
    row = row_of(find)
    values = frame(find.headline[:80], "mail", (reverse("finds:inbox"), str(INBOX_TITLE)), ("", find.headline[:80]))
    alike = queries.alike(find)
    values |= _rights(request) | {"row": row, "find": find, "items": list(find.items.all()), "alike": alike}
    return render(request, "finds/find.html", values | {"here": request.get_full_path()})


@require_POST
@permission_required(SEE)
def decide(request: HttpRequest, pk: str) -> HttpResponse:
    """One click on one find."""
    find = get_object_or_404(Find, pk=pk)
    verbs: dict[str, tuple[str, Callable[[HttpRequest, Find], HttpResponse]]] = {
        "write": (WRITE, _write),
        "publish": (PUBLISH, _publish),
        "dismiss": (DECIDE, _dismiss),
        "take_back": (DECIDE, _take_back),
    }
    needed, verb = verbs.get(request.POST.get("action", ""), ("", None))
    if verb is None:
        return _refused(request, _("This is not something that can be done with a find."), status=400)
    user = cast(User, request.user)
    if not user.has_perm(needed) or (needed != WRITE and not user.has_perm(DECIDE)):
        raise PermissionDenied
    try:
        return verb(request, find)
    except finds.CannotDecide as refusal:
        return _refused(request, str(refusal))


def _write(request: HttpRequest, find: Find) -> HttpResponse:
    article = finds.write(find, user=cast(User, request.user), now=timezone.now())
    address = reverse("wagtailsnippets_newsroom_article:edit", args=[article.pk])
    return JsonResponse({"address": address}) if wants_json(request) else redirect(address)


def _publish(request: HttpRequest, find: Find) -> HttpResponse:
    is_alerting = request.POST.get("alert") == "1"
    article = finds.publish(find, user=cast(User, request.user), now=timezone.now(), is_alerting=is_alerting)
    sentence = _("“%(headline)s” is published as a find.") % {"headline": text.quoted(article.headline)}
    return _done(request, sentence, link=article.get_absolute_url())


def _dismiss(request: HttpRequest, find: Find) -> HttpResponse:
    done = finds.dismiss([find.pk], user=cast(User, request.user), now=timezone.now())
    if not done:
        raise finds.CannotDecide(_("Somebody has decided on this find meanwhile."))
    return _done(request, _("Dismissed."), dismissed=done)


def _take_back(request: HttpRequest, find: Find) -> HttpResponse:
    if not finds.take_back([find.pk]):
        raise finds.CannotDecide(_("Somebody has decided on this find meanwhile."))
    return _done(request, _("It is new again."))


@require_POST
@permission_required(DECIDE)
def decide_all(request: HttpRequest) -> HttpResponse:
    """Several finds at once."""
    chosen = numbers(request.POST.getlist("find"))
    user = cast(User, request.user)
    match request.POST.get("action"):
        case "dismiss":
            done = finds.dismiss(chosen, user=user, now=timezone.now())
            sentence = ngettext("%(count)d find dismissed.", "%(count)d finds dismissed.", len(done))
            return _done(request, sentence % {"count": len(done)}, dismissed=done)
        case "take_back":
            count = len(finds.take_back(chosen))
            return _done(request, ngettext("%(count)d find is new again.", "%(count)d finds are new again.", count)
                         % {"count": count})  # fmt: skip
        case "join":
            try:
                finds.join(chosen, now=timezone.now())
            except finds.CannotDecide as refusal:
                return _refused(request, str(refusal))
            return _done(request, _("They are one find now."))
    return _refused(request, _("This is not something that can be done with a find."), status=400)


@require_POST
@permission_required(DECIDE)
def change_topics(request: HttpRequest, pk: str) -> HttpResponse:
    find = get_object_or_404(Find, pk=pk)
    removed, added = number(request.POST.get("remove")), number(request.POST.get("add"))
    if removed is not None:
        finds.remove_topic(find, removed)
    topic = Topic.objects.filter(pk=added).first() if added is not None else _meant(request.POST.get("name", ""))
    if removed is None and topic is None:
        return _refused(request, _("We do not know this topic."))
    if topic is not None:
        finds.add_topic(find, topic)
    return _done(request, "")


def _meant(name: str) -> Topic | None:
    """What was typed without choosing from the list."""
    words = " ".join(name.replace("\0", "").split())[:QUERY_LENGTH]
    if not (folded := text.fold(words)):
        return None
    exact = Topic.objects.filter(folded_names__folded=folded).order_by("-last_position", "-popularity", "pk")
    return exact.first() or next(iter(catalogue.search(words, limit=1)), None)


@require_POST
@permission_required(DECIDE)
def split(request: HttpRequest, pk: str) -> HttpResponse:
    find = get_object_or_404(Find, pk=pk)
    item = get_object_or_404(FeedItem, pk=number(request.POST.get("item")) or 0)
    try:
        other = finds.split(find, item, now=timezone.now())
    except finds.CannotDecide as refusal:
        return _refused(request, str(refusal))
    messages.success(request, _("“%(headline)s” is a find of its own now.") % {"headline": text.quoted(other.headline)})
    return redirect("finds:find", pk=find.pk)


def _done(request: HttpRequest, sentence: str, *, dismissed: list[int] | None = None, link: str = "") -> HttpResponse:
    """To where the editor was, or what a script shows there."""
    if wants_json(request):
        return JsonResponse({"sentence": sentence, "link": link, "dismissed": dismissed or []})
    back = _back(request)
    if dismissed:
        # The page offers to take it back.
        back += f"{'&' if '?' in back else '?'}verworfen={','.join(map(str, dismissed))}"
    elif sentence:
        messages.success(request, sentence, buttons=[messages.button(link, _("Look"))] if link else None)
    return redirect(back)


def _refused(request: HttpRequest, sentence: str, *, status: int = 422) -> HttpResponse:
    if wants_json(request):
        return error(sentence, status=status)
    messages.error(request, sentence)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Where the form stood, without what it was told before."""
    asked = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith(reverse("finds:inbox"))
    return asked.partition("verworfen=")[0].rstrip("?&") if is_ours and len(asked) < 2000 else reverse("finds:inbox")
