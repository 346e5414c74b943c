"""Sign-in by link, the profile, and the end of an account."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staffellauf.accounts import names
from staffellauf.accounts.models import LINK_LIFETIME, SignInLink, User

# 256 bits: nobody guesses a link.
TOKEN_BYTES = 32
# Kept for a day, so that a second click is told "already used" and not "unknown".
LINKS_KEPT = timedelta(days=1)
SESSIONS_AT_ONCE = 500
DELETION_SALT = "staffellauf.accounts.deletion"


class LinkUnusable(Exception):
    """The link is unknown, was used already or came too late."""


@dataclass(frozen=True, slots=True)
class SignIn:
    user: User
    email: str
    next_path: str
    is_new: bool
    """The account was made by this sign-in."""


def new_sign_in_link(email: str, *, next_path: str, now: datetime) -> str:
    """The token of a new link; only its hash is stored."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    SignInLink.objects.create(
        token_hash=hash_token(token), email=email.strip().lower(), next_path=next_path, created_at=now
    )
    return token


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def usable_link(token: str, *, now: datetime) -> SignInLink:
    """Raises LinkUnusable."""
    link = SignInLink.objects.usable(now).filter(token_hash=hash_token(token)).first()
    if link is None:
        raise LinkUnusable
    return link


def redeem(token: str, *, now: datetime) -> SignIn:
    """Uses up the link and every other one of its address; makes the account when there is none.

    Raises LinkUnusable.
    """
    with transaction.atomic():
        link = usable_link(token, now=now)
        if not SignInLink.objects.usable(now).filter(pk=link.pk).update(used_at=now):
            raise LinkUnusable
        SignInLink.objects.usable(now).filter(email=link.email).update(used_at=now)
        user, is_new = _user_of_address(link.email)
        return SignIn(user=user, email=link.email, next_path=link.next_path, is_new=is_new)


def _user_of_address(email: str) -> tuple[User, bool]:
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if confirmed is not None:
        return confirmed.user, False
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        _take_over(user, email)
        return user, False
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    except IntegrityError:
        # Another link of the same address was faster.
        return User.objects.get(email__iexact=email), False
    return user, True


def _take_over(user: User, email: str) -> None:
    """Who registered the address and never confirmed it loses the password to who has the mailbox.

    An account without a row for its address was made by hand, and keeps the password.
    """
    if EmailAddress.objects.filter(user=user).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"primary": True, "verified": True})


def replace_addresses(user: User) -> None:
    """After somebody else has changed the account's address: only the new one counts, and its mailbox confirms it."""
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)


def prune_links(*, now: datetime) -> int:
    return SignInLink.objects.filter(created_at__lt=now - LINKS_KEPT).delete()[0]


def name(user: User, display_name: str) -> None:
    """Gives the account the name that stands beside its comments. Raises ValidationError with a sentence."""
    user.display_name = names.clean(display_name)
    user.save(update_fields=["display_name"])


def describe(user: User, *, display_name: str, birth_year: int | None, shows_birth_year: bool) -> None:
    """Stores the profile; an empty name takes it away. Raises ValidationError with a sentence."""
    user.display_name = names.clean(display_name) if display_name.strip() else ""
    user.birth_year = birth_year
    user.shows_birth_year = shows_birth_year and birth_year is not None
    user.save(update_fields=["display_name", "birth_year", "shows_birth_year"])


def deletion_token(user: User) -> str:
    """Proves to who has the mailbox that they may end the account; good as long as a sign-in link."""
    return signing.dumps({"user": user.pk, "email": user.email}, salt=DELETION_SALT)


def may_delete(user: User, token: str) -> bool:
    try:
        value = signing.loads(token, salt=DELETION_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return False
    return value == {"user": user.pk, "email": user.email}


def delete(user: User) -> None:
    """Ends the account with everything that hangs on it; what an app wants to keep it has cut off before."""
    with transaction.atomic():
        emails = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
        SignInLink.objects.filter(email__in=[email.lower() for email in emails]).delete()
        _end_sessions(user)
        # What was done with the account stays in the log, without name and address.
        ModelLogEntry.objects.for_instance(user).update(label=f"#{user.pk}")
        user.delete()


def _end_sessions(user: User) -> None:
    """On every device. A session tells whose it is only when it is opened."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=SESSIONS_AT_ONCE):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def export(user: User) -> dict[str, object]:
    """What the account's own row says, for its owner."""
    addresses = EmailAddress.objects.filter(user=user).order_by("email")
    return {
        "email": user.email,
        "email_addresses": [{"email": a.email, "confirmed": a.verified} for a in addresses],
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "birth_year": user.birth_year,
        "shows_birth_year": user.shows_birth_year,
        "joined_at": user.date_joined.isoformat(timespec="seconds"),
        "last_sign_in_at": user.last_login.isoformat(timespec="seconds") if user.last_login else None,
    }
