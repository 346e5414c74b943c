"""A document of any sort as a Reading: RSS, Atom, RDF by feedparser, JSON Feed by ourselves, a page by its links."""

import codecs
import io
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from staffellauf.finds.reading import json_feed, scan, words
from staffellauf.finds.reading.records import MAX_NAME, Item, Reading

# The newest of a feed; whoever publishes more between two looks is looked at more often.
MAX_ITEMS = 200
# Where the head of a page ends at the latest, and where a feed shows what it is.
PAGE_HEAD, FEED_HEAD = 200_000, 4_096
FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
MAX_ALTERNATES = 10
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)[\s>:/]", re.IGNORECASE)
PASSWORD = re.compile(rb"<input[^>]{0,400}type\s*=\s*[\"']?password", re.IGNORECASE)
# Longest first: the mark of UTF-16 begins that of UTF-32.
MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32be"), (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF16_BE, "utf-16be"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF8, "utf-8"),
)  # fmt: skip
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# RSS 1.0's module for syndication, in minutes.
PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


# Any, here and below: what feedparser makes of a feed.
def read(body: bytes, *, url: str = "", content_type: str = "") -> Reading:
    """Never raises for what the document holds; `problem` says what is wrong with it."""
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return Reading(problem="empty_answer")
    if json_feed.is_json(body):
        return finished(json_feed.read(body, url=url))
    result: dict[str, Any] = {}
    headers = {"content-type": _as_xml(content_type, body), "content-location": url}
    try:
        markup = convert_to_utf8(dict(headers), body, result)
        if is_page(markup):
            return page(markup, url=url)
        markup, is_cut = scan.checked(markup)
    except scan.Dangerous as refusal:
        return Reading(problem=str(refusal))
    if not is_cut and not result.get("encoding"):
        markup = body
    return finished(_parsed(markup, headers, is_ill_formed=bool(result.get("bozo"))))


def _as_xml(content_type: str, body: bytes) -> str:
    """Feeds come as anything; the media type decides about the encoding, and only an XML one knows how. A byte order
    mark is stronger than what anybody says (RFC 7303, 3.3)."""
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return f"application/xml; charset={encoding}"
    if "xml" in content_type.partition(";")[0].lower():
        return content_type
    charset = CHARSET.search(content_type)
    return f"application/xml; charset={charset[1]}" if charset else "application/xml"


def _parsed(markup: bytes, headers: dict[str, str], *, is_ill_formed: bool) -> Reading:
    # What was looked at is what is parsed: the encoding is settled.
    settled = headers | {"content-type": "application/xml; charset=utf-8"}
    # The texts of entries are not kept, so nobody need clean or link them; headlines are cleaned by us.
    found = feedparser.parse(
        io.BytesIO(markup), response_headers=settled, sanitize_html=False, resolve_relative_uris=False
    )
    about = found.feed
    if not found.version and not found.entries and not about.get("title"):
        return Reading(problem="no_feed", is_ill_formed=True)
    return Reading(
        format=str(found.version or ""),
        title=words.headline(about.get("title"), limit=MAX_NAME),
        homepage=words.link(about.get("link"), base=headers["content-location"]),
        language=language(about.get("language")),
        ttl_minutes=ttl(about),
        items=[_item(entry, base=headers["content-location"]) for entry in found.entries],
        is_ill_formed=is_ill_formed or bool(found.bozo),
    )


def _item(entry: Mapping[str, Any], *, base: str) -> Item:
    guid = entry.get("id")
    # Asked for without being there, it would answer with the other and a warning.
    updated = entry.get("updated_parsed") if "updated_parsed" in entry else None
    return Item(
        guid=guid if isinstance(guid, str) else "",
        link=words.link(_address(entry), base=base),
        title=words.headline(entry.get("title")),
        published_at=moment(entry.get("published_parsed") or updated),
    )


def _address(entry: Mapping[str, Any]) -> object:
    """The page of the entry. FeedBurner names the publisher's own address apart."""
    if original := entry.get("feedburner_origlink"):
        return original
    if entry.get("link"):
        return entry["link"]
    links = [link for link in entry.get("links", []) if link.get("href")]
    pages = [link for link in links if link.get("rel") in (None, "alternate")]
    return pages[0]["href"] if pages else ""


def moment(parsed: object) -> str:
    """feedparser's time as ISO 8601; empty when there is none, or none that a calendar knows."""
    if not isinstance(parsed, time.struct_time | tuple) or len(parsed) < 6:
        return ""
    try:
        return datetime(*[int(part) for part in parsed[:6]], tzinfo=UTC).isoformat()  # type: ignore[arg-type,misc]
    except (ValueError, OverflowError, TypeError):
        return ""


def language(value: object) -> str:
    """The language without its region: `de-DE` is `de`."""
    found = re.match(r"[a-z]{2,3}(?=$|[-_])", value.strip().lower()) if isinstance(value, str) else None
    return found[0] if found else ""


def ttl(about: Mapping[str, Any]) -> int:
    """Minutes for which the feed says it need not be asked again; 0 when it says nothing."""
    said = str(about.get("ttl") or "").strip()
    if said.isascii() and said.isdecimal() and len(said) <= 6:
        return int(said)
    period = PERIODS.get(str(about.get("sy_updateperiod") or "").strip().lower(), 0)
    times = str(about.get("sy_updatefrequency") or "1").strip()
    return period // max(1, int(times)) if times.isascii() and times.isdecimal() and len(times) <= 6 else period


def finished(reading: Reading) -> Reading:
    """With the newest of what can be used, each entry once, and what is wrong with the whole."""
    reading.found = len(reading.items)
    if reading.problem:
        return reading
    usable = list(_once(item for item in reading.items if item.title and item.link))
    if not usable and reading.items:
        lacks_title = not any(item.title for item in reading.items)
        reading.problem = "no_titles" if lacks_title else "no_links"
    elif not usable:
        reading.problem = "no_entries"
    dated = sorted(usable, key=lambda item: item.published_at, reverse=True)
    reading.items = (dated if dated and dated[0].published_at else usable)[:MAX_ITEMS]
    return reading


def _once(items: Iterable[Item]) -> Iterable[Item]:
    """Without repetitions: the same guid and headline, or the same page."""
    seen: set[tuple[str, ...]] = set()
    for item in items:
        keys = {("link", words.canonical(item.link), item.title)}
        if item.guid:
            keys.add(("guid", item.guid, item.title))
        if not keys & seen:
            yield item
        seen |= keys


def is_page(markup: bytes) -> bool:
    head = markup[:FEED_HEAD]
    found = HTML.search(head)
    return bool(found) and not FEED.search(head[: found.start()] if found else b"")


def page(markup: bytes, *, url: str) -> Reading:
    """A web page, with the feeds that it names."""
    finder = _Alternates(url)
    finder.feed(markup[:PAGE_HEAD].decode("utf-8", "replace"))
    if finder.found:
        return Reading(problem="page", alternates=list(dict.fromkeys(finder.found))[:MAX_ALTERNATES])
    return Reading(problem="login" if PASSWORD.search(markup) else "page_without_feeds")


class _Alternates(HTMLParser):
    """`<link rel=alternate type=application/rss+xml href=…>`."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "base" and said.get("href"):
            self.base = words.link(said["href"], base=self.base) or self.base
        is_feed = said.get("type", "").split(";")[0].strip().lower() in FEED_TYPES
        if tag in ("link", "a") and is_feed and "alternate" in said.get("rel", "").lower().split():
            if address := words.link(said.get("href"), base=self.base):
                self.found.append((words.headline(said.get("title"), limit=MAX_NAME), address))
