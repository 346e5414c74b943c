"""Atom, RFC 4287."""

from xml.etree.ElementTree import Element

from staffellauf.common import dates
from staffellauf.syndication.feeds.description import Entry, Feed
from staffellauf.syndication.feeds.xmltext import add, written

NAMESPACE = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    add(root, "title", feed.title)
    add(root, "subtitle", feed.subtitle)
    # What feed readers know it by since the first day.
    add(root, "id", feed.id or feed.page)
    add(root, "link", rel="alternate", href=feed.page, type="text/html")
    add(root, "link", rel="self", href=feed.name.address, type="application/atom+xml")
    if feed.hub:
        add(root, "link", rel="hub", href=feed.hub)
    add(root, "icon", feed.icon)
    add(root, "updated", dates.iso(feed.updated_at))
    for entry in feed.entries:
        write_entry(root, entry)
    return written(root)


def write_entry(root: Element, entry: Entry) -> None:
    element = add(root, "entry")
    add(element, "title", entry.title)
    add(element, "id", entry.id)
    add(element, "link", rel="alternate", href=entry.url, type="text/html")
    for link in entry.elsewhere:
        add(element, "link", rel="related", href=link.url, title=link.title)
    if entry.image:
        add(element, "link", rel="enclosure", href=entry.image.url, type=entry.image.type, title=entry.image.credit)
    add(element, "published", dates.iso(entry.published_at))
    add(element, "updated", dates.iso(entry.updated_at))
    for author in entry.authors:
        person = add(element, "author")
        add(person, "name", author.name)
        if author.url:
            add(person, "uri", author.url)
    for topic in entry.topics:
        add(element, "category", term=topic.title, scheme=topic.url)
    if entry.summary:
        add(element, "summary", entry.summary)
    add(element, "content", entry.html, type="html")
