"""Whose data a page shows."""

from collections.abc import Collection, Iterable

from staffellauf.catalogue.models import DataSource, Sourced


def named_sources(rows: Iterable[Sourced], *, more: Collection[str] = ()) -> list[DataSource]:
    """The data sources of the rows, as far as their licence asks to be named beside what they say."""
    keys = set(more)
    for row in rows:
        keys |= {row.source, *map(str, row.origin.values())}
    return list(DataSource.objects.filter(key__in=keys, is_named=True)) if keys else []
