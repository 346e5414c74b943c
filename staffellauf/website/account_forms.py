"""The forms of `/mein/konto/` and of signing in by link."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staffellauf.accounts import names
from staffellauf.accounts.models import User

EARLIEST_BIRTH_YEAR = 1900


class LinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "type": "email"}),
    )


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=_("Name shown beside your comments"),
        max_length=names.MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "type": "text"}),
    )
    birth_year = forms.IntegerField(
        label=_("Birth year (optional)"),
        required=False,
        min_value=EARLIEST_BIRTH_YEAR,
        widget=forms.NumberInput(attrs={"autocomplete": "bday-year", "inputmode": "numeric"}),
    )
    shows_birth_year = forms.BooleanField(label=_("Show my birth year beside my comments"), required=False)

    def clean_display_name(self) -> str:
        value: str = self.cleaned_data["display_name"]
        return names.clean(value) if value.strip() else ""

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > timezone.localdate().year:
            raise ValidationError(_("This year is still to come."))
        return year


class DeletionForm(forms.Form):
    """Whether the comments' words stay; and the password of who has one."""

    comments = forms.ChoiceField(
        label=_("Your comments"),
        choices=[
            ("delete", _("Delete their text; replies of others stay.")),
            ("keep", _("Keep them under the name “Deleted account”.")),
        ],
        initial="delete",
        widget=forms.RadioSelect,
    )

    @property
    def keeps_text(self) -> bool:
        return bool(self.cleaned_data["comments"] == "keep")


class PasswordDeletionForm(DeletionForm):
    password = forms.CharField(
        label=_("Your password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    # Arguments go through to Django's form.
    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password
