"""Whose data a page shows."""

from collections.abc import Collection, Iterable

from staffellauf.catalogue.models import DataSource, Sourced
from staffellauf.common.prepared import Prepared

# There are about as many as there are importers.
NAMED = Prepared(lambda: DataSource.objects.filter(is_named=True))


def named_sources(rows: Iterable[Sourced], *, more: Collection[str] = ()) -> list[DataSource]:
    """The data sources of the rows, as far as their licence asks to be named beside what they say."""
    keys = set(more)
    for row in rows:
        keys |= {row.source, *map(str, row.origin.values())}
    return [source for source in NAMED.read() if source.key in keys] if keys else []
