from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image

from staffellauf.newsroom.models import Article, Kind, Picture, Rendition
from staffellauf.website import structured
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


def end_rights(article: Article, **values: object) -> None:
    fields = values or {"expires_on": timezone.localdate() - timedelta(days=1)}
    Picture.objects.filter(pk=article.lead_picture_id).update(**fields)


@pytest.mark.parametrize("values", [{}, {"credit": "  "}], ids=["expired", "without credit"])
def test_a_picture_that_may_not_be_shown_any_more_gives_way_to_the_title_card(
    client: Client, article: Article, values: dict[str, object]
):
    store_renditions(article)
    end_rights(article, **values)

    page = client.get(article.get_absolute_url()).content.decode()

    assert "wald." not in page
    assert "ImageObject" not in page.replace('"logo":{"@type":"ImageObject"', "")
    assert "og:image" not in page
    assert '<svg class="card-art"' in page


@pytest.mark.parametrize("address", ["/", "/news/", "/serien/dark/"])
def test_lists_show_no_expired_picture(client: Client, article: Article, address: str):
    store_renditions(article)
    assert "wald." in client.get(address).content.decode()
    end_rights(article)

    page = client.get(address).content.decode()

    assert "Mit Bild" in page
    assert "wald." not in page


def test_the_last_day_of_a_picture_counts(client: Client, article: Article):
    store_renditions(article)
    end_rights(article, expires_on=timezone.localdate())

    assert "wald.960" in client.get(article.get_absolute_url()).content.decode()


def test_a_series_of_pictures_leaves_out_expired_ones(client: Client, article: Article):
    store_renditions(article)
    special = make.article("Ein Jahr in Bildern", kind=Kind.SPECIAL)
    special.gallery.create(picture=article.lead_picture)
    assert "wald." in client.get(special.get_absolute_url()).content.decode()
    end_rights(article)

    page = client.get(special.get_absolute_url()).content.decode()

    assert 'id="bild-1"' not in page
    assert "wald." not in page


def test_structured_data_names_no_expired_picture(article: Article):
    made = {"filter_spec": "width-960|format-jpeg", "width": 960, "height": 480, "file": "images/wald.960.jpg"}
    assert article.lead_picture
    Rendition.objects.create(image=article.lead_picture, **made)
    assert structured.images(article)
    end_rights(article)

    assert structured.images(Article.objects.get(pk=article.pk)) == []
