from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.test import Client, override_settings
from PIL import Image

from staffellauf.newsroom.models import Article, Picture, Rendition
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(tmp_path: Path) -> Iterator[Article]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield illustrate(make.article("Mit Bild", about=[make.series("Dark")], lead_caption="Im Wald von Winden"))


def illustrate(article: Article, *, width: int = 2400) -> Article:
    file = BytesIO()
    Image.new("RGB", (width, width // 2), "teal").save(file, "JPEG")
    fields = {"title": "Wald", "description": "Ein Wald im Nebel", "credit": "Foto: Jo Muster / Muster Studio"}
    picture = Picture.objects.create(file=ImageFile(BytesIO(file.getvalue()), "wald.jpg"), **fields)
    Article.objects.filter(pk=article.pk).update(lead_picture=picture)
    article.refresh_from_db()
    return article


def store_renditions(article: Article) -> None:
    """Rows without their files: a page only names them."""
    for ending in ("avif", "webp", "jpg"):
        for width in (165, 480, 960):
            Rendition.objects.create(
                image=article.lead_picture, filter_spec=f"width-{width}|format-{ending}", width=width,
                height=width // 2, file=f"images/wald.{width}.{ending}",
            )  # fmt: skip


def test_a_picture_comes_in_modern_formats_and_widths_with_its_credit(client: Client, article: Article):
    store_renditions(article)

    page = client.get(article.get_absolute_url()).content.decode()

    figure = page[page.index('<figure class="story-picture">') : page.index("</figure>")]
    assert 'srcset="/media/images/wald.480.avif 480w, /media/images/wald.960.avif 960w"' in figure
    assert '<source type="image/webp"' in figure
    assert 'width="960" height="480" alt="Ein Wald im Nebel" fetchpriority="high"' in figure
    assert "Im Wald von Winden" in figure
    assert "Foto: Jo Muster / Muster Studio" in figure
    assert '<meta property="og:image" content="http://testserver/media/' in page


def test_while_the_sizes_are_being_made_a_page_waits_for_nothing(client: Client, article: Article):
    page = client.get(article.get_absolute_url()).content.decode()

    assert '<svg class="card-art"' in page
    assert not article.lead_picture or not article.lead_picture.renditions.exists()


def test_a_small_original_is_shown_until_then(client: Client, article: Article):
    illustrate(article, width=800)

    assert 'width="800" height="400"' in client.get(article.get_absolute_url()).content.decode()


def test_pictures_of_a_list_take_one_query(client: Client, article: Article):
    before = count_of(client, "/")

    for n in range(4):
        illustrate(make.article(f"Noch ein Bild {n}"))

    assert count_of(client, "/") == before
