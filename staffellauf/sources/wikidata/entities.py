"""An entity of Wikidata in its JSON format (https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from staffellauf.sources import values
from staffellauf.sources.stated import Notes
from staffellauf.sources.wikidata import words

ITEM = re.compile(r"Q[1-9]\d{0,11}", re.ASCII)
# Years with more digits than four were written with leading zeros until 2014, and dumps keep them.
TIME = re.compile(r"\+0*(\d{1,4})-(\d\d)-(\d\d)T", re.ASCII)
# Precisions; 10 is a month.
YEAR, DAY = 9, 11
# Series are based on older works than any series is.
EARLIEST_YEAR = 1000
# In which languages names are taken, the first one as the name. "mul" holds for all.
NAME_LANGUAGES = ("de", "mul", "en")


# Any in this file: what JSON holds.
@dataclass(frozen=True, slots=True)
class When:
    """A date as precisely as it is known."""

    year: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    value: Any
    """The data value; None: there is one, but it is not known."""
    qualifiers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    raw: Mapping[str, Any]
    notes: Notes = field(default_factory=Notes)

    @property
    def id(self) -> str:
        found = self.raw.get("id")
        return found if isinstance(found, str) and ITEM.fullmatch(found) else ""

    @property
    def version(self) -> int | None:
        """The revision; the more, the newer."""
        found = self.raw.get("lastrevid")
        return found if type(found) is int and 0 < found < 2**63 else None

    def statements(self, prop: str) -> list[Statement]:
        """Those of the best rank: preferred ones if there are any, deprecated ones never."""
        claims = _mapping(self.raw.get("claims")).get(prop)
        if not isinstance(claims, list):
            return []
        rows = [row for row in claims if isinstance(row, dict)]
        ranks = [row.get("rank") for row in rows]
        best = "preferred" if "preferred" in ranks else "normal"
        kept = [row for row in rows if row.get("rank", "normal") == best]
        found = ((row, _mapping(row.get("mainsnak"))) for row in kept)
        return [
            Statement(_value(snak) if snak.get("snaktype") == "value" else None, _mapping(row.get("qualifiers")))
            for row, snak in found
            if snak.get("snaktype") in ("value", "somevalue")
        ]

    def items(self, prop: str) -> list[str]:
        """The Q ids that the property names, each once."""
        found = (item_of(statement.value) for statement in self.statements(prop))
        return list(dict.fromkeys(item for item in found if item))

    def classes(self) -> set[str]:
        return set(self.items("P31"))

    def text(self, prop: str, limit: int = 200) -> str:
        """The first usable text of the property, in one language or none."""
        for statement in self.statements(prop):
            value = statement.value
            if isinstance(value, dict):
                value = value.get("text")
            if isinstance(value, str) and (found := self.clean(value, limit, name=prop)):
                return found
        return ""

    def moment(self, prop: str, *, is_last: bool = False) -> When | None:
        """The earliest date of the property, or the last one."""
        found = [when for statement in self.statements(prop) if (when := self._when(statement.value, prop))]
        found.sort(key=lambda when: (when.year, when.day or date(when.year, 12, 31)), reverse=is_last)
        return found[0] if found else None

    def names(self) -> Iterator[tuple[str, str]]:
        """(language, name) of labels, then of other names."""
        for language, label in _mapping(self.raw.get("labels")).items():
            name = _mapping(label).get("value")
            if isinstance(language, str) and (found := self.clean(name, name=f"label ({language[:12]})")):
                yield language[:12], found
        for language, listed in _mapping(self.raw.get("aliases")).items():
            for alias in listed if isinstance(listed, list) else []:
                name = _mapping(alias).get("value")
                if isinstance(language, str) and (found := self.clean(name, name=f"alias ({language[:12]})")):
                    yield language[:12], found

    def label(self) -> tuple[str, str]:
        """The name and its language: German, else for all languages, else English, else nothing."""
        labels = _mapping(self.raw.get("labels"))
        for language in NAME_LANGUAGES:
            name = self.clean(_mapping(labels.get(language)).get("value"), name=f"label ({language})")
            if name:
                return name, language
        return "", ""

    def clean(self, value: Any, limit: int = 200, *, name: str) -> str:
        try:
            return values.text(value, limit, name=name)
        except values.BadValue as error:
            self.notes.add(str(error))
            return ""

    def _when(self, value: Any, prop: str) -> When | None:
        found = TIME.match(value["time"]) if isinstance(value, dict) and isinstance(value.get("time"), str) else None
        precision = value.get("precision") if isinstance(value, dict) else None
        if found is None or type(precision) is not int or precision < YEAR:
            return None
        year, month, day = (int(part) for part in found.groups())
        if not EARLIEST_YEAR <= year <= values.LATEST.year:
            self.notes.add(f"{prop} is not between {EARLIEST_YEAR} and {values.LATEST.year}: {year}")
            return None
        try:
            return When(year, date(year, month, day) if precision >= DAY else None)
        except ValueError:
            self.notes.add(f"{prop} is no date: {value['time'][:40]}")
            return None


def kind_of(entity: Entity) -> str:
    """series, person, organisation, franchise, work, or nothing that the catalogue takes."""
    classes = entity.classes()
    if classes & words.PARTS:
        return ""
    if words.HUMAN in classes:
        return "person"
    if classes & words.SERIES.keys():
        return "series"
    if classes & (words.NETWORKS | words.STREAMERS):
        return "organisation"
    if classes & words.FRANCHISES:
        return "franchise"
    if classes & words.WORKS.keys():
        return "work"
    # Classes are many; who has a series' number elsewhere is one.
    return "series" if any(entity.text(prop) for prop in ("P4983", "P4835", "P8600")) else ""


def named_by(entity: Entity) -> Iterator[str]:
    """The Q ids of whom and what a series names, characters too, as far as the catalogue takes them."""
    props = (
        *words.JOBS,
        words.NETWORK,
        words.BASED_ON,
        words.FOLLOWS,
        words.FOLLOWED_BY,
        words.PART_OF,
        words.SPIN_OFF,
    )
    for prop in (*props, words.FRANCHISE, *words.CAST):
        yield from entity.items(prop)
    for prop in words.CAST:
        for statement in entity.statements(prop):
            yield from (
                item for value in qualifier(statement, words.NAMES_OF_CHARACTERS[1]) if (item := item_of(value))
            )
    for prop, table in (("P495", words.COUNTRIES), ("P364", words.LANGUAGES)):
        yield from (item for item in entity.items(prop) if item not in table)


def entities_of(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(the id that was asked for, the entity) of an answer, of a dump's line or of a list."""
    if isinstance(document, list):
        for item in document:
            yield from entities_of(item)
    elif isinstance(document, dict) and isinstance(document.get("entities"), dict):
        for key, entity in document["entities"].items():
            yield str(key), _mapping(entity)
    elif isinstance(document, dict) and isinstance(document.get("entities"), list):
        yield from entities_of(document["entities"])
    elif isinstance(document, dict):
        yield str(document.get("id", "")), document
    else:
        yield "", {}


def item_of(value: Any) -> str:
    """The Q id of a value; "" when it is none. Old dumps name the number alone."""
    if not isinstance(value, dict):
        return ""
    number = value.get("numeric-id")
    found = value.get("id") or (f"Q{number}" if type(number) is int and value.get("entity-type") == "item" else "")
    return found if isinstance(found, str) and ITEM.fullmatch(found) else ""


def qualifier(statement: Statement, prop: str) -> list[Any]:
    """The values of a qualifier."""
    snaks = statement.qualifiers.get(prop)
    rows = [_mapping(snak) for snak in snaks] if isinstance(snaks, list) else []
    return [_value(row) for row in rows if row.get("snaktype") == "value"]


def _value(snak: Mapping[str, Any]) -> Any:
    return _mapping(snak.get("datavalue")).get("value")


def _mapping(value: Any) -> Mapping[str, Any]:
    """PHP writes an empty object as []."""
    return value if isinstance(value, dict) else {}
