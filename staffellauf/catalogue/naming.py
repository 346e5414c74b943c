"""The names and addresses of topics, for many topics at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Count, Max

from staffellauf.catalogue.models import Alias, FormerSlug, Role, Series, Topic, TopicName
from staffellauf.common import text
from staffellauf.search import actions as search

NAME_LENGTH = 300
# In search, a series with news here comes before one that is only popular elsewhere, unless it is much more so.
NEWS, POPULARITY = 3_000, 100


def refresh_names(topics: Collection[int]) -> None:
    """Folds the names of these topics again and puts them into the search index; call it after a name, an original
    title or an alias changed."""
    found = list(documents(topics))
    _store_folded(found)
    search.put_many(found)


def documents(topics: Collection[int]) -> Iterator[search.Document]:
    """The topics as the search index holds them. What was merged into another is not among them."""
    other_names: defaultdict[int, list[str]] = defaultdict(list)
    hints: dict[int, str] = {}
    for pk, title, start, end in Series.objects.filter(pk__in=topics).values_list(
        "pk", "original_title", "start_year", "end_year"
    ):
        other_names[pk].append(title)
        hints[pk] = years(start, end)
    for pk, name in Alias.objects.filter(topic_id__in=topics).order_by("pk").values_list("topic_id", "name"):
        other_names[pk].append(name)
    shares = dict(
        Role.objects.filter(person_id__in=topics)
        .values_list("person_id")
        .annotate(share=Max("series__popularity") + Count("pk"))
    )
    rows = Topic.objects.filter(pk__in=topics).values_list("pk", "kind", "name", "popularity", "last_position")
    for pk, kind, name, popularity, position in rows:
        names = tuple(dict.fromkeys(other for other in other_names[pk] if other and other != name))
        weight = popularity * POPULARITY + shares.get(pk, 0) + (NEWS if position else 0)
        yield search.Document(kind, pk, name, names, weight, hints.get(pk, ""))


def years(start: int | None, end: int | None) -> str:
    """2020–2023, 2020– for one that goes on, 2020 for one year."""
    if not start:
        return ""
    return str(start) if start == end else f"{start}–{end or ''}"


def _store_folded(found: Iterable[search.Document]) -> None:
    kinds, folded = {}, {}
    for document in found:
        names = (text.fold(name)[:NAME_LENGTH] for name in (document.title, *document.names))
        folded[document.object_id] = dict.fromkeys(name for name in names if name)
        kinds[document.object_id] = document.kind
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
