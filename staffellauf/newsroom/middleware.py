"""Writes in the newsroom are whole or nothing, and its reports are for editors."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from staffellauf.newsroom import permissions

# Wagtail's reports name everybody's drafts to whoever may write one.
REPORTS = "wagtailadmin_reports"


class AtomicWrites:
    """Runs a view of `/redaktion/` that writes inside one transaction: Wagtail sends `published` outside any, and the
    outbox row must be stored with the article or not at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    # A view's arguments have any type.
    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.path.startswith(self.prefix):
            return None
        if request.resolver_match and REPORTS in request.resolver_match.namespaces:
            check_may_see_reports(request)
        if request.method in permissions.SAFE_METHODS:
            return None
        with transaction.atomic():
            return view(request, *args, **kwargs)


def check_may_see_reports(request: HttpRequest) -> None:
    """Raises PermissionDenied; who is not signed in is asked to by the view itself."""
    if request.user.is_authenticated and not permissions.may_publish(request.user):
        raise PermissionDenied
