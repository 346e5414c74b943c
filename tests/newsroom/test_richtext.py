"""Links in the text: stored by id, shown as addresses, edited by choosing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from staffellauf.newsroom.models import BODY_FEATURES
from tests import make

pytestmark = pytest.mark.django_db


def test_all_links_of_a_text_are_shown_with_one_query_a_kind() -> None:
    ballard, jenny = make.series("Ballard"), make.person("Rosanna Arquette")
    article = make.article("Alt", about=[ballard])
    body = (
        f'<p><a linktype="topic" id="{ballard.pk}">B</a> <a linktype="topic" id="{jenny.pk}">R</a>'
        f' <a linktype="article" id="{article.pk}">alt</a> <a href="https://example.org/">fremd</a></p>'
    )

    with CaptureQueriesContext(connection) as queries:
        shown = expand_db_html(body)

    assert shown == (
        '<p><a href="/serien/ballard/">B</a> <a href="/personen/rosanna-arquette/">R</a>'
        ' <a href="/news/alt/">alt</a> <a href="https://example.org/">fremd</a></p>'
    )
    assert len(queries) == 2


@pytest.mark.parametrize("row_id", ["0", "999999", "9" * 40, "x", ""])
def test_a_link_whose_target_is_gone_leaves_its_text(row_id: str) -> None:
    for kind in ("topic", "article"):
        assert expand_db_html(f'<p><a linktype="{kind}" id="{row_id}">B</a></p>') == "<p><a>B</a></p>"


def test_a_link_to_an_unpublished_article_leaves_its_text() -> None:
    draft = make.draft("Entwurf")

    assert expand_db_html(f'<a linktype="article" id="{draft.pk}">E</a>') == "<a>E</a>"


def test_links_come_back_from_the_editor_as_they_went_in() -> None:
    ballard, article = make.series("Ballard"), make.article("Alt")
    converter = ContentstateConverter(BODY_FEATURES)
    body = (
        f'<p data-block-key="a"><a linktype="topic" id="{ballard.pk}">Ballard</a> und'
        f' <a linktype="article" id="{article.pk}">mehr</a> und <a href="https://example.org/">fremd</a></p>'
    )

    state = converter.from_database_format(body)

    assert '"title": "Ballard"' in state
    assert converter.to_database_format(state) == body


def test_a_topic_knows_the_articles_that_link_to_it() -> None:
    ballard = make.series("Ballard")
    article = make.article("Alt", body=f'<p><a linktype="topic" id="{ballard.pk}">B</a></p>')

    ReferenceIndex.create_or_update_for_object(article)

    assert ReferenceIndex.objects.filter(to_object_id=str(ballard.pk), model_path="body.").exists()
