"""Writes in the newsroom are whole or nothing."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


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
        if request.method in SAFE_METHODS or not request.path.startswith(self.prefix):
            return None
        with transaction.atomic():
            return view(request, *args, **kwargs)
