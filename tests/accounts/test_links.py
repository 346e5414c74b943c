import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from staffellauf.accounts import actions
from staffellauf.accounts.models import SignInLink, User
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.EVENING


def link(email: str = "ada@example.org") -> str:
    return actions.new_sign_in_link(email, next_path="", now=NOW)


def test_the_token_itself_is_not_stored() -> None:
    token = link()

    assert token not in str(SignInLink.objects.values_list().get())


def test_a_link_signs_in_once() -> None:
    token = link()

    assert actions.redeem(token, now=NOW).is_new
    with pytest.raises(actions.LinkUnusable):
        actions.redeem(token, now=NOW)


def test_a_link_ends_after_fifteen_minutes() -> None:
    token = link()

    actions.usable_link(token, now=NOW + timedelta(minutes=14, seconds=59))
    with pytest.raises(actions.LinkUnusable):
        actions.redeem(token, now=NOW + timedelta(minutes=15))


def test_using_one_link_uses_up_the_others_of_the_address() -> None:
    first, second, stranger = link(), link(), link("bob@example.org")

    actions.redeem(second, now=NOW)

    with pytest.raises(actions.LinkUnusable):
        actions.redeem(first, now=NOW)
    actions.redeem(stranger, now=NOW)


def test_a_known_address_gets_its_own_account_whatever_its_case() -> None:
    ada = make.user("ada")

    sign_in = actions.redeem(link("ADA@example.org"), now=NOW)

    assert (sign_in.user, sign_in.is_new) == (ada, False)
    assert ada.check_password(make.PASSWORD)


def test_a_password_chosen_before_the_address_was_confirmed_is_worth_nothing_afterwards() -> None:
    squatted = User.objects.create_user("ada@example.org", "the squatter's password")
    EmailAddress.objects.create(user=squatted, email="ada@example.org", verified=False, primary=True)

    user = actions.redeem(link(), now=NOW).user

    assert user == squatted
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified


def test_an_account_made_by_hand_keeps_its_password() -> None:
    made = User.objects.create_user("ada@example.org", make.PASSWORD)

    actions.redeem(link(), now=NOW)

    made.refresh_from_db()
    assert made.check_password(make.PASSWORD)


def test_old_links_are_pruned() -> None:
    link()

    assert actions.prune_links(now=NOW + timedelta(hours=23)) == 0
    assert actions.prune_links(now=NOW + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_the_same_moment_one_signs_in() -> None:
    token, outcomes = link(), []
    barrier = threading.Barrier(2)

    def click() -> None:
        barrier.wait()
        try:
            actions.redeem(token, now=NOW)
            outcomes.append("in")
        except actions.LinkUnusable:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "refused"]
    assert User.objects.count() == 1
