"""The JSON Schema that the docs bring says the same as the reader."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from staffellauf.sources.own import read, schema
from staffellauf.sources.records import Refused
from tests.sources.test_own_read import EXAMPLE, file

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINES = [json.loads(line) for line in EXAMPLE.read_text().splitlines()]


@pytest.fixture(scope="module")
def judge() -> Any:
    validator = jsonschema.Draft202012Validator(json.loads((DOCS / "catalogue-format.schema.json").read_text()))
    validator.check_schema(validator.schema)
    return validator


def test_the_schema_in_the_docs_is_the_readers() -> None:
    made = "python -m staffellauf.sources.own.schema > docs/catalogue-format.schema.json"

    assert (DOCS / "catalogue-format.schema.json").read_text() == schema.text(), made


def test_every_line_of_the_example_is_valid(judge: Any) -> None:
    for line in LINES:
        judge.validate(line)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a line, as the object or list that holds it and its key."""
    if isinstance(value, dict):
        return [place for key, item in value.items() for place in [(value, key), *places(item)]]
    if isinstance(value, list):
        return [place for key, item in enumerate(value) for place in [(value, key), *places(item)]]
    return []


WRONG: list[Any] = [5.5, [], {}, True, {"x": 1}, "\u0007 not that", -1, 10**12, "x" * 20_000]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:12])
def test_schema_and_reader_refuse_the_same(judge: Any, tmp_path: Path, wrong: Any) -> None:
    cases = []
    for line in LINES[1:]:
        for number in range(len(places(line))):
            changed = copy.deepcopy(line)
            holder, key = places(changed)[number]
            holder[key] = wrong
            # What a vague date may be called, no pattern says.
            if key != "when" or not isinstance(wrong, str):
                cases.append(changed)
    known = file(tmp_path, *cases, header=LINES[0])

    found = list(read.records(known))

    apart = [
        (json.dumps(case, ensure_ascii=False)[:200], getattr(record, "reason", "read"))
        for case, record in zip(cases, found, strict=True)
        if judge.is_valid(case) == isinstance(record, Refused)
    ]
    assert apart == []


def test_every_json_snippet_in_the_docs_is_valid(judge: Any, tmp_path: Path) -> None:
    text = (DOCS / "catalogue-format.md").read_text()
    snippets = [json.loads(part.split("```")[0]) for part in text.split("```json")[1:]]
    header, season, release = snippets

    judge.validate(header)
    judge.validate({"type": "series", "name": "Dark", "seasons": [season], "releases": [release]})
