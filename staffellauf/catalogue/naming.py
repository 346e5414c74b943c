"""The names and addresses of topics, for many topics at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import transaction

from staffellauf.catalogue import finding
from staffellauf.catalogue.models import FormerSlug, Topic, TopicName
from staffellauf.common import text
from staffellauf.search import actions as search

NAME_LENGTH = 300
# As far as two names are told apart when they are sorted.
SORT_LENGTH = 60


def refresh_names(topics: Collection[int]) -> None:
    """Folds the names of these topics again and puts them into the index; call it after a name, an original title, an
    alias or the popularity changed."""
    found = list(finding.documents_of(topics))
    _fold(found)
    search.put_many(found)
    finding.forget(set(topics) - {one.object_id for one in found})


def documents() -> Iterator[search.Document]:
    """All topics, as the index holds them; their names are folded again on the way."""
    every = finding.documents()
    while found := list(islice(every, finding.AT_ONCE)):
        with transaction.atomic():
            _fold(found)
        yield from found


def _fold(found: Sequence[search.Document]) -> None:
    folded = {one.object_id: folded_names(one.title, *one.names) for one in found}
    _store_text(folded)
    _store_sort_keys(folded)
    _store_folded({one.object_id: one.kind for one in found}, folded)


def folded_names(*names: str) -> list[str]:
    """As they are compared, each once."""
    return [name for name in dict.fromkeys(text.fold(name)[:NAME_LENGTH] for name in names) if name]


def text_of(folded: Iterable[str]) -> str:
    """The names as `Topic.search_text` holds them."""
    return " | ".join(folded)


def sort_key(name: str, sort_name: str = "") -> str:
    """As German readers look names up: umlauts as ae, oe, ue, people by their last names.

    >>> sort_key("Ada Öz", "Öz, Ada")
    'oez ada'
    """
    return text.fold(sort_name or name)[:SORT_LENGTH]


def _store_text(folded: Mapping[int, Sequence[str]]) -> None:
    wrong = [
        Topic(pk=pk, search_text=text_of(folded[pk]))
        for pk, stored in Topic.objects.filter(pk__in=folded).values_list("pk", "search_text")
        if stored != text_of(folded[pk])
    ]
    Topic.objects.bulk_update(wrong, ["search_text"], batch_size=200)


def _store_sort_keys(topics: Collection[int]) -> None:
    rows = Topic.objects.filter(pk__in=topics).values_list("pk", "name", "person__sort_name", "sort_key")
    wrong = [
        Topic(pk=pk, sort_key=wanted)
        for pk, name, sort_name, stored in rows
        if stored != (wanted := sort_key(name, sort_name or ""))
    ]
    Topic.objects.bulk_update(wrong, ["sort_key"], batch_size=200)


def _store_folded(kinds: Mapping[int, str], folded: Mapping[int, Sequence[str]]) -> None:
    there: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for pk, topic, name in TopicName.objects.filter(topic_id__in=folded).values_list("pk", "topic_id", "folded"):
        there[topic][name] = pk
    gone = [key for topic, old in there.items() for name, key in old.items() if name not in folded[topic]]
    TopicName.objects.filter(pk__in=gone).delete()
    TopicName.objects.bulk_create(
        (
            TopicName(topic_id=topic, kind=kinds[topic], folded=name)
            for topic, of in folded.items()
            for name in of
            if name not in there[topic]
        ),
        batch_size=1000,
    )


def free_slugs(kind: str, wished: Sequence[tuple[str, int | None]], *, besides: Iterable[int] = ()) -> list[str]:
    """A slug for each (name, year) that no topic of the kind has or had: the name, the name with its year, or numbered.

    `besides` are topics that may give up what they have.
    """
    options = [_options(text.slug(name), year) for name, year in wished]
    asked = {option for of in options for option in of}
    own = set(besides)
    used = {
        slug
        for rows in (
            Topic.everything.filter(kind=kind, slug__in=asked).values_list("slug", "pk"),
            FormerSlug.objects.filter(kind=kind, slug__in=asked).values_list("slug", "topic_id"),
        )
        for slug, topic in rows
        if topic not in own
    }
    slugs = []
    for of, (name, _) in zip(options, wished, strict=True):
        slug = next((option for option in of if option not in used), None) or _numbered(kind, text.slug(name), used)
        used.add(slug)
        slugs.append(slug)
    return slugs


def _options(stem: str, year: int | None) -> list[str]:
    short = stem[: text.SLUG_LENGTH - 5].rstrip("-")
    return [stem, *([f"{short}-{year}"] if year else []), *(f"{short}-{number}" for number in range(2, 5))]


def _numbered(kind: str, stem: str, used: Collection[str]) -> str:
    """For the fifth of a name: the first free number."""
    short = stem[: text.SLUG_LENGTH - 8].rstrip("-")
    taken = {
        *used,
        *Topic.everything.filter(kind=kind, slug__startswith=f"{short}-").values_list("slug", flat=True),
        *FormerSlug.objects.filter(kind=kind, slug__startswith=f"{short}-").values_list("slug", flat=True),
    }
    return next(slug for number in range(5, 10_000_000) if (slug := f"{short}-{number}") not in taken)
