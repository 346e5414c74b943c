"""The review list of imports: what may be an entry that we have, beside the entries that it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.snippets.widgets import AdminSnippetChooser

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Episode, ExternalId, Organisation, Series
from staffellauf.sources import actions
from staffellauf.sources.models import Doubt
from staffellauf.sources.records import SeriesRecord
from staffellauf.sources.screens import words
from staffellauf.sources.screens.frame import ID, PAGE_SIZE, PERMISSION, frame

TITLE = gettext_lazy("Doubtful matches")
# More than that nobody compares; the chooser finds the others.
CANDIDATES = 6
VIEWS = {
    "offen": (gettext_lazy("To be decided"), [Doubt.State.OPEN]),
    "entschieden": (gettext_lazy("Decided"), [Doubt.State.SAME, Doubt.State.OTHER, Doubt.State.IGNORED]),
}
REFUSALS = {
    "decided": gettext_lazy("Somebody else has decided it meanwhile."),
    "no_topic": gettext_lazy("Please choose the series that it is."),
    "refused": gettext_lazy("The catalogue refuses it: its ids belong to another entry, or something is missing."),
    "unreadable": gettext_lazy("The record was stored by another version of the program. Import it again."),
    "made": gettext_lazy("An entry was made of it and is there. Merge it into another one if they are the same."),
}


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [path("", index, name="index"), re_path(rf"^{ID}/$", decide, name="decide")]
    return [path("zweifelsfaelle/", include((own, "doubts_admin")))]


class DoubtsMenuItem(MenuItem):
    """Says how many wait."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(PERMISSION))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        count = Doubt.objects.filter(state=Doubt.State.OPEN).count()
        label = f"{self.label} ({count})" if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return DoubtsMenuItem(TITLE, reverse("doubts_admin:index"), name="doubts", icon_name="help", order=250)


class ChooseForm(forms.Form):
    series = forms.ModelChoiceField(
        Series.objects.all(), label=gettext_lazy("Another series of the catalogue"), widget=AdminSnippetChooser(Series)
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One column of the comparison."""

    name: str
    address: str
    pk: int | None
    """Of a candidate; None: the record."""
    cells: tuple[str, ...]


ROWS = (
    gettext_lazy("Original title"),
    gettext_lazy("First year"),
    gettext_lazy("Last year"),
    gettext_lazy("Status"),
    gettext_lazy("Countries"),
    gettext_lazy("Networks and streamers"),
    gettext_lazy("Seasons"),
    gettext_lazy("Episodes"),
    gettext_lazy("Ids"),
)


@require_safe
@permission_required(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("ansicht", "")
    view = view if view in VIEWS else "offen"
    doubts = (
        Doubt.objects.filter(state__in=VIEWS[view][1]).defer("record").select_related("decided_topic", "decided_by")
    )
    page = Paginator(doubts.prefetch_related("candidates"), PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    values = frame(str(TITLE), "help", ("", str(TITLE))) | {
        "page": page,
        "rows": [{"doubt": doubt, "reason": words.reason(doubt.reason)} for doubt in page.object_list],
        "view": view,
        "views": [{"name": name, "label": label} for name, (label, _states) in VIEWS.items()],
    }
    return render(request, "sources/doubts.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION)
def decide(request: HttpRequest, pk: str) -> HttpResponse:
    doubt = get_object_or_404(Doubt.objects.select_related("decided_topic", "decided_by"), pk=pk)
    form, error = ChooseForm(), ""
    if request.method == "POST":
        form = ChooseForm(request.POST)
        try:
            messages.success(request, _do(request, doubt, form))
            return redirect("doubts_admin:index")
        except actions.CannotDecide as refusal:
            error = str(REFUSALS[refusal.code])
    sides = _sides(doubt)
    values = frame(doubt.name, "help", (reverse("doubts_admin:index"), str(TITLE)), ("", doubt.name)) | {
        "doubt": doubt,
        "reason": words.reason(doubt.reason),
        "sides": sides,
        "lines": _lines(sides),
        "form": form,
        "media": form.media,
        "error": error,
    }
    return render(request, "sources/doubt.html", values, status=422 if error else 200)


def _do(request: HttpRequest, doubt: Doubt, form: ChooseForm) -> str:
    """Carries out the decision and says so. Raises CannotDecide."""
    editor, now = cast(User, request.user), timezone.now()
    match request.POST.get("action"):
        case "same":
            chosen = request.POST.get("candidate", "")
            pk = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18 else None
            if pk is None and form.is_valid():
                pk = form.cleaned_data["series"].pk
            actions.decide(doubt, Doubt.State.SAME, topic_id=pk, editor=editor, now=now)
            return _("“%(name)s” is the same entry from now on.") % {"name": doubt.name}
        case "other":
            actions.decide(doubt, Doubt.State.OTHER, editor=editor, now=now)
            return _("“%(name)s” is an entry of its own now.") % {"name": doubt.name}
        case "ignored":
            actions.decide(doubt, Doubt.State.IGNORED, editor=editor, now=now)
            return _("“%(name)s” stays out of the catalogue.") % {"name": doubt.name}
        case "reopen":
            actions.reopen(doubt)
            return _("“%(name)s” is to be decided again.") % {"name": doubt.name}
    raise actions.CannotDecide("no_topic")


def _sides(doubt: Doubt) -> list[Side]:
    candidates = list(doubt.candidates.values_list("pk", flat=True)[:CANDIDATES])
    try:
        first = [_of_record(actions.record_of(doubt))]
    except actions.CannotDecide:
        first = []
    return first + _of_series(candidates)


def _of_record(record: SeriesRecord) -> Side:
    stated = record.fields
    ids = [f"{scheme} {value}" for scheme, value in [*record.ids.items(), *record.other_ids]]
    seasons = {season.number for season in record.seasons or ()} | {e.season for e in record.episodes or ()}
    cells = (
        stated.get("original_title"),
        stated.get("start_year"),
        stated.get("end_year"),
        words.shown(Series._meta.get_field("status"), stated.get("status")),
        stated.get("countries"),
        ", ".join(organisation.name for organisation in record.organisations or ()),
        len(seasons - {0}) if record.seasons or record.episodes else None,
        len(record.episodes) if record.episodes is not None else None,
        ", ".join(ids),
    )
    return Side(record.name, _address(record), None, _shown(cells))


def _address(record: SeriesRecord) -> str:
    if value := record.ids.get("tvmaze"):
        return f"https://www.tvmaze.com/shows/{value}"
    if value := record.ids.get("tmdb"):
        return f"https://www.themoviedb.org/tv/{value}"
    return f"https://www.imdb.com/title/{record.ids['imdb']}/" if "imdb" in record.ids else ""


def _of_series(wanted: Sequence[int]) -> list[Side]:
    found = Series.everything.filter(pk__in=wanted).annotate(season_count=Count("seasons")).order_by("name", "pk")
    ids = _texts((row.topic_id, str(row)) for row in ExternalId.objects.filter(topic_id__in=wanted).order_by("scheme"))
    networks = Organisation.objects.filter(series__in=wanted).order_by("name").values_list("series", "name")
    names = _texts(networks)
    counts = dict(
        Episode.objects.filter(season__series_id__in=wanted)
        .order_by()
        .values_list("season__series_id")
        .annotate(count=Count("pk"))
    )
    return [
        Side(
            series.name,
            reverse("wagtailsnippets_catalogue_series:edit", args=[series.pk]),
            series.pk,
            _shown((
                series.original_title, series.start_year, series.end_year, series.get_status_display(),
                series.countries, names.get(series.pk), series.season_count, counts.get(series.pk, 0),
                ids.get(series.pk),
            )),
        )
        for series in found
    ]  # fmt: skip


def _texts(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: ", ".join(values) for key, values in found.items()}


# Any: cells of several types.
def _shown(cells: Iterable[Any]) -> tuple[str, ...]:
    return tuple("–" if cell is None or cell == "" else str(cell) for cell in cells)


def _lines(sides: Sequence[Side]) -> list[tuple[Any, list[str]]]:
    return [(label, [side.cells[place] for side in sides]) for place, label in enumerate(ROWS)]
