from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from staffellauf.website.pages import index


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    page = index.SearchPage.load(index.clean_query(request.GET.get("q", "")))
    return render(request, "website/search.html", {"page": page})


@require_safe
@cache_control(public=True, max_age=300)
def suggest(request: HttpRequest) -> HttpResponse:
    """The options of a list that opens under the search field: a fragment, the same for everybody."""
    query = index.clean_query(request.GET.get("q", ""))
    return render(request, "website/suggestions.html", {"suggestions": index.suggestions(query)})
