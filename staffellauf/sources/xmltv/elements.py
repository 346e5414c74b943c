"""From bytes to the elements of a guide, one at a time. No entity of the file is expanded, no other file is read."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from staffellauf.sources.xmltv.guide import GuideUnreadable

# A programme is three deep: programme, credits, actor and its image. Beyond this it is no guide.
MAX_DEPTH = 16
# A start tag that does not end would be collected in memory.
MAX_TAG_BYTES = 1024 * 1024
# Of one element; a description has some hundred.
MAX_TEXT = 10_000
# Of one programme; a large cast has fifty.
MAX_CHILDREN = 500


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)


def read(chunks: Iterator[bytes], *, only: frozenset[str] | None = None) -> Iterator[Element]:
    """Every channel and programme with what is inside, of which `only` names what is wanted; all without it.

    Raises GuideUnreadable for what is no XML, no guide, or breaks off; by then what came before has been given out.
    """
    collector = _Collector(only)
    fed = 0
    for chunk in chunks:
        fed += len(chunk)
        collector.feed(chunk)
        if fed - collector.parser.CurrentByteIndex > MAX_TAG_BYTES + len(chunk):
            raise GuideUnreadable(f"Line {collector.parser.CurrentLineNumber}: a tag without an end.")
        yield from collector.taken()
    collector.feed(b"", is_last=True)
    yield from collector.taken()


class _Collector:
    def __init__(self, only: frozenset[str] | None) -> None:
        self.only = only
        self.depth = 0
        self.inside = 0
        self.stack: list[Element | None] = []
        self.texts: list[list[str]] = []
        self.ready: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.EntityDeclHandler = self.entity_declared
        self.parser.SkippedEntityHandler = self.entity_skipped

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        try:
            self.parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise GuideUnreadable(f"This is no whole XML: {error}") from error
        except (ValueError, LookupError) as error:  # an encoding that Python or expat do not know
            raise GuideUnreadable(f"The encoding cannot be read: {error}") from error

    def taken(self) -> list[Element]:
        taken, self.ready = self.ready, []
        return taken

    def start(self, raw_name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        name = raw_name.rpartition(":")[2]
        if self.depth == 1:
            if name != "tv":
                raise GuideUnreadable(f"This is no XMLTV guide: it begins with <{name[:40]}>.")
            return
        if self.depth > MAX_DEPTH:
            raise GuideUnreadable(f"Line {self.parser.CurrentLineNumber}: elements too deep in each other.")
        self.stack.append(self.wanted(name, attributes))
        self.texts.append([])

    def wanted(self, name: str, attributes: dict[str, str]) -> Element | None:
        """None for what is read past."""
        if self.depth == 2:
            self.inside = 0
            return self.element(name, attributes) if name in ("channel", "programme") else None
        # Counted whether wanted or not, so that both readings of a guide stop at the same one.
        self.inside += 1
        parent = self.stack[-1]
        if parent is None or self.inside > MAX_CHILDREN:
            return None
        if self.depth == 3 and self.only is not None and name not in self.only:
            return None
        element = self.element(name, attributes)
        parent.children.append(element)
        return element

    def element(self, name: str, attributes: dict[str, str]) -> Element:
        return Element(name, attributes, self.parser.CurrentLineNumber)

    def end(self, raw_name: str) -> None:
        self.depth -= 1
        if not self.stack:
            return
        element, texts = self.stack.pop(), self.texts.pop()
        if element is not None:
            element.text = "".join(texts)[:MAX_TEXT]
            if self.depth == 1:
                self.ready.append(element)

    def characters(self, text: str) -> None:
        if self.stack and self.stack[-1] is not None and len(self.texts[-1]) < MAX_TEXT:
            self.texts[-1].append(text[:MAX_TEXT])

    def entity_declared(self, name: str, *_rest: object) -> None:
        raise GuideUnreadable(f"The file declares an entity ({name[:40]}), which a guide has no use for.")

    def entity_skipped(self, name: str, _is_parameter: bool) -> None:
        """An entity of the DTD, which is not read: HTML's names are known anyway."""
        self.characters(html.unescape(f"&{name[:40]};"))
