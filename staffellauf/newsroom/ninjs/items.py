"""What is read from a file, before anybody has looked into the database."""

from dataclasses import dataclass
from datetime import datetime

# Text alone never comes near; it bounds what is parsed.
FILE_LIMIT = 5 * 2**20
# Some thirty times our longest article.
BODY_LIMIT = 200_000
TOPICS_LIMIT = 60
SOURCES_LIMIT = 20


class InvalidItem(Exception):
    """The file cannot be published as it stands; the text names the place and what is wrong there."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)


class Locked(InvalidItem):
    """Somebody in the newsroom holds the article."""


@dataclass(frozen=True)
class TopicName:
    """A topic as the file names it."""

    path: str
    # The kinds that its array holds, the first one meant when the id does not say.
    kinds: tuple[str, ...]
    name: str
    uri: str
    is_main: bool


@dataclass(frozen=True)
class SourceName:
    name: str
    url: str


@dataclass(frozen=True)
class PictureFile:
    path: str
    href: str
    title: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True)
class EarlierName:
    path: str
    uri: str


@dataclass(frozen=True)
class Item:
    """One article as the file tells it."""

    guid: str
    is_usable: bool
    headline: str = ""
    deck: str = ""
    byline: str = ""
    slug: str = ""
    body: str = ""
    body_path: str = ""
    published_at: datetime | None = None
    versioned_at: datetime | None = None
    topics: tuple[TopicName, ...] = ()
    sources: tuple[SourceName, ...] = ()
    picture: PictureFile | None = None
    earlier: EarlierName | None = None
    # Empty: news, or what the article is already.
    kind: str = ""
    # Named one by one; `byline` is all of them in words.
    authors: tuple[str, ...] = ()
    embargo_until: datetime | None = None
    advertiser: str = ""
    neutral_headline: str = ""
    half_stars: int | None = None
    starts_period: str = ""
    spoils_season: int | None = None
    spoils_episode: int | None = None
    warnings: tuple[str, ...] = ()
