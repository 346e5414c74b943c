"""Dates that are known only roughly, kept as rough as they are: „Herbst 2026“, „Anfang Februar 2027“."""

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.utils import dateformat, translation

from staffellauf.common import dates

YEARS = range(1000, 3000)
# The longest that is understood is far shorter; longer text is not searched for a date.
MAX_TEXT = 100


class Precision(StrEnum):
    MINUTE = "minute"
    DAY = "day"
    PART_OF_MONTH = "part_of_month"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON_OF_YEAR = "season_of_year"
    PART_OF_YEAR = "part_of_year"
    HALF_YEAR = "half_year"
    YEAR = "year"


class NoDate(ValueError):
    """No date could be read from the text; its words say why, in English."""


@dataclass(frozen=True, slots=True)
class Vague:
    """All days from `first` to `last` are possible. With the precision of a minute both are its day in Berlin."""

    first: date
    last: date
    precision: Precision
    at: datetime | None = None
    """UTC, with the precision of a minute only."""

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise NoDate("The first day is after the last one.")
        if (self.at is not None) != (self.precision == Precision.MINUTE):
            raise NoDate("A time of day belongs to the precision of a minute, and to no other.")
        if self.at is not None and self.at.utcoffset() != timedelta():
            raise NoDate("A moment is kept in UTC.")


# Each part as its first and last day; a last day of 0 is the end of the month.
PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 0)}
# What "Anfang 2027" means in announcements: not thirds of a year, hence with gaps between.
PARTS_OF_YEAR = {"early": (1, 3), "mid": (5, 8), "late": (10, 12)}
# Meteorological; winter ends in the following year.
SEASONS_OF_YEAR = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}


def minute(moment: datetime) -> Vague:
    """Cut to the minute."""
    at = moment.astimezone(UTC).replace(second=0, microsecond=0)
    day_in_berlin = dates.day_of(at)
    return Vague(day_in_berlin, day_in_berlin, Precision.MINUTE, at)


def day(value: date) -> Vague:
    return Vague(value, value, Precision.DAY)


def part_of_month(year: int, month: int, *, part: str) -> Vague:
    first, last = PARTS_OF_MONTH[part]
    return Vague(date(year, month, first), date(year, month, last or _days(year, month)), Precision.PART_OF_MONTH)


def months(year: int, span: tuple[int, int], *, precision: Precision) -> Vague:
    """From the first day of one month to the last of another; when that is an earlier one, of the next year."""
    first, last = span
    end = year + 1 if last < first else year
    return Vague(date(year, first, 1), date(end, last, _days(end, last)), precision)


def parse(text: str) -> Vague:
    """German and English as people write it, and ISO 8601. Winter 2026 is the one that begins in 2026.

    >>> parse("Herbst 2026")
    Vague(first=datetime.date(2026, 9, 1), last=datetime.date(2026, 11, 30), precision=<Precision.SEASON_OF_YEAR: \
'season_of_year'>, at=None)

    Raises NoDate.
    """
    plain = _plain(text)
    named = WEEKDAY_FIRST.match(plain)
    weekday = WEEKDAYS[named["weekday"][:2]] if named else None
    rest = plain[named.end() :] if named else plain
    clock = TIME_LAST.search(rest)
    vague = _parse_days(rest[: clock.start()] if clock else rest, text)
    if weekday is not None and (vague.precision != Precision.DAY or vague.first.weekday() not in weekday):
        raise NoDate(f"The day of the week does not belong to the date: {text.strip()}")
    return _at(vague, clock, text) if clock else vague


def for_people(vague: Vague, language: str) -> str:
    """„Fr., 23. Januar 2026, 20:15 Uhr“, „Anfang Februar 2027“, „Herbst 2026“ · "autumn 2026".

    What comes out can be parsed again and gives an equal Vague.
    """
    with translation.override("de" if language.startswith("de") else "en"):
        return _shown(vague, german=dates.is_german())


def _shown(vague: Vague, *, german: bool) -> str:
    first, words = vague.first, GERMAN if german else ENGLISH
    match vague.precision:
        case Precision.MINUTE:
            assert vague.at is not None
            return dates.moment(vague.at) + _which_of_two(vague.at, german=german)
        case Precision.DAY:
            return dateformat.format(first, "D., j. F Y" if german else "D, j F Y")
        case Precision.PART_OF_MONTH:
            part = next(name for name, (begins, _) in PARTS_OF_MONTH.items() if begins == first.day)
            return words[part] + dateformat.format(first, "F Y")
        case Precision.MONTH:
            return dateformat.format(first, "F Y")
        case Precision.QUARTER:
            number = (first.month + 2) // 3
            return f"{number}. Quartal {first.year}" if german else f"Q{number} {first.year}"
        case Precision.SEASON_OF_YEAR:
            season = next(name for name, (begins, _) in SEASONS_OF_YEAR.items() if begins == first.month)
            following = f"/{vague.last.year % 100:02}" if vague.last.year > first.year else ""
            return f"{words[season]} {first.year}{following}"
        case Precision.PART_OF_YEAR:
            part = next(name for name, (begins, _) in PARTS_OF_YEAR.items() if begins == first.month)
            return f"{words[part]}{first.year}"
        case Precision.HALF_YEAR:
            number = 1 if first.month == 1 else 2
            return f"{number}. Halbjahr {first.year}" if german else f"{words[str(number)]} half of {first.year}"
        case Precision.YEAR:
            return str(first.year)


def _which_of_two(moment: datetime, *, german: bool) -> str:
    """The hour that comes twice in autumn: its second turn says so."""
    if not dates.local(moment).fold:
        return ""
    return " MEZ" if german else " CET"


GERMAN = {
    "early": "Anfang ", "mid": "Mitte ", "late": "Ende ",
    "spring": "Frühjahr", "summer": "Sommer", "autumn": "Herbst", "winter": "Winter",
}  # fmt: skip
ENGLISH = {
    "early": "early ", "mid": "mid-", "late": "late ", "1": "first", "2": "second",
    "spring": "spring", "summer": "summer", "autumn": "autumn", "winter": "winter",
}  # fmt: skip

MONTHS = {
    1: "januar|january|jänner|jan", 2: "februar|february|feber|feb", 3: "märz|maerz|march|mär|mrz|mar",
    4: "april|apr", 5: "mai|may", 6: "juni|june|jun", 7: "juli|july|jul", 8: "august|aug",
    9: "september|sept|sep", 10: "oktober|october|okt|oct", 11: "november|nov", 12: "dezember|december|dez|dec",
}  # fmt: skip
MONTH_NUMBERS = {name: number for number, names in MONTHS.items() for name in names.split("|")}
PART_NAMES = {
    "anfang": "early", "early": "early", "beginning of": "early", "start of": "early", "mitte": "mid", "mid": "mid",
    "middle of": "mid", "ende": "late", "late": "late", "end of": "late",
}  # fmt: skip
SEASON_NAMES = {
    "frühjahr": "spring", "frühling": "spring", "fruehjahr": "spring", "fruehling": "spring", "spring": "spring",
    "sommer": "summer", "summer": "summer", "herbst": "autumn", "autumn": "autumn", "fall": "autumn",
    "winter": "winter",
}  # fmt: skip
NUMBER_NAMES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "erst": 1, "zweit": 2, "dritt": 3, "viert": 4}
# By two letters, German and English: "mo" and "fr" are one day in both, "so" and "su" are two words for one.
WEEKDAYS = {
    "mo": {0}, "di": {1}, "tu": {1}, "mi": {2}, "we": {2}, "do": {3}, "th": {3}, "fr": {4}, "sa": {5}, "so": {6},
    "su": {6},
}  # fmt: skip
# MEZ and MESZ say which of the two is meant in the hour that comes twice.
ZONES = {"mez": 1, "cet": 1, "mesz": 2, "cest": 2, "z": 0, "utc": 0, "gmt": 0}

WEEKDAY_FIRST = re.compile(
    r"(?P<weekday>montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\.? (?:(?:dem|den|the) )?"
)
TIME_LAST = re.compile(
    r"(?:(?<=\d)t| (?:um |at )?)(?P<hour>\d{1,2})"
    r"(?:[:.](?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?uhr)?| ?uhr)"
    r"(?: ?(?P<zone>mesz|mez|cest|cet|utc|gmt|z)|(?P<offset>[+-]\d{2}:?\d{2}))?$"
)
LEADING = re.compile(r"(?:(?:voraussichtlich|vsl\.|expected|ab|seit|from|am|im|in|on|dem|den|der|the|jahr|year) )+")
YEAR = r"(?P<year>\d{4})"
MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\.?"
PART = rf"(?P<part>{'|'.join(PART_NAMES)})"
ORDINAL = (
    r"(?:(?P<number>[1-4])(?:\.|st|nd|rd|th)?|(?P<word>erst|zweit|dritt|viert|first|second|third|fourth)(?:e[nrs]?)?)"
)


def _plain(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise NoDate("The text is too long for a date.")
    plain = unicodedata.normalize("NFKC", text).casefold().replace(",", " ")
    return " ".join(plain.split())


def _parse_days(plain: str, text: str) -> Vague:
    rest = plain.strip()
    leading = LEADING.match(rest)
    rest = rest[leading.end() :] if leading else rest
    for pattern, make in FORMS:
        match = pattern.fullmatch(rest)
        if match:
            return _made(make, match, text)
    raise NoDate(f"Not understood as a date: {text.strip() or '(nothing)'}")


def _made(make: Callable[[re.Match[str]], Vague], match: re.Match[str], text: str) -> Vague:
    if int(match["year"]) not in YEARS:
        raise NoDate(f"The year must lie between {YEARS[0]} and {YEARS[-1]}: {text.strip()}")
    try:
        return make(match)
    except NoDate:
        raise
    except ValueError as error:
        raise NoDate(f"There is no such day: {text.strip()}") from error


def _at(vague: Vague, clock: re.Match[str], text: str) -> Vague:
    if vague.precision != Precision.DAY:
        raise NoDate(f"A time of day needs a day: {text.strip()}")
    try:
        naive = datetime(  # noqa: DTZ001 - the zone follows
            vague.first.year, vague.first.month, vague.first.day, int(clock["hour"]), int(clock["minute"] or 0)
        )
    except ValueError as error:
        raise NoDate(f"There is no such time: {text.strip()}") from error
    if clock["zone"] or clock["offset"]:
        return minute((naive - _offset(clock)).replace(tzinfo=UTC))
    moment = naive.replace(tzinfo=dates.BERLIN)
    if dates.local(moment.astimezone(UTC)).replace(tzinfo=None) != naive:
        raise NoDate(f"The clocks jump over this time: {text.strip()}")
    return minute(moment)


def _offset(clock: re.Match[str]) -> timedelta:
    if clock["zone"]:
        return timedelta(hours=ZONES[clock["zone"]])
    sign, digits = clock["offset"][0], clock["offset"][1:].replace(":", "")
    amount = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -amount if sign == "-" else amount


def _day(match: re.Match[str]) -> Vague:
    return day(date(int(match["year"]), _month(match), int(match["day"])))


def _part_of_month(match: re.Match[str]) -> Vague:
    return part_of_month(int(match["year"]), _month(match), part=PART_NAMES[match["part"]])


def _whole_month(match: re.Match[str]) -> Vague:
    month = _month(match)
    return months(int(match["year"]), (month, month), precision=Precision.MONTH)


def _quarter(match: re.Match[str]) -> Vague:
    number = _number(match)
    return months(int(match["year"]), (number * 3 - 2, number * 3), precision=Precision.QUARTER)


def _half(match: re.Match[str]) -> Vague:
    number = _number(match)
    if number > 2:
        raise NoDate("A year has two halves.")
    return months(int(match["year"]), (number * 6 - 5, number * 6), precision=Precision.HALF_YEAR)


def _season(match: re.Match[str]) -> Vague:
    year, season = int(match["year"]), SEASON_NAMES[match["season"]]
    if match["next"] and (season != "winter" or int(match["next"]) % 100 != (year + 1) % 100):
        raise NoDate("Only a winter spans two years, and they follow each other.")
    return months(year, SEASONS_OF_YEAR[season], precision=Precision.SEASON_OF_YEAR)


def _part_of_year(match: re.Match[str]) -> Vague:
    return months(int(match["year"]), PARTS_OF_YEAR[PART_NAMES[match["part"]]], precision=Precision.PART_OF_YEAR)


def _whole_year(match: re.Match[str]) -> Vague:
    return months(int(match["year"]), (1, 12), precision=Precision.YEAR)


FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Vague]]] = [
    (re.compile(pattern, re.ASCII), make)
    for pattern, make in (
        (rf"{YEAR}-(?P<month>\d\d)-(?P<day>\d\d)", _day),
        (rf"(?P<day>\d\d?)\. ?(?P<month>\d\d?)\. ?{YEAR}", _day),
        (rf"(?P<day>\d\d?)(?:\.|st|nd|rd|th)? ?(?:of )?{MONTH} {YEAR}", _day),
        (rf"{MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)? {YEAR}", _day),
        (rf"{PART}[ -](?:the )?{MONTH} {YEAR}", _part_of_month),
        (rf"{YEAR}-(?P<month>\d\d)", _whole_month),
        (rf"(?P<month>\d\d?)[/.]{YEAR}", _whole_month),
        (rf"{MONTH} (?:of )?{YEAR}", _whole_month),
        (rf"q(?P<number>[1-4])(?P<word>)[ /-]?{YEAR}", _quarter),
        (rf"{YEAR}[ /-]?q(?P<number>[1-4])(?P<word>)", _quarter),
        (rf"{ORDINAL} (?:quartal|quarter)(?: of)? {YEAR}", _quarter),
        (rf"h(?P<number>[12])(?P<word>)[ /-]?{YEAR}", _half),
        (rf"{YEAR}[ /-]?h(?P<number>[12])(?P<word>)", _half),
        (rf"{ORDINAL} (?:halbjahr|jahreshälfte|hälfte|half)(?: of)? {YEAR}", _half),
        (rf"(?P<season>{'|'.join(SEASON_NAMES)})(?: of)? {YEAR}(?:[/-](?P<next>\d\d(?:\d\d)?))?", _season),
        (rf"{PART}[ -](?:des jahres )?{YEAR}", _part_of_year),
        (YEAR, _whole_year),
    )
]


def _month(match: re.Match[str]) -> int:
    value = match["month"]
    return int(value) if value.isdigit() else MONTH_NUMBERS[value]


def _number(match: re.Match[str]) -> int:
    return NUMBER_NAMES[match["word"]] if match["word"] else int(match["number"])


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
