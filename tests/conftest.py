"""What holds in every test: a migrated database to roll back to, an empty cache, German, and no network."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import databases

LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""}


class NetworkForbidden(Exception):
    """A test reached for the network. Put a recorded answer or a stand-in on loopback in its place."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's fixture, replaced: copies of one migrated database instead of migrating."""
    with django_db_blocker.unblock():
        databases.use_copy(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    # Instead of emptying every table, which would take Wagtail's own rows along.
    TransactionTestCase._fixture_teardown = lambda self: databases.restore()  # type: ignore[attr-defined]
    yield


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """DATABASE_URL for a child process that shall see what this test commits."""
    return databases.url()


@pytest.fixture(autouse=True)
def _fresh_process_state() -> Iterator[None]:
    for cache in caches.all(initialized_only=True):
        cache.clear()
    with translation.override("de"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:  # Any: as many shapes as families
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            self.close()
            raise NetworkForbidden(f"connect to {address[0]}")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:  # Any: the signature is the library's
        if not _is_loopback(host) and not _is_address(host):
            raise NetworkForbidden(f"look up {host}")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or ""
    return name in LOOPBACK or name.startswith("127.")


def _is_address(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name.partition("%")[0])
            return True
        except OSError:
            continue
    return False
