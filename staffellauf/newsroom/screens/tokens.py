"""Tokens with which programs deliver articles: made, shown once, revoked."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom import intake
from staffellauf.newsroom.models import IntakeToken

ADD = "newsroom.add_intaketoken"
TITLE = gettext_lazy("Deliveries by programs")


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [path("", index, name="index"), re_path(r"^(?P<token_id>[0-9]{1,18})/widerrufen/$", revoke, name="revoke")]
    return [path("anlieferung/", include((own, "tokens_admin")))]


class TokensMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(ADD))


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    return TokensMenuItem(TITLE, reverse("tokens_admin:index"), name="tokens", icon_name="key", order=700)


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Which program uses it"), max_length=100)
    user = forms.ModelChoiceField(
        label=gettext_lazy("In the name of"), queryset=User.objects.none(),
        help_text=gettext_lazy("If this account may not publish, what arrives becomes a draft for review."),
    )  # fmt: skip

    # Any: what Django's forms take.
    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["user"]).queryset = accounts_for(by)


def accounts_for(user: User) -> "QuerySet[User]":
    """Those who work here; an administrator's name is lent by administrators only."""
    found = User.objects.filter(is_active=True).filter(Q(groups__isnull=False) | Q(pk=user.pk)).distinct()
    return (found if user.is_superuser else found.filter(is_superuser=False)).order_by("display_name", "email")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ADD)
def index(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = TokenForm(request.POST or None, by=user)
    token = ""
    if request.method == "POST" and form.is_valid():
        made, token = intake.make_token(form.cleaned_data["name"], form.cleaned_data["user"], now=timezone.now())
        log(instance=made, action="wagtail.create", user=user)
        form = TokenForm(by=user)
    context = {
        "form": form,
        "token": token,
        "tokens": IntakeToken.objects.select_related("user").order_by("revoked_at", "name", "pk"),
        "address": request.build_absolute_uri("/api/v1/intake/ninjs"),
        "header_title": TITLE,
        "page_title": TITLE,
        "header_icon": "key",
    }
    return render(request, "newsroom/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(ADD)
def revoke(request: HttpRequest, token_id: str) -> HttpResponse:
    token = get_object_or_404(IntakeToken, pk=token_id)
    if IntakeToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        log(instance=token, action="wagtail.delete", user=cast(User, request.user))
    messages.success(request, _("“%(name)s” can deliver nothing any more.") % {"name": token.name})
    return redirect("tokens_admin:index")
