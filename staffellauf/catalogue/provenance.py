"""Who may say what: an editor's word stands, and of two data sources the better one for the field."""

from collections.abc import Collection, Iterable
from typing import Any

from staffellauf.catalogue.models.provenance import (
    EDITOR,
    OWN,
    SAMPLE,
    TMDB,
    TVMAZE,
    WIKIDATA,
    XMLTV,
    Removal,
    Sourced,
)
from staffellauf.common import text

# From weak to strong. German titles come from where Germans write them.
RANKS = (SAMPLE, XMLTV, WIKIDATA, TMDB, TVMAZE, OWN, EDITOR)
TITLE_RANKS = (XMLTV, TVMAZE, SAMPLE, WIKIDATA, TMDB, OWN, EDITOR)
TITLES = {"name", "sort_name", "character"}
# What nobody has said yet.
EMPTY: tuple[Any, ...] = (None, "", "unknown")


def rank(source: str, field: str) -> int:
    """How much a data source's word counts for a field; files of our own format (`own`, `own-…`) rank together."""
    ranks = TITLE_RANKS if field in TITLES else RANKS
    return ranks.index(OWN if source.startswith(f"{OWN}-") else source)


# Any: a field's value, here and below.
def may_set(row: Sourced, field: str, *, source: str, value: Any) -> bool:
    """Whether the data source may write the field: it wrote it before, it ranks higher, or nobody said anything yet."""
    holder = row.source_of(field)
    if holder == source:
        return True
    if getattr(row, field) in EMPTY and field not in row.origin:
        return True
    if value in EMPTY:
        return False
    return rank(source, field) > rank(holder, field)


def set_field(row: Sourced, field: str, *, source: str, value: Any) -> bool:
    """Writes the value if the source may, and notes whose it is; the caller saves. True when something changed."""
    if getattr(row, field) == value or not may_set(row, field, source=source, value=value):
        return False
    setattr(row, field, value)
    claim(row, [field], source=source)
    return True


def claim(row: Sourced, fields: Iterable[str], *, source: str) -> None:
    """Notes that these fields are the source's now; the caller saves."""
    origin = dict(row.origin)
    for field in fields:
        if source == row.source and source != EDITOR:
            origin.pop(field, None)
        else:
            origin[field] = source
    row.origin = origin


def claim_changes(row: Sourced, changed: Collection[str]) -> None:
    """After an editor's form: what was changed is the editor's from now on, even when it was emptied."""
    names = {field.name for field in row._meta.concrete_fields}
    claim(row, [field for field in changed if field in names], source=EDITOR)


def removal_key(*parts: object) -> str:
    """The key of a Removal, from what people would say it is: `removal_key("Jenny", "Rosanna Arquette")`."""
    return "|".join(text.fold(str(part)) for part in parts)[:300]


def role_key(character: str, person: str) -> str:
    """What "role"."""
    return removal_key(character, person)


def credit_key(job: str, title: str, person: str) -> str:
    """What "credit"."""
    return removal_key(job, title, person)


def alias_key(name: str) -> str:
    """What "alias"."""
    return removal_key(name)


def season_key(number: int) -> str:
    """What "season"."""
    return removal_key(number)


def episode_keys(season: int, number: int | None, **ids: int | None) -> list[str]:
    """What "episode": one by its numbers and one for each id, as in `episode_keys(1, 2, tvmaze=657308)`."""
    keys = [removal_key(scheme, value) for scheme, value in ids.items() if value is not None]
    return keys if number is None else [removal_key(season, number), *keys]


def relation_key(kind: str, target: str) -> str:
    """What "relation"; the target is the other series' name or the work's title."""
    return removal_key(kind, target)


def organisation_key(name: str) -> str:
    """What "organisation"."""
    return removal_key(name)


# Any: a Release, stored or not.
def release_key(row: Any) -> str:
    """What "release": all that tells it from the others of its series."""
    place = (row.season_id or "", row.episode_id or "", row.organisation_id or "")
    return removal_key(row.kind, row.version, row.territory, *place)


def picture_key(kind: str, source: str) -> str:
    """What "picture"."""
    return removal_key(kind, source)


def entry_key(kind: str, scheme: str, value: str) -> str:
    """What "entry", of no topic any more: an id of one that editors deleted."""
    return f"{kind}:{scheme}:{value}"


def remember_removal(topic_id: int | None, what: str, *, key: str) -> None:
    """Notes that editors took something away, so that no import brings it back."""
    held = Removal.objects.filter(topic=topic_id, what=what, key=key)
    if not held.exists():
        Removal.objects.create(topic_id=topic_id, what=what, key=key)


def forget_removal(topic_id: int | None, what: str, *, key: str) -> None:
    """Editors brought it back themselves."""
    Removal.objects.filter(topic=topic_id, what=what, key=key).delete()


def give_back(row: Sourced, field: str) -> None:
    """The field is its data source's again, and the next import may write it; the caller saves."""
    row.origin = {name: source for name, source in row.origin.items() if name != field}
