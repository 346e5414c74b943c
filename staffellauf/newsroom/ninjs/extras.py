"""What ninjs has no field for, as we write and read it: a body of a media type of our own, which others skip."""

import json
from collections.abc import Iterator
from typing import Any

from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import STARS, Kind
from staffellauf.newsroom.ninjs import nodes
from staffellauf.newsroom.ninjs.items import InvalidItem
from staffellauf.newsroom.ninjs.nodes import Node

TYPE = "application/vnd.staffellauf.article+json"
VERSION = 1
# Seasons and episodes have at most so high a number.
MOST = 32_767
# How others call what we call a kind (IPTC genre NewsCodes and what agencies write), in lower case.
GENRES: dict[str, str] = {
    **{kind.value: kind.value for kind in Kind if kind != Kind.FIND},
    **{slug: kind for slug, kind in kinds.SLUGS.items() if kind in Kind.values},
    "nachricht": Kind.NEWS, "meldung": Kind.NEWS, "current": Kind.NEWS, "update": Kind.NEWS,
    "feature": Kind.SPECIAL, "background": Kind.SPECIAL, "hintergrund": Kind.SPECIAL,
    "nachruf": Kind.OBITUARY, "kritik": Kind.REVIEW, "rezension": Kind.REVIEW, "q&a": Kind.INTERVIEW,
    "advertiser supplied": Kind.ADVERTISEMENT, "advertorial": Kind.ADVERTISEMENT, "anzeige": Kind.ADVERTISEMENT,
}  # fmt: skip


def kind_of(root: Node, warnings: list[str]) -> str:
    """The first genre that is a kind of ours, else the profile when it is one; empty without."""
    named = list(genres(root))
    for name in [*named, root.text("profile")]:
        if found := GENRES.get(name.lower().rpartition("/")[2]):
            return str(found)
    if named:
        warnings.append(f"genres: left out, {named[0][:100]} is no kind of article here")
    return ""


def genres(root: Node) -> Iterator[str]:
    if single := root.text("genre") if isinstance(root.values.get("genre"), str) else "":
        yield single
    for entry in root.nodes("genres"):
        yield from (found for key in ("literal", "code", "name", "uri") if (found := entry.text(key, limit=300)))


# Any: whatever JSON holds.
def read(root: Node) -> dict[str, Any]:
    """Verdict, period and spoilers, under the names of an Item; empty for what others wrote."""
    for entry in root.nodes("bodies"):
        if entry.text("contenttype").partition(";")[0].strip().lower() == TYPE:
            told = nodes.parse(entry.lines("value", limit=100_000).encode())
            return {
                "half_stars": number(told, "half_stars", most=2 * STARS),
                "starts_period": told.text("starts_period", limit=8),
                "spoils_season": number(told, "spoils_season", most=MOST, least=0),
                "spoils_episode": number(told, "spoils_episode", most=MOST),
            }
    return {}


def number(told: Node, key: str, *, most: int, least: int = 1) -> int | None:
    value = told.values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidItem(f"bodies ({TYPE}).{key}", f"expected a whole number from {least} to {most}")
    return value


# Any: whatever JSON holds.
def write(values: dict[str, Any]) -> dict[str, str]:
    """The body that holds them."""
    told = {"version": VERSION, **{name: value for name, value in values.items() if value not in (None, "", [])}}
    return {"role": "staffellauf", "contentType": TYPE, "value": json.dumps(told, ensure_ascii=False)}
