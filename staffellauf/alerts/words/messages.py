"""What a reader is told, before any channel puts it into its own form."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news, or one release that is due."""

    key: str
    """The same whenever the same is told: "meldung-12", "premiere-77". Tag, Topic, part of a Message-ID."""
    title: str
    """Never the hidden part of a spoiler."""
    body: str
    address: str
    """Absolute."""
    why: str
    """A line in the reader's language: „weil du „Ballard“ folgst“."""
    topic_id: int
    """What is no longer followed by one tap."""
    topic_name: str
    at: datetime
    """When it was published, or comes out."""
    edition: int = 1
    article_id: int | None = None
    position: int | None = None
    kicker: str = ""
    topic_kind: str = "series"
    """Titles stand in quotation marks, names do not."""


class Form(Enum):
    SINGLE = "single"
    GROUP = "group"
    """Several within a few minutes, or what a quiet night held back."""
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Message:
    """What one destination is told at once."""

    items: tuple[Item, ...]
    """At least one, newest first."""
    form: Form = Form.SINGLE
    total: int = 1
    """How many there were, when not all of them are in `items`."""
    is_silent: bool = False
    language: str = "de"
    since: datetime | None = None
    """Of a digest: what it begins with."""
