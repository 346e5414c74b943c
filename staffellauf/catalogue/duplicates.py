"""Entries that may be the same: suggestions for merging."""

import itertools
from typing import NamedTuple

from django.db.models import Count

from staffellauf.catalogue.models import Series, Topic, TopicKind, TopicName

# Nobody works through more at a time.
LIMIT = 100
# More of one name are no duplicates but a common name.
ALIKE = 6


class Pair(NamedTuple):
    one: Topic
    other: Topic
    name: str


def pairs(kind: str) -> list[Pair]:
    """Two entries of the kind that share a name, folded; series of different years are left out."""
    shared = TopicName.objects.filter(kind=kind, topic__merged_into__isnull=True).values("folded")
    shared = shared.annotate(entries=Count("topic")).filter(entries__gt=1, entries__lte=ALIKE)
    names = list(shared.order_by("-entries", "folded").values_list("folded", flat=True)[: LIMIT * 5])
    rows = TopicName.objects.filter(kind=kind, folded__in=names, topic__merged_into__isnull=True)
    entries = rows.select_related("topic").order_by("folded", "topic_id")
    years = dict(Series.objects.filter(pk__in=entries.values("topic_id")).values_list("pk", "start_year"))
    found: dict[tuple[int, int], Pair] = {}
    for name, group in itertools.groupby(entries, key=lambda row: row.folded):
        for one, other in itertools.combinations([row.topic for row in group], 2):
            if kind != TopicKind.SERIES or may_be_same(years.get(one.pk), years.get(other.pk)):
                found.setdefault((one.pk, other.pk), Pair(one, other, name))
    return list(found.values())[:LIMIT]


def may_be_same(year: int | None, other: int | None) -> bool:
    """A year apart is what data sources differ by."""
    return year is None or other is None or abs(year - other) <= 1
