"""What a reader sees when there is nothing to see."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "website/not_found.html", status=404)


def gone(request: HttpRequest) -> HttpResponse:
    """An article that was published and is no longer."""
    return render(request, "website/gone.html", status=410)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "website/forbidden.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without a request: nothing in it can break again."""
    return HttpResponseServerError(loader.get_template("website/broken.html").render())
