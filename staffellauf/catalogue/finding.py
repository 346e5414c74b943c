"""What the index of names holds of topics."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Count, Max

from staffellauf.catalogue.models import Alias, Role, Series, Topic, TopicKind
from staffellauf.search import actions as search

AT_ONCE = 1000
# A series with news here comes before one that is only popular elsewhere, unless it is much more so.
NEWS, POPULARITY = 3_000, 100


def forget(topic_ids: Collection[int]) -> None:
    """Lets nobody find these any more."""
    for kind in TopicKind.values if topic_ids else ():
        search.remove(kind, topic_ids)


def documents() -> Iterator[search.Document]:
    """All topics, as the index holds them."""
    last = 0
    while ids := list(Topic.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        last = ids[-1]
        yield from documents_of(ids)


def documents_of(topic_ids: Collection[int]) -> Iterator[search.Document]:
    """For those that are there and not merged; five queries."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    hints: dict[int, str] = {}
    rows = Series.objects.filter(pk__in=topic_ids).values_list("pk", "original_title", "start_year", "end_year")
    for pk, title, start, end in rows:
        names[pk].append(title)
        hints[pk] = in_years(start, end)
    for pk, name in Alias.objects.filter(topic_id__in=topic_ids).order_by("pk").values_list("topic_id", "name"):
        names[pk].append(name)
    roles = Role.objects.filter(person_id__in=topic_ids).values_list("person_id")
    shares = dict(roles.annotate(share=Max("series__popularity") + Count("pk")))
    for topic in Topic.objects.filter(pk__in=topic_ids).only("kind", "name", "popularity", "last_position"):
        weight = topic.popularity * POPULARITY + shares.get(topic.pk, 0) + (NEWS if topic.last_position else 0)
        others = tuple(dict.fromkeys(name for name in names[topic.pk] if name and name != topic.name))
        yield search.Document(topic.kind, topic.pk, topic.name, others, weight, hints.get(topic.pk, ""))


def in_years(start: int | None, end: int | None) -> str:
    """ "2020–2023", "2020–" for one that goes on, "2020" for one year."""
    if not start:
        return ""
    return str(start) if start == end else f"{start}–{end or ''}"
