"""RSS 2.0 as the RSS Advisory Board's profile recommends it (rssboard.org/rss-profile), pictures as Media RSS."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element

from staffellauf.common import dates
from staffellauf.syndication.feeds.description import Entry, Feed
from staffellauf.syndication.feeds.xmltext import add, written

ATOM = "http://www.w3.org/2005/Atom"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
MEDIA = "{http://search.yahoo.com/mrss/}"


def write(feed: Feed) -> bytes:
    # The prefix as people search for it; ElementTree has names of its own.
    root = Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", feed.subtitle)
    add(channel, "language", feed.language)
    add(channel, "lastBuildDate", format_datetime(dates.local(feed.updated_at)))
    add(channel, "atom:link", rel="self", href=feed.name.address, type="application/rss+xml")
    add(channel, "atom:link", rel="hub", href=feed.hub)
    for entry in feed.entries:
        write_item(channel, entry)
    return written(root)


def write_item(channel: Element, entry: Entry) -> None:
    item = add(channel, "item")
    add(item, "title", entry.title)
    add(item, "link", entry.url)
    add(item, "guid", entry.id, isPermaLink="false")
    add(item, "pubDate", format_datetime(dates.local(entry.published_at)))
    for author in entry.authors:
        add(item, CREATOR, author.name)
    for topic in entry.topics:
        add(item, "category", topic.title)
    if entry.summary:
        add(item, "description", entry.summary)
    add(item, CONTENT, entry.html)
    if entry.updated_at != entry.published_at:
        add(item, "atom:updated", dates.iso(entry.updated_at))
    for link in entry.elsewhere:
        add(item, "atom:link", rel="related", href=link.url, title=link.title)
    if entry.image:
        size = {"width": str(entry.image.width), "height": str(entry.image.height)}
        media = add(item, f"{MEDIA}content", url=entry.image.url, type=entry.image.type, medium="image", **size)
        add(media, f"{MEDIA}credit", entry.image.credit)
        if entry.image.alt:
            add(media, f"{MEDIA}description", entry.image.alt, type="plain")
