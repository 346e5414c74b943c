"""What the entities of one input are, so that others can name them: a first pass over the input makes it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from staffellauf.sources import values
from staffellauf.sources.records import AliasRecord, FranchiseRecord, OrganisationRecord, PersonRecord, WorkRecord
from staffellauf.sources.stated import Notes
from staffellauf.sources.wikidata import words
from staffellauf.sources.wikidata.entities import Entity, entities_of, kind_of, named_by

SOURCE = "wikidata"
# About 400 bytes each. What a larger input names behind that stays unresolved. Characters and countries come second:
# in a dump everything else looks like them.
MAX_KNOWN, MAX_OTHERS = 500_000, 100_000


@dataclass(slots=True)
class Known:
    people: dict[str, PersonRecord] = field(default_factory=dict)
    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    franchises: dict[str, FranchiseRecord] = field(default_factory=dict)
    works: dict[str, tuple[WorkRecord, list[str]]] = field(default_factory=dict)
    """With the Q ids of the authors."""
    series: dict[str, str] = field(default_factory=dict)
    """Q id to name."""
    others: dict[str, str] = field(default_factory=dict)
    """Names of whatever else, such as characters."""
    codes: dict[str, str] = field(default_factory=dict)
    """ISO codes of countries and languages."""
    backwards: defaultdict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """Q id of a series to what others say of it: (kind of the relation, Q id)."""

    named: set[str] = field(default_factory=set)
    """Q ids of what series name."""

    @property
    def is_full(self) -> bool:
        topics = (self.people, self.organisations, self.franchises, self.works, self.series)
        return sum(len(table) for table in topics) >= MAX_KNOWN


# Any: what JSON holds.
def survey(documents: Iterable[Any]) -> Known:
    known = Known()
    for document in documents:
        for _, raw in entities_of(document):
            _add(known, Entity(raw, Notes()))
        if known.is_full:
            break
    known.named.update(author for item in known.named & known.works.keys() for author in known.works[item][1])
    return known


def ids(entity: Entity, kind: str) -> dict[str, str]:
    """Scheme to id, those that look like ones."""
    found = {"wikidata": entity.id}
    for scheme, (prop, pattern) in words.IDS[kind].items():
        value = entity.text(prop)
        if value and re.fullmatch(pattern, value, re.ASCII):
            found[scheme] = value
        elif value and not (scheme == "imdb" and re.match(r"[a-z]{2}\d", value)):
            entity.notes.add(f"{prop} is no such id: {value[:40]}")
    return found


def person(entity: Entity, name: str) -> PersonRecord:
    """With what tells people apart."""
    # Any: a model field's value.
    fields: dict[str, Any] = {"name": name}
    gender = next((words.GENDERS[item] for item in entity.items("P21") if item in words.GENDERS), "")
    if gender:
        fields["gender"] = gender
    for name_of_field, prop in (("born_on", "P569"), ("died_on", "P570")):
        when = entity.moment(prop)
        if when and when.day:
            fields[name_of_field] = when.day
    country = next((words.COUNTRIES[item] for item in entity.items("P27") if item in words.COUNTRIES), "")
    if country:
        fields["country"] = country
    return PersonRecord(
        SOURCE, name, ids(entity, "person"), fields, aliases=aliases(entity, name), version=entity.version
    )


def aliases(entity: Entity, name: str) -> tuple[AliasRecord, ...]:
    """Names in German and English and those that hold everywhere; names of Wikipedia's other languages stay there."""
    found: dict[tuple[str, str], AliasRecord] = {}
    for language, other in entity.names():
        if other != name and language.split("-")[0] in ("de", "en", "mul"):
            tag = "" if language == "mul" else language
            found.setdefault((other, tag), AliasRecord(other, tag))
    return tuple(found.values())


def organisation(entity: Entity, name: str, language: str) -> OrganisationRecord:
    fields: dict[str, Any] = {"name": name} if language != "en" else {}
    if entity.classes() & words.STREAMERS:
        fields["type"] = "streamer"
    country = next((words.COUNTRIES[item] for item in entity.items("P17") if item in words.COUNTRIES), "")
    if country:
        fields["country"] = country
    if site := address(entity):
        fields["official_site"] = site
    return OrganisationRecord(SOURCE, name, ids(entity, "organisation"), fields)


def franchise(entity: Entity, name: str, language: str) -> FranchiseRecord:
    return FranchiseRecord(SOURCE, name, ids(entity, "franchise"), {"name": name} if language != "en" else {})


def address(entity: Entity) -> str:
    """The official website (P856)."""
    try:
        return values.address(entity.text("P856", 500))
    except values.BadValue as error:
        entity.notes.add(str(error))
        return ""


def relatives(entity: Entity) -> list[tuple[str, str, str]]:
    """What a series says of other series: (series, kind of its relation, series it comes from)."""
    own = entity.id
    return [
        *((own, "sequel_of", other) for other in entity.items(words.FOLLOWS)),
        *((other, "sequel_of", own) for other in entity.items(words.FOLLOWED_BY)),
        *((other, "spin_off_of", own) for other in entity.items(words.SPIN_OFF)),
        *((own, "remake_of", other) for other in entity.items(words.BASED_ON)),
        *((own, "same_franchise", other) for other in entity.items(words.PART_OF)),
    ]


def _add(known: Known, entity: Entity) -> None:
    name, language = entity.label()
    kind = kind_of(entity)
    if entity.id and kind == "series":
        known.series[entity.id] = name
        known.named.update(named_by(entity))
        for series, relation, other in relatives(entity):
            if series != entity.id:
                known.backwards[series].add((relation, other))
    elif entity.id and name:
        _add_named(known, entity, kind=kind, name=name, language=language)


def _add_named(known: Known, entity: Entity, *, kind: str, name: str, language: str) -> None:
    if kind == "person":
        known.people[entity.id] = person(entity, name)
    elif kind == "organisation":
        known.organisations[entity.id] = organisation(entity, name, language)
    elif kind == "franchise":
        known.franchises[entity.id] = franchise(entity, name, language)
    elif kind == "work":
        known.works[entity.id] = (_work(entity, name), entity.items(words.AUTHOR))
    elif len(known.others) < MAX_OTHERS:
        known.others[entity.id] = name
        # ISO 3166-1 and 639-1.
        if code := entity.text("P297", 2) or entity.text("P218", 12):
            known.codes[entity.id] = code


def _work(entity: Entity, name: str) -> WorkRecord:
    kind = next(kind for item, kind in words.WORKS.items() if item in entity.classes())
    when = entity.moment("P577") or entity.moment("P571")
    return WorkRecord(kind, name, entity.text("P1476"), when.year if when else None, entity.id)


def with_authors(known: Known, item: str) -> WorkRecord:
    """The work with those of its authors that the input holds."""
    work, authors = known.works[item]
    people = tuple(known.people[author] for author in authors if author in known.people)
    return WorkRecord(work.kind, work.title, work.original_title, work.year, work.wikidata_id, people)


def code(known: Mapping[str, str], table: Mapping[str, str], item: str) -> str:
    return table.get(item) or known.get(item, "")
