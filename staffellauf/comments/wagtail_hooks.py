"""The editors' queue: what readers reported first, every comment after that."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.log_actions import LogActionRegistry

from staffellauf.accounts.models import User
from staffellauf.comments import actions, queries
from staffellauf.comments.models import Comment, CommentQuerySet

PERMISSION = "comments.change_comment"
PAGE_SIZE = 40
SEARCH_LENGTH = 100
# Name in the address, words on the tab.
VIEWS = {
    "gemeldet": gettext_lazy("Reported"),
    "alle": gettext_lazy("All comments"),
    "ausgeblendet": gettext_lazy("Hidden"),
}


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", index, name="index"),
        re_path(r"^(?P<comment_id>[0-9]{1,18})/$", decide, name="decide"),
    ]
    return [path("kommentare/", include((own, "comments_admin")))]


class QueueMenuItem(MenuItem):
    """Says how many reported comments wait."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(PERMISSION))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        count = queries.open_report_count()
        label = f"{self.label} ({count})" if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return QueueMenuItem(
        gettext_lazy("Comments"), reverse("comments_admin:index"), name="comments", icon_name="comment", order=300
    )


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    """A decision is a row in the site's history, with who took it."""
    registry.register_action("comments.hide", gettext_lazy("Hide comment"), gettext_lazy("Comment hidden"))
    registry.register_action("comments.unhide", gettext_lazy("Show comment"), gettext_lazy("Comment shown again"))
    registry.register_action("comments.dismiss", gettext_lazy("Dismiss reports"), gettext_lazy("Reports dismissed"))


@require_safe
@permission_required(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("ansicht", "")
    if view not in VIEWS:
        view = "gemeldet" if queries.open_report_count() else "alle"
    words = request.GET.get("q", "").replace("\x00", "")[:SEARCH_LENGTH]
    comments = _listed(view, words)
    page = Paginator(comments, PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    values = _furniture() | {
        "page": page,
        "view": view,
        "words": words,
        "views": [{"name": name, "label": label, "is_current": name == view} for name, label in VIEWS.items()],
    }
    return render(request, "comments/queue.html", values)


def _listed(view: str, words: str) -> CommentQuerySet:
    comments = queries.reported() if view == "gemeldet" else queries.for_editors()
    if view == "ausgeblendet":
        comments = comments.filter(state=Comment.State.HIDDEN)
    return comments.holding(words) if words else comments


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION)
def decide(request: HttpRequest, comment_id: str) -> HttpResponse:
    comment = queries.for_editors().filter(pk=comment_id).first()
    if comment is None:
        raise Http404
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            messages.success(request, _do(request, comment, reason=reason))
            return redirect("comments_admin:index")
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    values = _furniture(last=_("Decide")) | {"comment": comment, "reason": reason, "error": error}
    return render(request, "comments/decide.html", values, status=422 if error else 200)


def _do(request: HttpRequest, comment: Comment, *, reason: str) -> str:
    """Carries out the decision and says so. Raises ValidationError."""
    editor, now = cast(User, request.user), timezone.now()
    match request.POST.get("action"):
        case "hide":
            actions.hide(comment, editor=editor, reason=reason, now=now)
            return _("The comment is hidden, and its place shows your reason.")
        case "unhide":
            actions.unhide(comment, editor=editor)
            return _("The comment is shown again.")
        case "dismiss":
            count = actions.dismiss_reports(comment, editor=editor, now=now)
            return ngettext("%(count)d report dismissed.", "%(count)d reports dismissed.", count) % {"count": count}
    raise ValidationError(_("Please choose what to do."))


# Any: what Wagtail's header template takes.
def _furniture(last: str = "") -> dict[str, Any]:
    queue = {"url": reverse("comments_admin:index"), "label": _("Comments")}
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}, queue]
    return {
        "header_title": _("Comments"),
        "header_icon": "comment",
        "breadcrumbs_items": [*items, {"url": "", "label": last}] if last else items,
    }
