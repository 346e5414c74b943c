"""Editors say what the titles of programme guides are: for every showing of a title on its channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Count, Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.snippets.widgets import AdminSnippetChooser

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import GuideTitle, Organisation, Series, Showing
from staffellauf.common import text
from staffellauf.sources.xmltv import decisions
from staffellauf.sources.xmltv.decisions import Title

PERMISSION = "catalogue.change_series"
PAGE_SIZE = 40
MAX_PAGE = 10_000
SEARCH_LENGTH = 100
ID_DIGITS = 18
SHOWINGS_SHOWN = 20
# More is not counted in the menu, which is on every page.
COUNTED = 100
# Name in the address, words on the tab, and which showings it holds.
VIEWS = {
    "offen": (gettext_lazy("To be decided"), [Showing.Match.DOUBTFUL]),
    "ohne": (gettext_lazy("Without a series"), [Showing.Match.UNMATCHED]),
    "entschieden": (gettext_lazy("Decided"), [Showing.Match.CONFIRMED, Showing.Match.REJECTED]),
}


@dataclass(frozen=True, slots=True)
class TitleRow:
    """All showings of a title on a channel."""

    title: str
    folded: str
    organisation_id: int
    organisation: str
    count: int
    first_at: datetime
    last_at: datetime
    series: Series | None
    """The suggestion, or what was decided."""
    confidence: int
    is_decided: bool

    @property
    def address(self) -> str:
        asked = urlencode({"sender": str(self.organisation_id), "titel": self.folded})
        return f"{reverse('guide_admin:title')}?{asked}"


class SeriesForm(forms.Form):
    series = forms.ModelChoiceField(
        Series.objects.all(), label=gettext_lazy("Another series"), widget=AdminSnippetChooser(Series)
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [path("", index, name="index"), path("titel/", title, name="title")]
    return [path("sendungen/", include((own, "guide_admin")))]


class TitlesMenuItem(MenuItem):
    """Says how many titles wait for a decision."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(PERMISSION))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        count = open_count()
        shown = f"{COUNTED - 1}+" if count >= COUNTED else str(count)
        label = f"{self.label} ({shown})" if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return TitlesMenuItem(
        gettext_lazy("Programme titles"), reverse("guide_admin:index"), name="guide", icon_name="media", order=260
    )


def open_count() -> int:
    """Titles that wait for a decision, up to COUNTED."""
    waiting = Showing.objects.filter(match=Showing.Match.DOUBTFUL).order_by()
    return waiting.values("organisation_id", "folded_title").distinct()[:COUNTED].count()


@require_safe
@permission_required(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("ansicht", "")
    if view not in VIEWS:
        view = "offen"
    words = request.GET.get("q", "").replace("\x00", "")[:SEARCH_LENGTH]
    asked = request.GET.get("p", "1")
    number = min(int(asked), MAX_PAGE) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    rows = title_rows(view, words, start=(max(number, 1) - 1) * PAGE_SIZE)
    values = _furniture() | {
        "rows": rows[:PAGE_SIZE],
        "number": max(number, 1),
        "has_more": len(rows) > PAGE_SIZE,
        "view": view,
        "words": words,
        "views": [{"name": name, "label": label, "is_current": name == view} for name, (label, _m) in VIEWS.items()],
    }
    return render(request, "sources/guide_titles.html", values)


def title_rows(view: str, words: str, *, start: int) -> list[TitleRow]:
    """One more than a page holds, if there are more; what is shown most comes first."""
    showings = Showing.objects.filter(match__in=VIEWS[view][1])
    for word in text.fold(words).split():
        showings = showings.filter(folded_title__contains=word)
    return _grouped(showings, start=start, stop=start + PAGE_SIZE + 1)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION)
def title(request: HttpRequest) -> HttpResponse:
    """GET shows the title with some of its showings; POST decides, or takes the decision back."""
    asked = _title(request)
    showings = Showing.objects.filter(organisation_id=asked.organisation_id, folded_title=asked.folded)
    found = _grouped(showings)
    if not found:
        raise Http404
    error = ""
    row, form = found[0], SeriesForm(request.POST if _is_id(request.POST.get("series", "")) else None)
    if request.method == "POST":
        said = _decide(request, asked, row, form)
        if said:
            back = messages.button(row.address, _("Show and take back"))
            messages.success(request, said, buttons=[back])
            return redirect(_back(request))
        # The chooser cannot show again what is no key.
        error, form = _("Please choose a series, or say that it is none."), SeriesForm()
    values = _furniture(last=row.title) | {
        "row": row,
        "form": form,
        "error": error,
        "media": form.media,
        "back": _back_name(request),
        "showings": showings.select_related("episode__season").order_by("-starts_at")[:SHOWINGS_SHOWN],
    }
    return render(request, "sources/guide_title.html", values, status=422 if error else 200)


def _decide(request: HttpRequest, asked: Title, row: TitleRow, form: SeriesForm) -> str:
    """What was done, in words; empty when nothing could be."""
    match request.POST.get("action"):
        case "choose" if form.is_valid():
            series = form.cleaned_data["series"]
        case "confirm" if row.series is not None:
            series = row.series
        case "reject":
            count = decisions.reject(asked)
            return _("“%(title)s” is no series.") % {"title": row.title} + " " + _showings(count)
        case "forget":
            count = decisions.forget(asked)
            return _("The decision on “%(title)s” is taken back.") % {"title": row.title} + " " + _showings(count)
        case _:
            return ""
    count = decisions.confirm(asked, series)
    names = {"title": row.title, "series": series.name}
    return _("“%(title)s” is the series “%(series)s”.") % names + " " + _showings(count)


def _showings(count: int) -> str:
    return ngettext("%(count)d showing changed.", "%(count)d showings changed.", count) % {"count": count}


def _grouped(showings: "QuerySet[Showing]", *, start: int = 0, stop: int = 1) -> list[TitleRow]:
    groups = (
        showings.order_by()
        .values("organisation_id", "organisation__name", "folded_title")
        .annotate(
            count=Count("pk"),
            shown_title=Min("title"),
            first_at=Min("starts_at"),
            last_at=Max("starts_at"),
            found=Max("series_id"),
            sure=Max("confidence"),
        )
        .order_by("-count", "organisation__name", "folded_title", "organisation_id")
    )
    page = list(groups[start:stop])
    series = Series.everything.in_bulk({group["found"] for group in page if group["found"]})
    decided = _decided(page)
    return [
        TitleRow(
            title=group["shown_title"],
            folded=group["folded_title"],
            organisation_id=group["organisation_id"],
            organisation=group["organisation__name"],
            count=group["count"],
            first_at=group["first_at"],
            last_at=group["last_at"],
            series=series.get(group["found"]),
            confidence=group["sure"],
            is_decided=(group["organisation_id"], group["folded_title"]) in decided,
        )
        for group in page
    ]


# Any: rows of the query above.
def _decided(groups: list[Any]) -> set[tuple[int, str]]:
    titles = GuideTitle.objects.filter(
        organisation_id__in={group["organisation_id"] for group in groups},
        title__in={group["folded_title"] for group in groups},
    )
    return set(titles.values_list("organisation_id", "title"))


def _title(request: HttpRequest) -> Title:
    """Raises Http404 for what names no title."""
    asked = request.POST if request.method == "POST" else request.GET
    organisation, folded = asked.get("sender", ""), asked.get("titel", "")
    if not _is_id(organisation) or not folded or "\x00" in folded or len(folded) > 300:
        raise Http404
    if not Organisation.objects.filter(pk=int(organisation)).exists():
        raise Http404
    return Title(int(organisation), folded)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= ID_DIGITS


def _back_name(request: HttpRequest) -> str:
    name = request.POST.get("ansicht") or request.GET.get("ansicht", "")
    return name if name in VIEWS else "offen"


def _back(request: HttpRequest) -> str:
    return f"{reverse('guide_admin:index')}?{urlencode({'ansicht': _back_name(request)})}"


# Any: what Wagtail's header template takes.
def _furniture(last: str = "") -> dict[str, Any]:
    titles = {"url": reverse("guide_admin:index"), "label": _("Programme titles")}
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}, titles]
    return {
        "header_title": _("Programme titles"),
        "header_icon": "media",
        "breadcrumbs_items": [*items, {"url": "", "label": last}] if last else items,
    }
