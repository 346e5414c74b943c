"""The newsroom's list of people: those who work here, not every reader with an account."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.users.views import users

from staffellauf.accounts.models import User


class StaffIndex(users.IndexView):
    """A reader is found by the whole e-mail address, so that somebody can be asked in."""

    def get_base_queryset(self) -> "QuerySet[User]":
        works_here = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False)
        found: QuerySet[User] = super().get_base_queryset()
        return found.filter(works_here | asked_for(self.request)).distinct()


class StaffViewSet(users.UserViewSet):
    index_view_class = StaffIndex


def asked_for(request: HttpRequest) -> Q:
    # Any: a query value is text or absent.
    address: Any = request.GET.get("q", "").strip()
    return Q(email__iexact=address) if "@" in address and "\0" not in address else Q(pk__in=[])
