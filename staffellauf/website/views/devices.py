"""Notifications on this device: the browser's push subscription comes and goes here."""

import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staffellauf.alerts import actions as alerts
from staffellauf.common import origin
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import devices as pages
from staffellauf.website.pages import listing

# An endpoint of at most 2,048 characters and two short keys.
MAX_BODY = 8192
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


@require_safe
def show(request: PageRequest) -> HttpResponse:
    page = pages.DevicesPage.load(request.reader)
    return render(request, "website/devices.html", {"page": page, "is_tested": "probe" in request.GET})


@require_safe
def key(request: PageRequest) -> HttpResponse:
    """The key by which a push service knows us (RFC 8292 section 3.2), for `pushManager.subscribe`."""
    return JsonResponse({"key": alerts.application_server_key()})


@origin.same_origin
@require_http_methods(["POST", "DELETE"])
def change(request: PageRequest) -> HttpResponse:
    """POST stores this browser's subscription, DELETE ends it; a form with `_method=delete` names a device's id."""
    if request.reader is None:
        return refused(_("Follow something first."), status=403)
    if request.content_type in FORM_TYPES and request.POST.get("_method") == "delete":
        alerts.unsubscribe(request.reader, listing.number(request.POST.get("geraet")) or 0)
        response = redirect("devices")
        response.status_code = 303
        return response
    try:
        endpoint, p256dh, auth = subscription_of(request)
        if request.method == "DELETE":
            alerts.unsubscribe(request.reader, endpoint)
            return HttpResponse(status=204)
        agent = request.headers.get("User-Agent", "")
        alerts.subscribe(request.reader, endpoint, p256dh=p256dh, auth=auth, user_agent=agent)
    except (alerts.InvalidSubscription, pages.NotASubscription) as error:
        return refused(str(error), status=422)
    return HttpResponse(status=204)


@origin.same_origin
@require_POST
def test(request: PageRequest) -> HttpResponse:
    """Sends a test notification to every device of the reader."""
    if request.reader:
        alerts.test_push(request.reader)
    response = redirect(reverse("devices") + "?probe=1")
    response.status_code = 303
    return response


def subscription_of(request: PageRequest) -> tuple[str, str, str]:
    """Endpoint and keys as `PushSubscription.toJSON` has them; empty keys where it sends none."""
    # Its body was read as a form already.
    if request.content_type == "multipart/form-data":
        raise pages.NotASubscription(_("This is not a push subscription."))
    try:
        sent = json.loads(request.body[: MAX_BODY + 1])
        endpoint, keys = sent["endpoint"], sent.get("keys") or {}
        values = endpoint, keys.get("p256dh", ""), keys.get("auth", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise pages.NotASubscription(_("This is not a push subscription.")) from error
    if not all(isinstance(value, str) for value in values):
        raise pages.NotASubscription(_("This is not a push subscription."))
    return values


def refused(reason: str, *, status: int) -> HttpResponse:
    return JsonResponse({"reason": reason}, status=status)
