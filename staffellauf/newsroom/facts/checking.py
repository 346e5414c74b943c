"""From values that somebody handed in (a form, a read line, a program) to a statement that the database can hold."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Topic
from staffellauf.common import text
from staffellauf.common.vague import NoDate, Vague
from staffellauf.newsroom.facts import kinds, when
from staffellauf.newsroom.facts.kinds import Slot
from staffellauf.newsroom.models import Fact, SourceKind

BIG = 10**18
SOURCE_NAME, SOURCE_URL, LINE = 120, 600, 400
SOURCE_FIELDS = ("source_name", "source_kind", "source_url", "source_on", "source_via")
OTHERS = ("kind", "certainty", *SOURCE_FIELDS, "updates_catalogue", "line")


class Wrong(Exception):
    """What was handed in is no fact; `sentences` say why, each naming its slot."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact's columns and slots, checked. Topics are ids of rows that are there and not merged."""

    kind: str
    certainty: str
    columns: dict[str, int] = field(default_factory=dict)
    when: Vague | None = None
    slots: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    source: dict[str, Any] = field(default_factory=dict)  # Any: a text or a day
    line: str = ""
    updates_catalogue: bool = False

    def fields(self) -> dict[str, Any]:
        """As `Fact` takes them."""
        values: dict[str, Any] = {"kind": self.kind, "certainty": self.certainty, "slots": self.slots}
        for name in kinds.COLUMNS:
            column = f"{name}_id" if name in kinds.TOPIC_COLUMNS else name
            values[column] = self.columns.get(name)
        values |= {
            "precision": self.when.precision.value if self.when else "",
            "first_on": self.when.first if self.when else None,
            "last_on": self.when.last if self.when else None,
            "happens_at": self.when.at if self.when else None,
        }
        return values | self.source | {"line": self.line, "updates_catalogue": self.updates_catalogue}

    @property
    def digest(self) -> str:
        return digest_of(Fact(**self.fields()))


def digest_of(fact: Fact) -> str:
    """Of what the fact states: kind, slots and days, and whether it is a denial; who says it and how sure is not in."""
    stated = {
        "kind": fact.kind,
        "denied": fact.certainty == Fact.Certainty.RETRACTED,
        "columns": [
            getattr(fact, f"{name}_id" if name in kinds.TOPIC_COLUMNS else name) or 0 for name in kinds.COLUMNS
        ],
        "when": [str(fact.first_on), str(fact.last_on), fact.happens_at.isoformat() if fact.happens_at else ""],
        "slots": {name: text.fold(str(value)) for name, value in sorted(fact.slots.items())},
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


# Any: whatever somebody handed in, here and below.
def checked(values: Mapping[str, Any], *, base: date) -> Statement:
    """The statement; `base` is the day that dates without a year are told from. Raises Wrong."""
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in kinds.SHAPES:
        raise Wrong(_("Say what kind of fact it is."))
    wrong: list[str] = []
    _check_names(kind, values, wrong)
    read: dict[str, Any] = {}
    for slot in kinds.slots_of(kind):
        value = values.get(slot.name)
        if value is None or value == "":
            continue
        try:
            meant = _value(kind, slot, value, base)
        except Wrong as error:
            wrong += error.sentences
            continue
        if meant != "":
            read[slot.name] = meant
    _resolve_topics(kind, read, wrong)
    _check_complete(kind, read, wrong)
    source = _source(values, wrong)
    certainty = _one_of(
        values.get("certainty") or Fact.Certainty.REPORTED, Fact.Certainty.values, _("certainty"), wrong
    )
    if wrong:
        raise Wrong(*dict.fromkeys(wrong))
    return _statement(kind, certainty, read, source=source, values=values)


def _statement(
    kind: str, certainty: str, read: dict[str, Any], *, source: dict[str, Any], values: Mapping[str, Any]
) -> Statement:
    return Statement(
        kind=kind,
        certainty=certainty,
        columns={name: read[name] for name in kinds.COLUMNS if name in read},
        when=read.get("when"),
        slots={name: value for name, value in read.items() if not kinds.SLOTS[name].in_column},
        source=source,
        line=_plain(str(values.get("line") or ""))[:LINE],
        updates_catalogue=bool(values.get("updates_catalogue")) and kinds.SHAPES[kind].has_counterpart,
    )


def _check_names(kind: str, values: Mapping[str, Any], wrong: list[str]) -> None:
    own = {slot.name for slot in kinds.slots_of(kind)}
    for name, value in values.items():
        if name in own or name in OTHERS or value in (None, ""):
            continue
        label = kinds.SLOTS[name].label if name in kinds.SLOTS else str(name)[:40]
        what = {"kind": Fact.Kind(kind).label, "slot": label}
        wrong.append(_("“%(slot)s” does not belong to a fact of the kind “%(kind)s”.") % what)


def _value(kind: str, slot: Slot, value: Any, base: date) -> Any:
    match slot.type:
        case kinds.TOPIC:
            return _number(slot, getattr(value, "pk", value), BIG, lowest=1)
        case kinds.NUMBER:
            return _number(slot, value, slot.limit)
        case kinds.DECIMAL:
            return _decimal(slot, value)
        case kinds.WHEN:
            return _when(slot, value, base)
        case kinds.CHOICE:
            return _choice(kind, slot, value)
        case kinds.COUNTRY:
            return _country(slot, value)
        case _:
            return _text(slot, value)


def _number(slot: Slot, value: Any, highest: int, *, lowest: int = 0) -> int:
    words = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (words.isascii() and words.isdigit() and len(words) <= 18 and lowest <= int(words) <= highest):
        asked = {"slot": slot.label, "highest": highest}
        if slot.type == kinds.TOPIC:
            raise Wrong(_("“%(slot)s” names no entry of the catalogue.") % asked)
        raise Wrong(_("“%(slot)s” is a whole number up to %(highest)s.") % asked)
    return int(words)


def _decimal(slot: Slot, value: Any) -> float | int:
    refused = Wrong(_("“%(slot)s” is a number up to %(highest)s.") % {"slot": slot.label, "highest": slot.limit})
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 24:
        raise refused
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        raise refused from None
    if not math.isfinite(number) or not 0 <= number <= slot.limit:
        raise refused
    return int(number) if number.is_integer() else round(number, 3)


def _when(slot: Slot, value: Any, base: date) -> Vague:
    if isinstance(value, Vague):
        return value
    if not isinstance(value, str):
        raise Wrong(_("“%(slot)s” is a date in words, such as “early February 2026”.") % {"slot": slot.label})
    try:
        return when.read(_plain(value), base=base)
    except NoDate:
        what = {"slot": slot.label, "words": _plain(value)[:60]}
        raise Wrong(_("“%(slot)s”: “%(words)s” is no date that can be read.") % what) from None


def _choice(kind: str, slot: Slot, value: Any) -> str:
    known = kinds.choices_of(kind, slot)
    if not isinstance(value, str) or value not in known:
        what = {"slot": slot.label, "choices": ", ".join(str(label) for label in known.values())}
        raise Wrong(_("“%(slot)s” is one of: %(choices)s.") % what)
    return value


def _country(slot: Slot, value: Any) -> str:
    if not (isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha()):
        raise Wrong(_("“%(slot)s” is a country of two letters, such as DE.") % {"slot": slot.label})
    return value.upper()


def _text(slot: Slot, value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(_("“%(slot)s” is text.") % {"slot": slot.label})
    plain = _plain(value)
    if len(plain) > slot.limit:
        what = {"slot": slot.label, "highest": slot.limit}
        raise Wrong(_("“%(slot)s” is longer than %(highest)s characters.") % what)
    return plain


def _plain(value: str) -> str:
    """One line without what a database does not hold: NUL and halves of characters."""
    readable = value.replace("\0", "").encode("utf-8", "ignore").decode()
    return " ".join(readable.split())


def _resolve_topics(kind: str, read: dict[str, Any], wrong: list[str]) -> None:
    """A merged entry is the one that took its place. What is of another kind is refused."""
    names = [name for name in kinds.TOPIC_COLUMNS if name in read]
    topics = Topic.everything.select_related("merged_into").in_bulk([read[name] for name in names])
    for name in names:
        found = topics.get(read[name])
        topic = (found.merged_into or found) if found else None
        if topic is None or topic.kind != kinds.SLOTS[name].topic_kind:
            wrong.append(_("“%(slot)s” names no entry of the catalogue.") % {"slot": kinds.SLOTS[name].label})
        else:
            read[name] = topic.pk
    if read.get("series") is not None and read.get("series") == read.get("other_series"):
        wrong.append(_("“%(slot)s” is the same as the series.") % {"slot": kinds.SLOTS["other_series"].label})


def _check_complete(kind: str, read: Mapping[str, Any], wrong: list[str]) -> None:
    shape = kinds.SHAPES[kind]
    for name in shape.required:
        if name not in read:
            wrong.append(_("“%(slot)s” is missing.") % {"slot": kinds.SLOTS[name].label})
    if shape.one_of and not any(name in read for name in shape.one_of):
        labels = " / ".join(str(kinds.SLOTS[name].label) for name in shape.one_of)
        wrong.append(_("“%(slot)s” is missing.") % {"slot": labels})
    if "episode_number" in read and "season_number" not in read:
        wrong.append(_("An episode needs its season."))


def _source(values: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, label, limit in (
        ("source_name", _("source"), SOURCE_NAME),
        ("source_via", _("via"), SOURCE_NAME),
        ("source_url", _("address"), SOURCE_URL),
    ):
        value = values.get(name) or ""
        plain = _plain(value) if isinstance(value, str) else ""
        if not isinstance(value, str) or len(plain) > limit:
            wrong.append(_("“%(slot)s” is longer than %(highest)s characters.") % {"slot": label, "highest": limit})
        found[name] = plain
    found["source_kind"] = _one_of(
        values.get("source_kind") or SourceKind.TRADE_PRESS, SourceKind.values, _("kind of source"), wrong
    )
    found["source_on"] = _day(values.get("source_on"), wrong)
    if found["source_url"]:
        try:
            URLValidator(schemes=["http", "https"])(found["source_url"])
        except ValidationError:
            wrong.append(_("“%(slot)s” is no address of a web page.") % {"slot": _("address")})
    return found


def _one_of(value: Any, known: list[str], label: str, wrong: list[str]) -> str:
    if not isinstance(value, str) or value not in known:
        wrong.append(_("“%(slot)s” has no such value.") % {"slot": label})
        return known[0]
    return str(value)


def _day(value: Any, wrong: list[str]) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        wrong.append(_("“%(slot)s” is a day, such as 2026-01-23.") % {"slot": _("reported on")})
        return None
