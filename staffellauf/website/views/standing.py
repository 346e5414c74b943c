"""Pages that the operator fills in, and a word for the operator until then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.newsroom.models import StandingPage


@require_safe
def show(request: HttpRequest, *, slug: str) -> HttpResponse:
    page = StandingPage.objects.filter(slug=slug).first()
    is_english = request.LANGUAGE_CODE == "en"
    return render(request, "website/standing.html", {"page": page, "slug": slug, "is_english": is_english})
