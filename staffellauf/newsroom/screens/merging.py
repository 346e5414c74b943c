"""Making one article of two on the same story, and undoing it."""

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.widgets.button import Button
from wagtail.snippets.widgets import AdminSnippetChooser

from staffellauf.accounts.models import User
from staffellauf.common import text
from staffellauf.newsroom import merging
from staffellauf.newsroom.facts import words
from staffellauf.newsroom.models import Article, ArticleMerge

PAGE_SIZE = 40
ID_DIGITS = 18


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", index, name="index"),
        re_path(r"^(?P<article_id>[0-9]{1,18})/$", choose, name="choose"),
        re_path(r"^(?P<article_id>[0-9]{1,18})/(?P<other_id>[0-9]{1,18})/$", confirm, name="confirm"),
        re_path(r"^(?P<merge_id>[0-9]{1,18})/aufheben/$", undo, name="undo"),
    ]
    return [path("meldungen-zusammenfuehren/", include((own, "merging_admin")))]


# Any: a user or nobody.
def buttons(article: Article, user: Any) -> list[Button]:
    """What an article's menu offers."""
    if not user.has_perm(merging.MERGE) or not (article.live or article.merged_into_id):
        return []
    if article.merged_into_id:
        return [Button(_("Merges"), url=reverse("merging_admin:index"), icon_name="resubmit", priority=40)]
    url = reverse("merging_admin:choose", args=[article.pk])
    return [Button(_("Merge with another article"), url=url, icon_name="resubmit", priority=40)]


# Any: rows of any snippet's model, a user.
@hooks.register("register_snippet_listing_buttons")
def listing_buttons(snippet: Any, user: Any, next_url: str | None = None) -> list[Button]:
    return buttons(snippet, user) if isinstance(snippet, Article) else []


class OtherForm(forms.Form):
    # Any: whatever Django's forms take.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"] = forms.ModelChoiceField(
            Article.objects.published(), label=gettext_lazy("The other article"), widget=AdminSnippetChooser(Article)
        )


@require_safe
@permission_required(merging.MERGE)
def index(request: HttpRequest) -> HttpResponse:
    merges = ArticleMerge.objects.select_related("kept", "merged", "done_by").order_by("-done_at", "-pk")
    page = Paginator(merges.defer("moved"), PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    values = {"page": page, "may_undo": request.user.has_perm(merging.UNDO)}
    return render(request, "newsroom/merging.html", furniture() | values)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(merging.MERGE)
def choose(request: HttpRequest, article_id: str) -> HttpResponse:
    """The first step: which other article."""
    article = get_object_or_404(Article.objects.published(), pk=article_id)
    wanted = request.POST.get("other", "")
    # The chooser breaks on what is no number.
    number = wanted if wanted.isascii() and wanted.isdigit() and len(wanted) <= ID_DIGITS else ""
    form = OtherForm({"other": number} if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        if other.pk != article.pk:
            return redirect("merging_admin:confirm", article.pk, other.pk)
        form.add_error("other", _("An article cannot become part of itself."))
    values = {"article": article, "form": form, "back_url": editor_of(article)}
    status = 422 if form.is_bound else 200
    return render(request, "newsroom/merging_choose.html", furniture(str(article)) | values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(merging.MERGE)
def confirm(request: HttpRequest, article_id: str, other_id: str) -> HttpResponse:
    """The second step: what becomes of both. The first one stays."""
    kept, merged = (get_object_or_404(Article.objects.published(), pk=pk) for pk in (article_id, other_id))
    if kept.pk == merged.pk:
        raise Http404
    if request.method == "POST":
        try:
            merging.merge(kept, merged, user=cast(User, request.user), now=timezone.now())
        except merging.CannotMerge as refusal:
            messages.error(request, str(refusal))
            return redirect("merging_admin:index")
        names = {"merged": text.quoted(merged), "kept": text.quoted(kept)}
        messages.success(request, _("“%(merged)s” is part of “%(kept)s” now; its address leads there.") % names)
        return redirect(editor_of(kept))
    plan = merging.preview(kept, merged)
    values = {"kept": kept, "merged": merged, "plan": plan, "facts": [words.statement(fact) for fact in plan.facts]}
    return render(request, "newsroom/merging_confirm.html", furniture(str(kept)) | values)


@require_POST
@permission_required(merging.UNDO)
def undo(request: HttpRequest, merge_id: str) -> HttpResponse:
    merge = get_object_or_404(ArticleMerge.objects.select_related("kept", "merged"), pk=merge_id)
    try:
        merging.undo(merge, user=cast(User, request.user), now=timezone.now())
    except merging.CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("“%(merged)s” is an article of its own again.") % {"merged": text.quoted(merge.merged)}
        )
    return redirect("merging_admin:index")


def editor_of(article: Article) -> str:
    return reverse("wagtailsnippets_newsroom_article:edit", args=[article.pk])


# Any: what Wagtail's header template takes.
def furniture(last: str = "") -> dict[str, Any]:
    items = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("merging_admin:index"), "label": _("Merged articles")},
    ]
    return {
        "header_title": last or _("Merged articles"),
        "header_icon": "resubmit",
        "breadcrumbs_items": [*items, {"url": "", "label": last}] if last else items,
    }
