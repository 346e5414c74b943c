"""A tour of the editor for the first article. Browsers remember that it was seen; it can be taken again."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article


def steps() -> list[dict[str, str]]:
    """What the script shows, in order: the tab, where to point at (the first that is there), and the words."""
    return [
        {"tab": "text", "at": "#id_headline",
         "title": _("The headline"),
         "text": _("Say what is new, and name the series. The line below counts: up to 70 characters fit everywhere.")},
        {"tab": "text", "at": ".Draftail-Editor, #id_body",
         "title": _("The text, with @ and #"),
         "text": _("Type @ and a name to link a series or a person, # and words to link an earlier article.")},
        {"tab": "text", "at": "[id$='lead_picture-chooser'], #id_lead_picture",
         "title": _("A picture with credit"),
         "text": _("Choose one or upload your own. Without a credit, or after its time, nothing goes out with it.")},
        {"tab": "facts", "at": "[data-newsroom-tab='facts']",
         "title": _("Facts, a line each"),
         "text": _("Who joins, what is renewed, when it starts: a line each. They appear on the page of the series.")},
        {"tab": "topics", "at": "#id_subjects-ADD",
         "title": _("Topics"),
         "text": _("At least one main topic: its followers hear of the article.")},
        {"tab": "topics", "at": "#id_sources-ADD",
         "title": _("Sources"),
         "text": _("Who said it first, with a link. Readers see it under the text.")},
        {"tab": "text", "at": "footer.footer .actions",
         "title": _("Publish"),
         "text": _("Drafts are saved by themselves. The arrow opens the rest: submit for approval, or publish.")},
    ]  # fmt: skip


def words() -> dict[str, str]:
    return {
        "next": _("Next"),
        "back": _("Back"),
        "end": _("End the tour"),
        "done": _("Done"),
        "step": _("Step %(number)s of %(count)s"),
        "offer": _("Your first article? Let us show you the editor, in seven steps."),
        "start": _("Show me"),
        "no": _("No, thanks"),
    }


def is_new_here(user_id: int | None) -> bool:
    """Who never published anything is offered the tour once."""
    return not Article.objects.filter(author_id=user_id, first_published_at__isnull=False).exists()


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("rundgang/", start, name="newsroom-tour")]


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Leads into the editor of the newest own draft, or to a new article, with the tour open."""
    if not request.user.has_perm("newsroom.add_article"):
        raise PermissionDenied
    draft = Article.objects.filter(author_id=request.user.pk, first_published_at=None).order_by("-pk").first()
    if draft and permissions.may_touch(request.user, draft):
        return HttpResponseRedirect(reverse("wagtailsnippets_newsroom_article:edit", args=[draft.pk]) + "?rundgang=1")
    return HttpResponseRedirect(reverse("wagtailsnippets_newsroom_article:add") + "?rundgang=1")


class TourMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("newsroom.add_article"))


@hooks.register("register_help_menu_item")
def menu_item() -> MenuItem:
    return TourMenuItem(
        gettext_lazy("Tour of the editor"), reverse("newsroom-tour"), name="tour", icon_name="help", order=10
    )
