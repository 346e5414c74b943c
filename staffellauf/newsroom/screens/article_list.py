"""The list of articles."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.models import WorkflowState
from wagtail.snippets.views import snippets

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Series
from staffellauf.common import text
from staffellauf.newsroom.models import Article, Kind

UNDER_REVIEW = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
STATES = {
    "draft": Q(live=False, first_published_at=None),
    "review": Q(workflow_states__status__in=UNDER_REVIEW),
    "planned": Q(revisions__approved_go_live_at__isnull=False),
    "live": Q(live=True),
    "changed": Q(live=True, has_unpublished_changes=True),
    "offline": Q(live=False, first_published_at__isnull=False),
}


class ArticleIndex(snippets.IndexView):
    """Drafts have no search text yet: their headline is searched as it stands."""

    def search_queryset(self, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        words = self.search_query or ""
        for word in text.fold(words).split():
            queryset = queryset.filter(Q(search_text__contains=word) | Q(headline__icontains=words.strip()))
        return queryset


class ArticleFilter(WagtailFilterSet):
    # Any: django-filter has no types.
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Kind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), method="in_state",
        choices=[
            ("draft", _("draft")), ("review", _("in review")), ("planned", _("planned")), ("live", _("live")),
            ("changed", _("live, with a draft")), ("offline", _("offline")),
        ],
    )  # fmt: skip
    series = django_filters.CharFilter(label=_("Series"), method="about_series")

    class Meta:
        model = Article
        fields: ClassVar = ["kind", "state", "author", "series"]

    # Any: what Wagtail's view hands over.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writers = User.objects.filter(articles__isnull=False).distinct().order_by("display_name", "email")
        self.filters["author"].field.queryset = writers
        self.filters["author"].field.label = _("begun by")

    def in_state(self, found: "QuerySet[Article]", name: str, value: str) -> "QuerySet[Article]":
        # By their ids: a join would multiply the rows, and what the list counts of each.
        return found.filter(pk__in=Article.objects.filter(STATES[value]).values("pk"))

    def about_series(self, found: "QuerySet[Article]", name: str, value: str) -> "QuerySet[Article]":
        """Articles whose topics hold a series whose name holds every word, draft or published."""
        named = Series.objects.all()
        for word in text.fold(value.replace("\0", "")).split():
            named = named.filter(search_text__contains=word)
        about = Q(subjects__topic__in=named.values("pk")) | Q(article_topics__topic__in=named.values("pk"))
        return found.filter(pk__in=Article.objects.filter(about).values("pk"))


class KindColumn(Column):
    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        return str(instance.get_kind_display())


class StateColumn(Column):
    """What readers see of it, without a query a row."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        if instance.live:
            return str(_("live, with a draft") if instance.has_unpublished_changes else _("live"))
        if instance.planned_for:
            moment = timezone.localtime(instance.planned_for)
            return _("planned for %(when)s") % {"when": date_format(moment, "SHORT_DATETIME_FORMAT")}
        if instance.first_published_at:
            return str(_("offline"))
        return str(_("in review") if instance.reviews else _("draft"))


class DueColumn(Column):
    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        plan = getattr(instance, "plan", None)
        if plan is None or plan.due_at is None or instance.first_published_at:
            return ""
        return date_format(timezone.localtime(plan.due_at), "SHORT_DATETIME_FORMAT")


class WriterColumn(Column):
    """Who writes it by the plan, else who began it."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        plan = getattr(instance, "plan", None)
        return str((plan and plan.assignee) or instance.author or "")


COLUMNS = [
    "headline",
    KindColumn("kind", label=_("kind"), sort_key="kind"),
    StateColumn("state", label=_("State")),
    WriterColumn("writer", label=_("Who")),
    DueColumn("due", label=_("due"), sort_key="plan__due_at"),
    DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at"),
]


def rows() -> "QuerySet[Article]":
    articles = Article.objects.select_related("author", "latest_revision", "plan__assignee")
    articles = articles.annotate(
        planned_for=Max("revisions__approved_go_live_at"),
        reviews=Max("workflow_states__pk", filter=Q(workflow_states__status__in=UNDER_REVIEW)),
    )
    return articles.defer("body", "search_text").order_by("-latest_revision__created_at", "-id")
