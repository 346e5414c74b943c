"""Dates as news say them, without a year most of the time: „Anfang Februar“, „am 9. Juli“, „im Herbst“, „am Freitag“.

`common.vague` reads a date that is whole; here the date is found in a sentence, and the year comes from the day on
which it was said: the next such date, or the last one where the sentence speaks of the past.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from staffellauf.common import vague
from staffellauf.common.vague import NoDate, Vague

MONTH = "|".join(
    sorted((name for name in vague.MONTH_NUMBERS if len(name) > 3 or name in ("mai", "may")), key=len)[::-1]
)
SHORT = "|".join(sorted((name for name in vague.MONTH_NUMBERS if len(name) <= 4), key=len)[::-1])
SEASON = "frühjahr|frühling|spring|sommer|summer|herbst|autumn|fall|winter"
WEEKDAY = (
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
PART = r"anfang|mitte|ende|early|mid|late|beginning\ of|end\ of"
CLOCK = r"(?:,?\ (?:um\ |at\ )?\d{1,2}(?:[:.]\d{2}(?:\ ?uhr)?|\ ?uhr))?"
YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"""(?<![\w.])(?:
      \d{{4}}-\d\d(?:-\d\d(?:[t ]\d\d:\d\d)?)?(?![\d-])
    | (?:(?:{WEEKDAY}),?\ (?:dem\ |den\ )?)?\d{{1,2}}\.\ ?\d{{1,2}}\.(?:\ ?(?:{YEAR}|\d\d(?![\d:.])))?{CLOCK}
    | (?:(?:{WEEKDAY}),?\ (?:dem\ |den\ )?)?\d{{1,2}}(?:\.|st|nd|rd|th)?\ (?:of\ )?(?:{MONTH}|(?:{SHORT})\b\.?)
      (?:,?\ {YEAR})?{CLOCK}
    | (?:{PART})[\ -](?:des\ jahres\ |the\ )?(?:(?:{MONTH})(?:\ {YEAR})?|{YEAR})
    | (?:ende\ des\ jahres|end\ of\ the\ year|jahresende)
    | (?:{MONTH}|(?:{SHORT})\.?)\ (?:\d{{1,2}}(?:st|nd|rd|th)?,?\ )?{YEAR}
    | (?:(?P<bare>(?:im|in|ab|seit|since|from|this)\ )(?:{MONTH}))(?!\ \d)
    | (?:{SEASON})(?:\ {YEAR}(?:/\d\d(?:\d\d)?)?)
    | (?P<season>(?:im|in|ab|this|diesen|diesem|kommenden|nächsten)\ (?:the\ )?(?:{SEASON}))
    | (?:q[1-4]|h[12])[\ /-]?{YEAR}
    | (?:[1-4]\.|ersten?|zweiten?|dritten?|vierten?|first|second|third|fourth)\ (?:quartal|quarter|halbjahr|half)
      (?:\ (?:of\ )?{YEAR})?
    | (?:am|on|diesen|kommenden)\ (?:kommenden\ |nächsten\ )?(?:{WEEKDAY})(?!\w|,?\ (?:dem\ |den\ )?\d)
    | (?:heute|morgen|übermorgen|gestern|today|tomorrow|yesterday)(?!\w)
    | (?:nächstes|dieses|next|this)\ (?:jahr|year)
    | (?:im\ jahr\ |im\ jahre\ |in\ )?{YEAR}(?![\d-])
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
DAYS_AWAY = {"heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "gestern": -1, "yesterday": -1}
LEADING = re.compile(
    r"^(?:im jahre?|im|in|ab|seit|since|from|this|the|am|on|diese[mn]|kommenden|nächsten) +", re.IGNORECASE
)
SHORT_YEAR = re.compile(r"(\d{1,2}\. ?\d{1,2}\.) ?(\d\d)(?!\d)")
HAS_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")


@dataclass(frozen=True, slots=True)
class Said:
    """Where a date stands in a text, and what it means."""

    start: int
    end: int
    vague: Vague


def find(text: str, *, base: date, is_past: bool = False) -> Iterator[Said]:
    """The dates of the text in its order; `base` is the day on which it was written."""
    for match in DATE.finditer(text):
        try:
            yield Said(match.start(), match.end(), read(match[0], base=base, is_past=is_past))
        except NoDate:
            continue


def read(words: str, *, base: date, is_past: bool = False) -> Vague:
    """What the words mean, said on the day `base`. Raises NoDate."""
    plain = SHORT_YEAR.sub(r"\1 20\2", " ".join(words.split()))
    if relative := _relative(plain.casefold(), base=base, is_past=is_past):
        return relative
    try:
        return vague.parse(plain)
    except NoDate:
        if HAS_YEAR.search(plain) or len(plain) > vague.MAX_TEXT:
            raise
    return _next(LEADING.sub("", plain), base=base, is_past=is_past)


def _next(words: str, *, base: date, is_past: bool) -> Vague:
    """The nearest such date that is not over yet, or that has begun."""
    refused = NoDate(f"Not understood as a date: {words}")
    years = (base.year, base.year - 1) if is_past else (base.year, base.year + 1, base.year + 2, base.year + 4)
    for year in years:
        for whole in _with_year(words, year):
            try:
                found = vague.parse(whole)
            except NoDate as error:
                refused = error
                continue
            if found.first <= base if is_past else found.last >= base:
                return found
    raise refused


def _with_year(words: str, year: int) -> Iterator[str]:
    clock = vague.TIME_LAST.search(words.casefold())
    if clock and clock.start():
        yield f"{words[: clock.start()]} {year} {words[clock.start() :]}"
    yield f"{words} {year}"
    yield f"{words}{year}"


def _relative(words: str, *, base: date, is_past: bool) -> Vague | None:
    if words in DAYS_AWAY:
        return vague.day(base + timedelta(days=DAYS_AWAY[words]))
    if words in ("ende des jahres", "end of the year", "jahresende"):
        return vague.parse(f"Ende {base.year}")
    if words in ("nächstes jahr", "next year", "dieses jahr", "this year"):
        return vague.parse(str(base.year + words.startswith("n")))
    last = words.rsplit(" ", 1)[-1]
    if last in WEEKDAY.split("|") and not any(c.isdigit() for c in words):
        [wanted] = vague.WEEKDAYS[last[:2]]
        ahead = (wanted - base.weekday()) % 7
        return vague.day(base + timedelta(days=ahead - 7 if is_past and ahead else ahead))
    return None


def of_columns(precision: str, *, first: date | None, last: date | None, at: object = None) -> Vague | None:
    """A fact's columns as one value; None when it says no date. Raises NoDate for what does not go together."""
    if not precision or first is None or last is None:
        return None
    return Vague(first, last, vague.Precision(precision), at)  # type: ignore[arg-type]
