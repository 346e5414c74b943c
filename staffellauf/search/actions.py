"""What is done to the index. Whoever owns what can be found writes through here, in the transaction of its change."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

from staffellauf.search import index, spelling, terms
from staffellauf.search.models import HINT_LENGTH, NAME_LENGTH, TIERS, Border, Entry, Kind, Word

# Parameters a statement may have: SQLite takes 32,766, and packets stay small.
AT_ONCE = 500
NAMES_LIMIT = 40
WEIGHT_LIMIT = 2**31 - 1
# How many of each kind come into the tiers but the last. A single letter finds about a tenth of a tier.
TIER_SIZES = (500, 5_000, 50_000)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found. Names are as people write them: the title, the original one, aliases."""

    kind: str
    object_id: int
    title: str
    names: tuple[str, ...] = ()
    weight: int = 0
    """Popularity, comparable within the kind."""
    hint: str = ""
    """Shown beside the title: "2020–2023"."""


def put(entry: Document) -> None:
    """Makes it findable, or changes how it is found."""
    put_many([entry])


def put_many(documents: Iterable[Document]) -> None:
    """As put, some hundred at a time; of a document that comes twice the last one counts. What is stored as it stands
    costs a read and no write."""
    for chunk in chunks(documents):
        wanted = {(entry.kind, entry.object_id): entry for entry in map(as_entry, chunk)}
        with transaction.atomic():
            _store(dict(sorted(wanted.items())))


def remove(kind: str, object_ids: Iterable[int]) -> None:
    """Lets nobody find these any more; ids that nobody finds are no error."""
    for ids in chunks(object_ids):
        with transaction.atomic():
            gone = list(Entry.objects.filter(kind=kind, object_id__in=ids))
            index.of_database().erase(places_of(gone))
            Entry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
            _doubt(words_of(gone))


def weigh(kind: str, weights: Mapping[int, int]) -> None:
    """Changes the popularity of these object ids only; tidy then moves who has become popular."""
    for ids in chunks(sorted(weights)):
        with transaction.atomic():
            found = Entry.objects.filter(kind=kind, object_id__in=ids).only("id", "object_id", "weight")
            changed = [entry for entry in found if entry.weight != capped(weights[entry.object_id])]
            for entry in changed:
                entry.weight = capped(weights[entry.object_id])
            Entry.objects.bulk_update(changed, ["weight"])


def rebuild(documents: Iterable[Document]) -> None:
    """Makes the index hold these documents and nothing else. Searching goes on meanwhile."""
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    seen: dict[str, set[int]] = defaultdict(set)

    def noted() -> Iterator[Document]:
        for document in documents:
            seen[document.kind].add(document.object_id)
            yield document

    put_many(noted())
    stale = Entry.objects.filter(pk__lte=newest).order_by("pk").values_list("kind", "object_id")
    left = [(kind, pk) for kind, pk in stale.iterator(chunk_size=5000) if pk not in seen[kind]]
    for kind, pairs in itertools.groupby(sorted(left), key=lambda pair: pair[0]):
        remove(kind, [pk for _, pk in pairs])
    tidy()


def tidy() -> None:
    """Sorts entries into tiers by popularity, drops words that nobody has any more, and puts the tables in order.
    Once a day, and after many entries came."""
    for kind in Entry.objects.order_by().values_list("kind", flat=True).distinct():
        _sort_into_tiers(kind)
    _drop_unused_words()
    index.of_database().tidy()


def as_entry(document: Document) -> Entry:
    """Not stored. Over-long texts are cut, characters that databases refuse are left out.

    Raises ValueError when the kind is not a short word in lower case."""
    if not terms.is_kind(document.kind):
        raise ValueError(f"no kind: {document.kind!r}")
    spelled = [clean(name) for name in (document.title, *document.names)]
    folded = terms.folded(spelled)
    lines: dict[str, str] = {}
    for line, name in zip(folded, spelled, strict=True):
        # A title that folds to nothing ("???") keeps its line, so that the title stays the first.
        if line or not lines:
            lines.setdefault(line, name)
    kept = list(lines.items())[:NAMES_LIMIT]
    return Entry(
        kind=document.kind,
        object_id=document.object_id,
        title=spelled[0],
        hint=clean(document.hint)[:HINT_LENGTH],
        names="\n".join(line for line, _ in kept),
        spelled="\n".join(name for _, name in kept[1:]),
        weight=capped(document.weight),
    )


def clean(value: str) -> str:
    return " ".join(value.replace("\0", "").split())[:NAME_LENGTH]


def capped(weight: int) -> int:
    return min(max(weight, 0), WEIGHT_LIMIT)


def chunks(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    remaining = iter(items)
    while chunk := list(itertools.islice(remaining, AT_ONCE)):
        yield chunk


def words_of(entries: Iterable[Entry]) -> set[str]:
    return {word for entry in entries for line in entry.names.split("\n") for word in terms.words(line)}


def places_of(entries: Iterable[Entry]) -> list[index.Place]:
    """Where the terms of these stored entries lie."""
    entries = list(entries)
    numbers = dict(Kind.objects.values_list("name", "pk"))
    for kind in {entry.kind for entry in entries} - numbers.keys():
        numbers[kind] = Kind.objects.get_or_create(name=kind)[0].pk
    return [index.Place(entry.tier, numbers[entry.kind], entry.pk, entry.kind) for entry in entries]


def _store(wanted: dict[tuple[str, int], Entry]) -> None:
    stored = {(entry.kind, entry.object_id): entry for entry in _stored(wanted)}
    borders = _borders({kind for kind, _ in wanted})
    new, renamed, changed = [], [], []
    before: list[Entry] = []
    for place, entry in wanted.items():
        old = stored.get(place)
        if old is None:
            entry.tier = _tier(entry, borders)
            new.append(entry)
        elif old.names != entry.names:
            before.append(old)
            entry.pk, entry.tier = old.pk, min(old.tier, _tier(entry, borders))
            renamed.append(entry)
        elif any(getattr(old, name) != getattr(entry, name) for name in ("title", "hint", "spelled", "weight")):
            entry.pk, entry.tier = old.pk, old.tier
            changed.append(entry)
    if before:
        index.of_database().erase(places_of(before))
    if changed or renamed:
        Entry.objects.bulk_update([*changed, *renamed], ["title", "hint", "names", "spelled", "weight", "tier"], 100)
    if new:
        Entry.objects.bulk_create(new)
    if new or renamed:
        _index([*new, *renamed])
    _doubt(words_of(before) - words_of(renamed))


def _stored(places: Collection[tuple[str, int]]) -> Iterator[Entry]:
    for kind, pairs in itertools.groupby(sorted(places), key=lambda place: place[0]):
        yield from Entry.objects.filter(kind=kind, object_id__in=[pk for _, pk in pairs])


def _borders(kinds: Collection[str]) -> dict[str, list[int]]:
    borders: dict[str, list[int]] = defaultdict(list)
    for border in Border.objects.filter(kind__in=kinds).order_by("kind", "tier"):
        borders[border.kind].append(border.weight)
    return borders


def _tier(entry: Entry, borders: Mapping[str, Sequence[int]]) -> int:
    """The last one before the kind was sorted for the first time, so that few have to move then."""
    weights = borders.get(entry.kind)
    if not weights:
        return TIERS[-1]
    return next((tier for tier, least in enumerate(weights) if entry.weight > least), len(weights))


def _index(entries: Sequence[Entry]) -> None:
    """Stores the terms of entries that have none, and learns their words."""
    places = places_of(entries)
    names = [terms.of_names(entry.names.split("\n")) for entry in entries]
    index.of_database().write(list(zip(places, names, strict=True)))
    learnt: dict[str, tuple[int, int]] = {}
    for entry, place in zip(entries, places, strict=True):
        for word in words_of([entry]):
            learnt[word] = both(learnt.get(word), (place.tier, index.bit(place.kind)))
    _learn(learnt)


def both(one: tuple[int, int] | None, other: tuple[int, int]) -> tuple[int, int]:
    """The best tier and all kinds of a word."""
    return (min(one[0], other[0]), one[1] | other[1]) if one else other


def _learn(words: Mapping[str, tuple[int, int]]) -> None:
    """Words with the best tier and the kinds of entries that have them."""
    known: dict[str, tuple[int, int]] = {}
    for texts in chunks(sorted(words)):
        stored = Word.objects.filter(text__in=texts).values_list("text", "tier", "kinds")
        known |= {word: (tier, kinds) for word, tier, kinds in stored}
    changed = [word for word, learnt in words.items() if both(known.get(word), learnt) != known.get(word)]
    for texts in chunks(sorted(changed)):
        _store_words([(word, *words[word]) for word in texts])
        ids = dict(Word.objects.filter(text__in=set(texts) - known.keys()).values_list("text", "pk"))
        _store_keys((key, pk) for word, pk in ids.items() for key in spelling.keys(word))


def _store_words(rows: Sequence[tuple[str, int, int]]) -> None:
    """Another process may learn the same word now: what both know counts."""
    values = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO search_word (text, tier, kinds, is_doubted) VALUES {values} ON CONFLICT (text) DO UPDATE SET"
            " kinds = search_word.kinds | excluded.kinds,"
            " tier = CASE WHEN excluded.tier < search_word.tier THEN excluded.tier ELSE search_word.tier END",
            [value for text, tier, kinds in rows for value in (text, tier, kinds, False)],
        )


def _store_keys(pairs: Iterable[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO search_key (key, word) VALUES (%s, %s) ON CONFLICT DO NOTHING", sorted(pairs))


def _doubt(words: Collection[str]) -> None:
    for texts in chunks(sorted(words)):
        Word.objects.filter(text__in=texts).update(is_doubted=True)


def _sort_into_tiers(kind: str) -> None:
    """The heaviest of the kind come first, the older of two as heavy; moves those that are in the wrong tier."""
    places = Entry.objects.filter(kind=kind).order_by("-weight", "pk")
    start = 0
    for tier, size in enumerate([*TIER_SIZES, None]):
        found = places[start : start + size] if size else places[start:]
        moved = [pk for pk, old in found.values_list("pk", "tier").iterator(chunk_size=5000) if old != tier]
        for ids in chunks(moved):
            _move(ids, tier=tier)
        if size:
            start += size
            last = places[start - 1 : start].values_list("weight", flat=True).first()
            if last is None:
                Border.objects.filter(kind=kind, tier__gte=tier).delete()
                break
            Border.objects.update_or_create(kind=kind, tier=tier, defaults={"weight": last})


def _move(ids: Sequence[int], *, tier: int) -> None:
    with transaction.atomic():
        entries = list(Entry.objects.filter(pk__in=ids))
        index.of_database().erase(places_of(entries))
        Entry.objects.filter(pk__in=ids).update(tier=tier)
        for entry in entries:
            entry.tier = tier
        _index(entries)


def _drop_unused_words() -> None:
    """Words that an entry lost and no other has."""
    last = 0
    while rows := list(
        Word.objects.filter(is_doubted=True, pk__gt=last).order_by("pk").values_list("pk", "text")[:AT_ONCE]
    ):
        last = rows[-1][0]
        with transaction.atomic():
            unused = set(index.of_database().unused([word for _, word in rows]))
            gone = [(pk, word) for pk, word in rows if word in unused]
            with connection.cursor() as cursor:
                cursor.executemany(
                    "DELETE FROM search_key WHERE key = %s AND word = %s",
                    [(key, pk) for pk, word in gone for key in spelling.keys(word)],
                )
            Word.objects.filter(pk__in=[pk for pk, _ in gone]).delete()
            Word.objects.filter(pk__in=[pk for pk, _ in rows]).update(is_doubted=False)
