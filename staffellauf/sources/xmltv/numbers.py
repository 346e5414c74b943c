"""Episode numbers as guides write them: XMLTV's own counting from zero, and what people read on the screen."""

import re

from staffellauf.sources.xmltv.guide import EpisodeNumber

# Daily soaps have passed 15,000 episodes; beyond this it is no number of an episode.
MAX_NUMBER = 100_000
MAX_SEASON = 9_999
XMLTV_NS, ONSCREEN = "xmltv_ns", "onscreen"

SEASON_WORDS = r"(?:staffel|season|series|saison|temporada|st\.|s)"
EPISODE_WORDS = r"(?:folge|episode|episodio|épisode|ep\.?|e|f\.?|teil|part)"
_NUMBER = r"(\d{1,6})(?!\d)"
# 5, 5/13, 5-6, 5+6
_COUNT = rf"{_NUMBER}(?:\s*[-+&–]\s*e?{_NUMBER})?(?:\s*(?:/|von|of)\s*{_NUMBER})?"
FORMS = [
    # S02E05, S2 E5, S02E05E06, Staffel 2, Folge 5/13, Season 2 Episode 5, Staffel: 2 - Folge: 5
    re.compile(
        rf"{SEASON_WORDS}[\s:.]*(?P<season>\d{{1,4}}(?!\d))(?:\s*/\s*\d+)?[\s,;:.–-]*{EPISODE_WORDS}[\s:.]*"
        rf"(?P<count>\d{{1,4}}e\d{{1,4}}|{_COUNT})"
    ),
    # 2. Staffel, Folge 5
    re.compile(
        rf"(?P<season>\d{{1,4}}(?!\d))\.\s*{SEASON_WORDS}[\s,;:.–-]*(?:{EPISODE_WORDS}[\s:.]*)?(?P<count>{_COUNT})"
    ),
    # 2x05
    re.compile(r"(?<!\d)(?P<season>\d{1,4})x(?P<count>\d{1,4})(?!\d)"),
    # Folge 5/13 (Staffel 2), E05, Episode 5
    re.compile(
        rf"(?<!\w){EPISODE_WORDS}[\s:.]*(?P<count>{_COUNT})(?:.{{0,4}}{SEASON_WORDS}[\s:.]*(?P<season>\d{{1,4}}(?!\d)))?"
    ),
    # Staffel 2
    re.compile(rf"(?<!\w){SEASON_WORDS}[\s:.]*(?P<season>\d{{1,4}}(?!\d))(?P<count>)"),
    # 2/13, (5), (5/13), 5
    re.compile(rf"^[(\[]?\s*(?P<count>{_COUNT})\s*[)\]]?$(?P<season>)"),
]
_NS_FIELD = re.compile(r"\s*(\d{0,9})\s*(?:/\s*(\d{0,9})\s*)?", re.ASCII)


def read(text: str, system: str) -> EpisodeNumber:
    """Never fails: what is not understood is kept as text only."""
    verbatim = " ".join(text.split())
    if system == XMLTV_NS:
        return _xmltv_ns(verbatim)
    if system == ONSCREEN:
        return _onscreen(verbatim)
    return EpisodeNumber(system, verbatim)


def _xmltv_ns(text: str) -> EpisodeNumber:
    """Season, episode and part, each counted from zero and perhaps followed by a total: `1 . 4/13 . 0/1`."""
    fields = [_NS_FIELD.fullmatch(field) for field in text.split(".")]
    if not 2 <= len(fields) <= 3 or None in fields:
        return EpisodeNumber(XMLTV_NS, text)
    pairs = [(match[1], match[2] or "") for match in fields if match] + [("", "")]
    (season, _), (number, total), (part, parts) = pairs[:3]
    return EpisodeNumber(
        XMLTV_NS,
        text,
        season=_from_zero(season, MAX_SEASON),
        number=_from_zero(number, MAX_NUMBER),
        total=_whole(total),
        part=_from_zero(part, MAX_NUMBER),
        parts=_whole(parts),
    )


def _onscreen(text: str) -> EpisodeNumber:
    plain = text[:100].lower()
    for form in FORMS:
        match = form.search(plain)
        if match:
            first, last, total = _count(match["count"])
            return EpisodeNumber(
                ONSCREEN,
                text,
                season=_whole(match["season"], MAX_SEASON),
                number=first,
                last_number=last if first and last and last > first else None,
                total=total,
            )
    return EpisodeNumber(ONSCREEN, text)


def _count(text: str) -> tuple[int | None, int | None, int | None]:
    double = re.fullmatch(r"(\d+)e(\d+)", text)
    if double:
        return _whole(double[1]), _whole(double[2]), None
    match = re.fullmatch(_COUNT, text)
    return (_whole(match[1]), _whole(match[2]), _whole(match[3])) if match else (None, None, None)


def _from_zero(text: str, limit: int) -> int | None:
    return int(text) + 1 if text and int(text) < limit else None


def _whole(text: str | None, limit: int = MAX_NUMBER) -> int | None:
    return int(text) if text and int(text) <= limit else None
