"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from typing import Any

from staffellauf.common import dates
from staffellauf.syndication.feeds.description import Entry, Feed

VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> bytes:
    value = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.name.address,
        "description": feed.subtitle,
        "icon": feed.icon,
        "language": feed.language,
        "items": [item(entry) for entry in feed.entries],
    }
    if feed.hub:
        value["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# Any: what JSON holds.
def item(entry: Entry) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": dates.iso(entry.published_at),
        "date_modified": dates.iso(entry.updated_at),
        "authors": [{"name": one.name, "url": one.url} if one.url else {"name": one.name} for one in entry.authors],
        "tags": [topic.title for topic in entry.topics],
    }
    if entry.summary:
        value["summary"] = entry.summary
    if entry.image:
        value["image"] = entry.image.url
    if entry.elsewhere:
        value["external_url"] = entry.elsewhere[0].url
    return value
