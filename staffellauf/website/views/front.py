from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages.front import FrontPage


@require_safe
def show(request: PageRequest) -> HttpResponse:
    return render(request, "website/front.html", {"page": FrontPage.load(request.reader)})
