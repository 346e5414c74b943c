"""Who signs: the entries behind the bylines, and the one that somebody makes for themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.accounts.models import User
from staffellauf.common import text
from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Author

NAME_LENGTH = 100


class AuthorForm(WagtailAdminModelForm):
    """The slug is made on the server, by German rules."""

    slug = forms.CharField(
        label=gettext_lazy("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=gettext_lazy("Part of the address; made from the name."),
    )  # fmt: skip

    # Any: what Wagtail's views hand to their form.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            works_here = User.objects.filter(groups__isnull=False) | User.objects.filter(is_superuser=True)
            self.fields["user"].queryset = works_here.distinct().order_by("email")

    def clean_slug(self) -> str:
        wanted = text.slug(self.cleaned_data["slug"], empty="")
        if wanted and Author.objects.filter(slug=wanted).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another author has this address."))
        return wanted

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.cleaned_data.get("slug") and "slug" not in self.errors:
            self.cleaned_data["slug"] = free_slug(self.cleaned_data.get("name") or "", author=self.instance)
        return self.cleaned_data


def free_slug(name: str, *, author: Author | None = None) -> str:
    stem = text.slug(name, empty="autor")[: text.SLUG_LENGTH - 5]
    others = Author.objects.exclude(pk=author.pk) if author and author.pk else Author.objects.all()
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


class AuthorViewSet(snippets.SnippetViewSet):
    model = Author
    icon = "user"
    # Shorter than the plural, which the menu would cut off.
    menu_label = gettext_lazy("Author pages")
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "job", "user"]
    search_fields = ["name"]
    search_backend_name = None
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("job")]),
            FieldPanel("about"),
            FieldPanel("portrait"),
            FieldPanel("website"),
            FieldRowPanel([FieldPanel("user"), FieldPanel("slug")]),
        ],
        base_form_class=AuthorForm,
    )

    # Any: rows of the model.
    def get_queryset(self, request: HttpRequest) -> Any:
        return Author.objects.select_related("user")


register_snippet(AuthorViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("eigener-eintrag/", make_own, name="newsroom-own-author")]


@require_POST
def make_own(request: HttpRequest) -> HttpResponse:
    """The entry of whoever asks, in one click: their new articles carry it."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permissions.BEGIN):
        return HttpResponse(status=403)
    with transaction.atomic():
        author, is_new = own_entry(user)
    if is_new:
        messages.success(request, _("Your new articles are signed by “%(name)s”.") % {"name": author.name})
    return HttpResponseRedirect(reverse("wagtailadmin_home"))


def own_entry(user: User) -> tuple[Author, bool]:
    """The account's entry, and whether it was made just now."""
    name = (user.display_name or user.email.partition("@")[0])[:NAME_LENGTH]
    return Author.objects.get_or_create(user=user, defaults={"name": name, "slug": free_slug(name)})
