"""Who manages whom among the people of the newsroom."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.urls import reverse

from staffellauf.accounts.models import User
from tests import make
from tests.newsroom.forms import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return make.editor("chief", group="Chefredaktion")


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root@example.org", make.PASSWORD)


def person(email: str, **changes: str) -> dict[str, str]:
    return {"email": email, "first_name": "Ada", "last_name": "Lovelace", "is_active": "on", **changes}


def url(view: str, *args: object) -> str:
    return reverse(f"wagtailusers_users:{view}", args=args)


def bulk(action: str, user: User) -> str:
    return reverse("wagtail_bulk_action", args=["accounts", "user", action]) + f"?id={user.pk}"


def test_who_leads_the_newsroom_makes_no_administrator(chief: User) -> None:
    ada, client = make.user("ada"), client_of(chief)

    assert 'name="is_superuser"' not in client.get(url("add")).content.decode()
    assert 'name="is_superuser"' not in client.get(url("edit", ada.pk)).content.decode()
    client.post(url("edit", ada.pk), person(ada.email, is_superuser="on"))
    client.post(
        url("add"),
        person("new@example.org", is_superuser="on", password1=make.PASSWORD, password2=make.PASSWORD),
    )

    ada.refresh_from_db()
    assert ada.first_name == "Ada"
    assert User.objects.filter(email="new@example.org").exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_administrator_makes_another_one(root: User) -> None:
    ada = make.user("ada")

    client_of(root).post(url("edit", ada.pk), person(ada.email, is_superuser="on"))

    ada.refresh_from_db()
    assert ada.is_superuser


@pytest.mark.parametrize("view", ["edit", "delete", "history", "usage"])
def test_an_administrator_is_closed_to_who_leads_the_newsroom(chief: User, root: User, view: str) -> None:
    client = client_of(chief)
    script = {"X-Requested-With": "XMLHttpRequest"}

    assert client.get(url(view, root.pk), headers=script).status_code == 403
    new = person("mine@example.org", password1="another battery", password2="another battery")
    assert client.post(url(view, root.pk), new, headers=script).status_code == 403

    root.refresh_from_db()
    assert root.email == "root@example.org"
    assert root.check_password(make.PASSWORD)


def test_nor_can_administrators_be_changed_by_the_dozen(chief: User, root: User) -> None:
    client, ada = client_of(chief), make.user("ada")
    role = Group.objects.get(name="Redaktion")

    client.post(bulk("set_active_state", root), {"mark_as_active": "False"})
    client.post(bulk("assign_role", root), {"role": str(role.pk)})
    client.post(bulk("assign_role", ada), {"role": str(role.pk)})

    root.refresh_from_db()
    assert root.is_active
    assert list(role.user_set.all()) == [ada]


def test_with_a_new_address_the_old_mailbox_is_out(chief: User) -> None:
    ada = make.user("ada")

    client_of(chief).post(url("edit", ada.pk), person("Lovelace@example.org"))

    ada.refresh_from_db()
    assert ada.email == "lovelace@example.org"
    [row] = EmailAddress.objects.filter(user=ada)
    assert (row.email, row.primary, row.verified) == ("lovelace@example.org", True, False)


def test_an_unchanged_address_stays_confirmed(chief: User) -> None:
    ada = make.user("ada")

    client_of(chief).post(url("edit", ada.pk), person(ada.email))

    assert EmailAddress.objects.get(user=ada).verified


def test_an_address_that_signs_in_elsewhere_is_refused(chief: User) -> None:
    ada, bob = make.user("ada"), make.user("bob")
    EmailAddress.objects.create(user=bob, email="second@example.org", verified=True)

    client_of(chief).post(url("edit", ada.pk), person("second@example.org"))

    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
