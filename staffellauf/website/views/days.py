"""What comes when: the start calendar, and the reader's own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from staffellauf.common import dates, origin, periods
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Reader
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import mine
from staffellauf.website.pages import starts as pages


@require_safe
def starts(request: PageRequest, period: str = "") -> HttpResponse:
    """The current month without a period."""
    today = dates.day_of(timezone.now())
    chosen = periods.parse(period) if period else periods.month_of(today)
    if chosen is None:
        raise Http404
    kind = request.GET.get("art", "")
    page = pages.StartsPage.load(chosen, kind=kind if kind in pages.KINDS else "", today=today)
    return render(request, "website/starts.html", {"page": page})


@require_safe
def calendar(request: PageRequest) -> HttpResponse:
    page = mine.CalendarPage.load(request.reader, now=timezone.now())
    return render(request, "website/calendar.html", {"page": page})


@origin.same_origin
@require_POST
def choose_day(request: PageRequest) -> HttpResponse:
    """Which day counts for the reader: the broadcast day or the calendar day."""
    day = request.POST.get("tag", "")
    if request.reader and day in Reader.Day.values:
        readers.choose_day(request.reader, day)
    back = request.POST.get("zurueck", "")
    response = redirect(back if origin.is_own_path(back) else "calendar")
    response.status_code = 303
    return response
