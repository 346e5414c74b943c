from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# Long enough for a slow mail server, short enough for a mailbox that somebody else sees later.
LINK_LIFETIME = timedelta(minutes=15)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Its address counts as confirmed: who may do this holds the machine anyway."""
        # allauth's models need this module first.
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person with an account; signs in with the e-mail address."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), max_length=254)
    display_name = models.CharField(
        _("name shown beside comments"), max_length=60, blank=True, help_text=_("Empty: comments are not possible.")
    )
    birth_year = models.PositiveSmallIntegerField(
        _("birth year"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    shows_birth_year = models.BooleanField(_("show my birth year beside my comments"), default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email")]

    def __str__(self) -> str:
        return self.display_name or self.email


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self, now: datetime) -> "SignInLinkQuerySet":
        return self.filter(used_at=None, created_at__gt=now - LINK_LIFETIME, created_at__lte=now)


class SignInLink(models.Model):
    """A link mailed to an address: whoever opens it in time, once, is signed in with that address."""

    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, hexadecimal.")
    email = models.EmailField(_("e-mail address"), max_length=254, db_index=True)
    next_path = models.CharField(max_length=500, blank=True, help_text="Where to go afterwards, on this site.")
    created_at = models.DateTimeField(_("sent"), db_index=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"
