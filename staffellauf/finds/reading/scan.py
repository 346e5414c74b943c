"""A look at the markup before a parser sees it: how deep, how many attributes, which entities, how many entries.

Two hundred thousand nested tags hold feedparser for seconds, as many attributes on one element for minutes.
"""

import re

# Feeds nest some twenty deep, XHTML within them included.
MAX_DEPTH = 100
MAX_ATTRIBUTES = 100
# The HTML entities are 252; who declares more, or longer ones, declares no letters.
MAX_ENTITIES, MAX_ENTITY_LENGTH = 300, 200
# More entries than that are cut off: 200,000 hold the parser for 13 s and take 330 MB.
MAX_ENTRIES = 1000

NAME = re.compile(rb"[A-Za-z_\x80-\xff][^\s/>=\"'<]*")
ATTRIBUTE = re.compile(rb"[\s/]*[^\s=/>\"'<]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?|[\s/]*[\"'=]")
ENTITY = re.compile(rb"<!ENTITY\s+(%\s+)?[^\s>]+\s+([^>]{0,20000})", re.IGNORECASE)
REFERENCE = re.compile(rb"[&%][A-Za-z_]")
# What ill-formed feeds leave open, because HTML may.
NEVER_CLOSED = {b"br", b"img", b"hr", b"input", b"meta", b"link", b"area", b"col", b"wbr"}
ENTRIES = {b"item", b"entry"}


class Dangerous(Exception):
    """It is not given to a parser; the text is a code of `staffellauf.finds.problems`."""


def checked(markup: bytes) -> tuple[bytes, bool]:
    """The markup, cut off behind MAX_ENTRIES entries and closed again, and whether it was cut. Raises Dangerous.

    ASCII-compatible bytes are expected: whoever knows the encoding has made UTF-8 of it.
    """
    _check_entities(markup)
    place, entries = 0, 0
    open_tags: list[bytes] = []
    while (place := markup.find(b"<", place)) >= 0:
        if (skipped := _skipped(markup, place)) is not None:
            place = skipped
            continue
        is_end = markup[place + 1 : place + 2] == b"/"
        name = NAME.match(markup, place + 1 + is_end)
        if name is None:
            place += 1
            continue
        local = name[0].rpartition(b":")[2].lower()
        if is_end:
            _close(open_tags, name[0])
            place = name.end()
            continue
        if local in ENTRIES:
            entries += 1
            if entries > MAX_ENTRIES:
                return markup[:place] + b"".join(b"</" + tag + b">" for tag in reversed(open_tags)), True
        place, is_empty = _after_attributes(markup, name.end())
        if not is_empty and local not in NEVER_CLOSED:
            open_tags.append(name[0])
            if len(open_tags) > MAX_DEPTH:
                raise Dangerous("too_deep")
    return markup, False


def _check_entities(markup: bytes) -> None:
    found = 0
    for declared in ENTITY.finditer(markup):
        found += 1
        value = declared[2].strip()
        if value[:6].upper() in (b"SYSTEM", b"PUBLIC"):
            # Old RSS names the letters of HTML so; nobody fetches them. A file as an entity is an attack.
            is_dangerous = declared[1] is None
        else:
            is_dangerous = bool(REFERENCE.search(value)) or len(value) > MAX_ENTITY_LENGTH
        if is_dangerous:
            raise Dangerous("entities")
    if found > MAX_ENTITIES:
        raise Dangerous("entities")


def _skipped(markup: bytes, place: int) -> int | None:
    """Behind the comment, CDATA or instruction that begins here; None when none does."""
    for opening, closing in ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"<!", b">")):
        if markup.startswith(opening, place):
            end = markup.find(closing, place + len(opening))
            return end + len(closing) if end >= 0 else len(markup)
    return None


def _after_attributes(markup: bytes, place: int) -> tuple[int, bool]:
    """Behind the tag, and whether it is empty (`<a/>`)."""
    for count in range(MAX_ATTRIBUTES + 2):
        found = ATTRIBUTE.match(markup, place)
        if found is None:
            break
        if count > MAX_ATTRIBUTES:
            raise Dangerous("too_many_attributes")
        place = found.end()
    end = markup.find(b">", place)
    if end < 0:
        return len(markup), False
    return end + 1, markup[place:end].rstrip().endswith(b"/")


def _close(open_tags: list[bytes], name: bytes) -> None:
    """Up to the tag that this one closes; a closing tag of nothing closes nothing."""
    for depth in range(len(open_tags) - 1, -1, -1):
        if open_tags[depth] == name:
            del open_tags[depth:]
            return
