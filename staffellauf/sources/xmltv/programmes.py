"""One `<programme>` or `<channel>` element as our dataclass, in whatever order its parts come."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from staffellauf.sources.xmltv import numbers
from staffellauf.sources.xmltv.elements import Element
from staffellauf.sources.xmltv.guide import (
    Credit,
    EpisodeNumber,
    GuideChannel,
    GuideText,
    Programme,
    Rating,
)

MAX_ID, MAX_NAME, MAX_DESCRIPTION = 200, 300, 5_000
ELLIPSES = ("…", "...")
# What is called a length beyond this is none.
MAX_LENGTH_MIN = 60 * 24 * 14
LENGTH_UNITS = {"seconds": 1 / 60, "minutes": 1, "hours": 60}
CLUMP = re.compile(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*", re.ASCII)
YEAR = re.compile(r"(1[89]\d\d|2[01]\d\d)", re.ASCII)
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
INVISIBLE = re.compile("[\ufeff\u200b]")
# Of one kind in one programme.
MAX_OF_A_KIND = 100


def channel(element: Element) -> GuideChannel:
    icons = (child.attributes.get("src", "") for child in element.children if child.name == "icon")
    return GuideChannel(
        clean(element.attributes.get("id", ""), MAX_ID),
        _texts(element, "display-name"),
        clean(next(icons, ""), 500),
    )


def programme(element: Element, *, start: datetime, stop: datetime | None) -> Programme:
    """The element must have a title."""
    titles, kinds = _texts(element, "title"), {child.name for child in element.children}
    return Programme(
        channel=channel_of(element),
        start=start,
        stop=stop,
        titles=titles,
        subtitles=_texts(element, "sub-title"),
        description=_joined(element, "desc"),
        categories=_plain(element, "category"),
        numbers=_numbers(element),
        year=_year(element),
        countries=_plain(element, "country"),
        credits=tuple(_credits(element)),
        ratings=tuple(_ratings(element)),
        length_min=length_min(element),
        clump=clump(element),
        is_repeat="previously-shown" in kinds,
        is_premiere="premiere" in kinds,
        is_new="new" in kinds,
        is_cut=titles[0].text.endswith(ELLIPSES),
        line=element.line,
    )


def channel_of(element: Element) -> str:
    return clean(element.attributes.get("channel", ""), MAX_ID)


def title_of(element: Element) -> str:
    """Empty when there is none."""
    return next((text for child in _of(element, "title") if (text := clean(child.text, MAX_NAME))), "")


def length_min(element: Element) -> int | None:
    for child in _of(element, "length"):
        text, unit = child.text.strip(), LENGTH_UNITS.get(child.attributes.get("units", "minutes").lower())
        if unit and text.isascii() and text.isdigit() and len(text) < 8 and 0 < int(text) * unit <= MAX_LENGTH_MIN:
            return max(1, round(int(text) * unit))
    return None


def clump(element: Element) -> tuple[int, int]:
    match = CLUMP.fullmatch(element.attributes.get("clumpidx", ""))
    index, count = (int(match[1]), int(match[2])) if match else (0, 1)
    return (index, count) if index < count else (0, 1)


def clean(text: str, limit: int) -> str:
    """One line without control characters, no longer than a field takes."""
    plain = " ".join(text.split())
    if plain.isprintable():
        return unicodedata.normalize("NFC", plain)[:limit].strip()
    return unicodedata.normalize("NFC", " ".join(CONTROLS.sub(" ", INVISIBLE.sub("", text)).split()))[:limit].strip()


def _of(element: Element, name: str) -> list[Element]:
    return [child for child in element.children if child.name == name][:MAX_OF_A_KIND]


def _texts(element: Element, name: str) -> tuple[GuideText, ...]:
    texts = (
        GuideText(clean(child.text, MAX_NAME), clean(child.attributes.get("lang", ""), 20))
        for child in _of(element, name)
    )
    return tuple(text for text in texts if text.text)


def _plain(element: Element, name: str) -> tuple[str, ...]:
    texts = (clean(child.text, MAX_NAME) for child in _of(element, name))
    return tuple(dict.fromkeys(text for text in texts if text))


def _joined(element: Element, name: str) -> str:
    """The first that says something; the others say it in other languages."""
    return next((text for child in _of(element, name) if (text := clean(child.text, MAX_DESCRIPTION))), "")


def _numbers(element: Element) -> tuple[EpisodeNumber, ...]:
    return tuple(
        numbers.read(text, clean(child.attributes.get("system", numbers.ONSCREEN), 40).lower() or numbers.ONSCREEN)
        for child in _of(element, "episode-num")
        if (text := clean(child.text, MAX_NAME))
    )


def _year(element: Element) -> int | None:
    for child in _of(element, "date"):
        match = YEAR.match(child.text.strip())
        if match:
            return int(match[1])
    return None


def _credits(element: Element) -> Iterable[Credit]:
    for group in _of(element, "credits"):
        for child in group.children[:MAX_OF_A_KIND]:
            name = clean(child.text, MAX_NAME)
            if name:
                character = clean(child.attributes.get("role", ""), MAX_NAME)
                is_guest = child.name == "guest" or child.attributes.get("guest") == "yes"
                yield Credit(clean(child.name, 20), name, character, is_guest)


def _ratings(element: Element) -> Iterable[Rating]:
    for rating in _of(element, "rating"):
        for child in rating.children:
            value = clean(child.text, 40)
            if child.name == "value" and value:
                yield Rating(clean(rating.attributes.get("system", ""), 40), value)
