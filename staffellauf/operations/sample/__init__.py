"""The sample portal: what an empty database is filled with, so that there is something to follow, read and publish.

Series, people, articles, facts and comments lie beside this file as JSON; `docs/sample.md` says where they come from.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Topic
from staffellauf.operations.sample import accounts, desk, news, topics

# Plainly samples: the addresses lead nowhere (RFC 2606), and whoever goes public ends these accounts first.
PASSWORD = accounts.PASSWORD
EDITOR = accounts.EDITOR
READER = accounts.READER


def load() -> bool:
    """Fills an empty database with the sample portal, whole or not at all.

    False when there is any topic or account already; then nothing has changed. Nobody is alerted, because nobody has
    subscribed yet: the articles take the same way as every other one.
    """
    if Topic.objects.exists() or User.objects.exists():
        return False
    with transaction.atomic(), quiet("wagtail"):
        stored = topics.load()
        users = accounts.load()
        accounts.follow(users[READER], stored)
        now = timezone.now()
        articles = news.load_articles(stored, editor=users[EDITOR], now=now)
        desk.load_facts(articles, stored, editor=users[EDITOR])
        desk.load_corrections(articles, editor=users[EDITOR])
        desk.load_plan(stored, writer=users[accounts.AUTHOR], now=now)
        news.load_comments(articles)
        news.load_standing_pages()
        accounts.leave_some_unread(users[READER])
    return True


@contextmanager
def quiet(logger: str) -> Iterator[None]:
    """Keeps two lines for every article published from burying the progress bar."""
    level = logging.getLogger(logger).level
    logging.getLogger(logger).setLevel(logging.WARNING)
    try:
        yield
    finally:
        logging.getLogger(logger).setLevel(level)


def has_known_password() -> bool:
    """Whether the sample editor can sign in with PASSWORD."""
    return any(user.email == EDITOR and user.check_password(PASSWORD) for user in accounts.working())
