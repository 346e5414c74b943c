"""Counts what a page asks the database."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def count_of(client: Client, path: str) -> int:
    """Queries of the second view: the first one may fill caches of the process."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
