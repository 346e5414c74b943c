"""Which entry a record is about: by our own id, IMDb, TMDB, TheTVDB, TVmaze, Wikidata, then by title and year."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import ExternalId, FormerSlug, Removal, Series, Topic, TopicKind, TopicName
from staffellauf.common import text
from staffellauf.sources.apply.rows import holding
from staffellauf.sources.models import Doubt
from staffellauf.sources.records import SeriesRecord, TopicRecord

OWN = "own"
ORDER = (OWN, "imdb", "tmdb", "tvdb", "tvmaze", "wikidata", "xmltv")
# A source's word about its own entries.
SCHEMES = {"tvmaze": "tvmaze", "tmdb": "tmdb", "wikidata": "wikidata", "xmltv": "xmltv"}
IDS_PER_TOPIC = dict[int, dict[str, set[str]]]


@dataclass(frozen=True, slots=True)
class Match:
    topic: int | None = None
    """The entry; None and no candidates: there is none yet."""
    candidates: tuple[int, ...] = ()
    reason: str = ""


def known_ids(kind: str, records: Iterable[TopicRecord]) -> dict[tuple[str, str], int]:
    """(scheme, id) to the topic that has it, for every id in the records."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        for scheme, value in all_ids(record):
            wanted[scheme].add(value)
    found: dict[tuple[str, str], int] = {}
    slugs = wanted.pop(OWN, set())
    for scheme, values in wanted.items():
        rows = ExternalId.objects.filter(kind=kind, scheme=scheme).values_list("value", "topic_id")
        found |= {(scheme, value): topic for value, topic in holding(rows, "value", values)}
    if slugs:
        once = FormerSlug.objects.filter(kind=kind, slug__in=slugs)
        former = once.values_list("slug", "topic_id", "topic__merged_into")
        now = Topic.everything.filter(kind=kind, slug__in=slugs).values_list("slug", "pk", "merged_into")
        found |= {(OWN, slug): merged or topic for slug, topic, merged in [*former, *now]}
    return found


def all_ids(record: TopicRecord) -> list[tuple[str, str]]:
    return [*record.ids.items(), *record.other_ids]


def ids_of(topics: Iterable[int]) -> IDS_PER_TOPIC:
    """The ids that topics have, by scheme."""
    found: IDS_PER_TOPIC = defaultdict(lambda: defaultdict(set))
    rows = ExternalId.objects.values_list("topic_id", "scheme", "value")
    for topic, scheme, value in holding(rows, "topic_id", list(topics)):
        found[topic][scheme].add(value)
    return found


def contradicts(record: TopicRecord, ids: dict[str, set[str]]) -> bool:
    """Whether a scheme knows the record and the entry as two different things.

    TVmaze numbers networks and web channels apart: those two say nothing about each other.
    """
    for scheme, value in record.ids.items():
        series = value.rpartition("/")[0]
        others = {other for other in ids.get(scheme, set()) if other.rpartition("/")[0] == series}
        if others and value not in others:
            return True
    return False


def named(kind: str, names: Iterable[str]) -> dict[str, set[int]]:
    """Folded name to the topics that go by it."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    rows = TopicName.objects.filter(kind=kind, topic__merged_into__isnull=True).values_list("folded", "topic_id")
    for folded, topic in holding(rows, "folded", sorted(set(names))):
        found[folded].add(topic)
    return found


def names_of(record: TopicRecord) -> set[str]:
    """The names by which it may be known already, folded."""
    stated = {record.name, str(record.fields.get("name") or ""), str(record.fields.get("original_title") or "")}
    return {text.fold(name)[:300] for name in stated if name} - {""}


def match_series(records: Sequence[SeriesRecord], *, importer: str) -> list[Match]:
    """One Match per record, in their order."""
    known = known_ids(TopicKind.SERIES, records)
    by_ids = [_by_ids(record, known) for record in records]
    unknown = [record for record, hits in zip(records, by_ids, strict=True) if not hits]
    by_name = named(TopicKind.SERIES, {name for record in unknown for name in names_of(record)})
    candidates = {topic for topics in by_name.values() for topic in topics} | {t for hits in by_ids for t in hits}
    ids = ids_of(candidates)
    same_name = [topic for topics in by_name.values() for topic in topics]
    years = dict(holding(Series.everything.values_list("pk", "start_year"), "pk", same_name))
    matches = []
    for record, hits in zip(records, by_ids, strict=True):
        if hits:
            matches.append(_of_hits(record, hits, ids=ids))
        else:
            topics = {topic for name in names_of(record) for topic in by_name.get(name, ())}
            rivals = {topic for topic in topics if not contradicts(record, ids.get(topic, {}))}
            matches.append(_of_names(record, {topic: years.get(topic) for topic in sorted(rivals)}))
    return _but_deleted(records, _as_decided(records, matches, importer))


def _but_deleted(records: Sequence[SeriesRecord], matches: list[Match]) -> list[Match]:
    """Newcomers that editors have deleted before stay away, unless a file of our own format names them."""
    new = [record for record, match in zip(records, matches, strict=True) if match == Match() and record.name]
    keys = {key for record in new if not _is_own(record) for key in _entry_keys(record)}
    deleted = set(Removal.objects.filter(topic=None, what="entry", key__in=keys).values_list("key", flat=True))
    if not deleted:
        return matches
    return [
        Match(reason="Editors deleted it.") if match == Match() and deleted & _entry_keys(record) else match
        for record, match in zip(records, matches, strict=True)
    ]


def _is_own(record: SeriesRecord) -> bool:
    return SCHEMES.get(record.source) is None


def _entry_keys(record: SeriesRecord) -> set[str]:
    return {provenance.entry_key(TopicKind.SERIES, scheme, value) for scheme, value in all_ids(record)}


def doubt_key(record: TopicRecord) -> str:
    """What the record is called in the review list: the same at every import."""
    schemes = [SCHEMES.get(record.source, OWN), *ORDER]
    scheme = next((scheme for scheme in schemes if scheme in record.ids), "")
    if scheme:
        return f"{scheme}:{record.ids[scheme]}"[:200]
    return f"{text.fold(record.name)[:180]}|{record.fields.get('start_year') or ''}"


def _by_ids(record: TopicRecord, known: dict[tuple[str, str], int]) -> list[int]:
    """The entries that its ids name, best id first. The source's own id needs no other."""
    own = SCHEMES.get(record.source, OWN)
    if own in record.ids and (own, record.ids[own]) in known:
        return [known[own, record.ids[own]]]
    hits = [known[s, record.ids[s]] for s in ORDER if s in record.ids and (s, record.ids[s]) in known]
    return list(dict.fromkeys(hits))


def _of_hits(record: TopicRecord, hits: list[int], *, ids: IDS_PER_TOPIC) -> Match:
    own = SCHEMES.get(record.source, OWN)
    if len(hits) > 1:
        return Match(candidates=tuple(hits), reason="Its ids belong to different entries.")
    others = ids.get(hits[0], {}).get(own, set())
    if own != OWN and own in record.ids and others and record.ids[own] not in others:
        return Match(candidates=tuple(hits), reason=f"The entry with the same id has another id at {own} already.")
    return Match(topic=hits[0])


def _of_names(record: TopicRecord, years: dict[int, int | None]) -> Match:
    year = record.fields.get("start_year")
    same = [topic for topic, other in years.items() if year and other == year]
    if len(same) == 1:
        return Match(topic=same[0])
    if len(same) > 1:
        return Match(candidates=tuple(same), reason="Several entries have this title and year.")
    near = [topic for topic, other in years.items() if not year or not other or abs(other - year) == 1]
    if near:
        return Match(candidates=tuple(near), reason="The title is the same; the years are not known or one apart.")
    return Match()


def _as_decided(records: Sequence[SeriesRecord], matches: list[Match], importer: str) -> list[Match]:
    """Doubts that somebody decided before are none any more."""
    keys = [doubt_key(record) for record, match in zip(records, matches, strict=True) if match.candidates]
    doubts = Doubt.objects.filter(importer=importer, kind=TopicKind.SERIES, key__in=keys)
    decided = {doubt.key: doubt for doubt in doubts.exclude(state=Doubt.State.OPEN)}
    return [
        _decided(match, decided.get(doubt_key(record)) if match.candidates else None)
        for record, match in zip(records, matches, strict=True)
    ]


def _decided(match: Match, doubt: Doubt | None) -> Match:
    if doubt is None:
        return match
    if doubt.state == Doubt.State.SAME and doubt.decided_topic_id:
        return Match(topic=doubt.decided_topic_id)
    if doubt.state == Doubt.State.OTHER:
        return Match()
    return Match(reason="Editors decided to leave it out.")
