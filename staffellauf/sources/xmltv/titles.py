"""What a guide's title says besides the name of the series: episode, year, running notes, where it was cut."""

import re
from dataclasses import dataclass

from staffellauf.common import text
from staffellauf.sources.xmltv import numbers
from staffellauf.sources.xmltv.guide import EpisodeNumber, Programme
from staffellauf.sources.xmltv.programmes import ELLIPSES

MAX_TITLE = 300
# "Sanctuary - täglich ab 22 Uhr": what channels put into titles for want of another place.
NOTE = re.compile(r"\s*(?:[-–|:(]\s*)?(?:täglich|immer \w+|jeden \w+)\s+(?:ab|von|um)\s+\d.*$", re.IGNORECASE)
YEAR = re.compile(r"\s*\(((?:19|20)\d\d)\)\s*$", re.ASCII)
_SEPARATORS = r"[\s:,.–|-]*"
# Only what says that it is a number of an episode: "Ocean's 11" is a name.
NUMBER = re.compile(
    r"(?:S\d{1,4}\s*E\d{1,4}|\d{1,2}x\d{1,3}|(?:Staffel|Season|Series)\s*\d{1,4}(?:/\d+)?(?:[\s,;:–-]*"
    r"(?:Folge|Episode|Ep\.?)\s*\d{1,6}(?:/\d+)?)?|(?:Folge|Episode|Ep\.)\s*\d{1,6}(?:/\d+)?)",
    re.IGNORECASE | re.ASCII,
)
NUMBER_LAST = re.compile(rf"{_SEPARATORS}\(?({NUMBER.pattern})\)?\s*$", re.IGNORECASE | re.ASCII)
COUNT_LAST = re.compile(r"\s*\((\d{1,5}(?:/\d{1,5})?)\)\s*$", re.ASCII)
SPLIT = re.compile(r":\s+|\s+[-–|]\s+")
# "Folge 5" names no episode.
NAMELESS = re.compile(r"(?:folge|episode|teil|part|ep) ?\d+|\d+")


@dataclass(frozen=True, slots=True)
class Clues:
    """What a programme tells about which series and episode it is; all texts folded."""

    name: str
    """The title without what does not belong to the name: by it decisions are remembered."""
    first_part: str
    """Of a title in parts ("Name: something"), the first; empty when it has one part or the rest is the subtitle."""
    subtitle: str
    season: int | None
    number: int | None
    year: int | None
    is_cut: bool
    categories: tuple[str, ...]


def clues(programme: Programme) -> Clues:
    plain = _without_note(programme.title)
    found = [*programme.numbers]
    plain, year = _take_year(plain)
    plain, number = _take_number(plain)
    if number:
        found.append(number)
    subtitle = programme.subtitles[0].text if programme.subtitles else ""
    in_subtitle = NUMBER.search(subtitle) or COUNT_LAST.search(subtitle)
    if in_subtitle:
        found.append(numbers.read(in_subtitle[0], numbers.ONSCREEN))
        subtitle = (subtitle[: in_subtitle.start()].rstrip(" -–:,(") or subtitle).strip()
    name = _without_subtitle(plain, subtitle)
    first_part = SPLIT.split(name, maxsplit=1)[0] if SPLIT.search(name) else ""
    season, episode = _best(found)
    return Clues(
        name=text.fold(name)[:MAX_TITLE] or name.casefold()[:MAX_TITLE],
        first_part=text.fold(first_part)[:MAX_TITLE],
        subtitle=text.fold(subtitle)[:MAX_TITLE],
        season=season,
        number=episode,
        year=year or programme.year,
        is_cut=programme.is_cut,
        categories=tuple(text.fold(category) for category in programme.categories),
    )


def _without_note(title: str) -> str:
    return NOTE.sub("", title).strip() or title


def _take_year(title: str) -> tuple[str, int | None]:
    match = YEAR.search(title)
    return (title[: match.start()], int(match[1])) if match and match.start() else (title, None)


def _take_number(title: str) -> tuple[str, EpisodeNumber | None]:
    match = NUMBER_LAST.search(title) or COUNT_LAST.search(title)
    if match is None or not title[: match.start()].strip():
        return title, None
    return title[: match.start()].strip(), numbers.read(match[1], numbers.ONSCREEN)


def _without_subtitle(title: str, subtitle: str) -> str:
    """ "The 4400: Der Prediger" with the subtitle "Der Prediger" is "The 4400"."""
    if title.endswith(ELLIPSES):
        title = title.rstrip(" .…")
    for match in SPLIT.finditer(title):
        rest = text.fold(title[match.end() :])
        if match.start() and rest and subtitle and (rest == text.fold(subtitle)):
            return title[: match.start()]
    return title


def _best(found: list[EpisodeNumber]) -> tuple[int | None, int | None]:
    """The number that says most: season and episode before one of them, XMLTV's own before what is on the screen."""
    readable = [number for number in found if number.season is not None or number.number is not None]
    if not readable:
        return None, None
    best = max(readable, key=lambda n: ((n.season is not None) + (n.number is not None), n.system == numbers.XMLTV_NS))
    return best.season, best.number
