"""What the child says: one line of JSON a document."""

from dataclasses import asdict, dataclass, field
from typing import Any

# What a headline may take in the newsroom, and what a Source's link may.
MAX_TITLE, MAX_LINK = 300, 600
MAX_NAME = 120


@dataclass(slots=True)
class Item:
    """One entry: never its text."""

    guid: str = ""
    link: str = ""
    title: str = ""
    published_at: str = ""
    """ISO 8601 in UTC, empty when the feed says none."""


@dataclass(slots=True)
class Reading:
    """What is in a document. `problem` is a code of `staffellauf.finds.problems`; with one there may still be items."""

    problem: str = ""
    detail: str = ""
    format: str = ""
    title: str = ""
    homepage: str = ""
    language: str = ""
    ttl_minutes: int = 0
    items: list[Item] = field(default_factory=list)
    found: int = 0
    """How many entries there were, those without headline or link included."""
    is_ill_formed: bool = False
    alternates: list[tuple[str, str]] = field(default_factory=list)
    """Of a page instead of a feed: title and address of the feeds that it names."""

    # Any: what JSON holds.
    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, said: dict[str, Any]) -> "Reading":
        """Raises TypeError or KeyError when the child said something else."""
        items = [Item(**item) for item in said.pop("items")]
        alternates = [(str(title), str(address)) for title, address in said.pop("alternates")]
        return cls(**said, items=items, alternates=alternates)
