"""The newsroom's list of people: those who work here, not every reader with an account.

Only an administrator makes or changes administrators; who leads the newsroom manages everybody else.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from wagtail import hooks
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users

from staffellauf.accounts import actions as accounts
from staffellauf.accounts.models import User


class StaffIndex(users.IndexView):
    """A reader is found by the whole e-mail address, so that somebody can be asked in."""

    def get_base_queryset(self) -> "QuerySet[User]":
        works_here = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False)
        found: QuerySet[User] = super().get_base_queryset()
        return found.filter(works_here | asked_for(self.request)).distinct()


class StaffForm:
    """Beside Wagtail's form: who may not make administrators does not see the box, and cannot post it."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    error_messages: dict[str, Any]
    instance: User

    # Any: what Wagtail's views hand to their form.
    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by.is_superuser:
            self.fields.pop("is_superuser", None)

    def clean_email(self) -> str:
        """Another account may hold the address beside its own one: its links sign in there."""
        email: str = self.cleaned_data["email"].lower()
        others = EmailAddress.objects.exclude(user=self.instance.pk)
        if others.filter(email__iexact=email, verified=True).exists():
            raise forms.ValidationError(self.error_messages["duplicate_username"], code="duplicate_username")
        return email


class StaffCreationForm(StaffForm, UserCreationForm):
    pass


class StaffEditForm(StaffForm, UserEditForm):
    pass


class StaffCreate(users.CreateView):
    # Wagtail's own page for a new user shows the box in any case.
    template_name = "wagtailusers/users/edit.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}


class StaffEdit(users.EditView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def save_instance(self) -> User:
        """With a new address the mailbox of the old one signs in no longer."""
        with transaction.atomic():
            user: User = super().save_instance()
            if "email" in self.form.changed_data:
                accounts.replace_addresses(user)
        return user


class StaffViewSet(users.UserViewSet):
    index_view_class = StaffIndex
    add_view_class = StaffCreate
    edit_view_class = StaffEdit

    def get_form_class(self, for_update: bool = False) -> type[StaffForm]:
        return StaffEditForm if for_update else StaffCreationForm

    # Any: a view class and its attributes.
    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        return guarded(super().construct_view(view_class, **kwargs))


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, closed to who is no administrator when its address names one."""

    # Any: a view's arguments.
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pk = str(kwargs.get("pk", ""))
        if pk.isdecimal() and len(pk) <= 18:
            check_may_manage(request, User.objects.filter(pk=pk))
        return view(request, *args, **kwargs)

    return check


@hooks.register("before_bulk_action")
def spare_administrators(request: HttpRequest, action_type: str, objects: list[Any], action: object) -> None:
    check_may_manage(request, User.objects.filter(pk__in=[one.pk for one in objects if isinstance(one, User)]))


def check_may_manage(request: HttpRequest, accounts_meant: "QuerySet[User]") -> None:
    """Raises PermissionDenied."""
    if not request.user.is_superuser and accounts_meant.filter(is_superuser=True).exists():
        raise PermissionDenied


def asked_for(request: HttpRequest) -> Q:
    # Any: a query value is text or absent.
    address: Any = request.GET.get("q", "").strip()
    return Q(email__iexact=address) if "@" in address and "\0" not in address else Q(pk__in=[])
