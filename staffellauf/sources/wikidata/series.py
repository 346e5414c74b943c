"""A series of Wikidata. Whom and what it names has to be in the same input; what is not is counted."""

import re
from collections import Counter
from typing import Any

from staffellauf.sources import values
from staffellauf.sources.records import CreditRecord, RelationRecord, RoleRecord, SeriesRecord
from staffellauf.sources.wikidata import known as knowing
from staffellauf.sources.wikidata import words
from staffellauf.sources.wikidata.entities import Entity, Statement, item_of, qualifier
from staffellauf.sources.wikidata.known import SOURCE, Known

MAX_COUNTRIES = 15
# Of one pair of series the closest relation counts.
CLOSEST = ("spin_off_of", "sequel_of", "remake_of", "same_franchise")


def series(entity: Entity, known: Known, *, former: str = "") -> SeriesRecord | None:
    """None without a name. `former`: the id that redirects to it."""
    name, language = entity.label()
    original = entity.text("P1476")
    if not name and not original:
        return None
    missing: Counter[str] = Counter()
    networks = _resolved(entity, words.NETWORK, known.organisations, missing=missing, what="networks")
    franchises = _franchises(entity, known, missing)
    roles, crew = _roles(entity, known, missing), _credits(entity, known, missing)
    relations = _relations(entity, known, missing)
    if +missing:
        counts = ", ".join(f"{what} ({missing[what]})" for what in sorted(+missing))
        entity.notes.add(f"not in the input and left out: {counts}")
    stated = {"name": name} if language in ("de", "mul") else {}
    return SeriesRecord(
        SOURCE,
        name or original,
        knowing.ids(entity, "series"),
        stated | _fields(entity, known, original),
        aliases=knowing.aliases(entity, name or original),
        is_partial=bool(+missing),
        other_ids=(("wikidata", former),) if former else (),
        version=entity.version,
        warnings=entity.notes.as_tuple(),
        organisations=networks or None,
        franchises=franchises or None,
        roles=roles,
        credits=crew,
        relations=relations,
    )


# Any: a model field's value.
def _fields(entity: Entity, known: Known, original: str) -> dict[str, Any]:
    found: dict[str, Any] = {"original_title": original} if original else {}
    codes = [knowing.code(known.codes, words.COUNTRIES, item) for item in entity.items("P495")]
    countries = [code for code in dict.fromkeys(codes) if re.fullmatch(r"[A-Z]{2}", code)]
    if countries:
        found["countries"] = ", ".join(countries[:MAX_COUNTRIES])
    languages = [knowing.code(known.codes, words.LANGUAGES, item) for item in entity.items("P364")]
    if any(languages):
        found["original_language"] = next(code for code in languages if code)
    formats = [words.SERIES[item] for item in entity.items("P31") if words.SERIES.get(item)]
    if formats:
        found["format"] = next((one for one in formats if one != "scripted"), formats[0])
    if site := knowing.address(entity):
        found["official_site"] = site
    return found | _times(entity)


def _times(entity: Entity) -> dict[str, Any]:
    found: dict[str, Any] = {}
    start = entity.moment("P580") or entity.moment("P577")
    if start and start.year < values.EARLIEST.year:
        entity.notes.add(f"its first year is {start.year}")
        start = None
    if start:
        found["start_year"] = start.year
        if start.day:
            found["premiered_on"] = start.day
    end = entity.moment("P582", is_last=True)
    if end and start and (end.year < start.year or (end.day and start.day and end.day < start.day)):
        entity.notes.add(f"P582 {end.year} is before its start {start.year}")
    elif end and end.year >= values.EARLIEST.year:
        found |= {"status": "ended", "end_year": end.year} | ({"ended_on": end.day} if end.day else {})
    return found


# Any: a record of people, organisations or franchises.
def _resolved(entity: Entity, prop: str, table: dict[str, Any], *, missing: Counter[str], what: str) -> tuple[Any, ...]:
    items = entity.items(prop)
    missing[what] += sum(item not in table for item in items)
    return tuple(table[item] for item in items if item in table)


def _franchises(entity: Entity, known: Known, missing: Counter[str]) -> tuple[Any, ...]:
    named = _resolved(entity, words.FRANCHISE, known.franchises, missing=missing, what="franchises")
    part_of = (known.franchises[item] for item in entity.items(words.PART_OF) if item in known.franchises)
    return tuple({record.ids["wikidata"]: record for record in (*named, *part_of)}.values())


def _roles(entity: Entity, known: Known, missing: Counter[str]) -> tuple[RoleRecord, ...]:
    found: dict[tuple[str, str], RoleRecord] = {}
    for prop, is_voice in words.CAST.items():
        for statement in entity.statements(prop):
            item = item_of(statement.value)
            if item not in known.people:
                missing["members of the cast"] += bool(item)
                continue
            for character in _characters(entity, statement, known, missing=missing) or [""]:
                role = RoleRecord(known.people[item], character, "main", min(len(found), values.SMALL), is_voice)
                found.setdefault((item, character), role)
    return tuple(found.values())


def _characters(entity: Entity, statement: Statement, known: Known, *, missing: Counter[str]) -> list[str]:
    as_text, as_item = words.NAMES_OF_CHARACTERS
    found = [entity.clean(value, name=as_text) for value in qualifier(statement, as_text) if isinstance(value, str)]
    if found:
        return [name for name in found if name]
    items = [item_of(value) for value in qualifier(statement, as_item)]
    missing["characters"] += sum(item not in known.others for item in items if item)
    return [known.others[item] for item in items if item in known.others]


def _credits(entity: Entity, known: Known, missing: Counter[str]) -> tuple[CreditRecord, ...]:
    found: list[CreditRecord] = []
    for prop, (job, title) in words.JOBS.items():
        people = _resolved(entity, prop, known.people, missing=missing, what="members of the crew")
        start = len(found)
        found += [
            CreditRecord(person, job, title, min(start + place, values.SMALL)) for place, person in enumerate(people)
        ]
    return tuple(found)


def _relations(entity: Entity, known: Known, missing: Counter[str]) -> tuple[RelationRecord, ...]:
    own = [(kind, other) for series, kind, other in knowing.relatives(entity) if series == entity.id]
    pairs = {*own, *known.backwards.get(entity.id, ())}
    found = []
    for other in dict.fromkeys(other for _, other in sorted(pairs)):
        kinds = {kind for kind, named in pairs if named == other}
        if other in known.works and "remake_of" in kinds:
            found.append(RelationRecord("based_on", work=knowing.with_authors(known, other)))
        elif other in known.series and other != entity.id:
            kind = next(kind for kind in CLOSEST if kind in kinds)
            found.append(RelationRecord(kind, {"wikidata": other}, known.series[other]))
        elif other not in known.franchises and other != entity.id:
            missing["relations"] += 1
    return tuple(found)
