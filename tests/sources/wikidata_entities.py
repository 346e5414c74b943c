"""Entities in Wikidata's JSON format, about things that do not exist."""

from typing import Any

SERIES, PERSON, NOVEL, FRANCHISE, CHANNEL, STREAMER = "Q5398426", "Q5", "Q8261", "Q196600", "Q2001305", "Q59152282"


def entity(
    number: str,
    labels: dict[str, str],
    claims: dict[str, list[dict[str, Any]]] | None = None,
    *,
    aliases: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    return {
        "type": "item",
        "id": number,
        "labels": {language: {"language": language, "value": name} for language, name in labels.items()},
        "aliases": {
            language: [{"language": language, "value": name} for name in names]
            for language, names in (aliases or {}).items()
        },
        # PHP writes an empty object as [].
        "claims": claims or [],
        "sitelinks": {},
    }


def item(*numbers: str, rank: str = "normal", **qualifiers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        statement({"entity-type": "item", "id": number, "numeric-id": int(number[1:])}, rank=rank, **qualifiers)
        for number in numbers
    ]


def text(value: str, *, rank: str = "normal") -> list[dict[str, Any]]:
    return [statement(value, rank=rank)]


def title(value: str, language: str) -> list[dict[str, Any]]:
    return [statement({"text": value, "language": language})]


def time(value: str, precision: int = 11, *, rank: str = "normal") -> list[dict[str, Any]]:
    return [statement({"time": value, "precision": precision, "timezone": 0}, rank=rank)]


def unknown(kind: str = "somevalue") -> list[dict[str, Any]]:
    return [{"mainsnak": {"snaktype": kind}, "type": "statement", "rank": "normal"}]


def statement(value: Any, *, rank: str = "normal", **qualifiers: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "mainsnak": {"snaktype": "value", "datavalue": {"value": value}},
        "type": "statement",
        "rank": rank,
        "qualifiers": {prop: [row["mainsnak"] for row in rows] for prop, rows in qualifiers.items()},
    }


def moor(**claims: list[dict[str, Any]]) -> dict[str, Any]:
    """A series with whatever it can have."""
    return entity(
        "Q900001",
        {"de": "Das stille Moor", "en": "The Quiet Moor", "fr": "La Lande"},
        {
            "P31": item(SERIES),
            "P1476": title("The Quiet Moor", "en"),
            "P345": text("tt9900001"),
            "P4983": text("9001"),
            "P4835": text("88001"),
            "P8600": text("77001"),
            "P580": time("+2019-10-06T00:00:00Z"),
            "P495": item("Q145", "Q183"),
            "P364": item("Q1860"),
            "P449": item("Q900010"),
            "P170": item("Q900020"),
            "P161": item("Q900021", P453=item("Q900030")) + item("Q900022", P4633=text("Old Reed")),
            "P144": item("Q900040"),
            "P8345": item("Q900050"),
        }
        | claims,
        aliases={"de": ["Moor"], "en-gb": ["Quiet Moor"]},
    )


def around() -> list[dict[str, Any]]:
    """Whom and what the series names."""
    return [
        entity("Q900010", {"de": "Kanal 9"}, {"P31": item(CHANNEL), "P17": item("Q183")}),
        entity("Q900020", {"mul": "Mara Quill"}, {"P31": item(PERSON), "P345": text("nm0990020"), "P4985": text("20")}),
        entity("Q900021", {"en": "Ansel Pike"}, {"P31": item(PERSON), "P21": item("Q6581097")}),
        entity("Q900022", {"de": "Iris Holm"}, {"P31": item(PERSON), "P569": time("+1980-05-01T00:00:00Z")}),
        entity("Q900030", {"de": "Tom Reed"}, {"P31": item("Q15773317")}),
        entity(
            "Q900040",
            {"de": "Nebelland"},
            {"P31": item(NOVEL), "P50": item("Q900020"), "P577": time("+1998-00-00T00:00:00Z", 9)},
        ),
        entity("Q900050", {"de": "Moorwelt"}, {"P31": item(FRANCHISE)}),
    ]
