"""The editors' screens: articles, standing pages, a dashboard, and a menu without what we do not have."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
)
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser, snippets

from staffellauf.catalogue import choosers
from staffellauf.common import text
from staffellauf.newsroom import actions, forms, permissions, richtext
from staffellauf.newsroom.models import Article, StandingPage

DASHBOARD_LENGTH = 8
NO_MENU = {"explorer", "documents"}
NO_REPORTS = {"locked-pages", "aging-pages", "page-types-usage"}
NO_SETTINGS = {"sites", "locales", "redirects", "collections"}


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


class ArticleSearchForm(choosers.SearchForm):
    def filter(self, objects: "QuerySet[Article]") -> "QuerySet[Article]":
        words = self.cleaned_data["q"].strip()
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        for word in text.fold(words).split():
            objects = objects.filter(search_text__contains=word)
        return objects


class PublishedArticles:
    """What can be linked to: readers see it."""

    filter_form_class = ArticleSearchForm
    ordering = ("-first_published_at", "-id")
    per_page = 20

    def get_object_list(self) -> "QuerySet[Article]":
        return Article.objects.published().defer("body")

    @property
    def columns(self) -> list[Column]:
        date = DateColumn("first_published_at", label=_("Published"), width="20%")
        return [*super().columns, date]  # type: ignore[misc]


class ChooseArticle(PublishedArticles, chooser.ChooseView):
    pass


class ChooseArticleResults(PublishedArticles, chooser.ChooseResultsView):
    pass


class ArticleChooser(chooser.SnippetChooserViewSet):
    choose_view_class = ChooseArticle
    choose_results_view_class = ChooseArticleResults


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


class StandingPageViewSet(snippets.SnippetViewSet):
    model = StandingPage
    icon = "clipboard-list"
    menu_order = 300
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title", "slug"]
    panels = [
        FieldRowPanel([FieldPanel("title"), FieldPanel("slug")]),
        FieldPanel("body"),
        FieldPanel("title_en"),
        FieldPanel("body_en"),
    ]


register_snippet(ArticleViewSet)
register_snippet(StandingPageViewSet)
hooks.register("register_rich_text_features", richtext.register)


@hooks.register("before_delete_snippet")
def withdraw_before_deletion(request: HttpRequest, instances: list[Any]) -> None:
    """Its topics' newest news is another one then."""
    if request.method == "POST":
        for instance in instances:
            if isinstance(instance, Article):
                actions.withdraw(instance)


class Dashboard(Component):
    """What is new and what is not finished, and the way to write."""

    name = "newsroom"
    template_name = "newsroom/dashboard.html"
    order = 50

    class Media:
        css: ClassVar = {"all": ["newsroom/dashboard.css"]}

    # Any: a template's context.
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        articles = permissions.visible(user, Article.objects.defer("body", "search_text"))
        return {
            "can_write": user.has_perm("newsroom.add_article"),
            "can_change": user.has_perm("newsroom.change_article"),
            "published": Article.objects.published().defer("body", "search_text").newest_first()[:DASHBOARD_LENGTH],
            "drafts": articles.filter(Q(live=False) | Q(has_unpublished_changes=True))
            .select_related("author", "latest_revision")
            .order_by("-latest_revision__created_at", "-id")[:DASHBOARD_LENGTH],
            "may_publish": user.has_perm(permissions.PUBLISH),
        }


# Any: Wagtail's components have no common type.
# Any: rows of any snippet's model.
@hooks.register("after_delete_snippet")
def forget_headlines(request: HttpRequest, instances: Sequence[Any]) -> None:
    """Nobody finds what is gone. A single article has lost its id by now; the address still says it."""
    articles = [instance for instance in instances if isinstance(instance, Article)]
    address = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    actions.forget([int(article.pk or address or 0) for article in articles])


@hooks.register("construct_homepage_panels")
def show_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [panel for panel in panels if panel.name not in {"recent_edits", "locked_pages"}]
    if request.user.has_perm("newsroom.change_article"):
        panels.append(Dashboard())


# After everybody who adds to it.
@hooks.register("construct_homepage_summary_items", order=1000)
def drop_summary(request: HttpRequest, items: list[Any]) -> None:
    """It counts pages and documents, which we do not have."""
    items.clear()


@hooks.register("construct_main_menu")
def shorten_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_MENU]


class ArticleSearch(SearchArea):
    """The search box of the menu."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("newsroom.change_article"))


@hooks.register("register_admin_search_area")
def search_articles() -> SearchArea:
    address = reverse("wagtailsnippets_newsroom_article:list")
    return ArticleSearch(_("Articles"), address, name="articles", icon_name="doc-full", order=10)


@hooks.register("construct_search")
def shorten_search(request: HttpRequest, items: list[SearchArea]) -> None:
    items[:] = [item for item in items if item.name != "pages"]


@hooks.register("construct_reports_menu")
def shorten_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_REPORTS]


@hooks.register("construct_settings_menu")
def shorten_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_SETTINGS]


@hooks.register("construct_help_menu")
def shorten_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leaves the list of keys; the others lead to another host."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]
