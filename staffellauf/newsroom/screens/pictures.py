"""The picture library: its form, and the list of who holds the rights and for how long."""

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.images.forms import BaseImageForm
from wagtail.models import ReferenceIndex
from wagtail.permissions import policy_registry

from staffellauf.newsroom.models import Picture

SOON = timedelta(days=30)
ANY_RIGHT = ["add", "change", "delete"]


class PictureForm(BaseImageForm):
    """Wagtail makes the form of this one by WAGTAILIMAGES_IMAGE_FORM_BASE."""

    description = forms.CharField(
        label=_("alternative text"), max_length=255, strip=True,
        help_text=_("What is to be seen, for those who do not see it. Not the credit, not the caption."),
    )  # fmt: skip
    licence_url = forms.URLField(label=_("address of the terms"), max_length=500, required=False, assume_scheme="https")

    # Any: what Wagtail's views hand to their form.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["licence"].required = False
        self.fields["expires_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean_licence(self) -> str:
        licence: str = self.cleaned_data["licence"] or Picture.Licence.PRESS
        return licence


class RightsFilter(WagtailFilterSet):
    # Any: django-filter has no types.
    state = django_filters.ChoiceFilter(
        label=_("State"), method="having",
        choices=[
            ("expired", _("expired")), ("soon", _("expiring in 30 days")), ("silent", _("without alternative text")),
        ],
    )  # fmt: skip

    class Meta:
        model = Picture
        fields: ClassVar = ["licence"]

    def having(self, found: "QuerySet[Picture]", name: str, value: str) -> "QuerySet[Picture]":
        return found.filter(condition(value))


def condition(state: str) -> Q:
    today = timezone.localdate()
    if state == "expired":
        return Q(expires_on__lt=today)
    if state == "soon":
        return Q(expires_on__range=(today, today + SOON))
    return Q(description="")


class UseColumn(Column):
    """How often articles use it, counted for the page at once."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> int:
        count: int = instance.use_count
        return count


class Rights(generic.IndexView):
    """Every picture with its credit, its terms and its last day."""

    model = Picture
    page_title = _("Picture rights")
    header_icon = "image"
    index_url_name = "newsroom-picture-rights"
    index_results_url_name = "newsroom-picture-rights-results"
    edit_url_name = "wagtailimages:edit"
    add_url_name = "wagtailimages:add"
    filterset_class = RightsFilter
    default_ordering = ["expires_on", "-created_at"]
    paginate_by = 50
    columns = [
        TitleColumn("title", label=_("Title"), get_url=lambda one: reverse("wagtailimages:edit", args=[one.pk])),
        Column("credit", label=_("credit")),
        Column("licence", label=_("terms"), accessor="get_licence_display"),
        DateColumn("expires_on", label=_("may be shown until"), sort_key="expires_on"),
        UseColumn("use_count", label=_("Used")),
    ]

    # Any: a view's arguments.
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not policy_registry.get_by_type(Picture).user_has_any_permission(request.user, ANY_RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> "QuerySet[Picture]":
        policy = policy_registry.get_by_type(Picture)
        found: QuerySet[Picture] = policy.instances_user_has_any_permission_for(self.request.user, ANY_RIGHT)
        return found

    # Any: what Wagtail's template gets.
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = list(context["object_list"])
        counts = ReferenceIndex.get_count_references_to_in_bulk(shown)
        for one in shown:
            one.use_count = counts.get(one, 0)
        context["object_list"] = shown
        return context


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("bildrechte/", Rights.as_view(), name="newsroom-picture-rights"),
        path("bildrechte/results/", Rights.as_view(results_only=True), name="newsroom-picture-rights-results"),
    ]


class RightsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(policy_registry.get_by_type(Picture).user_has_any_permission(request.user, ANY_RIGHT))


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    return RightsMenuItem(
        _("Picture rights"), reverse("newsroom-picture-rights"), name="rights", icon_name="image", order=50
    )
