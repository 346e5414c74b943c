"""Where allauth meets this site: mails go through a job, links lead to PUBLIC_URL, devices move into accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from staffellauf.accounts import mail, tasks
from staffellauf.accounts.models import User
from staffellauf.alerts import actions as alerts_actions
from staffellauf.alerts import destinations
from staffellauf.alerts.deciding import preferences
from staffellauf.common import origin
from staffellauf.readers import actions as readers_actions
from staffellauf.readers.models import Reader
from staffellauf.website import middleware

# What the page that follows shows anyway.
UNSAID = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "account/messages/email_confirmation_sent.txt",
}


class AccountAdapter(DefaultAccountAdapter):
    # allauth's signatures are untyped in places; Any stands where it passes on what it got.
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        values = {"email": email, "site_name": settings.WAGTAIL_SITE_NAME, "public_url": settings.PUBLIC_URL} | context
        message = self.render_mail(template_prefix, email, values)
        tasks.send_mail.enqueue(mail.seal(message))

    def send_account_already_exists_mail(self, email: str) -> None:
        # As slow as the sign-up of an address that nobody has: the time tells nothing either.
        make_password(email)
        super().send_account_already_exists_mail(email)

    # A link in a mail names the site as the operator does, whatever Host header the request came with.
    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.PUBLIC_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only for who is signed in: their account page shows it. Elsewhere a message would cost a cookie."""
        template = kwargs.get("message_template", args[0] if args else None)
        if request.user.is_authenticated and template not in UNSAID:
            super().add_message(request, level, *args, **kwargs)

    def is_safe_url(self, url: str | None) -> bool:
        return origin.is_own_path(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("feed")

    get_signup_redirect_url = get_login_redirect_url

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if secret := request.COOKIES.get(middleware.DEVICE_COOKIE):
            move_in(secret, user)
            response.delete_cookie(middleware.DEVICE_COOKIE)
        return response


def move_in(secret: str, user: User) -> None:
    """What the device followed, read, subscribed to and set belongs to the account from now on."""
    device = Reader.objects.filter(device_key=readers_actions.hash_device_secret(secret)).first()
    if device is None:
        return
    with transaction.atomic():
        account = readers_actions.reader_of_user(user)
        # Before the device's reader goes, and its subscriptions with it.
        alerts_actions.move_subscriptions(device, account)
        destinations.move(device, account)
        preferences.move(device, account)
        readers_actions.merge(device, account)
