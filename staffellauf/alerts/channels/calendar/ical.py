"""Writes iCalendar (RFC 5545, RFC 7986). What it is given is text; nothing of it ends a line or a property."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

# Octets of a line, without its end (RFC 5545 section 3.1).
LINE_OCTETS = 75
# Section 3.3.11: no other control character has a place in a text.
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

# As Europe/Berlin has been since 1996. Every moment in a file is in UTC, which alone tells the two half past two of a
# night in October apart; the zone is what a calendar without entries consists of.
ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE""".splitlines()


def written(lines: Iterable[str]) -> bytes:
    return b"".join(folded(line) for line in lines)


def line(name: str, words: str) -> str:
    """A property whose value is text."""
    return f"{name}:{text(words)}"


def text(words: str) -> str:
    """Section 3.3.11."""
    unified = words.replace("\r\n", "\n").replace("\r", "\n")
    return FORBIDDEN.sub(" ", unified).translate(ESCAPED)


def uri(address: str) -> str:
    """Has no line breaks to fold a property out of."""
    return re.sub(r"[\x00-\x20\x7f]", "", address)


def moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def day(value: date) -> str:
    return f"{value.year:04}{value.month:02}{value.day:02}"


def folded(content: str) -> bytes:
    """Section 3.1: at most 75 octets, and no character in two halves."""
    octets = content.encode()
    return octets + b"\r\n" if len(octets) <= LINE_OCTETS else b"\r\n ".join(_parts(octets)) + b"\r\n"


def _parts(octets: bytes) -> Iterator[bytes]:
    start, room = 0, LINE_OCTETS
    while start < len(octets):
        end = start + room
        # Inside a character (UTF-8's continuation octets) is no place to cut.
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        yield octets[start:end]
        # The space before what goes on counts.
        start, room = end, LINE_OCTETS - 1
