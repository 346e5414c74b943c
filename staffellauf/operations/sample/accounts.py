"""The people of the sample portal: four who work in the newsroom, one who reads, and those who comment."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from staffellauf.accounts.models import User
from staffellauf.operations.sample.topics import Stored
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow

PASSWORD = "staffel-lauf-2026"
AUTHOR = "autor@example.org"
EDITOR = "redaktion@example.org"
CHIEF = "chefredaktion@example.org"
MODERATOR = "moderation@example.org"
READER = "lesen@example.org"

# Address, name beside comments, and the group that the newsroom's migrations make.
NEWSROOM = (
    (AUTHOR, "Autor (Muster)", "Autor"),
    (EDITOR, "Redakteurin (Muster)", "Redaktion"),
    (CHIEF, "Chefredakteur (Muster)", "Chefredaktion"),
    (MODERATOR, "Moderatorin (Muster)", "Moderation"),
)
FOLLOWED = (
    ("franchise", "bosch"),
    ("series", "ballard"),
    ("series", "dark"),
    ("series", "babylon-berlin"),
    ("series", "severance"),
    ("series", "tatort"),
    ("person", "rosanna-arquette"),
    ("person", "liv-lisa-fries"),
    ("organisation", "zdf"),
)
UNREAD = 6


def load() -> dict[str, User]:
    """The accounts that can sign in with PASSWORD, by address; on a public portal none can before an operator gives
    it another password."""
    password = PASSWORD if settings.IS_LOCAL else None
    staff = [User(email=address, display_name=name) for address, name, _ in NEWSROOM]
    users = store([*staff, User(email=READER, display_name="Leserin (Muster)")], password=password)
    for address, _, group in NEWSROOM:
        users[address].groups.add(Group.objects.get(name=group))
    return users


def store(users: list[User], *, password: str | None) -> dict[str, User]:
    """Stores accounts with confirmed addresses; they cannot sign in when there is no password."""
    # Once for all of them: it takes 0.3 s on purpose.
    hashed = make_password(password)
    for user in users:
        user.password = hashed
    made = User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    return {user.email: user for user in made}


def working() -> list[User]:
    """The sample accounts that there are and that can sign in."""
    emails = [email for email, _name, _group in NEWSROOM]
    return list(User.objects.filter(email__in=[*emails, READER], is_active=True).order_by("email"))


def follow(user: User, stored: Stored) -> None:
    """Lets the reader follow what the portal has most of, so that the feed is not empty."""
    reader = readers.reader_of_user(user)
    Follow.objects.bulk_create(Follow(reader=reader, topic_id=stored[key].pk) for key in FOLLOWED)


def leave_some_unread(user: User) -> None:
    """All but the newest UNREAD articles count as read."""
    readers.mark_all_read(readers.reader_of_user(user), position=max(readers.newest_position() - UNREAD, 0))
