"""The sample accounts' password stands in the sources: it opens a portal on one's own machine, and no other."""

import pytest
from django.conf import settings

from staffellauf.operations import sample
from staffellauf.operations.sample import accounts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_local", [True, False])
def test_the_known_password_opens_a_portal_of_ones_own_only(is_local: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "IS_LOCAL", is_local)

    accounts.load()

    assert all(user.check_password(sample.PASSWORD) is is_local for user in accounts.working())
    assert sample.has_known_password() is is_local
