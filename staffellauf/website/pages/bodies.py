"""An article's text as its page shows it: cut into pages, with questions and paid links marked.

All of it works on the form that is stored; links to topics and articles are written by the template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from staffellauf.common import clean
from staffellauf.newsroom.models import Article, Kind

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^>]*?(/?)>")
# They have no end (HTML, "void elements"), and neither have Wagtail's embeds.
VOID = {"br", "hr", "img", "embed", "wbr", "input"}
HEADING = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.DOTALL)
# A paragraph that is bold from its first letter to its last.
QUESTION = re.compile(r"<p\b[^>]*>\s*(<(b|strong)>(?:(?!</?p\b|</\2>).)*</\2>)\s*</p>", re.DOTALL)
OUTSIDE_LINK = re.compile(r'<a\b(?=[^>]*\bhref="https?://)([^>]*)>', re.IGNORECASE)
REL = re.compile(r'\s*\brel="[^"]*"')
PAID = "sponsored nofollow noopener"


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a special."""

    number: int
    title: str
    """Its first heading as plain text."""
    body: str
    address: str


def parts_of(article: Article) -> list[Part]:
    """The pages of a special, as its rules cut it; empty for everything that is read on one page."""
    if article.kind != Kind.SPECIAL:
        return []
    texts = [text for text in cut(article.body) if clean.plain(text)]
    if len(texts) < 2:
        return []
    return [
        Part(number, title_of(text, number), text, address_of(article, number)) for number, text in enumerate(texts, 1)
    ]


def cut(body: str) -> Iterator[str]:
    """The texts between rules that stand by themselves; one inside a list or a quote stays a rule."""
    depth = start = 0
    for tag in TAG.finditer(body):
        is_end, name, is_closed = bool(tag[1]), tag[2].lower(), bool(tag[3])
        if name == "hr" and depth == 0:
            yield body[start : tag.start()]
            start = tag.end()
        elif name not in VOID and not is_closed:
            depth = max(depth - 1, 0) if is_end else depth + 1
    yield body[start:]


def title_of(text: str, number: int) -> str:
    if found := HEADING.search(text):
        if title := clean.plain(found[2]):
            return title
    return _("How it begins") if number == 1 else _("Part %(number)s") % {"number": number}


def address_of(article: Article, number: int) -> str:
    if number == 1:
        return article.get_absolute_url()
    return reverse("article-page", args=[article.slug, number])


def shown(article: Article, body: str) -> str:
    """The text with what its kind asks for."""
    if article.kind == Kind.INTERVIEW:
        return QUESTION.sub(r'<p class="question">\1</p>', body)
    if article.kind == Kind.ADVERTISEMENT:
        return OUTSIDE_LINK.sub(lambda tag: f'<a{REL.sub("", tag[1])} rel="{PAID}">', body)
    return body
