import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffellauf.comments import markup

OURS = re.compile(r'</?p>|<br>|</a>|<a href="https?://[^"<>]*" rel="ugc nofollow noopener">', re.IGNORECASE)


def test_empty_lines_begin_paragraphs_and_line_ends_break_lines() -> None:
    assert markup.html("Eins\nzwei\n\ndrei") == "<p>Eins<br>zwei</p>\n<p>drei</p>"


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("Siehe https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&amp;c=2", "."),
        ("(https://example.org)", "https://example.org", ")"),
        ("https://de.wikipedia.org/wiki/Dark_(Serie)", "https://de.wikipedia.org/wiki/Dark_(Serie)", ""),
        ("(https://de.wikipedia.org/wiki/Dark_(Serie))", "https://de.wikipedia.org/wiki/Dark_(Serie)", ")"),
        ("„https://example.org/x“", "https://example.org/x", "“"),
        ("HTTPS://EXAMPLE.ORG!", "HTTPS://EXAMPLE.ORG", "!"),
        ("http://müller.example/ä", "http://müller.example/ä", ""),
    ],
)
def test_an_address_is_a_link_without_the_sentence_around_it(text: str, address: str, after: str) -> None:
    found = re.search(r'<a href="([^"]*)" rel="ugc nofollow noopener">[^<]*</a>([^<]*)</p>', markup.html(text))

    assert found is not None
    assert (found[1], found[2]) == (address, after)


@pytest.mark.parametrize(
    "text", ["www.example.org", "javascript:alert(1)", "https://", "https://...", "ftp://a.example", "a@b.example"]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a" not in markup.html(text)


NAUGHTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "https://example.org/\"onmouseover=\"alert(1)",
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/<script>alert(1)</script>",
    "https://example.org/`onclick=alert(1)`",
    "https://example.org/&quot;onclick=alert(1)",
    "javascript:alert(1)//https://example.org",
    "data:text/html;base64,PHNjcmlwdD4=",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7|add:7 }} {% debug %}",
    "</p></article><form action=https://evil.example><button>",
    "<!--", "]]>", "\u2028<b>", "<a href=https://evil.example>klick</a>",
    "<iframe srcdoc='<script>1</script>'>", "<math><mi//xlink:href='data:x,<script>1'>",
]  # fmt: skip


@pytest.mark.parametrize("text", NAUGHTY)
def test_typed_html_is_shown_and_never_obeyed(text: str) -> None:
    shown = markup.html(text)

    tags = re.findall(r"<[^>]*>", shown)
    assert all(OURS.fullmatch(tag) for tag in tags), tags
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)).replace("https://", "") == text.replace("https://", "")


@given(
    st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'`/:. \n")), max_size=80),
    st.sampled_from(["", "https://", "http://a"]),
)
def test_whatever_is_typed_holds_our_tags_only(text: str, before: str) -> None:
    tags = re.findall(r"<[^>]*>", markup.html(before + text))

    assert all(OURS.fullmatch(tag) for tag in tags), tags
