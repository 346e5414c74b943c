"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not read."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from staffellauf.finds.reading import words
from staffellauf.finds.reading.records import MAX_NAME, Item, Reading

MAX_ENTRIES = 1000
LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")


def is_json(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read(body: bytes, *, url: str) -> Reading:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Reading(problem="no_feed", is_ill_formed=True)
    if not isinstance(said, dict) or "jsonfeed.org/version/" not in str(said.get("version"))[:100]:
        return Reading(problem="no_feed")
    entries = said.get("items")
    entries = entries[:MAX_ENTRIES] if isinstance(entries, list) else []
    return Reading(
        format="json",
        title=words.headline(said.get("title"), limit=MAX_NAME),
        homepage=words.link(said.get("home_page_url"), base=url),
        language=_language(said.get("language")),
        items=[_item(entry, base=url) for entry in entries if isinstance(entry, dict)],
        is_ill_formed=not all(isinstance(entry, dict) for entry in entries),
    )


# Any: what JSON holds.
def _item(entry: dict[str, Any], *, base: str) -> Item:
    guid = entry.get("id")
    return Item(
        guid=str(guid) if isinstance(guid, str | int) else "",
        link=words.link(entry.get("url") or entry.get("external_url"), base=base),
        title=words.headline(entry.get("title")),
        published_at=_moment(entry.get("date_published") or entry.get("date_modified")),
    )


def _moment(value: Any) -> str:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC).isoformat() if found and found.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def _language(value: Any) -> str:
    found = LANGUAGE.match(value.lower()) if isinstance(value, str) else None
    return found[0] if found else ""
