"""Lists of feeds as feed readers exchange them: OPML 2.0 (http://opml.org/spec2.opml)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import quoteattr

from staffellauf.finds.models import Feed
from staffellauf.finds.reading import scan, words
from staffellauf.finds.reading.records import MAX_NAME

MAX_BYTES = 2 * 2**20
MAX_FEEDS = 1000
OUTLINE = re.compile(r"<outline\b([^<>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class NoList(Exception):
    """It is no OPML, or one that no honest reader writes."""


@dataclass(frozen=True, slots=True)
class Entry:
    address: str
    title: str
    homepage: str
    language: str


def read(content: bytes) -> list[Entry]:
    """The feeds that it names, in folders or not. Raises NoList.

    Only start tags and their attributes matter, and lists in the wild are often ill-formed: no XML parser is asked.
    """
    if len(content) > MAX_BYTES or b"<opml" not in content[:10_000].lower():
        raise NoList
    try:
        markup, _ = scan.checked(content)
    except scan.Dangerous as refusal:
        raise NoList from refusal
    text = markup.decode("utf-8", "replace")
    found: dict[str, Entry] = {}
    for outline in OUTLINE.finditer(text):
        said = {name.lower(): unescape(double or single) for name, double, single in ATTRIBUTE.findall(outline[1])}
        if address := words.address(said.get("xmlurl", "")):
            title = words.headline(said.get("title") or said.get("text"), limit=MAX_NAME)
            entry = Entry(address, title, words.link(said.get("htmlurl")), said.get("language", "")[:2].lower())
            found.setdefault(address, entry)
    return list(found.values())[:MAX_FEEDS]


def write(feeds: Iterable[Feed]) -> str:
    lines = [
        f'    <outline type="rss" text={quoteattr(str(feed))} title={quoteattr(str(feed))}'
        f" xmlUrl={quoteattr(feed.address)}"
        f"{f' htmlUrl={quoteattr(feed.homepage)}' if feed.homepage else ''}"
        f"{f' language={quoteattr(feed.language)}' if feed.language else ''}/>"
        for feed in feeds
    ]
    body = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Staffellauf</title></head>\n'
        f"  <body>\n{body}\n  </body>\n</opml>\n"
    )
