"""Private feeds and calendars: made, renamed, chosen for, given another address, deleted."""

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from staffellauf.alerts import filtering, links
from staffellauf.alerts.models import SecretLink
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import links as pages
from staffellauf.website.pages import listing
from staffellauf.website.views import own


@own.page
def show(request: PageRequest) -> HttpResponse:
    """The lists; POST makes a link of the kind in `art`."""
    reader = request.reader
    assert reader
    if request.method == "POST":
        return make(request)
    page = pages.LinksPage.load(
        reader, told=request.GET.get("getan", ""), about=listing.number(request.GET.get("link"))
    )
    return answer(request, page, status=200)


def make(request: PageRequest) -> HttpResponse:
    reader, kind, name = request.reader, request.POST.get("art", ""), request.POST.get("titel", "")
    assert reader
    if kind not in SecretLink.Kind.values:
        raise Http404
    try:
        made = links.make(reader, kind, name=name, filters=links.read_post(kind, request.POST))
    except links.TooManyLinks:
        errors = {"": _("You have as many addresses as possible. Delete one first.")}
    except links.InvalidFilters as error:
        errors = error.errors
    else:
        return own.after("links", anchor=f"link-{made.pk}", link=made.pk, getan="neu")
    sent = pages.Sent(kind, errors, name=name, filters=typed(kind, request.POST))
    return answer(request, pages.LinksPage.load(reader, sent=sent), status=own.REFUSED)


@own.change
def change(request: PageRequest, pk: str) -> HttpResponse:
    """What one link's buttons do, by the word in `was`."""
    reader, word = request.reader, request.POST.get("was", "")
    assert reader
    link = next((one for one in links.of(reader) if one.pk == int(pk)), None)
    if link is None:
        raise Http404
    if word == "weg":
        links.delete(reader, link.pk)
        return own.after("links", getan="weg")
    if word == "erneuern":
        links.renew(reader, link.pk)
        return own.after("links", anchor=f"link-{pk}", link=link.pk, getan="erneuert")
    try:
        links.set_filters(reader, link.pk, links.read_post(link.kind, request.POST))
    except links.InvalidFilters as error:
        sent = pages.Sent(link.kind, error.errors, link_id=link.pk, filters=typed(link.kind, request.POST))
        return answer(request, pages.LinksPage.load(reader, sent=sent), status=own.REFUSED)
    links.rename(reader, link.pk, request.POST.get("titel", ""))
    return own.after("links", anchor=f"link-{pk}", link=link.pk, getan="gespeichert")


def typed(kind: str, post: QueryDict) -> filtering.Values:
    """What a form said, unchecked, to show it once more."""
    return filtering.of_form(links.fields(kind), dict(post.lists()))


def answer(request: PageRequest, page: pages.LinksPage, *, status: int) -> HttpResponse:
    return render(request, "website/settings/links.html", {"page": page}, status=status)
