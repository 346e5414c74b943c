"""The sizes in which pictures are shown: made by a worker when an article is published, so that no visitor waits."""

from staffellauf.newsroom.models import Article, Picture
from staffellauf.newsroom.richtext import pictures as body_pictures

# What pages ask for: three widths, two modern formats and one that everybody reads.
WIDTHS_PX = (480, 960, 1600)
FORMATS = ("avif", "webp", "jpeg")
FILTERS = tuple(f"width-{px}|format-{name}" for name in FORMATS for px in WIDTHS_PX)
# Of a lead picture, as structured data ask for it: square, 4:3 and 16:9
# (https://developers.google.com/search/docs/appearance/structured-data/article).
RATIO_FILTERS = ("fill-1200x1200|format-jpeg", "fill-1200x900|format-jpeg", "fill-1200x675|format-jpeg")


def enqueue(article: Article) -> None:
    """One job for each picture that the article's page shows."""
    from staffellauf.newsroom import tasks

    lead = article.lead_picture_id
    for picture_id in picture_ids(article):
        tasks.make_renditions.enqueue(picture_id, is_lead=picture_id == lead)


def picture_ids(article: Article) -> list[int]:
    """The lead picture, those in the text, those of the picture series; each once."""
    gallery = [row.picture_id for row in article.gallery.all()]
    ids = [article.lead_picture_id, *body_pictures.ids_in(article.body), *gallery]
    return [pk for pk in dict.fromkeys(ids) if pk]


def make(picture: Picture, *, is_lead: bool) -> int:
    """Makes the files that are missing, one after the other: together they would take the memory of all of them."""
    filters = FILTERS + (RATIO_FILTERS if is_lead else ())
    for name in filters:
        picture.get_rendition(name).file.close()
    picture.file.close()
    return len(filters)
