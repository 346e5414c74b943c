"""What a reader sees when there is nothing to see."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

WORDS_LENGTH = 80


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """With the words of the address in the search field, as far as they may be a title."""
    words = [word for word in request.path.rstrip("/").rpartition("/")[2].split("-") if word.isalnum()]
    return render(request, "website/not_found.html", {"words": " ".join(words)[:WORDS_LENGTH]}, status=404)


def gone(request: HttpRequest) -> HttpResponse:
    """An article that was published and is no longer."""
    return render(request, "website/gone.html", status=410)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "website/forbidden.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without a request: nothing in it can break again."""
    return HttpResponseServerError(loader.get_template("website/broken.html").render())
