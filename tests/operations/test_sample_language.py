"""The sample portal's articles and comments keep the house's German and can have happened in their order."""

import html
import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from staffellauf.newsroom import ninjs
from staffellauf.operations.sample import files

PATHS = sorted((files.FOLDER / "articles").glob("*.json"))
ITEMS = {item.slug: item for item in (ninjs.read(path.read_bytes()) for path in PATHS)}
COMMENTS = files.read("comments.json")
TAGS = {"p", "h2", "ul", "li", "blockquote", "em", "strong", "a"}
NARROW_NO_BREAK_SPACE = "\u202f"


def published_at(slug: str) -> datetime:
    moment = ITEMS[slug].published_at
    assert moment
    return moment


def sentences() -> Iterator[tuple[str, str]]:
    for slug, item in ITEMS.items():
        yield slug, item.headline
        yield slug, item.deck
        yield slug, html.unescape(re.sub(r"<[^>]+>", " ", item.body))
    for comment in COMMENTS["comments"]:
        for row in (comment, *comment.get("replies", [])):
            yield row["at"], row["text"]


@pytest.mark.parametrize("mark", ['"', "'", " - ", "—", "..."])
def test_no_text_holds_a_typewriter_mark(mark: str) -> None:
    assert [where for where, text in sentences() if mark in text] == []


def test_every_quotation_that_opens_closes() -> None:
    for where, text in sentences():
        assert re.sub("[^„“]", "", text).replace("„“", "") == "", where


def test_a_time_of_day_keeps_to_its_unit() -> None:
    assert [where for where, text in sentences() if re.search(r"\d[^\S\u202f]Uhr", text)] == []
    assert any(f"20:15{NARROW_NO_BREAK_SPACE}Uhr" in text for _, text in sentences())


def test_a_body_holds_the_tags_of_the_editor_and_links_within_the_house() -> None:
    for slug, item in ITEMS.items():
        assert set(re.findall(r"</?([a-z0-9]+)", item.body)) <= TAGS, slug
        links = re.findall(r'href="([^"]+)"', item.body)
        assert all(re.fullmatch(r"/(serien|personen|franchises)/[a-z0-9-]+/", link) for link in links), slug


def test_no_two_articles_share_a_time_and_ballard_is_the_newest() -> None:
    times = {published_at(slug): slug for slug in ITEMS}

    assert len(times) == len(ITEMS) == len(PATHS)
    assert times[max(times)] == "ballard-rosanna-arquette-staffel-2"


def test_an_article_refers_to_an_earlier_one() -> None:
    referring = [item for item in ITEMS.values() if item.earlier]

    assert len(referring) >= 5
    for item in referring:
        assert item.earlier
        assert published_at(item.earlier.uri.rpartition(":")[2]) < published_at(item.slug)


def test_a_comment_follows_its_article_and_a_reply_what_it_answers() -> None:
    readers = {row["id"] for row in COMMENTS["readers"]}
    for comment in COMMENTS["comments"]:
        rows = [comment, *comment.get("replies", [])]
        times = [published_at(comment["article"]), *(datetime.fromisoformat(row["at"]) for row in rows)]

        assert times == sorted(set(times)), comment["text"]
        assert {row["author"] for row in rows} <= readers
