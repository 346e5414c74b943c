"""The planning board: what is an idea, in work, in review, planned, out. An article's own state tells its column."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Revision, WorkflowState

from staffellauf.accounts.models import User
from staffellauf.common import text
from staffellauf.newsroom import permissions, planning, remarks, rules
from staffellauf.newsroom.models import HEADLINE_LENGTH, Article, Kind, Plan

COLUMNS: list[tuple[str, str | Promise, str | Promise]] = [
    ("idea", gettext_lazy("Ideas"), gettext_lazy("No ideas. Write one into the line above.")),
    ("work", gettext_lazy("In work"), gettext_lazy("Nobody is writing anything.")),
    ("review", gettext_lazy("In review"), gettext_lazy("Nothing waits for a review.")),
    ("scheduled", gettext_lazy("Planned"), gettext_lazy("Nothing is planned for a time to come.")),
    ("out", gettext_lazy("Out"), gettext_lazy("Nothing was published in the last seven days.")),
]
OUT_FOR = timedelta(days=7)
# More of a column is in the list of articles.
COLUMN_LENGTH = 40
# As browsers write the value of such a field.
LOCAL_MINUTE = "%Y-%m-%dT%H:%M"
NOT_ON_CARDS = ("body", "search_text", "latest_revision__content")


@dataclass
class Card:
    article: Article
    stage: str
    headline: str
    # Ways to go on with it here.
    may_open: bool
    may_take: bool
    plan: Plan | None
    planned_for: datetime | None
    remarks: int
    is_sent_back: bool = False
    wish: str = ""
    is_overdue: bool = False
    problems: list[rules.Problem] = field(default_factory=list)


@dataclass
class Column:
    name: str
    heading: str | Promise
    nothing: str | Promise
    cards: list[Card]
    is_cut: bool = False


@dataclass(frozen=True)
class Choice:
    """What of the board is to be seen."""

    is_mine: bool
    kind: str

    @classmethod
    def of(cls, values: QueryDict) -> "Choice":
        kind = values.get("kind", "")
        return cls(values.get("mine") == "1", kind if kind in Kind.values else "")

    @property
    def query(self) -> str:
        query = QueryDict(mutable=True)
        query.update({"mine": "1"} if self.is_mine else {})
        query.update({"kind": self.kind} if self.kind else {})
        return f"?{query.urlencode()}" if query else ""


@dataclass(frozen=True)
class Standing:
    """Which articles are under way, by key: reviewed, sent back with a wish, planned for a time."""

    reviewed: frozenset[int]
    wishes: dict[int, str]
    planned: dict[int, datetime]


def columns(user: User, *, choice: Choice, now: datetime) -> list[Column]:
    """The board as this person sees it; the number of queries does not depend on the number of articles."""
    standing = standing_of_all()
    articles = chosen(user, choice)
    filled = {
        name: list(of_stage(articles, name, standing=standing, now=now)[: COLUMN_LENGTH + 1])
        for name, _heading, _nothing in COLUMNS
    }
    shown = [article for found in filled.values() for article in found[:COLUMN_LENGTH]]
    details = Details(
        user=user,
        now=now,
        standing=standing,
        remarks=remarks.open_counts(article.pk for article in shown),
        problems=problems_of(filled, now=now),
    )
    return [
        Column(
            name,
            heading,
            nothing,
            [card(article, name, details) for article in filled[name][:COLUMN_LENGTH]],
            is_cut=len(filled[name]) > COLUMN_LENGTH,
        )
        for name, heading, nothing in COLUMNS
    ]


def standing_of_all() -> Standing:
    states = WorkflowState.objects.active().filter(base_content_type=Article.get_base_content_type())
    rows = list(states.values_list("object_id", "status", "current_task_state__comment"))
    planned = Revision.objects.filter(
        content_type=Article.get_content_type(), approved_go_live_at__isnull=False
    ).values_list("object_id", "approved_go_live_at")
    is_reviewed = WorkflowState.STATUS_IN_PROGRESS
    return Standing(
        reviewed=frozenset(int(pk) for pk, status, _comment in rows if status == is_reviewed),
        wishes={int(pk): comment or "" for pk, status, comment in rows if status != is_reviewed},
        planned={int(pk): moment for pk, moment in planned},
    )


def chosen(user: User, choice: Choice) -> "QuerySet[Article]":
    """Authors see what is theirs, and the ideas that nobody has taken."""
    articles = Article.objects.select_related("latest_revision", "author", "plan__assignee")
    articles = articles.defer("body", "search_text")
    if not permissions.may_publish(user):
        is_open = Q(plan__is_idea=True, plan__assignee=None)
        articles = articles.filter(Q(author=user) | Q(plan__assignee=user) | is_open)
    if choice.is_mine:
        articles = articles.filter(Q(plan__assignee=user) | Q(plan__assignee=None, author=user))
    return articles.filter(kind=choice.kind) if choice.kind else articles


def of_stage(articles: "QuerySet[Article]", stage: str, *, standing: Standing, now: datetime) -> "QuerySet[Article]":
    """Each article is in one stage at most: review comes before planned, planned before the rest."""
    if stage == "review":
        return articles.filter(pk__in=standing.reviewed).order_by("plan__due_at", "pk")
    if stage == "scheduled":
        planned = standing.planned.keys() - standing.reviewed
        return articles.filter(pk__in=planned).order_by("plan__due_at", "pk")
    others = articles.exclude(pk__in=standing.reviewed | standing.planned.keys())
    if stage == "out":
        since = now - OUT_FOR
        fresh = others.filter(live=True, first_published_at__gte=since, merged_into=None)
        return fresh.defer(*NOT_ON_CARDS).order_by("-first_published_at", "-pk")
    drafts = others.filter(live=False, first_published_at=None, merged_into=None).defer(*NOT_ON_CARDS)
    due_first = (F("plan__due_at").asc(nulls_last=True), "-pk")
    if stage == "idea":
        return drafts.filter(plan__is_idea=True).order_by(*due_first)
    return drafts.exclude(plan__is_idea=True).order_by(*due_first)


def problems_of(filled: dict[str, list[Article]], *, now: datetime) -> dict[int, list[rules.Problem]]:
    """What stands in the way of those that are about to go out; a draft in work has every right to be unfinished."""
    waiting = [article for name in ("review", "scheduled") for article in filled[name][:COLUMN_LENGTH]]
    revisions = {article.pk: article.latest_revision for article in waiting if article.latest_revision}
    return rules.problems_of(revisions, now=now)


@dataclass(frozen=True)
class Details:
    """What the cards need besides their article."""

    user: User
    now: datetime
    standing: Standing
    remarks: dict[int, int]
    problems: dict[int, list[rules.Problem]]


def card(article: Article, stage: str, details: Details) -> Card:
    user = details.user
    plan: Plan | None = getattr(article, "plan", None)
    assignee_id = plan.assignee_id if plan else None
    is_out = stage == "out"
    is_own = user.pk in {article.author_id, assignee_id} and article.first_published_at is None
    return Card(
        article=article,
        stage=stage,
        headline=article.latest_revision.object_str if article.latest_revision and not is_out else str(article),
        may_open=permissions.may_publish(user) or is_own,
        may_take=stage == "idea" and assignee_id is None,
        plan=plan,
        planned_for=details.standing.planned.get(article.pk),
        remarks=details.remarks.get(article.pk, 0),
        is_sent_back=article.pk in details.standing.wishes,
        wish=details.standing.wishes.get(article.pk, ""),
        is_overdue=bool(not is_out and plan and plan.due_at and plan.due_at < details.now),
        problems=details.problems.get(article.pk, []),
    )


class IdeaForm(forms.Form):
    """One line: what it is about, by when, who."""

    headline = forms.CharField(label=gettext_lazy("What is it about?"), max_length=HEADLINE_LENGTH)
    due_at = forms.DateTimeField(
        label=gettext_lazy("due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MINUTE),
    )
    assignee = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("who writes it"), required=False, empty_label=gettext_lazy("open")
    )

    # Any: what Django hands to a form.
    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writers = planning.writers()
        self.fields["assignee"].queryset = (  # type: ignore[attr-defined]
            writers if permissions.may_publish(by) else writers.filter(pk=by.pk)
        )


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    check_may_write(request)
    now, choice, user = timezone.now(), Choice.of(request.GET), cast(User, request.user)
    context = {
        "columns": columns(user, choice=choice, now=now),
        "choice": choice,
        "kinds": Kind.choices,
        "form": IdeaForm(by=user),
        "may_publish": permissions.may_publish(user),
        "writers": list(planning.writers()) if permissions.may_publish(user) else [],
        "expired": rules.expired_in_live(now=now) if permissions.may_publish(user) else [],
        "address": reverse("newsroom_board"),
    }
    return TemplateResponse(request, "newsroom/board.html", context)


@require_POST
def add_idea(request: HttpRequest) -> HttpResponse:
    check_may_write(request)
    form = IdeaForm(request.POST, by=cast(User, request.user))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return back(request)
    values = form.cleaned_data
    with telling(request):
        article = planning.add_idea(
            values["headline"], cast(User, request.user), due_at=values["due_at"], assignee=values["assignee"]
        )
        messages.success(request, _("“%(name)s” is among the ideas.") % {"name": text.quoted(article.headline)})
    return back(request)


@require_POST
def change(request: HttpRequest, article_id: int) -> HttpResponse:
    """What one button of a card does: its name is `do`."""
    check_may_write(request)
    article = permissions.article_named(article_id)
    if article is None:
        raise Http404
    do, user = request.POST.get("do", ""), cast(User, request.user)
    # An open idea is taken by whoever was not given it.
    if do != "take":
        permissions.touched(user, article.pk)
    permissions.hold(article.pk)
    with telling(request):
        if do == "take":
            planning.take(article, user)
        elif do == "work":
            planning.start(article, user)
        elif do == "idea":
            planning.shelve(article, user)
        elif do == "drop":
            planning.drop(article, user)
        elif do == "plan":
            set_plan(request, article)
        else:
            raise planning.InvalidPlan(_("The board cannot do that."))
    return back(request)


def set_plan(request: HttpRequest, article: Article) -> None:
    """Due date and, for editors, who has it, from a card's small form."""
    user = cast(User, request.user)
    permissions.touched(user, article.pk)
    form = IdeaForm(request.POST.dict() | {"headline": article.headline or "–"}, by=user)
    if not form.is_valid():
        raise planning.InvalidPlan(" ".join(str(error) for errors in form.errors.values() for error in errors))
    planning.set_due(article, user, due_at=form.cleaned_data["due_at"])
    if permissions.may_publish(user):
        planning.assign(article, user, assignee=form.cleaned_data["assignee"])


@contextmanager
def telling(request: HttpRequest) -> Iterator[None]:
    """What cannot be planned is said over the board, and nothing of it is stored."""
    try:
        with transaction.atomic():
            yield
    except planning.InvalidPlan as error:
        messages.error(request, str(error))


def check_may_write(request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    if not request.user.has_perm(permissions.WRITE):
        raise PermissionDenied


def back(request: HttpRequest) -> HttpResponse:
    """To the board as it was looked at."""
    return HttpResponseRedirect(reverse("newsroom_board") + Choice.of(request.POST).query)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("planung/", show, name="newsroom_board"),
        path("planung/ideen/", add_idea, name="newsroom_board_idea"),
        path("planung/<int:article_id>/", change, name="newsroom_board_card"),
    ]


class BoardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permissions.WRITE))


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    return BoardMenuItem(gettext_lazy("Planning"), reverse("newsroom_board"), name="board", icon_name="tasks", order=90)
