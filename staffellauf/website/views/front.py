from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.website.pages.front import FrontPage


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "website/front.html", {"page": FrontPage.load(request.reader)})
