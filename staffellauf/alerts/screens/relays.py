"""A list of alerts, a live page for each, and the dry run of one that is not out yet."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from staffellauf.alerts import operating, reports
from staffellauf.alerts import queries as alerts
from staffellauf.alerts.deciding import trial
from staffellauf.alerts.models import Relay
from staffellauf.alerts.screens.frame import SEE, TITLE, frame, is_operator
from staffellauf.newsroom import permissions

PAGE_SIZE = 50


@require_safe
@permission_required(SEE)
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(reports.relays(), PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    shown = {
        "page": page,
        "rows": [{"relay": relay, "state": reports.state_of(relay, now=now)} for relay in page.object_list],
        "is_operator": is_operator(request),
        "warnings": alerts.operator_warnings(now=now) if is_operator(request) else [],
    }
    return render(request, "alerts/screens/relays.html", frame(str(TITLE), ("", str(TITLE))) | shown)


@require_safe
@permission_required(SEE)
def show(request: HttpRequest, pk: str) -> HttpResponse:
    report = _report(pk)
    title = str(report.article or report.relay.occasion)
    trail = ((reverse("alerts_admin:index"), str(TITLE)), ("", title))
    shown = {"report": report, "is_operator": is_operator(request)}
    return render(request, "alerts/screens/relay.html", frame(title, *trail) | shown)


@require_safe
@permission_required(SEE)
def state(request: HttpRequest, pk: str) -> HttpResponse:
    """The figures alone, which an open page asks for while alerts are on their way."""
    shown = {"report": _report(pk), "is_operator": is_operator(request)}
    response = render(request, "alerts/screens/state.html", shown)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@permission_required(SEE)
def act(request: HttpRequest, pk: str) -> HttpResponse:
    """`do` is pause or resume."""
    relay = get_object_or_404(Relay, pk=pk)
    if request.POST.get("do") == "pause":
        if operating.pause(relay, now=timezone.now()):
            messages.success(request, _("Paused: no further alert leaves until you resume it."))
        else:
            messages.warning(request, _("Nothing to pause: these alerts are finished or paused already."))
    elif request.POST.get("do") == "resume":
        if operating.resume(relay):
            messages.success(request, _("Resumed: the alerts go on where they were."))
        else:
            messages.warning(request, _("These alerts are not paused."))
    else:
        raise PermissionDenied
    return redirect("alerts_admin:relay", pk=relay.pk)


@require_safe
@permission_required(SEE)
def dry_run(request: HttpRequest, pk: str) -> HttpResponse:
    """Whom the article with this key would alert if it went out now; nothing is sent or stored."""
    article = permissions.article_named(pk)
    if article is None:
        raise PermissionDenied
    title = _("Dry run: %(headline)s") % {"headline": article}
    trail = ((reverse("alerts_admin:index"), str(TITLE)), ("", title))
    shown = {"trial": trial.run(article.get_latest_revision_as_object(), now=timezone.now())}
    return render(request, "alerts/screens/dry_run.html", frame(title, *trail) | shown)


def _report(pk: str) -> reports.Report:
    relay = get_object_or_404(Relay.objects.select_related("publication__article", "occasion__topic"), pk=pk)
    return reports.report(relay, now=timezone.now())
