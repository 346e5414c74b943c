"""Data sources that an imported file brings along."""

from collections.abc import Iterable
from dataclasses import asdict

from staffellauf.catalogue.models import DataSource
from staffellauf.catalogue.provenance import OWN
from staffellauf.sources.records import SourceRecord


def store(sources: Iterable[SourceRecord]) -> None:
    """Keeps what a file says of its own sources. Of those that the program knows itself, no file changes a word."""
    for source in sources:
        said = asdict(source)
        key = said.pop("key")
        if key.startswith(f"{OWN}-"):
            DataSource.objects.update_or_create(key=key, defaults=said)
