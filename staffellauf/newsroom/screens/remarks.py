"""Remarks on a passage, in the editor's tab of that name: a panel, and the addresses that its script asks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.panels import Panel
from wagtail.admin.staticfiles import versioned_static

from staffellauf.accounts.models import User
from staffellauf.newsroom import permissions, remarks
from staffellauf.newsroom.models import Article, Remark

# A remark has 2,000 characters; no browser of ours sends more.
MAX_REQUEST = 20_000


class RemarksPanel(Panel):
    """The threads of the article at hand; its script fills them in."""

    def __init__(self, **kwargs: Any) -> None:  # Any: the signature is Wagtail's
        super().__init__(**({"heading": gettext_lazy("Remarks")} | kwargs))

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/remarks_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        # Any: a template's context.
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            address = reverse("newsroom_remarks", args=[self.instance.pk])
            return context | {"address": address, "longest": remarks.MAX_TEXT}

        @property
        def media(self) -> Media:
            styles: dict[str, Sequence[str]] = {"all": [versioned_static("newsroom/remarks.css")]}
            return super().media + Media(js=[versioned_static("newsroom/remarks.js")], css=styles)


@require_http_methods(["GET", "POST"])
def threads(request: HttpRequest, article_id: int) -> JsonResponse:
    """All remarks of an article; POST adds one, or an answer."""
    article, refusal = asked_for(request, article_id)
    if refusal or article is None:
        return refusal or refused(_("There is no such article."), status=404)
    if request.method == "POST":
        try:
            sent = body_of(request)
            remarks.write(
                article, cast(User, request.user), text=sent.get("text"), now=timezone.now(),
                field=sent.get("field", ""), quote=sent.get("quote", ""), answers=sent.get("answers"),
            )  # fmt: skip
        except remarks.InvalidRemark as error:
            return refused(str(error))
    return shown(article, cast(User, request.user))


@require_http_methods(["PATCH", "DELETE"])
def thread(request: HttpRequest, article_id: int, remark_id: int) -> JsonResponse:
    """PATCH changes the text of one's own, or resolves and reopens; DELETE takes it away."""
    article, refusal = asked_for(request, article_id)
    if refusal or article is None:
        return refusal or refused(_("There is no such article."), status=404)
    remark = article.remarks.filter(pk=remark_id).first() if remark_id < 2**63 else None
    if remark is None:
        return refused(_("The remark is not there any more."), status=404)
    try:
        change(request, remark)
    except remarks.InvalidRemark as error:
        return refused(str(error))
    except PermissionDenied:
        return refused(_("Only who wrote a remark may change it."), status=403)
    return shown(article, cast(User, request.user))


def change(request: HttpRequest, remark: Remark) -> None:
    """Raises InvalidRemark and PermissionDenied."""
    if request.method == "DELETE":
        return remarks.delete(remark, cast(User, request.user))
    sent = body_of(request)
    if "text" in sent:
        return remarks.rewrite(remark, cast(User, request.user), text=sent["text"], now=timezone.now())
    if sent.get("resolved") is True:
        return remarks.resolve(remark, cast(User, request.user), now=timezone.now())
    if sent.get("resolved") is False:
        return remarks.reopen(remark, cast(User, request.user))
    raise remarks.InvalidRemark(_("Nothing was asked for."))


def asked_for(request: HttpRequest, article_id: int) -> tuple[Article | None, JsonResponse | None]:
    """The article, for who may touch it; or the answer that refuses. It stays locked while one writes."""
    try:
        article = permissions.touched(request.user, article_id)
    except PermissionDenied:
        return None, refused(_("You may not work on this article."), status=403)
    if request.method not in permissions.SAFE_METHODS:
        permissions.hold(article.pk)
    return article, None


# Any: what a program sends.
def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object of the request. Raises InvalidRemark."""
    try:
        if len(request.body) > MAX_REQUEST:
            raise remarks.InvalidRemark(_("That is too long."))
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise remarks.InvalidRemark(_("That is no remark.")) from error
    if not isinstance(sent, dict):
        raise remarks.InvalidRemark(_("That is no remark."))
    return sent


def refused(message: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)


def shown(article: Article, user: User) -> JsonResponse:
    everything = list(remarks.of(article))
    answers: dict[int, list[Remark]] = {}
    for remark in everything:
        if remark.answers_id:
            answers.setdefault(remark.answers_id, []).append(remark)
    begun = [remark for remark in everything if not remark.answers_id]
    found = [
        described(remark, user) | {"answers": [described(one, user) for one in answers.get(remark.pk, [])]}
        for remark in begun
    ]
    return JsonResponse({"remarks": found, "open": sum(remark.resolved_at is None for remark in begun)})


# Any: JSON.
def described(remark: Remark, user: User) -> dict[str, Any]:
    is_own = remark.author_id == user.pk
    return {
        "id": remark.pk,
        "field": remark.field,
        "quote": remark.quote,
        "text": remark.text,
        "author": str(remark.author or ""),
        "when": date_format(timezone.localtime(remark.created_at), "SHORT_DATETIME_FORMAT"),
        "is_edited": remark.edited_at is not None,
        "is_resolved": remark.resolved_at is not None,
        "resolved_by": str(remark.resolved_by or ""),
        "may_edit": is_own,
        "may_delete": is_own or permissions.may_publish(user),
    }


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("anmerkungen/<int:article_id>/", threads, name="newsroom_remarks"),
        path("anmerkungen/<int:article_id>/<int:remark_id>/", thread, name="newsroom_remark"),
    ]
