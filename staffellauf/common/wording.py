"""Which words of a text are new and which have gone: blocks of one version beside those of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

TAGS = {"p", "h2", "h3", "li", "blockquote"}
# Comparing costs the product of both lengths; beyond it a block is shown as replaced altogether. A paragraph of 600
# words against one of 600.
MOST_PAIRS = 400_000


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, item or quotation, by its tag; its words on one line."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A block with what has changed inside <ins> and <del>; everything else is escaped."""

    tag: str
    html: SafeString


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.tag, self.words = "p", [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append(" ")
        elif tag == "embed":
            self.end()
            self.words.append(dict(attrs).get("alt") or dict(attrs).get("url") or "")
            self.end()
        elif tag in TAGS | {"ul", "ol"}:
            self.end()
            self.tag = tag if tag in TAGS else "p"

    def handle_endtag(self, tag: str) -> None:
        if tag in TAGS | {"ul", "ol"}:
            self.end()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def end(self) -> None:
        if text := " ".join("".join(self.words).split()):
            self.blocks.append(Block(self.tag, text))
        self.tag, self.words = "p", [""]


def blocks(body: str) -> list[Block]:
    """Of rich text as it is stored. Links and emphasis are left out, a picture is its description."""
    reader = Reader()
    reader.feed(body)
    reader.close()
    reader.end()
    return reader.blocks


def compared(before: Sequence[Block], after: Sequence[Block]) -> list[Marked]:
    """The blocks of `after`, with those that have gone, in the order of reading."""
    if len(before) * len(after) > MOST_PAIRS:
        return [*(_gone(block) for block in before), *(_new(block) for block in after)]
    found: list[Marked] = []
    for change, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            found += [Marked(block.tag, format_html("{}", block.text)) for block in after[k:m]]
            continue
        for old, new in zip_longest(before[i:j], after[k:m]):
            found.append(_gone(old) if new is None else _new(new) if old is None else _changed(old, new))
    return found


def words(before: str, after: str) -> SafeString:
    """One line with what has changed marked."""
    old, new = before.split(), after.split()
    if len(old) * len(new) > MOST_PAIRS:
        return format_html("<del>{}</del> <ins>{}</ins>", before, after)
    pieces: list[SafeString] = []
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(format_html("{}", " ".join(new[k:m])))
            continue
        if i < j:
            pieces.append(format_html("<del>{}</del>", " ".join(old[i:j])))
        if k < m:
            pieces.append(format_html("<ins>{}</ins>", " ".join(new[k:m])))
    return format_html_join(" ", "{}", ((piece,) for piece in pieces))


def _changed(old: Block, new: Block) -> Marked:
    return Marked(new.tag, words(old.text, new.text))


def _gone(block: Block) -> Marked:
    return Marked(block.tag, format_html("<del>{}</del>", block.text))


def _new(block: Block) -> Marked:
    return Marked(block.tag, format_html("<ins>{}</ins>", block.text))
