"""Topics from A to Z, as German readers look them up: umlauts as ae, oe, ue; people by their last names."""

from typing import TypeVar

from django.db.models import Q, QuerySet

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Topic

DIGITS, OTHERS = "0-9", "weitere"
LATIN = "abcdefghijklmnopqrstuvwxyz"
LETTERS = (DIGITS, *LATIN, OTHERS)
# Behind everything in Latin letters, in every collation.
LAST_LATIN = "zzzzzzzz"
T = TypeVar("T", bound=Topic)


def page(found: QuerySet[T], *, letter: str, after: int | None, size: int) -> tuple[list[T], int | None]:
    """Topics of the letter, all without one, behind the one with the id `after`; and the id of the last one when
    there are more. Two queries at most."""
    # The kind leads the index that they are read from.
    ordered = found.filter(within(letter), kind=found.model.KIND).order_by("sort_key", "pk")
    if after:
        place = Topic.objects.filter(pk=after).values_list("sort_key", flat=True).first()
        if place is not None:
            behind = Q(sort_key__gt=place) | Q(sort_key=place, pk__gt=after)
            ordered = ordered.filter(behind, sort_key__gte=place)
    rows = list(ordered[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def within(letter: str) -> Q:
    if letter == DIGITS:
        return Q(sort_key__lt="a")
    if letter == OTHERS:
        return Q(sort_key__gt=LAST_LATIN)
    if not letter:
        return Q()
    following = chr(ord(letter) + 1) if letter != "z" else LAST_LATIN
    return Q(sort_key__gte=letter, sort_key__lt=following)


def initial(topic: Topic) -> str:
    """The letter that a topic stands under: one of LETTERS."""
    first = naming.sort_key(topic.name, getattr(topic, "sort_name", ""))[:1]
    if first and first in LATIN:
        return first
    return DIGITS if not first or first.isascii() else OTHERS
