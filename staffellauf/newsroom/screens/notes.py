"""What readers are told of a published article's changes: beside its text, and on a page of its own; its versions."""

from typing import Any, cast

from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.panels import HelpPanel

from staffellauf.accounts.models import User
from staffellauf.newsroom import notes, noting, versions
from staffellauf.newsroom.models import Article, Note, Version

# In the editor; the public page has all of them.
VERSIONS_LISTED = 20


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        re_path(r"^(?P<article_id>[0-9]{1,18})/notiz/$", add, name="add"),
        re_path(r"^notiz/(?P<note_id>[0-9]{1,18})/$", withdraw, name="withdraw"),
        re_path(r"^fassung/(?P<version_id>[0-9]{1,18})/$", version, name="version"),
    ]
    return [path("fortschreiben/", include((own, "notes_admin")))]


class NotesPanel(HelpPanel):
    """Of a live article: what readers were told so far, and the note that goes out with the next publication."""

    # Any: what Wagtail's panels take.
    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("content", None), kwargs.pop("template", None)
        kwargs.setdefault("heading", gettext_lazy("Notes for readers"))
        super().__init__(template="newsroom/notes_panel.html", **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        @property
        def media(self) -> Media:
            return Media(css={"all": ["newsroom/notes.css"]})

        def is_shown(self) -> bool:
            article = self.instance
            return bool(article.pk and article.live and self.request.user.has_perm(notes.ADD))

        # Any: a template's context.
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            article, user, posted = self.instance, self.request.user, self.request.POST
            return context | {
                "article": article,
                "notes": article.notes.select_related("created_by"),
                "note_form": noting.given(article, posted) or noting.NoteForm(article=article),
                "reach": notes.reach(article),
                "may_withdraw": user.has_perm(notes.WITHDRAW),
                "versions": article.versions.order_by("-number")[:VERSIONS_LISTED],
                "may_withhold": user.has_perm(versions.RIGHT),
            }


@hooks.register("after_edit_snippet")
def add_with_text(request: HttpRequest, instance: Any) -> None:
    """The text went out: so does what readers are told of it, in the same transaction."""
    if request.method != "POST" or not isinstance(instance, Article):
        return
    form = noting.given(Article.objects.get(pk=instance.pk), request.POST)
    if form is None or not form.is_valid():
        return
    try:
        form.add(user=cast(User, request.user))
    except notes.NoteRefused as refused:
        messages.error(request, str(refused))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(notes.ADD)
def add(request: HttpRequest, article_id: str) -> HttpResponse:
    """A note without a change of the text."""
    article = get_object_or_404(Article, pk=article_id)
    form = noting.NoteForm(request.POST or None, article=article)
    if request.method == "POST" and form.is_valid():
        try:
            note = form.add(user=cast(User, request.user))
        except notes.NoteRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("All followers are alerted once more.") if note.is_material else _("Nobody was alerted.")
            messages.success(request, _("The note stands beside the article.") + " " + words)
            return redirect(editor_of(article))
    values = {"form": form, "article": article, "reach": notes.reach(article), "back_url": editor_of(article)}
    status = 422 if form.is_bound else 200
    return render(request, "newsroom/notes_add.html", furniture(article, _("Note for readers")) | values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(notes.WITHDRAW)
def withdraw(request: HttpRequest, note_id: str) -> HttpResponse:
    note = get_object_or_404(Note.objects.select_related("article", "publication"), pk=note_id)
    if request.method == "POST":
        notes.withdraw(note, user=cast(User, request.user))
        messages.success(request, _("The note is withdrawn. The audit log keeps its words."))
        return redirect(editor_of(note.article))
    values = {
        "question": _("Take this note from the page?"),
        "words": note.text,
        "explanation": _("The audit log keeps its words. Whoever was alerted was alerted."),
        "action": _("Withdraw the note"),
        "back_url": editor_of(note.article),
    }
    return render(request, "newsroom/notes_confirm.html", furniture(note.article, _("Withdraw")) | values)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(versions.RIGHT)
def version(request: HttpRequest, version_id: str) -> HttpResponse:
    """Withhold a version from readers, or let them open it again."""
    found = get_object_or_404(Version.objects.select_related("article"), pk=version_id)
    is_withheld = found.withheld_at is not None
    if request.method == "POST":
        try:
            if is_withheld:
                versions.show(found, user=cast(User, request.user))
            else:
                versions.withhold(found, user=cast(User, request.user), now=timezone.now())
        except versions.VersionRefused as refused:
            messages.error(request, str(refused))
        else:
            said = _("Readers can open the version again.") if is_withheld else _("The version is withheld.")
            messages.success(request, said)
        return redirect(editor_of(found.article))
    values = {
        "question": _("Let readers open this version again?") if is_withheld else _("Withhold this version?"),
        "words": found.headline,
        "explanation": _("Its page says that it is not shown; the versions around it are compared past it."),
        "action": _("Show the version again") if is_withheld else _("Withhold the version"),
        "back_url": editor_of(found.article),
    }
    title = _("Version %(number)s") % {"number": found.number}
    return render(request, "newsroom/notes_confirm.html", furniture(found.article, title) | values)


def editor_of(article: Article) -> str:
    return reverse("wagtailsnippets_newsroom_article:edit", args=[article.pk])


# Any: what Wagtail's header template takes.
def furniture(article: Article, last: str) -> dict[str, Any]:
    return {
        "header_title": last,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": editor_of(article), "label": str(article)},
            {"url": "", "label": last},
        ],
    }
