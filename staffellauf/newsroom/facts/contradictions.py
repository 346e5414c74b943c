"""Facts of other articles that cannot be true together with a fact; the editor is told, nothing is decided here."""

from typing import Any

from django.db.models import Q, QuerySet

from staffellauf.common import text
from staffellauf.newsroom.facts.checking import Statement
from staffellauf.newsroom.models import Article, Fact

K = Fact.Kind
# As many as an editor can look at.
LIMIT = 20
DATES = {K.START_DATE: {K.START_DATE, K.SCHEDULE_CHANGE}, K.SCHEDULE_CHANGE: {K.START_DATE, K.SCHEDULE_CHANGE},
         K.SHOOTING_START: {K.SHOOTING_START}, K.SHOOTING_END: {K.SHOOTING_END}, K.DEATH: {K.DEATH}}  # fmt: skip
FATE = {K.RENEWAL: {K.ENDING}, K.ENDING: {K.RENEWAL, K.ENDING}}
CAST = {K.CASTING: {K.CASTING, K.EXIT}, K.RETURN: {K.CASTING, K.EXIT}, K.EXIT: {K.CASTING, K.RETURN}}
SHOWN = ("series", "person", "organisation", "other_series", "article")


def candidates(stated: Fact | Statement, *, besides: Article | None = None) -> "QuerySet[Fact]":
    """Standing facts on the same series or, without one, the same person; of other articles."""
    columns = stated.columns if isinstance(stated, Statement) else {}
    series = columns.get("series") if isinstance(stated, Statement) else stated.series_id
    person = columns.get("person") if isinstance(stated, Statement) else stated.person_id
    found = Fact.objects.standing().select_related(*SHOWN).order_by("-created_at")
    about = Q(series_id=series) if series else Q(person_id=person) if person else Q(pk__in=[])
    return found.filter(about).exclude(article=besides) if besides else found.filter(about)


def of(fact: Fact) -> list[Fact]:
    """Standing facts, also of the same article, that say otherwise; newest first."""
    kinds = DATES.get(K(fact.kind), set()) | FATE.get(K(fact.kind), set()) | CAST.get(K(fact.kind), set())
    if not kinds or fact.certainty == Fact.Certainty.RETRACTED:
        return []
    others = candidates(fact).filter(kind__in=kinds).exclude(pk__in=[fact.pk, fact.supersedes_id or 0])
    others = others.exclude(certainty=Fact.Certainty.RETRACTED)[:200]
    return [other for other in others if says_otherwise(fact, other)][:LIMIT]


def says_otherwise(fact: Fact, other: Fact) -> bool:
    if other.kind in DATES.get(K(fact.kind), set()):
        return _dates_differ(fact, other)
    if other.kind in FATE.get(K(fact.kind), set()):
        return _fates_differ(fact, other)
    return _casts_differ(fact, other)


def _dates_differ(fact: Fact, other: Fact) -> bool:
    """The same start, on days that exclude each other."""
    if not (fact.first_on and fact.last_on and other.first_on and other.last_on):
        return False
    same = all(_same(getattr(fact, name), getattr(other, name)) for name in ("season_number", "episode_number"))
    same = same and fact.person_id == other.person_id and _agree(fact.organisation_id, other.organisation_id)
    same = same and all(_agree(fact.slots.get(name), other.slots.get(name)) for name in ("territory", "premiere"))
    return same and (fact.last_on < other.first_on or other.last_on < fact.first_on)


def _fates_differ(fact: Fact, other: Fact) -> bool:
    if fact.kind == other.kind:
        return _agree(fact.season_number, other.season_number) and fact.slots.get("how") != other.slots.get("how")
    renewed, ended = (fact, other) if fact.kind == K.RENEWAL else (other, fact)
    # Cancelled after season 2 says nothing against a renewal for season 2.
    if renewed.season_number is not None and ended.season_number is not None:
        return renewed.season_number > ended.season_number
    return True


def _casts_differ(fact: Fact, other: Fact) -> bool:
    if fact.kind == K.EXIT or other.kind == K.EXIT:
        return fact.person_id == other.person_id and _agree(fact.season_number, other.season_number)
    character = text.fold(str(fact.slots.get("character", "")))
    same_character = character and character == text.fold(str(other.slots.get("character", "")))
    return (
        bool(same_character) and fact.person_id != other.person_id and _agree(fact.season_number, other.season_number)
    )


# Any: values of one column, here and below.
def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _agree(one: Any, other: Any) -> bool:
    """Equal, or not told by one of them."""
    return one in (None, "") or other in (None, "") or one == other
