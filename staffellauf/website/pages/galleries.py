"""The picture series of a special."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from staffellauf.newsroom.models import Article, Kind
from staffellauf.website import pictures

# About 1 KB of HTML each.
LONGEST = 20
SIZES = "(min-width: 64rem) 44rem, 92vw"


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the series."""

    number: int
    picture: pictures.ShownPicture
    caption: str


@dataclass(frozen=True, slots=True)
class Gallery:
    frames: list[Frame]
    """Those on this page."""
    count: int
    page: int
    page_count: int


def of_article(article: Article, *, page: int) -> Gallery | None:
    """None for anything but a special with pictures that may be shown; a page that is not there is the last one."""
    if article.kind != Kind.SPECIAL:
        return None
    rows = [row for row in article.gallery.select_related("picture") if pictures.cleared(row.picture)]
    prefetch_related_objects([row.picture for row in rows], "renditions")
    shown = [(row, picture) for row in rows if (picture := pictures.load(row.picture, sizes=SIZES))]
    if not shown:
        return None
    page_count = -(-len(shown) // LONGEST)
    page = min(max(page, 1), page_count)
    first = (page - 1) * LONGEST
    frames = [Frame(n, picture, row.caption) for n, (row, picture) in enumerate(shown, 1)]
    return Gallery(frames[first : first + LONGEST], len(frames), page, page_count)
