"""What may stand in a line of our own format: described once, for checking and for the JSON Schema alike."""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from staffellauf.sources.values import BadValue

# More of one line are not told: whoever wrote it mends these first.
PROBLEMS_TOLD = 5
ANY_SOURCE = r"^(editor|sample|tmdb|tvmaze|wikidata|xmltv|own(-[a-z0-9-]{1,36})?)$"


@dataclass(slots=True)
class Checked:
    """One line while it is checked: what is wrong with it, and which data sources it may name."""

    sources: frozenset[str]
    problems: list[str] = field(default_factory=list)

    # Any in this file: what JSON holds, and what becomes of it.
    def expect(self, expected: str, value: Any, *, path: str) -> None:
        self.tell(f"expected {expected}, found {shown(value)}", path=path)

    def tell(self, problem: str, *, path: str) -> None:
        self.problems.append(f"{path or 'the line'}: {problem}")

    @property
    def told(self) -> str:
        more = len(self.problems) - PROBLEMS_TOLD
        return "; ".join([*self.problems[:PROBLEMS_TOLD], *([f"and {more} more"] if more > 0 else [])])


def shown(value: Any) -> str:
    """The value as it stands in the file, cut short."""
    try:
        written = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return type(value).__name__
    return written if len(written) <= 60 else f"{written[:57]}…"


class Shape(Protocol):
    def read(self, value: Any, path: str, checked: Checked) -> Any:
        """The value with our types; with a problem told, None or a part of it."""

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        """As JSON Schema; objects go to `defs`."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `convert` raises BadValue."""

    expected: str
    convert: Callable[[Any], Any]
    rule: Mapping[str, Any]

    def read(self, value: Any, path: str, checked: Checked) -> Any:
        try:
            return self.convert(value)
        except (BadValue, OverflowError, ValueError):
            checked.expect(self.expected, value, path=path)
            return None

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return dict(self.rule)


@dataclass(frozen=True, slots=True)
class SourceKey:
    """The key of a data source that we know or that the file names at its beginning."""

    def read(self, value: Any, path: str, checked: Checked) -> str:
        if not isinstance(value, str) or value not in checked.sources:
            checked.expect(f"a data source ({', '.join(sorted(checked.sources))})", value, path=path)
            return ""
        return value

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "pattern": ANY_SOURCE}


@dataclass(frozen=True, slots=True)
class ListOf:
    shape: Shape
    one_alone: bool = False
    """Whether a single value may stand for a list of one."""

    def read(self, value: Any, path: str, checked: Checked) -> tuple[Any, ...]:
        if self.one_alone and not isinstance(value, list):
            return (self.shape.read(value, path, checked),)
        if not isinstance(value, list):
            checked.expect("a list", value, path=path)
            return ()
        return tuple(self.shape.read(item, f"{path}[{place}]", checked) for place, item in enumerate(value))

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        item = self.shape.schema(defs)
        many = {"type": "array", "items": item}
        return {"anyOf": [item, many]} if self.one_alone else many


@dataclass(frozen=True, slots=True)
class Sources:
    """Fields and the data source that each came from."""

    names: tuple[str, ...] = ()
    """None: any."""

    def read(self, value: Any, path: str, checked: Checked) -> dict[str, str]:
        if not isinstance(value, dict):
            checked.expect("an object of names and data sources", value, path=path)
            return {}
        for name in value:
            if self.names and name not in self.names:
                unknown(name, self.names, path=path, checked=checked)
        return {name: SourceKey().read(key, f"{path}.{name}", checked) for name, key in value.items()}

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        rule: dict[str, Any] = {"type": "object", "additionalProperties": SourceKey().schema(defs)}
        return rule | ({"propertyNames": {"enum": list(self.names)}} if self.names else {})


@dataclass(frozen=True, slots=True)
class Either:
    """One thing as an object, another as anything else."""

    plain: Scalar
    detailed: "Object"

    def read(self, value: Any, path: str, checked: Checked) -> Any:
        return (self.detailed if isinstance(value, dict) else self.plain).read(value, path, checked)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [self.plain.schema(defs), self.detailed.schema(defs)]}


Rule = Callable[[dict[str, Any], str, Checked], None]
"""What must hold between the keys of an object; called when each of them is right by itself."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these keys and no others."""

    name: str
    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    """At least one of these must be there."""
    rules: tuple[Rule, ...] = ()

    def read(self, value: Any, path: str, checked: Checked) -> dict[str, Any]:
        if not isinstance(value, dict):
            checked.expect("an object", value, path=path)
            return {}
        before = len(checked.problems)
        found = {}
        for key, item in value.items():
            shape = self.keys.get(key)
            if shape is None:
                unknown(key, tuple(self.keys), path=path, checked=checked)
            else:
                found[key] = shape.read(item, f"{path}.{key}" if path else key, checked)
        self._check_keys(found, path, checked)
        if len(checked.problems) == before:
            for rule in self.rules:
                rule(found, path, checked)
        return found

    def _check_keys(self, found: dict[str, Any], path: str, checked: Checked) -> None:
        for key in self.required:
            if key not in found:
                checked.tell(f"{key} is missing", path=path)
        if self.any_of and not any(found.get(key) for key in self.any_of):
            checked.tell(f"one of {', '.join(self.any_of)} must be there", path=path)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        if self.name not in defs:
            defs[self.name] = {}
            properties = {key: shape.schema(defs) for key, shape in self.keys.items()}
            rule: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
            if self.required:
                rule["required"] = list(self.required)
            if self.any_of:
                rule["anyOf"] = [{"required": [key]} for key in self.any_of]
            defs[self.name] = rule
        return {"$ref": f"#/$defs/{self.name}"}


def unknown(key: str, known: tuple[str, ...], *, path: str, checked: Checked) -> None:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f", nearest is {near[0]}" if near else f"; known are {', '.join(sorted(known))}"
    checked.tell(f"unknown key {shown(key)}{hint}", path=path)
