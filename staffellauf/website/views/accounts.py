"""Signing in by a mailed link, and the account's own page."""

from typing import cast

from allauth.account import utils as allauth_utils
from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staffellauf.accounts import actions
from staffellauf.accounts.models import User
from staffellauf.common import origin
from staffellauf.website import account_data, account_forms

GONE, TOO_MANY = 410, 429
# What a column takes; a longer way back is forgotten.
NEXT_LENGTH = 500
# To which address a link just went; the page that says so is the only one to which it is sent back.
SENT_COOKIE = "link"
SENT_AGE_S = 15 * 60


@never_cache
@require_POST
@origin.same_origin
def send_link(request: HttpRequest) -> HttpResponse:
    """The answer is the same, and takes as long, whether the address has an account or not."""
    next_path = request.POST.get("next", "")
    if not origin.is_own_path(next_path) or len(next_path) > NEXT_LENGTH or "\x00" in next_path:
        next_path = ""
    form = account_forms.LinkForm(request.POST)
    if not form.is_valid():
        values = {"link_form": form, "form": LoginForm(request=request), "redirect_field_value": next_path}
        return render(request, "account/login.html", values, status=422)
    email = form.cleaned_data["email"].lower()
    if limited := ratelimit.consume_or_429(request, action="sign_in_link", key=email):
        return cast(HttpResponse, limited)
    token = actions.new_sign_in_link(email, next_path=next_path, now=timezone.now())
    url = settings.PUBLIC_URL + reverse("account_sign_in_by_link", args=[token])
    get_adapter().send_mail("account/email/sign_in_link", email, {"url": url})
    response = redirect("account_link_sent")
    sent = {"email": email, "next": next_path, "is_again": "again" in request.POST}
    response.set_cookie(
        SENT_COOKIE, signing.dumps(sent, salt=SENT_COOKIE), max_age=SENT_AGE_S, path=response["Location"],
        httponly=True, samesite="Lax", secure=settings.SECURE or request.is_secure(),
    )  # fmt: skip
    return response


@never_cache
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Names the address as it was typed, to whoever typed it: that says nothing about accounts."""
    try:
        sent = signing.loads(request.COOKIES.get(SENT_COOKIE, ""), salt=SENT_COOKIE, max_age=SENT_AGE_S)
    except signing.BadSignature:
        sent = {}
    return render(request, "website/account/link_sent.html", sent)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows a button: programs that look into mails open every link, and must not use it up."""
    now = timezone.now()
    try:
        if request.method != "POST":
            link = actions.usable_link(token, now=now)
            return _private(render(request, "website/account/link.html", {"email": link.email}))
        sign_in = actions.redeem(token, now=now)
    except actions.LinkUnusable:
        values = {"link_form": account_forms.LinkForm()}
        return render(request, "website/account/link_unusable.html", values, status=GONE)
    return cast(
        HttpResponse,
        allauth_utils.perform_login(
            request,
            sign_in.user,
            email=sign_in.email,
            redirect_url=sign_in.next_path or None,
            signup=sign_in.is_new,
        ),
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def show(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    fields = ("display_name", "birth_year", "shows_birth_year")
    form = account_forms.ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        actions.describe(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "website/account/show.html", {"form": form, "account": user}, status=status)


@never_cache
@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(
        account_data.export(cast(User, request.user)), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="staffellauf-konto.json"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
@sensitive_post_parameters("password")
@rate_limit(action="delete_account")
def deletion(request: HttpRequest) -> HttpResponse:
    """With a password it is asked for; without one a link goes to the mailbox."""
    user = cast(User, request.user)
    if not user.has_usable_password():
        if request.method == "POST":
            path = reverse("account_deletion_by_link", args=[actions.deletion_token(user)])
            get_adapter().send_mail("account/email/deletion", user.email, {"url": settings.PUBLIC_URL + path})
            response = redirect("account_link_sent")
            response.delete_cookie(SENT_COOKIE, path=response["Location"], samesite="Lax")
            return response
        return render(request, "website/account/deletion_by_mail.html", {"account": user})
    form = account_forms.PasswordDeletionForm(request.POST or None, user=user)
    return _delete(request, form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def deletion_by_link(request: HttpRequest, token: str) -> HttpResponse:
    if not actions.may_delete(cast(User, request.user), token):
        return render(request, "website/account/deletion_link_unusable.html", status=GONE)
    return _private(_delete(request, account_forms.DeletionForm(request.POST or None)))


def _delete(request: HttpRequest, form: account_forms.DeletionForm) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST" and form.is_valid():
        account_data.delete(user, keeps_text=form.keeps_text)
        logout(request)
        return redirect("account_deleted")
    status = 422 if form.errors else 200
    return render(request, "website/account/deletion.html", {"form": form, "account": user}, status=status)


@never_cache
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "website/account/deleted.html")


def too_many(request: HttpRequest) -> HttpResponse:
    """What allauth's rate limits answer with."""
    response = render(request, "website/account/too_many.html", status=TOO_MANY)
    response["Cache-Control"] = "no-store"
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """The address of the page is a secret: no other site learns it from a link that is followed.

    Not "no-referrer": the form's Origin would be null.
    """
    response["Referrer-Policy"] = "same-origin"
    return response
