"""Facts for programs: the published JSON Schema, and facts as JSON that is valid against it.

`python -m staffellauf.newsroom.facts.schema` writes docs/facts.schema.json.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from staffellauf.common import dates

VERSION = "1.0"
PLACE = Path(__file__).parents[3] / "docs" / "facts.schema.json"

# Any: JSON, here and below.
Json = dict[str, Any]


def schema() -> Json:
    """JSON Schema 2020-12 of a fact."""
    from staffellauf.catalogue.models import Release
    from staffellauf.newsroom.facts import kinds
    from staffellauf.newsroom.models import Fact, SourceKind

    day = {"type": "string", "format": "date"}
    properties: Json = {
        "id": {"type": "integer", "minimum": 1},
        "version": {"const": VERSION},
        "kind": {"enum": list(Fact.Kind.values)},
        "certainty": {"enum": list(Fact.Certainty.values)},
        "statement": {"type": "string", "description": "The fact as a sentence, in the language of the answer."},
        "article": {"type": "string", "format": "uri", "description": "Where it is reported."},
        "supersedes": {"type": ["integer", "null"], "description": "The fact in whose place it is."},
        "recorded": {"type": "string", "format": "date-time"},
        "when": {
            "type": "object",
            "properties": {
                "precision": {"enum": list(Release.Precision.values)},
                "first": day, "last": day, "at": {"type": "string", "format": "date-time"},
            },
            "required": ["precision", "first", "last"],
            "additionalProperties": False,
        },
        "source": {
            "type": "object",
            "properties": {
                "name": {"type": "string"}, "kind": {"enum": list(SourceKind.values)},
                "url": {"type": "string", "format": "uri"}, "date": day, "via": {"type": "string"},
            },
            "required": ["name", "kind"],
            "additionalProperties": False,
        },
    }  # fmt: skip
    for slot in kinds.SLOTS.values():
        if slot.type != kinds.WHEN:
            properties[slot.name] = _slot(slot)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/facts-{VERSION}.json",
        "title": "Fact",
        "description": "One typed, sourced statement of an article on television series.",
        "type": "object",
        "properties": properties,
        "required": ["id", "version", "kind", "certainty", "statement", "article", "recorded"],
        "additionalProperties": False,
        "$defs": {
            "topic": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"},
                               "url": {"type": "string", "format": "uri"}},
                "required": ["id", "name", "url"],
                "additionalProperties": False,
            }
        },
        "allOf": [_of_kind(kind) for kind in Fact.Kind.values],
    }  # fmt: skip


def _slot(slot: Any) -> Json:
    from staffellauf.newsroom.facts import kinds

    match slot.type:
        case kinds.TOPIC:
            return {"$ref": "#/$defs/topic"}
        case kinds.NUMBER:
            return {"type": "integer", "minimum": 0, "maximum": slot.limit}
        case kinds.DECIMAL:
            return {"type": "number", "minimum": 0, "maximum": slot.limit}
        case kinds.COUNTRY:
            return {"type": "string", "pattern": "^[A-Z]{2}$"}
        case kinds.CHOICE:
            hows = [value for of in kinds.HOW.values() for value in of]
            return {"enum": list(slot.choices) or hows}
        case _:
            return {"type": "string", "maxLength": slot.limit}


def _of_kind(kind: str) -> Json:
    """Which slots belong to the kind; a topic that is gone from the catalogue may be missing."""
    from staffellauf.newsroom.facts import kinds

    others = [name for name in kinds.SLOTS if name not in kinds.SHAPES[kind].slots]
    required = [name for name in kinds.required_of(kind) if kinds.SLOTS[name].type != kinds.TOPIC]
    then: Json = {"properties": dict.fromkeys(others, False)}
    if required:
        then["required"] = required
    return {"if": {"properties": {"kind": {"const": kind}}}, "then": then}


# Any: a Fact; the models cannot be imported before Django is set up.
def as_json(fact: Any) -> Json:
    """Valid against the schema. The topics and the article are read with it by `queries.with_topics`."""
    from staffellauf.newsroom.facts import kinds, words

    found: Json = {
        "id": fact.pk, "version": VERSION, "kind": fact.kind, "certainty": fact.certainty,
        "statement": words.statement(fact), "article": address(fact.article.get_absolute_url()),
        "supersedes": fact.supersedes_id, "recorded": dates.iso(fact.created_at), **fact.slots,
    }  # fmt: skip
    for name in kinds.COLUMNS:
        value = getattr(fact, name)
        if value is not None:
            found[name] = of_topic(value) if hasattr(value, "get_absolute_url") else value
    if fact.first_on:
        found["when"] = {"precision": fact.precision, "first": str(fact.first_on), "last": str(fact.last_on)}
        found["when"] |= {"at": dates.iso(fact.happens_at)} if fact.happens_at else {}
    if fact.source_name:
        source = {"name": fact.source_name, "kind": fact.source_kind, "url": fact.source_url, "via": fact.source_via}
        source |= {"date": str(fact.source_on) if fact.source_on else ""}
        found["source"] = {name: value for name, value in source.items() if value}
    return found


# Any: a Topic.
def of_topic(topic: Any) -> Json:
    return {"id": topic.pk, "name": topic.name, "url": address(topic.get_absolute_url())}


def address(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def main() -> None:
    PLACE.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffellauf.settings")
    django.setup()
    main()
