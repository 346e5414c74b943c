"""The catalogue as lines of our own format: in one order on every machine, a few entries in memory at a time."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Collate

from staffellauf.catalogue.models import (
    Alias,
    DataSource,
    ExternalId,
    Franchise,
    Organisation,
    Person,
    Series,
    Synopsis,
    Topic,
    TopicPicture,
    TopicQuerySet,
)
from staffellauf.catalogue.provenance import OWN
from staffellauf.sources.own import export_parts, read, write
from staffellauf.sources.own.export_parts import grouped, source_of, stated
from staffellauf.sources.records import (
    AliasRecord,
    FranchiseRecord,
    OrganisationRecord,
    PersonRecord,
    PictureRecord,
    Record,
    SeriesRecord,
    SourceRecord,
    SynopsisRecord,
)

# What entries refer to comes before them.
KINDS: dict[str, tuple[type[Topic], type[Any]]] = {
    "organisation": (Organisation, OrganisationRecord),
    "franchise": (Franchise, FranchiseRecord),
    "person": (Person, PersonRecord),
    "series": (Series, SeriesRecord),
}
# Series by the hundred have two thousand episodes, and a daily programme among them fifteen thousand.
AT_ONCE = {"series": 100}
TOPICS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    kinds: tuple[str, ...] = tuple(KINDS)
    source: str = ""
    """Only entries that this data source wrote first."""
    without: frozenset[str] = frozenset()
    """Nothing that these data sources said."""
    since: datetime | None = None
    """Only entries whose own row was changed since."""

    def topics(self, kind: str) -> TopicQuerySet:
        found: TopicQuerySet = Topic.objects.filter(kind=kind).exclude(source__in=self.without)
        if self.source:
            found = found.filter(source=self.source)
        return found.filter(updated_at__gte=self.since) if self.since else found

    def count(self) -> int:
        return sum(self.topics(kind).count() for kind in self.kinds)


def head(selection: Selection) -> str:
    """The first lines. Sources of our own alone are described: the others every portal knows."""
    known = {
        source.key: SourceRecord(
            key=source.key,
            name=source.name,
            licence=source.licence,
            licence_address=source.licence_address,
            address=source.address,
            is_named=source.is_named,
        )
        for source in DataSource.objects.filter(key__startswith=f"{OWN}-").exclude(key__in=selection.without)
    }
    return write.head([SourceRecord(OWN, ""), *(known[key] for key in sorted(known))])


def lines(selection: Selection) -> Iterator[str]:
    """One for each entry. What changes meanwhile may be in it or not."""
    for kind in KINDS:
        if kind in selection.kinds:
            yield from (write.line(record, default=OWN) for record in records(kind, selection))


def records(kind: str, selection: Selection) -> Iterator[Record]:
    model, made = KINDS[kind]
    ids = _in_order(selection.topics(kind))
    size = AT_ONCE.get(kind, TOPICS_AT_ONCE)
    for start in range(0, len(ids), size):
        wanted = ids[start : start + size].tolist()
        topics = {topic.pk: topic for topic in _of(model).filter(pk__in=wanted)}
        shared = _Shared(topics, selection.without)
        parts = export_parts.load(topics, selection.without) if kind == "series" else {}
        for pk in wanted:
            if pk in topics:
                yield made(**shared.of(kind, topics[pk]), **parts.get(pk, {}))


# Any: rows of any kind of topic, and what records take.
def _of(model: type[Topic]) -> "QuerySet[Any]":
    return model.everything.all()


def _in_order(topics: TopicQuerySet) -> "array[int]":
    """Their ids by slug, letter by letter in any database; a million of them have eight megabytes."""
    collation = "C" if connection.vendor == "postgresql" else "BINARY"
    return array("q", topics.order_by(Collate("slug", collation)).values_list("pk", flat=True).iterator(10_000))


class _Shared:
    """What topics of every kind have."""

    def __init__(self, topics: dict[int, Any], without: frozenset[str]) -> None:
        self.without = without
        self.ids = self._rows(ExternalId, topics, "scheme", "value")
        self.aliases = self._rows(Alias, topics, "name", "language", "country")
        self.synopses = self._rows(Synopsis, topics, "language", "source")
        self.pictures = self._rows(TopicPicture, topics, "kind", "address", "source")

    def _rows(self, model: Any, topics: Iterable[int], *order: str) -> defaultdict[int, list[Any]]:
        rows = model.objects.filter(topic_id__in=list(topics)).exclude(source__in=self.without)
        return grouped(rows, "topic_id", *order)

    def of(self, kind: str, topic: Any) -> dict[str, Any]:
        first, others, sources = self._ids(topic)
        source = topic.source
        return {
            "source": source,
            "name": topic.name,
            "ids": {"own": topic.slug} | first,
            "other_ids": tuple(others),
            "id_sources": sources,
            "fields": stated(topic, _columns(kind), self.without, shapes=read.FIELDS[kind]),
            "origin": {name: key for name, key in topic.origin.items() if key not in self.without},
            "aliases": tuple(
                AliasRecord(row.name, row.language, row.country, source_of(row, source))
                for row in self.aliases[topic.pk]
            ) or None,
            "synopses": tuple(
                SynopsisRecord(row.language, row.text, source_of(row, source)) for row in self.synopses[topic.pk]
            ),
            # A picture without an address is a file of this portal.
            "pictures": tuple(
                PictureRecord(row.kind, row.address, row.holder, row.licence, row.credit, source_of(row, source))
                for row in self.pictures[topic.pk] if row.address
            ),
        }  # fmt: skip

    def _ids(self, topic: Topic) -> tuple[dict[str, str], list[tuple[str, str]], dict[str, str]]:
        first: dict[str, str] = {}
        others: list[tuple[str, str]] = []
        sources: dict[str, str] = {}
        for row in self.ids[topic.pk]:
            if row.scheme in first:
                others.append((row.scheme, row.value))
            first.setdefault(row.scheme, row.value)
            if row.source != topic.source:
                sources[f"{row.scheme}:{row.value}"] = row.source
        return first, others, sources


def _columns(kind: str) -> dict[str, str]:
    """Field of the model to its key in the file."""
    renames = read.RENAMED if kind == "organisation" else {}
    return {renames.get(key, key): key for key in read.FIELDS[kind]}
