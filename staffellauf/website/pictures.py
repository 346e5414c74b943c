"""Lead pictures in the renditions that exist: nothing is resized while a reader waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from staffellauf.newsroom.models import Article, Picture, Rendition

# Best first: a browser takes the first type it can show.
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
# The newsroom's own thumbnails are narrower.
NARROWEST_PX = 300
# An original up to this width is shown as it is while its renditions are still being made.
WIDEST_ORIGINAL_PX = 1600


@dataclass(frozen=True, slots=True)
class Sources:
    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class ShownPicture:
    sources: list[Sources]
    """AVIF and WebP, as far as there are any."""
    src: str
    srcset: str
    sizes: str
    width: int
    height: int
    alt: str
    credit: str


def with_renditions(articles: Iterable[Article]) -> list[Article]:
    """The articles, with the renditions of all their lead pictures read in one query."""
    shown = list(articles)
    if pictures := [picture for article in shown if (picture := cleared(article.lead_picture))]:
        prefetch_related_objects(pictures, "renditions")
    return shown


def cleared(picture: Picture | None) -> Picture | None:
    """The picture if readers may see it today: with its credit, and not after its last day."""
    return picture if picture and picture.may_be_shown(today=timezone.localdate()) else None


def load(picture: Picture | None, *, sizes: str) -> ShownPicture | None:
    """None when there is no picture, or none (or none yet) that a page may carry."""
    picture = cleared(picture)
    if picture is None:
        return None
    by_type: dict[str, list[Rendition]] = {}
    for rendition in picture.renditions.all():
        kind = TYPES.get(rendition.file.name.rpartition(".")[2].lower())
        # The crops for structured data have other shapes.
        is_whole = rendition.filter_spec.startswith("width-")
        if kind and is_whole and rendition.width >= NARROWEST_PX:
            by_type.setdefault(kind, []).append(rendition)
    fallback = by_type.pop("image/jpeg", None) or by_type.pop("image/png", None)
    if fallback is None:
        return original(picture, sizes=sizes)
    largest = max(fallback, key=lambda rendition: rendition.width)
    sources = [Sources(kind, srcset(by_type[kind])) for kind in ("image/avif", "image/webp") if kind in by_type]
    return ShownPicture(
        sources,
        largest.url,
        srcset(fallback),
        sizes,
        largest.width,
        largest.height,
        picture.description,
        picture.credit,
    )


def original(picture: Picture, *, sizes: str) -> ShownPicture | None:
    if picture.width > WIDEST_ORIGINAL_PX:
        return None
    url = picture.file.url
    return ShownPicture([], url, "", sizes, picture.width, picture.height, picture.description, picture.credit)


def srcset(renditions: list[Rendition]) -> str:
    by_width = sorted(renditions, key=lambda rendition: rendition.width)
    return ", ".join(f"{rendition.url} {rendition.width}w" for rendition in by_width)
