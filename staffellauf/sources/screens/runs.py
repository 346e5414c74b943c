"""Imports in the newsroom: what ran, what each run did to every entry, and a form that starts one."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem

from staffellauf.accounts.models import User
from staffellauf.sources import actions
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.screens import words
from staffellauf.sources.screens.frame import ID, PAGE_SIZE, PERMISSION, frame

TITLE = gettext_lazy("Imports")
# What a file may be, and what a source offers by name.
FILES = {
    "own": gettext_lazy("Catalogue in our own format"),
    "xmltv": gettext_lazy("Programme guide (XMLTV)"),
    "tvmaze": gettext_lazy("Answers of TVmaze (JSON)"),
    "tmdb": gettext_lazy("Answers of TMDB (JSON)"),
    "wikidata": gettext_lazy("Entities of Wikidata (JSON)"),
}
OFFERS = {
    "tvmaze updates": gettext_lazy("Update TVmaze"),
    "tvmaze shows": gettext_lazy("Read all series of TVmaze"),
    "tmdb changes": gettext_lazy("Update TMDB"),
}
# Name in the address, words on the tab, outcome of the notes.
TABS = {
    "neu": (gettext_lazy("Created"), ImportNote.Outcome.CREATED),
    "geaendert": (gettext_lazy("Changed"), ImportNote.Outcome.CHANGED),
    "abgelehnt": (gettext_lazy("Refused"), ImportNote.Outcome.REFUSED),
    "zweifel": (gettext_lazy("Doubtful"), ImportNote.Outcome.DOUBTFUL),
}
# Also in details, but no figures for people.
HIDDEN_DETAILS = {"pending"}
# A chunk takes a second, and an API may let an import wait for five minutes.
SILENT = timedelta(minutes=10)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", index, name="index"),
        path("neu/", start, name="start"),
        re_path(rf"^{ID}/$", show, name="show"),
        re_path(rf"^{ID}/stand/$", state, name="state"),
        re_path(rf"^{ID}/weiter/$", take_up, name="take_up"),
    ]
    return [path("importe/", include((own, "imports_admin")))]


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(PERMISSION))


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ImportsMenuItem(TITLE, reverse("imports_admin:index"), name="imports", icon_name="download", order=240)


class StartForm(forms.Form):
    """Either a file, or what a source offers by name."""

    importer = forms.ChoiceField(label=gettext_lazy("What the file is"), choices=list(FILES.items()))
    file = forms.FileField(label=gettext_lazy("File"), max_length=200, allow_empty_file=False)
    is_dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run"), required=False, help_text=gettext_lazy("Say what would be done, store nothing.")
    )


@require_safe
@permission_required(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    return _index(request, StartForm(), status=200)


def _index(request: HttpRequest, form: StartForm, *, status: int) -> HttpResponse:
    runs = ImportRun.objects.select_related("started_by").defer("details")
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    values = frame(str(TITLE), "download", ("", str(TITLE))) | {
        "page": page,
        "rows": [{"run": run, "address": words.address(run)} for run in page.object_list],
        "form": form,
        "offers": _offers(),
    }
    return render(request, "sources/runs.html", values, status=status)


def _offers() -> list[tuple[str, Any]]:
    """Without a key TMDB answers nobody."""
    return [(name, label) for name, label in OFFERS.items() if settings.TMDB_KEY or not name.startswith("tmdb")]


@require_POST
@permission_required(PERMISSION)
def start(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if "offer" in request.POST:
        wanted = request.POST["offer"]
        if wanted not in dict(_offers()):
            raise PermissionDenied
        importer, address = wanted.split(" ")
        return redirect("imports_admin:show", pk=actions.start(importer, address, user=user).pk)
    form = StartForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.keep_upload(file.name, file)
        except actions.TooLarge:
            form.add_error("file", _("The file is larger than %(size)s MB.") % {"size": actions.UPLOAD_LIMIT // 2**20})
        else:
            run = actions.start(
                form.cleaned_data["importer"], str(kept), user=user, is_dry_run=form.cleaned_data["is_dry_run"]
            )
            return redirect("imports_admin:show", pk=run.pk)
    return _index(request, form, status=422)


@require_safe
@permission_required(PERMISSION)
def show(request: HttpRequest, pk: str) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.select_related("started_by"), pk=pk)
    notes = run.notes.select_related("topic")
    tab = request.GET.get("ergebnis", "")
    if tab in TABS:
        notes = notes.filter(outcome=TABS[tab][1])
    page = Paginator(notes, PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    rows = [
        {"note": note, "changes": words.changes(note), "warnings": words.warnings(note), "reason": _reason(note)}
        for note in page.object_list
    ]
    title = f"{run.importer}: {words.address(run)[:80]}"
    values = frame(title, "download", (reverse("imports_admin:index"), str(TITLE)), ("", title))
    return render(request, "sources/run.html", values | _state(run) | {"page": page, "rows": rows, "tab": tab})


def _reason(note: ImportNote) -> str:
    """Warnings are the reason too when there is no other; they are told once."""
    return "" if words.warnings(note) else words.reason(note.reason)


@require_safe
@permission_required(PERMISSION)
def state(request: HttpRequest, pk: str) -> HttpResponse:
    """The upper part of a run's page, which the page asks for again while the run is running."""
    run = get_object_or_404(ImportRun.objects.select_related("started_by"), pk=pk)
    return render(request, "sources/run_state.html", _state(run))


# Any: what the template takes.
def _state(run: ImportRun) -> dict[str, Any]:
    share = min(100, run.done * 100 // run.total) if run.total else None
    return {
        "run": run,
        "share": share,
        "error": words.reason(run.error),
        "is_silent": run.state == ImportRun.State.RUNNING and run.seen_at < timezone.now() - SILENT,
        "tabs": [
            {"name": name, "label": label, "count": getattr(run, outcome.value)}
            for name, (label, outcome) in TABS.items()
        ],
        "details": _details(run),
    }


def _details(run: ImportRun) -> list[tuple[str, int]]:
    details = run.details if isinstance(run.details, dict) else {}
    return [
        (name.replace("_", " "), number)
        for name, number in sorted(details.items())
        if name not in HIDDEN_DETAILS and isinstance(number, int) and not isinstance(number, bool)
    ]


@require_http_methods(["POST"])
@permission_required(PERMISSION)
def take_up(request: HttpRequest, pk: str) -> HttpResponse:
    run = ImportRun.objects.filter(pk=pk).first()
    if run is None:
        raise Http404
    if run.state == ImportRun.State.FINISHED:
        messages.warning(request, _("This import is through already."))
    else:
        actions.take_up(run)
    return redirect("imports_admin:show", pk=run.pk)
