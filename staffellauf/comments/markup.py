"""A comment's plain text as HTML: paragraphs, line breaks, links. Everything else is shown as it was typed."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LINK = re.compile(r"https?://\w[^\s<>\"'`\\^{|}]{2,}", re.IGNORECASE)
# The end of the sentence, not of the address; a closing bracket belongs to the address that opened one.
AFTER_LINK = ".,;:!?…“”‘’»«)]*_"
# A longer address is shortened to the eye, not to the browser.
SHOWN_LENGTH = 60


def html(text: str) -> SafeString:
    paragraphs = (_lines(paragraph) for paragraph in text.split("\n\n") if paragraph.strip())
    return format_html_join("\n", "<p>{}</p>", ((paragraph,) for paragraph in paragraphs))


def _lines(paragraph: str) -> SafeString:
    # A constant of ours, no text from outside.
    line_break = mark_safe("<br>")
    return SafeString(line_break.join(_linked(line) for line in paragraph.split("\n")))


def _linked(line: str) -> SafeString:
    parts: list[tuple[SafeString]] = []
    end = 0
    for found in LINK.finditer(line):
        address = _without_sentence(found[0])
        parts.append((format_html("{}", line[end : found.start()]),))
        parts.append((_link(address),))
        end = found.start() + len(address)
    parts.append((format_html("{}", line[end:]),))
    return format_html_join("", "{}", parts)


def _without_sentence(address: str) -> str:
    while address[-1] in AFTER_LINK and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def _link(address: str) -> SafeString:
    shown = address.partition("://")[2]
    if len(shown) > SHOWN_LENGTH:
        shown = shown[: SHOWN_LENGTH - 1] + "…"
    return format_html('<a href="{}" rel="ugc nofollow noopener">{}</a>', address, shown)
