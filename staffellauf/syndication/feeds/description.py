"""A feed as all formats tell it."""

from dataclasses import dataclass
from datetime import datetime

from staffellauf.syndication.feeds.names import Name


@dataclass(frozen=True, slots=True)
class Signed:
    """Who wrote an entry."""

    name: str
    # Of the page; empty when there is none.
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    type: str
    width: int
    height: int
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    url: str
    title: str
    summary: str
    """Plain text; may be empty."""
    html: str
    """With absolute links only."""
    authors: tuple[Signed, ...]
    published_at: datetime
    updated_at: datetime
    topics: tuple[Link, ...]
    """What it is about, main topics first."""
    image: Image | None
    elsewhere: tuple[Link, ...]
    """Of a find: where the story is."""


@dataclass(frozen=True, slots=True)
class Feed:
    name: Name
    title: str
    subtitle: str
    page: str
    """Address of the page that shows the same to people."""
    hub: str
    """Empty: nobody is sent it."""
    icon: str
    language: str
    updated_at: datetime
    entries: tuple[Entry, ...]
    id: str = ""
    """Empty: its page is."""
