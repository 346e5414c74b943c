"""Topics from A to Z, as German readers look them up: umlauts as ae, oe, ue; people by their last names."""

from typing import TypeVar

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Left, Lower, NullIf, Replace

from staffellauf.catalogue.models import Person, Topic
from staffellauf.common import text

DIGITS, OTHERS = "0-9", "weitere"
LATIN = "abcdefghijklmnopqrstuvwxyz"
LETTERS = (DIGITS, *LATIN, OTHERS)
# As far as two names are told apart when they are sorted; an index need not hold more.
SORT_LENGTH = 60
# Behind everything in Latin letters, in every collation.
LAST_LATIN = "zzzzzzzz"
# What names begin with that a database does not fold without help. SQLite cannot read many more, one inside the other.
ACCENTED = {
    "Ä": "Ae", "ä": "ae", "Ö": "Oe", "ö": "oe", "Ü": "Ue", "ü": "ue", "É": "E", "Á": "A", "Å": "A", "Ø": "O",
    "Š": "S", "Ł": "L",
}  # fmt: skip
T = TypeVar("T", bound=Topic)


def page(found: QuerySet[T], *, letter: str, after: int | None, size: int) -> tuple[list[T], int | None]:
    """Topics of the letter, all without one, behind the one with the id `after`; and the id of the last one when
    there are more. Three queries at most."""
    is_people = issubclass(found.model, Person)
    ordered = found.annotate(sort=person_sort() if is_people else topic_sort()).order_by("sort", "pk")
    # People that cannot be of the letter are sorted out by their first character: folding half a million takes long.
    if is_people and letter and letter in LATIN:
        ordered = ordered.filter(begins(letter))
    ordered = ordered.filter(within(letter))
    if after:
        before = found.model._default_manager.annotate(sort=person_sort() if is_people else topic_sort())
        place = before.filter(pk=after).values_list("sort", flat=True).first()
        if place is not None:
            ordered = ordered.filter(Q(sort__gt=place) | Q(sort=place, pk__gt=after))
    rows = list(ordered[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def topic_sort() -> Left:
    """The folded name is what the folded names begin with."""
    return Left("search_text", SORT_LENGTH)


def person_sort() -> Left:
    """„Öz, Ada“ as oez, ada."""
    name: Coalesce | Replace = Coalesce(NullIf(F("sort_name"), Value("")), F("name"), output_field=CharField())
    for letter, plain in ACCENTED.items():
        name = Replace(name, Value(letter), Value(plain))
    return Left(Lower(name), SORT_LENGTH)


def within(letter: str) -> Q:
    if letter == DIGITS:
        return Q(sort__lt="a")
    if letter == OTHERS:
        return Q(sort__gt=LAST_LATIN)
    if not letter:
        return Q()
    following = chr(ord(letter) + 1) if letter != "z" else LAST_LATIN
    return Q(sort__gte=letter, sort__lt=following)


def begins(letter: str) -> Q:
    """People whose names begin with the letter in any case, or with one that is folded to it."""
    characters = {letter, letter.upper(), *(char for char, plain in ACCENTED.items() if plain[0].lower() == letter)}
    plain = Q()
    for character in sorted(characters):
        plain |= Q(sort_name__startswith=character) | Q(sort_name="", name__startswith=character)
    return plain


def initial(topic: Topic) -> str:
    """The letter that a topic stands under: one of LETTERS."""
    name = getattr(topic, "sort_name", "") or topic.name
    first = text.fold(name)[:1]
    if first and first in LATIN:
        return first
    return DIGITS if not first or first.isascii() else OTHERS
