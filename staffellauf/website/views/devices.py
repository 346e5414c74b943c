"""Notifications on this device: the browser's push subscription comes and goes here."""

import json
from dataclasses import dataclass
from typing import Self

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staffellauf.alerts import actions as alerts
from staffellauf.alerts.deciding import calm, preferences
from staffellauf.common import origin
from staffellauf.readers.models import Reader
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import devices as pages
from staffellauf.website.pages import listing

# Two endpoints of at most 2,048 characters and short keys.
MAX_BODY = 8192
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


@require_safe
def show(request: PageRequest) -> HttpResponse:
    page = pages.DevicesPage.load(request.reader, now=timezone.now())
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
        sent = Sent.read(request)
        if request.method == "DELETE":
            alerts.unsubscribe(request.reader, sent.endpoint)
            return HttpResponse(status=204)
        return store(request, request.reader, sent)
    except alerts.SwitchedOff:
        return JsonResponse({"state": "off"})
    except alerts.UnknownServerKey as error:
        return JsonResponse({"reason": str(error), "key": alerts.application_server_key()}, status=409)
    except (alerts.InvalidSubscription, pages.NotASubscription) as error:
        return refused(str(error), status=422)


def store(request: PageRequest, reader: Reader, sent: "Sent") -> HttpResponse:
    """The answer names our present key: a browser that subscribed with an older one comes back with a new address."""
    alerts.subscribe(
        reader, sent.endpoint, p256dh=sent.p256dh, auth=sent.auth, user_agent=request.headers.get("User-Agent", ""),
        server_key=sent.server_key, is_visit=sent.is_visit,
    )  # fmt: skip
    if sent.replaces and sent.replaces != sent.endpoint:
        alerts.unsubscribe(reader, sent.replaces)
    if not sent.is_visit:
        preferences.choose_language(reader, request.LANGUAGE_CODE)
    if sent.time_zone:
        preferences.note_time_zone(reader, sent.time_zone)
    groups = calm.of(reader).groups
    return JsonResponse({"state": "on", "key": alerts.application_server_key(), "groups": groups})


@origin.same_origin
@require_POST
def test(request: PageRequest) -> HttpResponse:
    """Sends a test notification to every device of the reader."""
    if request.reader:
        alerts.test_push(request.reader)
    response = redirect(reverse("devices") + "?probe=1")
    response.status_code = 303
    return response


@dataclass(frozen=True, slots=True)
class Sent:
    """A subscription as `PushSubscription.toJSON` has it, and what our script adds; empty where it sends nothing."""

    endpoint: str
    p256dh: str
    auth: str
    server_key: str
    """The one of our keys that it was made with."""
    replaces: str
    """The endpoint that the same browser had before."""
    time_zone: str
    is_visit: bool
    """Sent by itself: nobody tapped."""

    @classmethod
    def read(cls, request: PageRequest) -> Self:
        """Raises NotASubscription."""
        # Its body was read as a form already.
        if request.content_type == "multipart/form-data":
            raise pages.NotASubscription(_("This is not a push subscription."))
        try:
            sent = json.loads(request.body[: MAX_BODY + 1])
            keys = sent.get("keys") or {}
            added = [sent.get(name) or "" for name in ("server_key", "replaces", "time_zone")]
            values = [sent["endpoint"], keys.get("p256dh", ""), keys.get("auth", ""), *added]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise pages.NotASubscription(_("This is not a push subscription.")) from error
        if not all(isinstance(value, str) for value in values):
            raise pages.NotASubscription(_("This is not a push subscription."))
        endpoint, p256dh, auth, server_key, replaces, time_zone = values
        return cls(endpoint, p256dh, auth, server_key, replaces, time_zone, is_visit=sent.get("visit") is True)


def refused(reason: str, *, status: int) -> HttpResponse:
    return JsonResponse({"reason": reason}, status=status)
