"""The feeds that the newsroom follows: how each is, add one after a look at it, lists of them in and out."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from staffellauf.accounts.models import User
from staffellauf.finds import fetching, problems, queries
from staffellauf.finds import opml as lists
from staffellauf.finds.actions import feeds
from staffellauf.finds.fetching import Outcome
from staffellauf.finds.models import Feed, Find
from staffellauf.finds.reading import words
from staffellauf.finds.screens.frame import (
    CHANGE_FEED,
    DECIDE,
    FEEDS_TITLE,
    FOLLOW,
    INBOX_TITLE,
    SEE_FEEDS,
    frame,
)

PAGE_SIZE = 100
# An editor waits; a worker has more patience.
PREVIEW_TIMEOUT_S = 8.0
PREVIEWED = 10
NEWEST = 20


class FeedForm(forms.ModelForm):
    class Meta:
        model = Feed
        fields = ("publisher", "title", "language", "source_kind", "publishes_itself", "alerts")


class AddressForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address of the feed or of the website"),
        max_length=600,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


class ListForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("OPML file"), max_length=200, allow_empty_file=False)


@dataclass(frozen=True, slots=True)
class Preview:
    address: str
    outcome: Outcome
    followed: Feed | None
    """The feed that we follow there already."""

    @property
    def sentence(self) -> str:
        return problems.sentence(self.outcome.problem, self.outcome.detail)

    # Any: entries and addresses as the child said them.
    @property
    def items(self) -> list[Any]:
        return self.outcome.reading.items[:PREVIEWED] if self.outcome.reading else []

    @property
    def alternates(self) -> list[tuple[str, str]]:
        return self.outcome.reading.alternates if self.outcome.reading else []

    @property
    def is_feed(self) -> bool:
        return self.outcome.reading is not None and self.outcome.problem in {"", *problems.NOTICES}


@require_safe
@permission_required(SEE_FEEDS)
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.feeds(), PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    counts = queries.finds_by_feed(now=timezone.now())
    values = _frame(str(FEEDS_TITLE), ("", str(FEEDS_TITLE))) | {
        "page": page,
        "rows": [{"feed": feed, "count": counts.get(feed.pk, 0)} for feed in page.object_list],
        "form": AddressForm(),
        "list_form": ListForm(),
        "may_follow": cast(User, request.user).has_perm(FOLLOW),
    }
    return render(request, "finds/feeds.html", values)


# Any: what a template takes.
def _frame(title: str, *trail: tuple[str, str]) -> dict[str, Any]:
    return frame(title, "rotate", (reverse("finds:inbox"), str(INBOX_TITLE)), *trail)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(FOLLOW)
def add(request: HttpRequest) -> HttpResponse:
    """GET looks at the address and shows what is there; nothing is stored. POST follows it.

    The look is a GET because writes are transactions here, and nobody asks the internet inside one.
    """
    if request.method == "POST":
        return _follow(request)
    form = AddressForm(request.GET if "address" in request.GET else None)
    preview = None
    # Other sites cannot have us ask somebody by a link or a picture.
    is_ours = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    if form.is_valid() and is_ours:
        preview = _look(form.cleaned_data["address"])
    return _add_page(request, form, preview, FeedForm(initial=_suggested(preview)))


def _look(asked: str) -> Preview | None:
    address = words.address(asked)
    if not address:
        return Preview(asked, Outcome("refused"), None)
    outcome = fetching.fetch(address, timeout_s=PREVIEW_TIMEOUT_S)
    return Preview(address, outcome, Feed.objects.filter(address=address).first())


def _suggested(preview: Preview | None) -> dict[str, str]:
    """What a feed calls itself is its publisher, less what it says of itself."""
    if preview is None or preview.outcome.reading is None:
        return {}
    reading = preview.outcome.reading
    name = reading.title.split(" - ")[0].split(" | ")[0].split(": ")[0].split(" – ")[0]
    return {"publisher": name, "title": reading.title, "language": reading.language}


def _add_page(
    request: HttpRequest, form: AddressForm, preview: Preview | None, feed_form: FeedForm, *, status: int = 200
) -> HttpResponse:
    title = _("Follow a feed")
    values = _frame(title, (reverse("finds:feeds"), str(FEEDS_TITLE)), ("", title))
    values |= {"form": form, "preview": preview, "feed_form": feed_form}
    return render(request, "finds/add_feed.html", values, status=status)


def _follow(request: HttpRequest) -> HttpResponse:
    form, feed_form = AddressForm(request.POST), FeedForm(request.POST)
    if form.is_valid() and feed_form.is_valid():
        try:
            feed = feeds.add(
                form.cleaned_data["address"], user=cast(User, request.user), now=timezone.now(),
                **feed_form.cleaned_data,
            )  # fmt: skip
        except feeds.AlreadyFollowed:
            form.add_error("address", _("You follow this feed already."))
        except feeds.NoAddress:
            form.add_error("address", problems.sentence("refused"))
        else:
            messages.success(
                request, _("You follow %(feed)s now. Its first entries come in a moment.") % {"feed": feed}
            )
            return redirect("finds:feed", pk=feed.pk)
    return _add_page(request, form, None, feed_form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEE_FEEDS)
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """How the feed is, what it brought last, and what editors say of it."""
    feed = get_object_or_404(Feed, pk=pk)
    user = cast(User, request.user)
    form = FeedForm(request.POST or None, instance=Feed.objects.get(pk=feed.pk))
    status = 200
    if request.method == "POST":
        if not user.has_perm(CHANGE_FEED):
            raise PermissionDenied
        if form.is_valid():
            feeds.change(feed, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("finds:feed", pk=feed.pk)
        status = 422
    items = feed.items.select_related("find").order_by("-seen_at", "-published_at", "-pk")[:NEWEST]
    values = _frame(str(feed), (reverse("finds:feeds"), str(FEEDS_TITLE)), ("", str(feed))) | {
        "feed": feed,
        "form": form,
        "items": items,
        "may_change": user.has_perm(CHANGE_FEED),
        "may_remove": user.has_perm(CHANGE_FEED) and user.has_perm(DECIDE),
        "waiting": Find.objects.new().filter(items__feed=feed).distinct().count(),
        "decided": feeds.decided(feed),
        "look_again": f"{reverse('finds:add_feed')}",
    }
    return render(request, "finds/feed.html", values, status=status)


@require_POST
@permission_required(CHANGE_FEED)
def act(request: HttpRequest, pk: str) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=pk)
    now = timezone.now()
    match request.POST.get("action"):
        case "fetch":
            feeds.fetch_soon(feed, now=now)
            messages.success(request, _("It is fetched as soon as a worker is free. Look again in a moment."))
        case "off":
            feeds.switch(feed, is_active=False, now=now)
            messages.success(request, _("It is switched off; what it brought stays."))
        case "on":
            feeds.switch(feed, is_active=True, now=now)
            messages.success(request, _("It is followed again and fetched in a moment."))
        case "remove":
            return _remove(request, feed)
    return redirect("finds:feed", pk=feed.pk)


def _remove(request: HttpRequest, feed: Feed) -> HttpResponse:
    if not cast(User, request.user).has_perm(DECIDE):
        raise PermissionDenied
    name = str(feed)
    takes_finds = request.POST.get("finds") == "go"
    gone = feeds.remove(feed, takes_finds=takes_finds)
    if takes_finds:
        sentence = ngettext(
            "You do not follow %(feed)s any more; %(count)d undecided find went with it.",
            "You do not follow %(feed)s any more; %(count)d undecided finds went with it.",
            gone,
        )
    else:
        sentence = _("You do not follow %(feed)s any more; its finds stay.")
    messages.success(request, sentence % {"feed": name, "count": gone})
    return redirect("finds:feeds")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(FOLLOW)
def opml(request: HttpRequest) -> HttpResponse:
    """GET hands out the list of all, POST follows what a list names."""
    if request.method != "POST":
        made = HttpResponse(lists.write(queries.feeds()), content_type="text/x-opml; charset=utf-8")
        made["Content-Disposition"] = 'attachment; filename="staffellauf.opml"'
        return made
    form = ListForm(request.POST, request.FILES)
    try:
        if not form.is_valid() or form.cleaned_data["file"].size > lists.MAX_BYTES:
            raise lists.NoList
        entries = lists.read(form.cleaned_data["file"].read())
    except lists.NoList:
        messages.error(request, _("This is no OPML file that we can read."))
        return redirect("finds:feeds")
    followed, known = feeds.add_all(entries, user=cast(User, request.user), now=timezone.now())
    messages.success(
        request,
        _("%(followed)d feeds are followed now, %(known)d were before.") % {"followed": followed, "known": known},
    )
    return redirect("finds:feeds")
