"""HTML from outside: what stays, what goes, and that nothing of it can act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffellauf.common import clean


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>Eins</p><p>Zwei</p>", "<p>Eins</p><p>Zwei</p>"),
        ("nur Text", "<p>nur Text</p>"),
        ("vorn<p>mitte</p>hinten", "<p>vorn</p><p>mitte</p><p>hinten</p>"),
        ("<h1>Titel</h1><h5>Klein</h5>", "<h2>Titel</h2><h3>Klein</h3>"),
        ("<section><div><p>tief</p></div></section>", "<p>tief</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<html><head><title>T</title><style>p{}</style></head><body><p>B</p></body></html>", "<p>B</p>"),
        ('<p onclick="x()" style="color:red" class="c">a</p>', "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p>a</p>"),
        ('<p><a href="data:text/html,x">a</a> <a name="b">b</a></p>', "<p>a b</p>"),
        ('<p><a href="/serien/dark/">a</a></p>', "<p>a</p>"),
        ('<p><a href="https://example.org/?a=1&b=2" target="_blank">a</a></p>',
         '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>'),
        ('<p><a href="mailto:ada@example.org">a</a></p>', '<p><a href="mailto:ada@example.org">a</a></p>'),
        ("<p> </p><p>a</p><p><br></p>", "<p>a</p>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ('<img src=x onerror="alert(1)"><p>a</p>', "<p>a</p>"),
        ("<svg><a xlink:href='javascript:x'>a</a></svg><p>b</p>", "<p>b</p>"),
    ],
)  # fmt: skip
def test_only_our_tags_stay(html: str, cleaned: str) -> None:
    assert clean.rich_text(html) == cleaned


def test_whoever_asks_says_what_a_link_becomes() -> None:
    seen = clean.rich_text(
        '<p><a href="/serien/dark/?a=&quot;">D</a> <a href="/x/">X</a></p>',
        link=lambda address: f'linktype="topic" id="{len(address)}"' if "dark" in address else None,
    )

    assert seen == '<p><a linktype="topic" id="17">D</a> X</p>'


def test_plain_text_becomes_paragraphs_that_hold_no_markup() -> None:
    assert (
        clean.paragraphs("Eins <b>\nzwei\r\n\r\n\nDrei & vier") == "<p>Eins &lt;b&gt;<br>zwei</p><p>Drei &amp; vier</p>"
    )
    assert clean.paragraphs(" \n ") == ""


def test_the_text_of_html_is_one_line() -> None:
    assert clean.plain("<p>Eins &amp; <b>zwei</b></p><p>drei<br>vier</p><script>x</script>") == "Eins & zwei drei vier"


@given(st.text(alphabet="<>/aphrefscript\"'=:; \n&b1", max_size=80))
def test_cleaning_twice_is_cleaning_once(html: str) -> None:
    once = clean.rich_text(html)

    assert clean.rich_text(once) == once
    assert "<script" not in once
