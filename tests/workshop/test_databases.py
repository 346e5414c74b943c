"""What the two databases disagree about, and what the copies of the migrated one promise."""

import socket

import pytest
from django.apps import apps
from wagtail.models import Collection

from staffellauf.catalogue.models import Series
from tests import make
from tests.conftest import NetworkForbidden


def test_no_constraint_or_index_is_called_like_a_table():
    """PostgreSQL keeps tables and indexes in one namespace; SQLite would let it pass."""
    models = [model for model in apps.get_models(include_auto_created=True) if "staffellauf" in model.__module__]
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    names = [held.name for model in models for held in [*model._meta.constraints, *model._meta.indexes]]

    assert [name for name in names if name in tables] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_starts_from_the_migrated_database(turn: int):
    assert Collection.objects.count() == 1
    assert Series.objects.count() == 0

    make.series("Dark")


def test_the_network_is_out_of_reach():
    with pytest.raises(NetworkForbidden):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("example.org", 443)
