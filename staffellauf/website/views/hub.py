"""Our WebSub hub: programs ask here to be sent a feed whenever it changes (W3C Recommendation, section 5)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from staffellauf.syndication.hub import requests


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """202 when the wish will be looked into; else the reason as plain text, as the Recommendation asks."""
    try:
        requests.take(request.POST)
    except requests.Declined as declined:
        return HttpResponse(str(declined), status=declined.status, content_type="text/plain; charset=utf-8")
    return HttpResponse("", status=202, content_type="text/plain; charset=utf-8")
