"""When a reader wants to be left alone: the night, digests, and keeping still for a while."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staffellauf.alerts.deciding import hours, preferences
from staffellauf.website import alert_forms
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import calm as pages
from staffellauf.website.views import own


@own.page
def show(request: PageRequest) -> HttpResponse:
    reader = request.reader
    assert reader
    form = alert_forms.CalmForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        preferences.choose(reader, form.quiet, time_zone=form.cleaned_data["time_zone"], now=timezone.now())
        return own.after("calm", gespeichert=1)
    page = pages.CalmPage.load(reader, now=timezone.now(), form=form)
    return render(request, "website/settings/calm.html", {"page": page}, status=own.REFUSED if form else 200)


@own.change
def mute(request: PageRequest) -> HttpResponse:
    """Everything keeps still for a while, or no longer."""
    reader, now = request.reader, timezone.now()
    assert reader
    form = alert_forms.MuteForm(request.POST, now=now, zone=hours.zone(reader.time_zone))
    if form.is_valid():
        preferences.mute(reader, until=form.until)
        return own.after("calm")
    page = pages.CalmPage.load(reader, now=now, mute=form)
    return render(request, "website/settings/calm.html", {"page": page}, status=own.REFUSED)
