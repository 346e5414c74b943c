"""What the views of a reader's settings have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from staffellauf.alerts.deciding import preferences
from staffellauf.common import origin
from staffellauf.website.middleware import PageRequest

REFUSED = 422


# A view's arguments have any type.
def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with its form. Who has no reader yet sees what makes one, and changes nothing."""

    @wraps(view)
    def with_reader(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.reader is None:
            if request.method == "POST":
                return after("devices")
            return render(request, "website/settings/nobody.html")
        if request.method == "POST":
            keep_language(request)
        return view(request, *args, **kwargs)

    return origin.same_origin(require_http_methods(["GET", "HEAD", "POST"])(with_reader))


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with its form that has something to say to everybody."""

    @wraps(view)
    def kept(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            keep_language(request)
        return view(request, *args, **kwargs)

    return origin.same_origin(require_http_methods(["GET", "HEAD", "POST"])(kept))


# A view's arguments have any type.
def change(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form's target that has no page of its own."""

    @wraps(view)
    def with_reader(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.reader is None:
            return after("devices")
        keep_language(request)
        return view(request, *args, **kwargs)

    return origin.same_origin(require_POST(with_reader))


def keep_language(request: PageRequest) -> None:
    if request.reader:
        preferences.choose_language(request.reader, request.LANGUAGE_CODE)


def after(name: str, *args: object, anchor: str = "", **query: object) -> HttpResponse:
    """To the page that shows what a form did."""
    asked = f"?{urlencode(query)}" if query else ""
    response = redirect(reverse(name, args=args) + asked + (f"#{anchor}" if anchor else ""))
    response.status_code = 303
    return response
