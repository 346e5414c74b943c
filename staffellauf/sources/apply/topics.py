"""What every topic has: its row, its address, its ids, its other names, the words and pictures of data sources."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from staffellauf.catalogue import naming, provenance
from staffellauf.catalogue.models import (
    Alias,
    ExternalId,
    FormerSlug,
    Person,
    Series,
    Synopsis,
    Topic,
    TopicPicture,
)
from staffellauf.common import text
from staffellauf.sources.apply import fields
from staffellauf.sources.apply.chunk import Chunk, Done
from staffellauf.sources.apply.matching import OWN, SCHEMES, all_ids
from staffellauf.sources.apply.rows import holding, insert, insert_topics
from staffellauf.sources.records import TopicRecord

Key = tuple[str, str]
T = TypeVar("T", bound=Topic)
# Not for a history of itself: what a series had as a status is told in another place.
APART = {"status"}
# A network and a streamer of one name are one entry; the first word on what it is stands.
KEPT = {"type"}


# Any: values of model fields.
def stated(record: TopicRecord) -> Iterable[tuple[str, Any]]:
    return ((name, value) for name, value in record.fields.items() if name not in APART)


def new(model: type[T], record: TopicRecord) -> T:
    """A topic as the record states it, without an address yet."""
    topic = model(name=record.name, hue=zlib.crc32(record.name.encode()) % 360)
    fields.start(topic, record, source=record.source)
    fields.fill(topic, stated(record))
    if isinstance(topic, Person) and not topic.sort_name:
        topic.sort_name = text.sort_name(topic.name)
    topic.search_text = naming.text_of(naming.folded_names(topic.name, getattr(topic, "original_title", "")))
    topic.sort_key = naming.sort_key(topic.name, getattr(topic, "sort_name", ""))
    return topic


def create(topics: Sequence[tuple[Topic, TopicRecord]], chunk: Chunk) -> None:
    """Stores new topics of one kind with all that their records say of them."""
    if not topics:
        return
    _give_slugs(topics)
    insert_topics([topic for topic, _ in topics])
    chunk.figures[f"{topics[0][0].kind}_created"] += len(topics)
    chunk.renamed.update(topic.pk for topic, _ in topics)
    write_parts([(topic, record, None) for topic, record in topics], chunk, are_new=True)


def update(topic: Topic, record: TopicRecord, chunk: Chunk) -> fields.Changes:
    """The fields of a topic that is there. A new name brings a new address; the old one redirects."""
    former = topic.name
    kept = KEPT | ({"name"} if _is_untranslated(topic, record) else set())
    told = [(name, value) for name, value in stated(record) if name not in kept]
    changes = fields.update(topic, record, source=record.source, stated=told)
    if not changes:
        return changes
    noted = {*changes, "origin"}
    if "name" in changes or "original_title" in changes:
        chunk.renamed.add(topic.pk)
    if "name" in changes and topic.slug.startswith(text.slug(former)):
        before, after = topic.slug, naming.free_slugs(topic.kind, [(topic.name, _year(topic))], besides={topic.pk})[0]
        if after != before:
            topic.slug = after
            FormerSlug.objects.filter(kind=topic.kind, slug=after).delete()
            FormerSlug.objects.update_or_create(kind=topic.kind, slug=before, defaults={"topic_id": topic.pk})
            noted.add("slug")
            changes["slug"] = [before, after]
    if "name" in changes and isinstance(topic, Person) and "sort_name" not in record.fields:
        if topic.sort_name == text.sort_name(former):
            topic.sort_name = text.sort_name(topic.name)
            noted.add("sort_name")
    chunk.changed.note(topic, noted)
    return changes


def _is_untranslated(topic: Topic, record: TopicRecord) -> bool:
    """Whether a record that tells no other titles gives the original one, where we have the translated one already."""
    if not isinstance(topic, Series) or record.aliases is not None:
        return False
    return record.fields.get("name") == record.fields.get("original_title") and topic.name != topic.original_title


Held = Mapping[tuple[int, str], Mapping[str, int | None]]
"""(topic, scheme) to the ids that it has there, first given first, each with the version that was read last."""


def source_ids(topics: Iterable[int]) -> Held:
    found: defaultdict[tuple[int, str], dict[str, int | None]] = defaultdict(dict)
    rows = ExternalId.objects.order_by("pk").values_list("topic_id", "scheme", "value", "version")
    for topic, scheme, value, version in holding(rows, "topic_id", list(topics)):
        found[topic, scheme][value] = version
    return found


def ids_of_source(topic: Topic, record: TopicRecord, held: Held) -> list[str]:
    """The ids by which the record's source knows the topic; several after a merge."""
    return list(held.get((topic.pk, SCHEMES.get(record.source, "")), ()))


def is_second(record: TopicRecord, ids: Sequence[str]) -> bool:
    return len(ids) > 1 and record.ids.get(SCHEMES.get(record.source, "")) in ids[1:]


def is_stale(topic: Topic, record: TopicRecord, held: Held) -> bool:
    """Whether a newer state of the same record was read before."""
    scheme = SCHEMES.get(record.source, "")
    before = held.get((topic.pk, scheme), {}).get(record.ids.get(scheme, ""))
    return before is not None and record.version is not None and record.version < before


def write_parts(
    topics: Sequence[tuple[Topic, TopicRecord, Done | None]], chunk: Chunk, *, are_new: bool = False
) -> None:
    """Ids, other names, synopses and pictures of topics that are stored."""
    _write_ids(topics, are_new)
    _write_aliases(topics, chunk, are_new=are_new)
    _write_synopses(topics, are_new)
    _write_pictures(topics, chunk, are_new=are_new)


def _year(topic: Topic) -> int | None:
    return getattr(topic, "start_year", None)


def _give_slugs(topics: Sequence[tuple[Topic, TopicRecord]]) -> None:
    kind = topics[0][0].kind
    wished = [(record.ids.get(OWN) or topic.name, _year(topic)) for topic, record in topics]
    for (topic, _), slug in zip(topics, naming.free_slugs(kind, wished), strict=True):
        topic.slug = slug


def _write_ids(topics: Sequence[tuple[Topic, TopicRecord, Done | None]], are_new: bool) -> None:
    wanted = {
        (scheme, value): (topic, record, done)
        for topic, record, done in topics
        for scheme, value in all_ids(record)
        if scheme != OWN
    }
    there: dict[int, dict[str, list[ExternalId]]] = defaultdict(lambda: defaultdict(list))
    newer = []
    if wanted and not are_new:
        for row in holding(ExternalId.objects.all(), "topic_id", {topic.pk for topic, _, _ in topics}):
            there[row.topic_id][row.scheme].append(row)
            if _is_of(wanted, row):
                version = _version(wanted.pop((row.scheme, row.value))[1], row.scheme)
                if version is not None and version != row.version:
                    row.version = version
                    newer.append(row)
    taken = _taken(topics[0][0].kind, wanted) if wanted else set()
    made = []
    for (scheme, value), (topic, record, done) in wanted.items():
        source = record.id_sources.get(f"{scheme}:{value}") or record.source
        old = there[topic.pk][scheme] if value == record.ids.get(scheme) else []
        if (scheme, value) in taken:
            _warn(done, f"{scheme} {value} belongs to another entry")
        elif old and not _gives_way(old, source):
            _warn(done, f"{scheme} {value} is not stored: the entry has {old[0].value} from elsewhere")
        else:
            row = ExternalId(topic_id=topic.pk, kind=topic.kind, scheme=scheme, value=value, source=source)
            row.version = _version(record, scheme)
            made.append(row)
            if done and not done.is_new:
                done.changes[scheme] = [old[0].value if old else "", value]
    insert(made)
    ExternalId.objects.bulk_update(newer, ["version"], batch_size=200)


def _version(record: TopicRecord, scheme: str) -> int | None:
    return record.version if scheme == SCHEMES.get(record.source) else None


def _is_of(wanted: Mapping[Key, tuple[Topic, TopicRecord, Done | None]], row: ExternalId) -> bool:
    found = wanted.get((row.scheme, row.value))
    return found is not None and found[0].pk == row.topic_id


def _taken(kind: str, wanted: Iterable[Key]) -> set[Key]:
    """The ids that some topic has."""
    found: set[Key] = set()
    for scheme in {scheme for scheme, _ in wanted}:
        rows = ExternalId.objects.filter(kind=kind, scheme=scheme).values_list("value", flat=True)
        found |= {(scheme, value) for value in holding(rows, "value", [v for s, v in wanted if s == scheme])}
    return found


def _warn(done: Done | None, warning: str) -> None:
    if done:
        done.warnings.append(warning)


def _gives_way(old: list[ExternalId], source: str) -> bool:
    """Whether the ids of the scheme make room for the source's new one: when it gave the only one itself."""
    if len(old) == 1 and old[0].source == source:
        old[0].delete()
        return True
    return False


def _write_aliases(topics: Sequence[tuple[Topic, TopicRecord, Done | None]], chunk: Chunk, *, are_new: bool) -> None:
    told = [(topic, record, done) for topic, record, done in topics if record.aliases is not None]
    there: dict[int, dict[tuple[str, str, str], Alias]] = defaultdict(dict)
    if not are_new and told:
        for alias in holding(Alias.objects.all(), "topic_id", {topic.pk for topic, _, _ in told}):
            there[alias.topic_id][alias.name, alias.language, alias.country] = alias
    made, gone = [], []
    for topic, record, done in told:
        old = there[topic.pk]
        wanted = {(alias.name, alias.language, alias.country): alias for alias in record.aliases or ()}
        for key, alias in wanted.items():
            if key in old or chunk.is_removed(topic.pk, "alias", keys=[provenance.alias_key(alias.name)]):
                continue
            name, language, country = key
            source = alias.source or record.source
            made.append(Alias(topic_id=topic.pk, name=name, language=language, country=country, source=source))
            _changed(topic, done, chunk, outcome="created")
        if getattr(record, "is_partial", False):
            continue
        for key, row in old.items():
            if key not in wanted and row.source == record.source:
                gone.append(row.pk)
                _changed(topic, done, chunk, outcome="removed")
    insert(made)
    Alias.objects.filter(pk__in=gone).delete()


def _changed(topic: Topic, done: Done | None, chunk: Chunk, *, outcome: str) -> None:
    chunk.renamed.add(topic.pk)
    if done and not done.is_new:
        done.count("aliases", outcome)


def _write_synopses(topics: Sequence[tuple[Topic, TopicRecord, Done | None]], are_new: bool) -> None:
    wanted = {
        (topic.pk, synopsis.language, synopsis.source or record.source): (synopsis.text, done)
        for topic, record, done in topics
        for synopsis in record.synopses
    }
    there: dict[tuple[int, str, str], Synopsis] = {}
    if not are_new and wanted:
        for row in holding(Synopsis.objects.all(), "topic_id", {topic for topic, _, _ in wanted}):
            there[row.topic_id, row.language, row.source] = row
    made, changed = [], []
    for (topic, language, source), (words, done) in wanted.items():
        row = there.get((topic, language, source))
        if row is None:
            made.append(Synopsis(topic_id=topic, language=language, source=source, text=words))
        elif row.text != words:
            row.text = words
            changed.append(row)
        else:
            continue
        if done and not done.is_new:
            done.count("synopses", "changed" if row else "created")
    insert(made)
    Synopsis.objects.bulk_update(changed, ["text"], batch_size=200)


def _write_pictures(topics: Sequence[tuple[Topic, TopicRecord, Done | None]], chunk: Chunk, *, are_new: bool) -> None:
    """Rights records only; what an editor cleared, corrected or deleted is left alone."""
    wanted = {
        (topic.pk, picture.kind, picture.source or record.source): (picture, done)
        for topic, record, done in topics
        for picture in record.pictures
    }
    there: dict[tuple[int, str, str], TopicPicture] = {}
    if not are_new and wanted:
        for row in holding(TopicPicture.objects.all(), "topic_id", {topic for topic, _, _ in wanted}):
            there[row.topic_id, row.kind, row.source] = row
    made, changed = [], []
    for (topic, kind, source), (picture, done) in wanted.items():
        if chunk.is_removed(topic, "picture", keys=[provenance.picture_key(kind, source)]):
            continue
        said = {name: getattr(picture, name) for name in ("address", "holder", "licence", "credit")}
        row = there.get((topic, kind, source))
        if row is None:
            made.append(TopicPicture(topic_id=topic, kind=kind, source=source, **said))
        elif not row.is_cleared and any(getattr(row, name) != value for name, value in said.items()):
            fields.fill(row, said.items())  # type: ignore[arg-type]
            changed.append(row)
        else:
            continue
        if done and not done.is_new:
            done.count("pictures", "changed" if row else "created")
    insert(made)
    TopicPicture.objects.bulk_update(changed, ["address", "holder", "licence", "credit"], batch_size=200)


def load(model: type[T], ids: Collection[int]) -> dict[int, T]:
    """Topics of one kind as their own model, by id."""
    return {topic.pk: topic for topic in holding(model.everything.all(), "pk", ids)}
