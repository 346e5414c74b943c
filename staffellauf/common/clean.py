"""HTML from outside becomes the few tags that we show, before it is stored."""

import html
import re
from collections.abc import Callable

import nh3

TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "ol", "ul", "li", "blockquote", "br", "a"}
# Kept until they are renamed, so that a document's headings do not run into its text.
RENAMED = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
# Whose text is not text.
DROPPED_WITH_TEXT = {"script", "style", "title", "template", "iframe", "object", "textarea", "select", "svg", "math"}
BLOCKS = {"p", "h2", "h3", "ol", "ul", "blockquote"}
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
HREF = re.compile(r'\bhref="([^"]*)"')
EMPTY = re.compile(r"<(p|h2|h3|li|blockquote)>(?:\s|<br>|&nbsp;|\u00a0)*</\1>")
TAG = re.compile(r"<[^>]*>")


def rich_text(value: str, *, link: Callable[[str], str | None] | None = None) -> str:
    """The HTML with our rich text's tags only; bare text comes back as paragraphs.

    `link` sees every address that is not dangerous and answers with the anchor's attributes, or None to keep only the
    link's text; without it, http, https and mailto links stay.
    """
    cleaned = nh3.clean(
        value,
        tags=TAGS | RENAMED.keys(),
        clean_content_tags=DROPPED_WITH_TEXT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    for other, ours in RENAMED.items():
        cleaned = re.sub(rf"<(/?){other}>", rf"<\1{ours}>", cleaned)
    attributes = link or outside_link
    cleaned = LINK.sub(lambda found: _anchor(found[1], found[2], attributes), cleaned)
    return EMPTY.sub("", _in_blocks(cleaned)).strip()


def outside_link(address: str) -> str | None:
    """The attributes of a link that leads elsewhere; None for a relative address."""
    if re.match(r"(?:https?://[^/]|mailto:.)", address, re.IGNORECASE):
        return f'href="{html.escape(address)}"'
    return None


def paragraphs(value: str) -> str:
    """Plain text as HTML: an empty line begins a paragraph, a line break stays one."""
    blocks = re.split(r"\n\s*\n", value.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join(
        f"<p>{html.escape(block.strip(), quote=False).replace(chr(10), '<br>')}</p>"
        for block in blocks
        if block.strip()
    )


def plain(value: str) -> str:
    """The text of some HTML on one line."""
    spaced = re.sub(r"<(?:br|/p|/h\d|/li|/div)\b[^>]*>", " ", value)
    return " ".join(html.unescape(nh3.clean(spaced, tags=set(), clean_content_tags=DROPPED_WITH_TEXT)).split())


def _anchor(attributes: str, text: str, link: Callable[[str], str | None]) -> str:
    found = HREF.search(attributes)
    wanted = link(html.unescape(found[1])) if found else None
    return f"<a {wanted}>{text}</a>" if wanted else text


def _in_blocks(value: str) -> str:
    """Text between blocks goes into paragraphs; the editor would drop its line breaks."""
    pieces, depth, bare = [], 0, ""
    for piece in re.split(r"(</?(?:p|h2|h3|ol|ul|blockquote)>)", value):
        opens = piece[1:-1] in BLOCKS and piece.startswith("<")
        closes = piece.startswith("</") and piece[2:-1] in BLOCKS
        if depth == 0 and not opens and not closes:
            bare += piece
            continue
        if depth == 0 and opens and TAG.sub("", bare).strip():
            pieces.append(f"<p>{bare.strip()}</p>")
        bare = "" if depth == 0 else bare
        depth += opens - closes
        pieces.append(piece)
    if TAG.sub("", bare).strip():
        pieces.append(f"<p>{bare.strip()}</p>")
    return "".join(pieces)
