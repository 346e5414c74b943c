"""Who did what: our own lines of the audit log, in words that stay readable when the article is gone.

Wagtail keeps the log and shows it: an article's history, and "site history" among the reports, for editors.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from staffellauf.newsroom import permissions

# Action → what it is called in the filter, and the sentence; %(…)s is what the entry's data holds.
LINES: dict[str, tuple[Promise, Promise]] = {
    "newsroom.overwrite": (
        gettext_lazy("Overwrite"), gettext_lazy("Saved over a version that was newer (saved by: %(saved_by)s)"),
    ),
    "newsroom.refused": (
        gettext_lazy("Publication refused"), gettext_lazy("Could not be published as planned: %(reasons)s"),
    ),
    "newsroom.remark": (gettext_lazy("Remark"), gettext_lazy("Remarked on “%(quote)s”: %(remark)s")),
    "newsroom.remark.answer": (gettext_lazy("Answer to a remark"), gettext_lazy("Answered a remark: %(remark)s")),
    "newsroom.remark.resolve": (gettext_lazy("Remark resolved"), gettext_lazy("Resolved a remark: %(remark)s")),
    "newsroom.remark.reopen": (gettext_lazy("Remark reopened"), gettext_lazy("Reopened a remark: %(remark)s")),
    "newsroom.remark.delete": (gettext_lazy("Remark deleted"), gettext_lazy("Deleted a remark: %(remark)s")),
    "newsroom.idea": (gettext_lazy("Idea"), gettext_lazy("Put an idea on the board")),
    "newsroom.idea.take": (gettext_lazy("Idea taken"), gettext_lazy("Took the idea to write it")),
    "newsroom.idea.drop": (gettext_lazy("Idea dropped"), gettext_lazy("Dropped the idea")),
    "newsroom.plan.start": (gettext_lazy("Work begun"), gettext_lazy("Moved from the ideas into work")),
    "newsroom.plan.shelve": (gettext_lazy("Back to the ideas"), gettext_lazy("Moved back to the ideas")),
    "newsroom.plan.assign": (gettext_lazy("Given to somebody"), gettext_lazy("Given to %(assignee)s")),
    "newsroom.plan.due": (gettext_lazy("Due date"), gettext_lazy("Due: %(due)s")),
    "newsroom.note": (gettext_lazy("Note added"), gettext_lazy("Told readers what has changed: “%(text)s”")),
    "newsroom.note.withdraw": (gettext_lazy("Note withdrawn"), gettext_lazy("Withdrew the note “%(text)s”")),
    "newsroom.version.withhold": (
        gettext_lazy("Version withheld"), gettext_lazy("Withheld version %(version)s from readers"),
    ),
    "newsroom.version.show": (
        gettext_lazy("Version shown again"), gettext_lazy("Let readers open version %(version)s again"),
    ),
    "newsroom.merge": (gettext_lazy("Articles merged"), gettext_lazy("“%(headline)s” became part of “%(into)s”")),
    "newsroom.merge.undo": (
        gettext_lazy("Merge of articles undone"), gettext_lazy("“%(headline)s” is no longer part of “%(into)s”"),
    ),
}  # fmt: skip
NOTHING = "–"


class Filled(dict[str, Any]):  # Any: whatever an entry's data holds
    """What an entry of another day does not hold reads as a dash."""

    def __missing__(self, key: str) -> str:
        return NOTHING


class LineFormatter(LogFormatter):
    """Wagtail escapes what comes back."""

    sentence: Promise

    def format_message(self, log_entry: ModelLogEntry) -> str:
        data = {key: value or NOTHING for key, value in (log_entry.data or {}).items()}
        return str(self.sentence) % Filled(data)


@hooks.register("register_log_actions")
def register_lines(registry: LogActionRegistry) -> None:
    for action, (label, sentence) in LINES.items():
        registry.register_action(action)(type("Line", (LineFormatter,), {"label": label, "sentence": sentence}))


class AuditMenuItem(MenuItem):
    """Wagtail's own is about pages; the address is closed to others by the middleware."""

    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.may_publish(request.user)


@hooks.register("construct_reports_menu")
def show_log(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name != "site-history"]
    if permissions.may_publish(request.user):
        address = reverse("wagtailadmin_reports:site_history")
        items.append(AuditMenuItem(_("Audit log"), address, name="audit-log", icon_name="history", order=1000))
