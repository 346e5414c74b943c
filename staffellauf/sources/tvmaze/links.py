"""What an answer is, told by its links and, in older answers, by its fields."""

import re
from collections.abc import Mapping
from typing import Any

from staffellauf.sources import values

Raw = Mapping[str, Any]  # Any: what JSON holds.
SHOW = re.compile(r"/shows/(\d{1,10})(?:[/?#]|$)")
KINDS = {"shows": "show", "episodes": "episode", "seasons": "season", "people": "person"}
SELF = re.compile(r"/(shows|episodes|seasons|people)/\d+(?:[/?#]|$)")
SHOW_FIELDS = {"genres", "schedule", "externals", "premiered", "network", "webChannel", "weight"}
PERSON_FIELDS = {"gender", "birthday", "deathday"}
EPISODE_FIELDS = {"airdate", "airstamp", "airtime"}
SEASON_FIELDS = {"premiereDate", "episodeOrder", "endDate"}


def kind(raw: Raw) -> str:
    """One word for what the object is; "" for what TVmaze does not answer with."""
    if "body" in raw and "url" in raw:
        return "answer"
    if isinstance(raw.get("show"), dict) and "score" in raw:
        return "found show"
    if isinstance(raw.get("person"), dict):
        return _kind_of_person_row(raw)
    return _kind_by_self(raw) or _kind_by_fields(raw)


def show_id(raw: Raw) -> int | None:
    """The series that the object belongs to, as its link or the embedded series says."""
    for holder in (raw, raw.get("_embedded")):
        if isinstance(holder, dict) and isinstance(holder.get("show"), dict):
            return _number(holder["show"].get("id"))
    return show_of_address(_link(raw, "show").get("href"))


def show_of_address(address: Any) -> int | None:
    """82 of …/shows/82/episodes."""
    found = SHOW.search(address) if isinstance(address, str) else None
    return _number(found[1]) if found else None


def show_of(raw: Raw) -> Raw | None:
    """The whole series that an episode of a schedule brings along."""
    embedded = raw.get("_embedded")
    for holder in (raw, embedded if isinstance(embedded, dict) else {}):
        show = holder.get("show")
        if isinstance(show, dict) and "name" in show:
            return show
    return None


def name(raw: Raw, what: str) -> Any:
    """The name of what is linked or embedded; None if it does not say."""
    embedded = raw.get("_embedded")
    inner = embedded.get(what) if isinstance(embedded, dict) else None
    return inner.get("name") if isinstance(inner, dict) else _link(raw, what).get("name")


def message(raw: Raw) -> str:
    """What an error says; empty for none."""
    said = raw.get("message")
    return "".join(c for c in said if c.isprintable())[:200] if isinstance(said, str) else ""


def _kind_of_person_row(raw: Raw) -> str:
    if "score" in raw:
        return "found person"
    if "character" in raw:
        return "role"
    return "credit" if "type" in raw or "guestCrewType" in raw else ""


def _kind_by_self(raw: Raw) -> str:
    for address in (_link(raw, "self").get("href"), raw.get("url")):
        found = SELF.search(address) if isinstance(address, str) else None
        if found:
            return KINDS[found[1]]
    return ""


def _kind_by_fields(raw: Raw) -> str:
    keys = raw.keys()
    if "season" in keys and (keys & EPISODE_FIELDS or "number" in keys):
        return "episode"
    if "number" in keys and keys & SEASON_FIELDS:
        return "season"
    if "name" in keys and keys & SHOW_FIELDS:
        return "show"
    if "name" in keys and "id" in keys and keys & PERSON_FIELDS:
        return "person"
    return _kind_without_id(raw)


def _kind_without_id(raw: Raw) -> str:
    if "resolutions" in raw:
        return "image"
    if "message" in raw and ("status" in raw or "code" in raw):
        return "error"
    if "name" in raw and "country" in raw and "id" not in raw:
        return "aka"
    if "show" in _object(raw.get("_links")) and "id" not in raw:
        return "person's credit"
    return "changes" if raw and all(key.isdecimal() for key in raw) else ""


def _link(raw: Raw, what: str) -> Raw:
    return _object(_object(raw.get("_links")).get(what))


def _object(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    try:
        return values.number(value, highest=values.LARGE) or None
    except values.BadValue:
        return None
