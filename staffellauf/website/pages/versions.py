"""What an article said before: the list of its versions, and one of them beside the one it replaced."""

from dataclasses import dataclass
from typing import Self

from django.urls import reverse
from django.utils.safestring import SafeString

from staffellauf.common import wording
from staffellauf.newsroom.models import Article, Note, Version
from staffellauf.website.pages import spoilers


@dataclass(frozen=True, slots=True)
class Entry:
    version: Version
    address: str
    notes: list[Note]
    """What readers were told while it stood, oldest first."""
    is_newest: bool

    @property
    def is_withheld(self) -> bool:
        return self.version.withheld_at is not None


@dataclass(frozen=True, slots=True)
class VersionsPage:
    article: Article
    entries: list[Entry]
    """Newest first."""
    warning: str
    """What the article gives away, in words: headlines are not shown then."""

    @classmethod
    def load(cls, article: Article) -> Self:
        return cls(article, entries_of(article), spoilers.warning(article))


@dataclass(frozen=True, slots=True)
class VersionPage:
    article: Article
    entry: Entry
    before: Entry | None
    """What it is compared with: the nearest older one that readers may open."""
    after: Entry | None
    headline: SafeString
    deck: SafeString
    blocks: list[wording.Marked]
    """Empty when it is withheld."""
    warning: str

    @classmethod
    def load(cls, article: Article, number: int) -> Self | None:
        """None when there is no such version."""
        entries = entries_of(article)
        entry = next((entry for entry in entries if entry.version.number == number), None)
        if entry is None:
            return None
        open_ones = [other for other in entries if not other.is_withheld]
        before = next((other for other in open_ones if other.version.number < number), None)
        after = next((other for other in reversed(open_ones) if other.version.number > number), None)
        new = entry.version
        old = before.version if before else new
        is_shown = not entry.is_withheld
        return cls(
            article=article,
            entry=entry,
            before=before,
            after=after,
            headline=wording.words(old.headline, new.headline) if is_shown else SafeString(""),
            deck=wording.words(old.deck, new.deck) if is_shown else SafeString(""),
            blocks=wording.compared(wording.blocks(old.body), wording.blocks(new.body)) if is_shown else [],
            warning=spoilers.warning(article),
        )


def entries_of(article: Article) -> list[Entry]:
    """Newest first. Two queries; a text is read when it is asked for."""
    versions = list(article.versions.defer("body").order_by("-number"))
    notes = list(article.notes.order_by("created_at", "id"))
    entries = []
    for place, version in enumerate(versions):
        until = versions[place - 1].published_at if place else None
        # What was told before the first version stands with the first.
        since = version.published_at if place + 1 < len(versions) else None
        mine = [
            note for note in notes
            if (since is None or note.created_at >= since) and (until is None or note.created_at < until)
        ]  # fmt: skip
        address = reverse("article-version", args=[article.slug, version.number])
        entries.append(Entry(version, address, mine, is_newest=place == 0))
    return entries
