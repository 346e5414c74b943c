"""Pictures and content of others in a text: from the editor to storage, to the page, to feeds, and nothing else."""

import gc
import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from staffellauf.common import clean
from staffellauf.newsroom import renditions
from staffellauf.newsroom.models import BODY_FEATURES, Picture, Rendition
from staffellauf.newsroom.richtext import pictures, providers
from staffellauf.newsroom.richtext.editor import BodyEditor
from staffellauf.website import embeds
from tests import make

pytestmark = pytest.mark.django_db
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def picture(name: str = "wald", *, with_sizes: bool = True, **fields: object) -> Picture:
    file = BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(file, "JPEG")
    values: dict[str, object] = {"title": name, "description": "Ein Wald", "credit": "Foto: Jo Muster"} | fields
    made = Picture.objects.create(file=ImageFile(BytesIO(file.getvalue()), f"{name}.jpg"), **values)
    if with_sizes:
        store_sizes(made, name)
    return made


def store_sizes(of: Picture, name: str) -> None:
    """Rows without their files: a page only names them."""
    for ending in ("avif", "webp", "jpeg"):
        for width in (480, 960):
            Rendition.objects.create(
                image=of, filter_spec=f"width-{width}|format-{ending}", width=width, height=width // 2,
                file=f"images/{name}.{width}.{ending.replace('jpeg', 'jpg')}",
            )  # fmt: skip


def embed(of: Picture, **words: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in words.items())
    return f'<embed embedtype="picture" id="{of.pk}"{given}/>'


def atomic(kind: str, data: object) -> str:
    """What the editor's form sends of a text with one block between its paragraphs."""
    entity = {"type": kind, "mutability": "IMMUTABLE", "data": data}
    ranges = [{"key": 0, "offset": 0, "length": 1}]
    block = {"key": "b", "text": " ", "type": "atomic", "depth": 0, "inlineStyleRanges": [], "entityRanges": ranges}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


def stored(body: str) -> str:
    return str(BodyEditor(features=BODY_FEATURES).value_from_datadict({"body": body}, {}, "body"))


def test_a_picture_is_a_figure_in_modern_formats_with_caption_and_credit() -> None:
    page = embeds.html(
        f"<p>Vorher</p>{embed(picture(), alt='Drei &lt;b&gt;', caption='Am &quot;Set&quot;')}<p>Nachher</p>"
    )

    assert page.startswith('<p>Vorher</p><figure class="body-picture">')
    assert 'srcset="/media/images/wald.480.avif 480w, /media/images/wald.960.avif 960w"' in page
    assert '<source type="image/webp"' in page
    assert 'width="960" height="480" alt="Drei &lt;b&gt;" loading="lazy"' in page
    assert '<figcaption>Am &quot;Set&quot; <span class="credit">Foto: Jo Muster</span></figcaption>' in page


def test_without_words_of_the_text_the_picture_describes_itself() -> None:
    page = embeds.html(embed(picture(), alt="", caption=""))

    assert 'alt="Ein Wald"' in page
    assert '<figcaption><span class="credit">Foto: Jo Muster</span></figcaption>' in page


def test_feeds_get_one_size_with_the_credit() -> None:
    assert expand_db_html(embed(picture(), alt="A", caption="C")) == (
        '<figure><img src="/media/images/wald.960.jpg" width="960" height="480" alt="A" loading="lazy">'
        "<figcaption>C Foto: Jo Muster</figcaption></figure>"
    )


def test_a_picture_that_expired_or_has_no_credit_is_not_shown() -> None:
    yesterday = timezone.now().date() - timedelta(days=2)
    expired = picture("alt", expires_on=yesterday)
    unnamed = picture("ohne", credit=" ")

    for shown in (embeds.html, expand_db_html):
        assert shown(embed(expired) + embed(unnamed)) == ""


@pytest.mark.parametrize("row_id", ["0", "999999", "9" * 40, "x", "", "-1", "7&quot; onload=&quot;x"])
def test_a_picture_that_is_gone_leaves_nothing(row_id: str) -> None:
    for shown in (embeds.html, expand_db_html):
        assert shown(f'<p>A</p><embed embedtype="picture" id="{row_id}" alt="x"/>') == "<p>A</p>"


def test_a_picture_whose_sizes_are_still_being_made_is_not_waited_for() -> None:
    large = picture(with_sizes=False)

    assert embeds.html(embed(large)) == ""
    assert not large.renditions.exists()


def test_all_pictures_of_a_text_take_two_queries() -> None:
    few, many = [picture("eins")], [picture(f"bild{n}") for n in range(5)]

    for chosen in (few, many):
        for shown in (embeds.html, expand_db_html):
            with CaptureQueriesContext(connection) as queries:
                html = shown("".join(embed(one) for one in chosen))
            assert html.count("<figure") == len(chosen)
            assert len(queries) == 2


def test_a_picture_comes_back_from_the_editor_as_it_went_in() -> None:
    body = f'<p data-block-key="a">A</p>{embed(picture(), alt="Zwei &amp; drei", caption="Am Set")}'
    editor = BodyEditor(features=BODY_FEATURES)

    state = editor.format_value(body)

    entity = json.loads(state)["entityMap"]["0"]["data"]
    assert (entity["alt"], entity["credit"], entity["src"]) == (
        "Zwei & drei", "Foto: Jo Muster", "/media/images/wald.480.jpg",
    )  # fmt: skip
    # Wagtail ends a text with a paragraph to write on.
    assert stored(state).startswith(body)


def test_the_editor_says_that_a_picture_has_gone_or_expired() -> None:
    expired = picture(expires_on=timezone.now().date() - timedelta(days=2))

    for body in (embed(expired), '<embed embedtype="picture" id="999999"/>'):
        assert json.loads(BodyEditor(features=BODY_FEATURES).format_value(body))["entityMap"]["0"]["data"]["refusal"]


def test_many_pictures_open_in_the_editor_with_two_queries() -> None:
    body = "".join(embed(picture(f"bild{n}")) for n in range(4))

    with CaptureQueriesContext(connection) as queries:
        BodyEditor(features=BODY_FEATURES).format_value(body)

    assert len(queries) == 2


@pytest.mark.parametrize("row_id", ['7" onload="x', None, [], {"id": 7}, "9" * 40, -1])
def test_a_forged_picture_is_not_stored(row_id: object) -> None:
    assert stored(atomic("PICTURE", {"id": row_id, "alt": "x"})) == ""


def test_words_of_a_picture_are_one_line_of_limited_length() -> None:
    body = stored(atomic("PICTURE", {"id": 7, "alt": "a\0b\nc" + "x" * 1000, "caption": {"forged": True}}))

    assert (
        body == f'<embed embedtype="picture" id="7" alt="{("ab c" + "x" * 1000)[: pictures.ALT_LENGTH]}" caption=""/>'
    )


def test_a_picture_knows_the_articles_that_show_it() -> None:
    shown = picture()
    article = make.article("Mit Bild", body=f"<p>A</p>{embed(shown)}")

    ReferenceIndex.create_or_update_for_object(article)

    assert ReferenceIndex.objects.filter(to_object_id=str(shown.pk), model_path="body.").exists()


def test_all_pictures_of_an_article_are_made_ready_once() -> None:
    first, second = picture("eins", with_sizes=False), picture("zwei", with_sizes=False)
    article = make.draft("Mit Bildern", lead_picture=first, body=embed(second) + embed(first))

    assert renditions.picture_ids(article) == [first.pk, second.pk]


# Wagtail leaves its temporary files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_lead_picture_comes_in_three_ratios_too() -> None:
    lead = picture(with_sizes=False)

    renditions.make(lead, is_lead=True)

    made = dict(lead.renditions.values_list("filter_spec", "height"))
    assert [made[name] for name in renditions.RATIO_FILTERS] == [1000, 900, 675]
    gc.collect()


# --- content of others


@pytest.mark.parametrize(
    ("address", "name", "frame"),
    [
        (VIDEO, "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?t=42", "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=42"),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://www.youtube.com/@prime", "YouTube", ""),
        ("https://vimeo.com/123456789/abcdef1234", "Vimeo", "https://player.vimeo.com/video/123456789?dnt=1&h=abcdef1234"),
        ("https://www.ardmediathek.de/video/tatort/folge/ard/Y3JpZDovL2Rhc2Vyc3RlLmRl", "ARD Mediathek",
         "https://www.ardmediathek.de/embed/Y3JpZDovL2Rhc2Vyc3RlLmRl"),
        ("https://www.zdf.de/serien/die-chefin", "ZDF", ""),
        ("https://open.spotify.com/intl-de/episode/4rOoJ6Egrf8K2IrywzwOMk", "Spotify",
         "https://open.spotify.com/embed/episode/4rOoJ6Egrf8K2IrywzwOMk"),
        ("https://podcasts.apple.com/de/podcast/serien/id123?i=456", "Apple Podcasts",
         "https://embed.podcasts.apple.com/de/podcast/serien/id123?i=456"),
        ("https://www.instagram.com/p/CxYz-123_4/", "Instagram", "https://www.instagram.com/p/CxYz-123_4/embed/"),
        ("https://x.com/ada/status/1234567890", "X",
         "https://platform.twitter.com/embed/Tweet.html?id=1234567890&dnt=true&lang=de"),
        ("https://bsky.app/profile/ada.example.org/post/3abcdefghij2k", "Bluesky", ""),
        ("https://www.tiktok.com/@ada/video/12345678901", "TikTok", "https://www.tiktok.com/embed/v2/12345678901"),
        ("https://mastodon.social/@ada/112233", "mastodon.social", ""),
        ("deadline.com/2026/01/ballard", "deadline.com", ""),
    ],
)  # fmt: skip
def test_an_address_says_whose_it_is_and_where_its_player_is(address: str, name: str, frame: str) -> None:
    content = providers.read(address)

    assert (content.name, content.frame) == (name, frame)
    assert not frame or frame.startswith(providers.FRAME_HOSTS)


HOSTILE = [
    "javascript:alert(1)", "data:text/html,x", "//evil.example/x", "https://", "https://localhost/x", "ftp://a.example/x",
    "https://a.example/\"onload=x", "https://a.example/<script>", "https://user:pass@a.example/", "https://a.example:99999/",
    "https://[::1]/", "https://127.0.0.1/x", "https://a.example/" + "x" * 2000, "", " ",
    "https://youtube.com.evil.example:8080/watch?v=dQw4w9WgXcQ", "vbscript:x", "https://a.example\\@youtube.com/",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused_and_never_stored_or_shown(address: str) -> None:
    for typed in (address, f"{address}\0"):
        with pytest.raises(providers.Refused):
            providers.read(typed)

    assert stored(atomic("OUTSIDE", {"url": address})) == ""
    escaped = address.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    for shown in (embeds.html, expand_db_html):
        assert shown(f'<embed embedtype="outside" url="{escaped}"/>') == ""


def test_a_host_that_only_looks_like_a_provider_gets_a_link() -> None:
    for address in (
        "https://youtube.com.example.org/watch?v=dQw4w9WgXcQ",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
    ):
        assert providers.read(address).frame == ""


def test_the_page_holds_a_placeholder_and_loads_nothing() -> None:
    page = embeds.html(f'<p>A</p><embed embedtype="outside" url="{VIDEO}"/>')

    assert "<iframe" not in page and "<script" not in page and " src=" not in page
    assert 'data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"' in page
    assert "Google" in page
    assert f'<a href="{VIDEO}" rel="external noopener">' in page


def test_what_cannot_be_played_is_a_link() -> None:
    page = embeds.html('<embed embedtype="outside" url="https://mastodon.social/@ada/112233"/>')

    assert "outside-content" not in page
    assert '<a href="https://mastodon.social/@ada/112233" rel="external noopener">' in page


def test_feeds_get_a_link() -> None:
    shown = expand_db_html(f'<embed embedtype="outside" url="{VIDEO}"/>')

    assert shown.startswith(f'<p><a href="{VIDEO}" rel="external noopener">') and "YouTube" in shown


def test_content_of_others_comes_back_from_the_editor_as_it_went_in() -> None:
    body = '<p data-block-key="a">A</p><embed embedtype="outside" url="https://vimeo.com/1?a=1&amp;b=2"/>'

    assert stored(BodyEditor(features=BODY_FEATURES).format_value(body)).startswith(body)


def test_only_an_articles_page_may_show_frames(client: Client) -> None:
    article = make.article("Mit Film", body=f'<embed embedtype="outside" url="{VIDEO}"/>')

    page = client.get(article.get_absolute_url())

    assert "frame-src https://www.youtube-nocookie.com " in page.headers["Content-Security-Policy"]
    assert 'class="outside"' in page.content.decode()
    for elsewhere in ("/", "/news/", "/suche/"):
        assert "frame-src" not in client.get(elsewhere).headers["Content-Security-Policy"]


def test_html_from_outside_brings_no_embeds_with_it() -> None:
    for forged in ('<embed embedtype="picture" id="7"/>', f'<p>A<embed embedtype="outside" url="{VIDEO}"/></p>',
                   '<a linktype="topic" id="7">B</a>', "<outside-content data-frame='https://evil.example'>x</outside-content>",
                   "&lt;embed embedtype=&quot;picture&quot; id=&quot;7&quot;/&gt;"):  # fmt: skip
        cleaned = clean.rich_text(forged)

        assert "<embed" not in cleaned and "<outside" not in cleaned and "linktype" not in cleaned


def test_embeds_that_are_none_of_ours_are_dropped() -> None:
    body = f'<p>A</p><embed embedtype="media" url="{VIDEO}"/><embed embedtype="image" id="1" format="left"/><embed/>'

    assert embeds.html(body) == "<p>A</p>"
