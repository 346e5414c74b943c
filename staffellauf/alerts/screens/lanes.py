"""The push services: how many devices are at each, what keeps one from running, and the keys we sign with."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from staffellauf.alerts import operating, reports
from staffellauf.alerts import queries as alerts
from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.screens.frame import LANES_TITLE, TITLE, frame, is_operator


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET shows; POST with `stop` or `start` and an origin, for operators only."""
    if not is_operator(request):
        raise PermissionDenied
    if request.method == "POST":
        change(request)
        return redirect("alerts_admin:lanes")
    now = timezone.now()
    troubles = {lane.origin: lane for lane in reports.troubled_lanes(now=now)}
    devices = dict(reports.devices_by_origin())
    keys = reports.devices_by_key()
    shown = {
        "rows": [
            {"origin": origin, "devices": devices.get(origin, 0), "trouble": troubles.get(origin)}
            for origin in (*devices, *(origin for origin in troubles if origin not in devices))
        ],
        "keys": [
            {"id": key_id, "devices": keys.get(key_id, 0), "is_present": key_id == vapid.signer().key_id}
            for key_id in vapid.known_key_ids()
        ],
        "warnings": alerts.operator_warnings(now=now),
        "now": now,
    }
    trail = ((reverse("alerts_admin:index"), str(TITLE)), ("", str(LANES_TITLE)))
    return render(request, "alerts/screens/lanes.html", frame(str(LANES_TITLE), *trail) | shown)


def change(request: HttpRequest) -> None:
    now = timezone.now()
    if origin := named(request, "stop"):
        try:
            operating.stop_lane(origin, now=now)
            messages.success(request, _("Nothing is sent to %(origin)s until you start it again.") % {"origin": origin})
        except operating.UnknownOrigin:
            messages.warning(request, _("No device is registered there."))
    elif origin := named(request, "start"):
        if operating.start_lane(origin, now=now):
            messages.success(request, _("%(origin)s is sent to again.") % {"origin": origin})
        else:
            messages.warning(request, _("Nothing held it."))


def named(request: HttpRequest, verb: str) -> str:
    """The origin as the form has it, cut to what the column holds; PostgreSQL takes no NUL."""
    return request.POST.get(verb, "")[:260].replace("\0", "")
