"""The other topics that a series speaks of: people, networks and streamers, franchises. Found, or made."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from staffellauf.catalogue.models import Credit, Franchise, Organisation, Person, Role, Topic, TopicKind
from staffellauf.common import text
from staffellauf.sources.apply import topics
from staffellauf.sources.apply.chunk import Chunk, Done, Entry
from staffellauf.sources.apply.matching import (
    IDS_PER_TOPIC,
    ORDER,
    all_ids,
    contradicts,
    ids_of,
    known_ids,
    named,
)
from staffellauf.sources.apply.rows import holding
from staffellauf.sources.records import PersonRecord, SeriesRecord, TopicRecord

MODELS: dict[str, type[Topic]] = {
    TopicKind.PERSON: Person,
    TopicKind.ORGANISATION: Organisation,
    TopicKind.FRANCHISE: Franchise,
}
Key = tuple[str, str]


def key_of(record: TopicRecord) -> Key:
    """The same for two records of one chunk that speak of the same: an id, or else the folded name."""
    return next(((s, record.ids[s]) for s in ORDER if s in record.ids), ("name", text.fold(record.name)))


@dataclass(slots=True)
class Found:
    """Topics of one kind that the records of a chunk speak of."""

    topics: dict[Key, Topic] = field(default_factory=dict)

    def of(self, record: TopicRecord) -> Topic:
        return self.topics[key_of(record)]


def people_of(record: SeriesRecord) -> Iterable[PersonRecord]:
    for role in record.roles or ():
        yield role.person
    for credit in record.credits or ():
        yield credit.person
    for episode in record.episodes or ():
        for role in episode.roles or ():
            yield role.person
        for credit in episode.credits or ():
            yield credit.person
    for relation in record.relations or ():
        if relation.work:
            yield from relation.work.authors


def colleagues(entries: Sequence[Entry]) -> dict[int, dict[str, set[int]]]:
    """For each series that was there: the people who work on it, by folded name."""
    known = [entry.series.pk for entry in entries if not entry.is_new and any(True for _ in people_of(entry.record))]
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for model in (Role, Credit):
        rows = model._base_manager.values_list("series_id", "person_id", "person__name").distinct()
        for series, person, name in holding(rows, "series_id", known):
            found[series][text.fold(name)].add(person)
    return found


def resolve_people(entries: Sequence[Entry], chunk: Chunk) -> Found:
    """Everybody in the records of these series."""
    around = colleagues(entries)
    records: dict[Key, PersonRecord] = {}
    beside: dict[Key, set[int]] = defaultdict(set)
    stale, fresh = set[Key](), set[Key]()
    for entry in entries:
        for person in people_of(entry.record):
            key = key_of(person)
            (stale if entry.is_stale else fresh).add(key)
            records.setdefault(key, person)
            beside[key] |= around.get(entry.series.pk, {}).get(text.fold(person.name), set())
    return resolve(TopicKind.PERSON, records, chunk, beside=beside, frozen=stale - fresh)


def resolve(
    kind: str,
    records: Mapping[Key, TopicRecord],
    chunk: Chunk,
    *,
    beside: Mapping[Key, set[int]] | None = None,
    done: Mapping[Key, Done] | None = None,
    frozen: Collection[Key] = (),
) -> Found:
    """Finds the topics, brings their fields up to date, and makes those that are missing.

    `beside` are entries near the record, in which a name alone is enough; `done` keeps what became of each.
    What is `frozen` is not changed when it is there.
    """
    model = MODELS[kind]
    matched = _match(kind, records, beside or {})
    there = topics.load(model, {topic for topic in matched.values() if topic})
    chunk.load_removals(there)
    found = Found()
    updated: list[tuple[Topic, TopicRecord, Done | None]] = []
    made: list[tuple[Topic, TopicRecord]] = []
    by_id: dict[Key, Topic] = {}
    namesakes: defaultdict[str, list[Topic]] = defaultdict(list)
    # Those with ids first: one of them may be whom a bare name means.
    for key, record in sorted(records.items(), key=lambda pair: not pair[1].ids):
        one = (done or {}).get(key)
        topic = there.get(matched[key] or 0)
        if topic is not None:
            changes = {} if key in frozen else topics.update(topic, record, chunk)
            chunk.figures[f"{kind}_changed"] += bool(changes)
            updated.append((topic, record, one))
            if one:
                one.changes |= changes
        else:
            # Two records of the chunk may name one newcomer by different ids.
            topic = next((by_id[pair] for pair in all_ids(record) if pair in by_id), None)
            if topic is None and not record.ids and len(namesakes[text.fold(record.name)]) == 1:
                topic = namesakes[text.fold(record.name)][0]
            if topic is None:
                topic = topics.new(model, record)
                made.append((topic, record))
                by_id |= dict.fromkeys(all_ids(record), topic)
                if one:
                    one.is_new = True
        found.topics[key] = topic
        if all(other is not topic for other in namesakes[text.fold(record.name)]):
            namesakes[text.fold(record.name)].append(topic)
    topics.create(made, chunk)
    topics.write_parts(updated, chunk)
    return found


def _match(kind: str, records: Mapping[Key, TopicRecord], beside: Mapping[Key, set[int]]) -> dict[Key, int | None]:
    """The topic of each record, or None for a newcomer."""
    ids = known_ids(kind, records.values())
    matched = {key: _by_id(record, ids) for key, record in records.items()}
    unknown = {key: record for key, record in records.items() if matched[key] is None}
    if unknown:
        names = named(kind, (text.fold(record.name)[:300] for record in unknown.values()))
        near = {key: beside.get(key, set()) for key in unknown}
        candidates = {topic for of in (*names.values(), *near.values()) for topic in of}
        their_ids = ids_of(candidates)
        spelt = dict(holding(Topic.everything.values_list("pk", "name"), "pk", candidates))
        for key, record in unknown.items():
            by_name = names.get(text.fold(record.name)[:300], set())
            if kind == TopicKind.PERSON:
                matched[key] = _only(near[key], record, their_ids) or _people(by_name, record, their_ids)
            else:
                # Folded, AMC+ is AMC.
                exactly = {topic for topic in by_name if spelt[topic].casefold() == record.name.casefold()}
                matched[key] = _only(exactly, record, their_ids)
    return matched


def resolve_all(kind: str, records: Iterable[TopicRecord], chunk: Chunk) -> Found:
    """As `resolve`, for records as they come; of two with one key the first counts."""
    unique: dict[Key, TopicRecord] = {}
    for record in records:
        unique.setdefault(key_of(record), record)
    return resolve(kind, unique, chunk) if unique else Found()


def _by_id(record: TopicRecord, known: Mapping[tuple[str, str], int]) -> int | None:
    return next((known[s, record.ids[s]] for s in ORDER if s in record.ids and (s, record.ids[s]) in known), None)


def _only(candidates: set[int], record: TopicRecord, ids: IDS_PER_TOPIC) -> int | None:
    """The one candidate whose ids do not speak against it. Networks and franchises have names of their own."""
    fitting = [topic for topic in candidates if not contradicts(record, ids.get(topic, {}))]
    return fitting[0] if len(fitting) == 1 else None


def _people(candidates: set[int], record: TopicRecord, ids: IDS_PER_TOPIC) -> int | None:
    """Names of people repeat: a record with ids takes an entry only if that has none; one without, the only one."""
    if record.ids:
        candidates = {topic for topic in candidates if not ids.get(topic)}
    return next(iter(candidates)) if len(candidates) == 1 else None
