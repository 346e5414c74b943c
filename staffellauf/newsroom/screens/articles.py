"""The screen on which an article is written.

An article is stored before its editor opens: `add` asks for headline and kind (newsroom.drafting), then leads to
the edit view. So a panel of the editor finds `self.instance.pk` there; without one (a program posted the whole form
to `add` and it was refused) it is not shown: `is_shown()` returns `bool(self.instance.pk)`.

For scripts of panels: the form is `#w-editor-form` and stays the same element while Wagtail saves by itself; after each
such save it dispatches `w-autosave:success`, after a refused one `w-autosave:error`, both bubble to `document`. A tab's
content carries `data-newsroom-tab` with the names of `TABS`; `newsroom:show-tab` with `detail: {tab: "facts"}`, sent to
`document`, opens it. Fields of a panel that are no part of the article's form have no `name`, else they would be posted
with it and count as changes.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.newsroom import drafting, forms, permissions, placing
from staffellauf.newsroom.models import HEADLINE_LENGTH, Article, Kind, Subject
from staffellauf.newsroom.screens import article_list, editor, facts, notes, publishing, remarks
from staffellauf.newsroom.screens.article_chooser import ArticleChooser


def line(length: int = 0, steps: str = "") -> AdminAutoHeightTextInput:
    """A field of one line that grows with its text; its quotes and dashes are set while one types.

    With a length it counts: `steps` says from how many characters on it is long, and very long."""
    counted = {"data-newsroom-length": length, "data-newsroom-steps": steps} if length else {}
    return AdminAutoHeightTextInput(attrs={"rows": 1, "data-typography": "", **counted})


def only_for(*kinds: Kind) -> dict[str, str]:
    """Attributes of a panel that is hidden, while it is empty, from articles of another kind."""
    return {"data-newsroom-kinds": " ".join(kinds)}


TEXT: list[Panel] = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("kicker", widget=line())]),
    FieldPanel("headline", widget=line(length=HEADLINE_LENGTH, steps="70 110")),
    FieldPanel("deck", widget=line(length=300, steps="160 220")),
    MultiFieldPanel(
        [FieldPanel("lead_picture"), FieldPanel("lead_caption", widget=line())], heading=_("Lead picture"),
    ),
    FieldPanel("body"),
    InlinePanel(
        "gallery", [FieldPanel("picture"), FieldPanel("caption", widget=line())],
        heading=_("Picture series"), label=_("picture"), attrs=only_for(Kind.SPECIAL),
    ),
]  # fmt: skip
FACTS: list[Panel] = [facts.FactsPanel()]
TOPICS: list[Panel] = [
    InlinePanel(
        "subjects", [FieldRowPanel([FieldPanel("topic"), FieldPanel("weight")])], heading=_("Topics"), label=_("topic")
    ),
    InlinePanel(
        "sources",
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("kind")]),
            FieldPanel("url"),
            FieldRowPanel([FieldPanel("reported_on"), FieldPanel("via")]),
        ],
        heading=_("Sources"), label=_("source"),
    ),
    FieldPanel("earlier_article"),
]  # fmt: skip
REMARKS: list[Panel] = [remarks.RemarksPanel(), notes.NotesPanel()]
SETTINGS: list[Panel] = [
    MultiFieldPanel(
        [
            InlinePanel("bylines", [FieldPanel("author")], heading=_("Authors"), label=_("author")),
            FieldPanel("byline"),
        ],
        heading=_("Byline"),
    ),
    FieldPanel("slug"),
    FieldPanel("half_stars", attrs=only_for(Kind.REVIEW)),
    FieldPanel("advertiser", attrs=only_for(Kind.ADVERTISEMENT)),
    FieldPanel("starts_period", attrs=only_for(Kind.STARTS)),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("spoils_season"), FieldPanel("spoils_episode")]),
            FieldPanel("neutral_headline", widget=line(length=HEADLINE_LENGTH, steps="70 110")),
        ],
        heading=_("Spoiler"),
    ),
    MultiFieldPanel([FieldPanel("is_quiet"), FieldPanel("embargo_until")], heading=_("Publication")),
    # Without it go_live_at is dropped in silence, and what was planned goes live at once.
    PublishingPanel(),
]  # fmt: skip
TABS: list[tuple[str, str | Promise, list[Panel]]] = [
    ("text", _("Text"), TEXT),
    ("facts", _("Facts"), FACTS),
    ("topics", _("Topics and sources"), TOPICS),
    ("remarks", _("Remarks"), REMARKS),
    ("settings", _("Settings"), SETTINGS),
]


def tabs() -> editor.Editor:
    return editor.Editor(
        [
            ObjectList(panels, heading=heading, attrs={"data-newsroom-tab": name})
            for name, heading, panels in TABS
            if panels
        ],
        attrs={"data-newsroom-editor": ""},
        base_form_class=forms.ArticleForm,
    )


class ArticleCreate(publishing.Refusable, snippets.CreateView):
    """Asks for headline and kind, and goes on in the editor. Takes the editor's whole form too."""

    # Any: a view's arguments.
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(forms.BeginForm(initial=request.GET.dict()))

    # Any: a view's arguments.
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "begin" not in request.POST:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
            return answer
        form = forms.BeginForm(request.POST)
        if not form.is_valid():
            return self.ask(form)
        given = form.cleaned_data
        subjects = [Subject(topic=given["topic"])] if given["topic"] else []
        user: Any = request.user
        article = drafting.begin(user, given["headline"], kind=given["kind"], subjects=subjects)
        tour = "?rundgang=1" if "rundgang" in request.POST else ""
        return HttpResponseRedirect(reverse(self.edit_url_name, args=[article.pk]) + tour)

    def ask(self, form: forms.BeginForm) -> HttpResponse:
        context = {
            "form": form, "page_title": _("New article"), "header_icon": "doc-full",
            "breadcrumbs_items": self.get_breadcrumbs_items(), "action_url": self.add_url,
        }  # fmt: skip
        return TemplateResponse(self.request, "newsroom/begin.html", context)

    # Any: the signature is Wagtail's.
    def get_initial_form_instance(self) -> Any:
        return Article(author=self.request.user)


class ArticleViewSet(snippets.SnippetViewSet):
    model = Article
    icon = "doc-full"
    menu_label = _("Articles")
    menu_name = "articles"
    menu_order = 100
    add_to_admin_menu = True
    index_view_class = article_list.ArticleIndex
    add_view_class = ArticleCreate
    edit_view_class = publishing.ArticleEdit
    workflow_action_view_class = publishing.ArticleWorkflowAction
    collect_workflow_action_data_view_class = publishing.ArticleWorkflowData
    chooser_viewset_class = ArticleChooser
    copy_view_enabled = False
    search_fields = ["search_text", "headline"]
    search_backend_name = None
    list_display = article_list.COLUMNS
    filterset_class = article_list.ArticleFilter
    list_per_page = 40
    edit_handler = tabs()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Article]":
        return permissions.visible(request.user, article_list.rows())

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
                placing.withdraw(instance)


# Any: rows of any snippet's model.
@hooks.register("after_delete_snippet")
def forget_headlines(request: HttpRequest, instances: Sequence[Any]) -> None:
    """Nobody finds what is gone. A single article has lost its id by now; the address still says it."""
    articles = [instance for instance in instances if isinstance(instance, Article)]
    address = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    placing.forget([int(article.pk or address or 0) for article in articles])
