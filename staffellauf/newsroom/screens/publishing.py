"""Writing and approving, where the rules of publishing are told.

What may not go out is refused in words, and nothing of it was stored.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import TaskState, WorkflowState
from wagtail.snippets.views import snippets

from staffellauf.newsroom import permissions, remarks, rules
from staffellauf.newsroom.models import Article
from staffellauf.newsroom.screens import conflicts, merging


class Refusable:
    """Beside Wagtail's views that create and edit: the form comes back with the reasons, and what was typed."""

    object: Any
    request: HttpRequest
    view_name: str

    def form_valid(self, form: BaseForm) -> HttpResponseBase:
        try:
            with transaction.atomic():
                response: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]
                return response
        except rules.NotPublishable as error:
            return self.refuse(error)

    def refuse(self, error: rules.NotPublishable) -> HttpResponseBase:
        forget_cached(self)
        self.object = self.get_object()  # type: ignore[attr-defined]
        form = self.get_form()  # type: ignore[attr-defined]
        form.is_valid()
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        self.produced_error_code = "validation_error"
        self.produced_error_message = _("The article was not published, and nothing was saved yet.")
        if self.expects_json_response:  # type: ignore[attr-defined]
            self.produced_error_message = str(error)
        response: HttpResponseBase = self.form_invalid(form)  # type: ignore[attr-defined]
        return response


def forget_cached(view: object) -> None:
    """What a view remembers of rows that are no longer so."""
    for name in [name for name in vars(view) if isinstance(getattr(type(view), name, None), cached_property)]:
        if name not in {"expects_json_response", "object_pk"}:
            delattr(view, name)


class ArticleEdit(Refusable, conflicts.Watched, snippets.EditView):
    """Tells whoever opens an article what stands in its way, and what its reviewer said."""

    # Any: Wagtail's buttons have no common type.
    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [*super().header_more_buttons, *merging.buttons(self.object, self.request.user)]

    # Any: a view's arguments.
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for sentence in notices(self.object, request):
            messages.warning(request, sentence)
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response


def notices(article: Article, request: HttpRequest) -> list[str | SafeString]:
    """While it waits for something: reasons against going out, open remarks, what the reviewer asked for."""
    found: list[str | SafeString] = []
    state = article.current_workflow_state
    is_reviewed = bool(state and state.status == WorkflowState.STATUS_IN_PROGRESS)
    planned = article.scheduled_revision
    if (is_reviewed and permissions.may_publish(request.user)) or planned:
        revision = planned or article.latest_revision
        reasons = rules.problems_of({0: revision}, now=timezone.now())[0] if revision else []
        if reasons:
            found.append(listed(_("As it stands, the article cannot go out:"), reasons))
    if state and is_reviewed:
        count = remarks.open_count(article.pk)
        if count:
            sentence = ngettext("%(count)d remark is open.", "%(count)d remarks are open.", count)
            found.append(sentence % {"count": count})
    elif state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        found.append(wish_of(state))
    return found


def listed(heading: str, reasons: list[rules.Problem]) -> SafeString:
    rows = format_html_join("", "<li>{}</li>", ((reason.message,) for reason in reasons))
    return format_html("{}<ul>{}</ul>", heading, rows)


def wish_of(state: WorkflowState) -> str:
    """What the reviewer asks for, as one sentence."""
    task: TaskState | None = state.current_task_state
    comment = task.comment.strip() if task else ""
    if not comment:
        return _("The reviewer asks for changes.")
    return _("The reviewer asks for changes: “%(comment)s”") % {"comment": comment}


class Informed:
    """Beside Wagtail's two views of a reviewer's decision: its window shows what is still open."""

    object: Article
    request: HttpRequest
    action_name: str

    def get_template_names(self) -> list[str]:
        return ["newsroom/workflow_action.html"]

    # Any: a template's context.
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = self.object.latest_revision
        asks = revision is not None and self.action_name == "approve"
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "problems": rules.problems_of({0: revision}, now=timezone.now())[0] if asks and revision else [],
            "remarks": remarks.open_of(self.object.pk),
        }


class ArticleWorkflowAction(Informed, snippets.WorkflowActionView):
    """Approves, or asks for changes. When the article may not go out, the review goes on."""

    # Any: a view's arguments.
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lock = self.object.get_lock()
        if lock and lock.for_user(request.user):
            return self.refuse(str(_("Somebody else has locked the article.")))
        try:
            with transaction.atomic():
                response: HttpResponseBase = super().post(request, *args, **kwargs)
                return response
        except rules.NotPublishable as error:
            return self.refuse(listed(_("The article was not published:"), list(error.problems)))

    def refuse(self, reason: str) -> HttpResponseBase:
        messages.error(self.request, reason)
        if self.request.headers.get("x-requested-with") == "XMLHttpRequest":
            answer: HttpResponseBase = self.render_modal_json(
                self.request, {"step": "success", "redirect": self.redirect_url}
            )
            return answer
        return HttpResponseRedirect(self.redirect_url)


class ArticleWorkflowData(Informed, snippets.CollectWorkflowActionDataView):
    pass
