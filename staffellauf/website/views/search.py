from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.website.pages import index


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    page = index.SearchPage.load(index.clean_query(request.GET.get("q", "")))
    return render(request, "website/search.html", {"page": page})
