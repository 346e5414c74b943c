"""Links in the text: stored by id, shown as addresses, edited by choosing."""

import json
from collections.abc import Sequence

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from staffellauf.newsroom.models import BODY_FEATURES
from staffellauf.newsroom.richtext.editor import BodyEditor
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


def test_opening_the_editor_takes_the_same_queries_for_any_number_of_links() -> None:
    def opened(count: int) -> int:
        topics = [make.series(f"Serie {count} {n}") for n in range(count)]
        articles = [make.article(f"Meldung {count} {n}", about=topics[:1]) for n in range(count)]
        links = [f'<a linktype="topic" id="{topic.pk}">T</a>' for topic in topics]
        links += [f'<a linktype="article" id="{article.pk}">A</a>' for article in articles]
        with CaptureQueriesContext(connection) as queries:
            state = BodyEditor(features=BODY_FEATURES).format_value(f"<p>{' '.join(links)}</p>")
        assert f"Serie {count} {count - 1}" in state and f"Meldung {count} {count - 1}" in state
        return len(queries)

    assert opened(1) == opened(5) == 2


def posted(*blocks: object, entities: Sequence[object] = ()) -> str:
    """What the editor's form sends."""
    return json.dumps({"blocks": blocks, "entityMap": dict(enumerate(entities))})


def block(text: str, *, kind: str = "unstyled", entity: int | None = None) -> dict[str, object]:
    ranges = [] if entity is None else [{"key": entity, "offset": 0, "length": len(text)}]
    return {"key": "abc", "text": text, "type": kind, "depth": 0, "inlineStyleRanges": [], "entityRanges": ranges}


def stored(body: str) -> str:
    return str(BodyEditor(features=BODY_FEATURES).value_from_datadict({"body": body}, {}, "body"))


@pytest.mark.parametrize("row_id", ['7" onclick="x', "-1", "9" * 40, None, [], {"a": 1}, "٧", 1.5, True])
def test_a_forged_id_leaves_the_words_without_a_link(row_id: object) -> None:
    for kind in ("TOPIC", "ARTICLE"):
        forged = posted(
            block("Ballard", entity=0), entities=[{"type": kind, "mutability": "MUTABLE", "data": {"id": row_id}}]
        )

        assert stored(forged) == '<p data-block-key="abc">Ballard</p>'


@pytest.mark.parametrize("body", ["", "x", "[]", "5", '{"blocks": 5}', '{"blocks": [5]}', "[" * 100_000])
def test_what_no_editor_sends_is_refused(body: str) -> None:
    with pytest.raises(BadRequest):
        stored(body)


def test_a_character_that_no_database_takes_is_dropped() -> None:
    assert stored(posted(block("Ball\0ard"))) == '<p data-block-key="abc">Ballard</p>'


def test_an_empty_text_is_stored_empty() -> None:
    assert stored("null") == ""
