"""Two people cannot overwrite each other.

Every form says from which revision it was made. When another one is the latest by now, Wagtail refuses to save by
itself; a person who presses a button gets a page with both texts, and may save their own all the same, which is logged.
The check holds under concurrency: the article's row is locked since `permissions.guarded`.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from modelcluster.models import get_all_child_relations
from wagtail.log_actions import log
from wagtail.models import Revision, TaskState

from staffellauf.common import clean
from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article

COMPARED = ("headline", "deck", "body")
# What the page of a conflict posts anew, or the browser's form only.
NOT_REPEATED = {
    "csrfmiddlewaretoken", "loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id", "based_on",
    "overwriting",
}  # fmt: skip
ROW_KEY = re.compile(r"\w+-\d+-id")
WORDS = re.compile(r"\w+|\s+|[^\w\s]")
BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote)>|<(?:br|hr|embed)\b[^>]*>")
# Comparing word by word takes the square of it.
MAX_WORDS = 4000


@dataclass(frozen=True)
class Difference:
    """A field in both versions, as HTML in which what only one of them has is marked."""

    label: str
    theirs: SafeString
    mine: SafeString

    @property
    def is_there(self) -> bool:
        return self.theirs != self.mine


class Watched:
    """Beside Wagtail's edit view."""

    object: Article
    request: HttpRequest
    new_revision: Revision
    has_new_rows = False

    # Any: the signature is Wagtail's.
    def get_object(self, queryset: Any = None) -> Article:
        """The latest draft; for a form that was made from an older one, that one: its rows have those keys."""
        latest: Article = super().get_object(queryset)  # type: ignore[misc]
        named = self.base_named()
        if not named or named == str(latest.latest_revision_id):
            return latest
        base = Revision.objects.for_instance(latest).filter(pk=number(named)).first()
        made: Article = base.as_object() if base else latest
        self.has_new_rows = bool(base and self.posted("overwriting"))
        if self.has_new_rows:
            forget_keys(made)
        return made

    # Any: what Wagtail's views hand to their form.
    def get_form_kwargs(self) -> dict[str, Any]:
        """Rows of one's own version are new ones: the newer version may have taken theirs away."""
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        if self.has_new_rows and "data" in kwargs:
            kwargs["data"] = kwargs["data"].copy()
            for name in [name for name in kwargs["data"] if ROW_KEY.fullmatch(name)]:
                kwargs["data"][name] = ""
        return kwargs

    def base_named(self) -> str:
        """The revision from which the posted form was made."""
        names = ("based_on", "overwrite_revision_id", "loaded_revision_id")
        return next((named for named in map(self.posted, names) if named), "")

    def posted(self, name: str) -> str:
        return self.request.POST.get(name, "") if self.request.method not in permissions.SAFE_METHODS else ""

    # Any: a view's arguments.
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_out_of_date and not self.expects_json_response:  # type: ignore[attr-defined]
            return self.show_conflict()
        response: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @cached_property
    def overwrite_revision(self) -> Revision | None:
        """Wagtail saves a session's changes into one revision; never into one that somebody published, planned or
        reviews."""
        revision: Revision | None = super().overwrite_revision  # type: ignore[misc]
        if revision is None or self.posted("overwriting"):
            return None
        is_taken = (
            revision.approved_go_live_at
            or Article.objects.filter(live_revision=revision).exists()
            or TaskState.objects.filter(revision=revision).exists()
        )
        return None if is_taken else revision

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        instance = super().save_instance()  # type: ignore[misc]
        if named := self.posted("overwriting"):
            overwritten = Revision.objects.for_instance(instance).filter(pk=number(named)).first()
            data = {"revision": overwritten.pk, "saved_by": name_of(overwritten)} if overwritten else {}
            log(instance, "newsroom.overwrite", user=self.request.user, revision=self.new_revision, data=data)
        return instance

    def show_conflict(self) -> HttpResponseBase:
        theirs = self.object.latest_revision
        form: BaseForm = self.get_form()  # type: ignore[attr-defined]
        form.defer_required_fields()  # type: ignore[attr-defined]
        form.is_valid()
        context = {
            "theirs": theirs,
            "saved_by": name_of(theirs),
            "is_own": theirs.user_id == self.request.user.pk,
            "differences": differences(theirs.as_object(), form),
            "also_changed": also_changed(form),
            "repeated": repeated(self.request),
            "based_on": self.base_named(),
            "created_at": theirs.created_at.isoformat(),
            "edit_url": self.get_edit_url(),  # type: ignore[attr-defined]
        }
        return TemplateResponse(self.request, "newsroom/conflict.html", context, status=409)


def forget_keys(article: Article) -> None:
    """Makes the article's rows, in memory, ones that the database has not seen."""
    for relation in get_all_child_relations(Article):
        for row in getattr(article, relation.get_accessor_name()).all():
            row.pk = None


def name_of(revision: Revision) -> str:
    """Who saved it; empty for a program."""
    return str(revision.user.get_full_name() or revision.user) if revision.user else ""


def number(value: str) -> int:
    """0 for what is no key of a row."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else 0


def repeated(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be posted once more, without the button: it is saved, not published, on the second try."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_REPEATED and not name.startswith(("action-", "workflow-action"))
        for value in values
    ]


def also_changed(form: BaseForm) -> list[str]:
    """What else of the form is not as it was opened, by the names that editors know."""
    fields = [str(form.fields[name].label) for name in form.changed_data if name not in COMPARED]
    formsets = form.formsets.items()  # type: ignore[attr-defined]
    return fields + [str(rows.model._meta.verbose_name_plural) for _name, rows in formsets if rows.has_changed()]


def differences(theirs: Article, form: BaseForm) -> list[Difference]:
    """Headline, deck and body, in their version and in what the form holds."""
    found = []
    for name in COMPARED:
        if name in form.fields:
            mine = form.cleaned_data.get(name)
            left, right = marked(lines_of(getattr(theirs, name)), lines_of(mine or ""))
            found.append(Difference(str(form.fields[name].label), left, right))
    return found


def lines_of(value: str) -> list[str]:
    """The text of a field in storage form, a paragraph each; a picture among them is a line of its own."""
    marked_up = re.sub(r"<embed\b[^>]*>", "<br>▣<br>", value)
    return [line for line in (clean.plain(part) for part in BLOCK_END.split(marked_up)) if line]


def marked(theirs: list[str], mine: list[str]) -> tuple[SafeString, SafeString]:
    """Both as paragraphs of HTML: what only theirs has as <del>, what only mine has as <ins>."""
    left: list[SafeString] = []
    right: list[SafeString] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        if kind == "equal":
            left += [conditional_escape(line) for line in theirs[i1:i2]]
            right += [conditional_escape(line) for line in mine[j1:j2]]
        elif i2 - i1 == j2 - j1:
            pairs = [words_marked(a, b) for a, b in zip(theirs[i1:i2], mine[j1:j2], strict=True)]
            left += [a for a, _b in pairs]
            right += [b for _a, b in pairs]
        else:
            left += [format_html("<del>{}</del>", line) for line in theirs[i1:i2]]
            right += [format_html("<ins>{}</ins>", line) for line in mine[j1:j2]]
    return in_paragraphs(left), in_paragraphs(right)


def words_marked(theirs: str, mine: str) -> tuple[SafeString, SafeString]:
    a, b = WORDS.findall(theirs), WORDS.findall(mine)
    if len(a) > MAX_WORDS or len(b) > MAX_WORDS:
        return format_html("<del>{}</del>", theirs), format_html("<ins>{}</ins>", mine)
    left, right = SafeString(""), SafeString("")
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before, after = "".join(a[i1:i2]), "".join(b[j1:j2])
        left += format_html("{}" if kind == "equal" else "<del>{}</del>", before) if before else SafeString("")
        right += format_html("{}" if kind == "equal" else "<ins>{}</ins>", after) if after else SafeString("")
    return left, right


def in_paragraphs(lines: Iterable[SafeString]) -> SafeString:
    # Every line was escaped above.
    return mark_safe("".join(f"<p>{line}</p>" for line in lines))
