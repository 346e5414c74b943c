"""The list of articles, and the screen on which one is written."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
)
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.common import text
from staffellauf.newsroom import actions, forms, permissions
from staffellauf.newsroom.models import Article
from staffellauf.newsroom.screens.article_chooser import ArticleChooser


class ArticleIndex(snippets.IndexView):
    """Drafts have no search text yet: their headline is searched as it stands."""

    def search_queryset(self, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        words = self.search_query or ""
        for word in text.fold(words).split():
            queryset = queryset.filter(Q(search_text__contains=word) | Q(headline__icontains=words.strip()))
        return queryset


class StateColumn(Column):
    """What readers see of it, without a query a row."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        if instance.live:
            return str(_("live, with a draft") if instance.has_unpublished_changes else _("live"))
        if instance.planned_for:
            moment = timezone.localtime(instance.planned_for)
            return _("planned for %(when)s") % {"when": date_format(moment, "SHORT_DATETIME_FORMAT")}
        return str(_("offline") if instance.first_published_at else _("draft"))


class WithAuthor:
    """Notes who began the article."""

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        self.form.instance.author = self.request.user  # type: ignore[attr-defined]
        return super().save_instance()  # type: ignore[misc]


class ArticleCreate(WithAuthor, snippets.CreateView):
    # Any: the signature is Wagtail's.
    def get_initial_form_instance(self) -> Any:
        """Signed by whoever begins it, until they write something else."""
        return Article(byline=self.request.user.display_name)


class ArticleViewSet(snippets.SnippetViewSet):
    model = Article
    icon = "doc-full"
    menu_label = _("Articles")
    menu_name = "articles"
    menu_order = 100
    add_to_admin_menu = True
    index_view_class = ArticleIndex
    add_view_class = ArticleCreate
    chooser_viewset_class = ArticleChooser
    copy_view_enabled = False
    search_fields = ["search_text", "headline"]
    search_backend_name = None
    list_display = [
        "headline",
        Column("author", label=_("begun by"), accessor="author"),
        DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at"),
        StateColumn("state", label=_("State")),
    ]
    list_filter = ["live"]
    list_per_page = 40
    edit_handler = ObjectList(
        [
            FieldPanel("headline", widget=AdminAutoHeightTextInput(attrs={"rows": 1})),
            FieldPanel("deck"),
            MultiFieldPanel([FieldPanel("lead_picture"), FieldPanel("lead_caption")], heading=_("Lead picture")),
            FieldPanel("body"),
            InlinePanel("subjects", [FieldRowPanel([FieldPanel("topic"), FieldPanel("weight")])],
                        heading=_("Topics"), label=_("topic")),
            InlinePanel("sources", [FieldPanel("name"), FieldRowPanel([FieldPanel("url"), FieldPanel("reported_on")])],
                        heading=_("Sources"), label=_("source")),
            FieldPanel("earlier_article"),
            FieldRowPanel([FieldPanel("byline"), FieldPanel("slug")]),
            # Without it go_live_at is dropped in silence, and what was planned goes live at once.
            PublishingPanel(),
        ],
        base_form_class=forms.ArticleForm,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Article]":
        articles = Article.objects.select_related("author", "latest_revision").defer("body", "search_text")
        articles = articles.annotate(planned_for=Max("revisions__approved_go_live_at"))
        return permissions.visible(request.user, articles).order_by("-latest_revision__created_at", "-id")

    # Any: a view class and its attributes.
    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        return permissions.guarded(super().construct_view(view_class, **kwargs))


register_snippet(ArticleViewSet)


@hooks.register("before_delete_snippet")
def withdraw_before_deletion(request: HttpRequest, instances: list[Any]) -> None:
    """Its topics' newest news is another one then."""
    if request.method == "POST":
        for instance in instances:
            if isinstance(instance, Article):
                actions.withdraw(instance)


# Any: rows of any snippet's model.
@hooks.register("after_delete_snippet")
def forget_headlines(request: HttpRequest, instances: Sequence[Any]) -> None:
    """Nobody finds what is gone. A single article has lost its id by now; the address still says it."""
    articles = [instance for instance in instances if isinstance(instance, Article)]
    address = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    actions.forget([int(article.pk or address or 0) for article in articles])
