"""XMLTV's times: `YYYYMMDDhhmmss +0100`, some of the digits left out, the zone a number, a name or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Television began in the first, and no guide looks further than the last.
YEARS = range(1928, 2200)
DAY_DIGITS, LENGTHS = 8, (8, 10, 12, 14)
# ISO 8601 with its separators, which some guides write.
DIGITS = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[T ]?(?:(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?)?", re.ASCII)
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?", re.ASCII)
MAX_OFFSET = timedelta(hours=14)
HOUR = 60
# Names that stand for one offset in the guides they come from, in minutes.
ZONE_NAMES = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "BST": HOUR, "WEST": HOUR, "CET": HOUR, "MEZ": HOUR, "MET": HOUR,
    "CEST": 2 * HOUR, "MESZ": 2 * HOUR, "MEST": 2 * HOUR, "EET": 2 * HOUR, "EEST": 3 * HOUR, "MSK": 3 * HOUR,
    "EST": -5 * HOUR, "EDT": -4 * HOUR, "CST": -6 * HOUR, "CDT": -5 * HOUR, "MST": -7 * HOUR, "MDT": -6 * HOUR,
    "PST": -8 * HOUR, "PDT": -7 * HOUR, "AST": -4 * HOUR, "ADT": -3 * HOUR, "JST": 9 * HOUR, "AEST": 10 * HOUR,
    "AEDT": 11 * HOUR, "NZST": 12 * HOUR, "NZDT": 13 * HOUR,
}  # fmt: skip


class TimeUnreadable(ValueError):
    """The words say what is wrong."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """What a clock showed, and in which zone; `zone` None when the offset was given and `clock` is UTC."""

    clock: datetime
    zone: ZoneInfo | None

    @property
    def happens_twice(self) -> bool:
        return self.zone is not None and _offset(self, fold=0) > _offset(self, fold=1)

    @property
    def never_happens(self) -> bool:
        return self.zone is not None and _offset(self, fold=0) < _offset(self, fold=1)

    def utc(self, *, fold: int = 0) -> datetime:
        return (self.clock - _offset(self, fold=fold)).replace(tzinfo=UTC)


def read(text: str, zone: ZoneInfo) -> WallTime:
    """Raises TimeUnreadable."""
    text = text.strip()[:60]
    match = DIGITS.match(text)
    if not match:
        raise TimeUnreadable(f"no time: {text or '(nothing)'}")
    clock = _clock(match, text)
    offset = _zone(text[match.end() :].strip(), zone)
    if isinstance(offset, ZoneInfo):
        return WallTime(clock, offset)
    return WallTime(clock - offset, None)


def resolve(walls: Sequence[WallTime]) -> list[datetime]:
    """The starts on one channel, in the order of the guide, as moments in UTC.

    In the hour that comes twice the first turn is meant, until a clock that goes back tells that the second one has
    begun. A time that clocks jump over is what it would have been without the jump, unless the next programme then
    began before it: then it is the moment of the jump.
    """
    moments = [wall.utc() for wall in walls]
    for position, wall in enumerate(walls):
        if position and wall.happens_twice and _is_second_turn(moments[position], moments[position - 1]):
            moments[position] = wall.utc(fold=1)
    for position in range(len(walls) - 2, -1, -1):
        wall = walls[position]
        if wall.never_happens and jump_of(wall) <= moments[position + 1] < moments[position]:
            moments[position] = jump_of(wall)
    return moments


def resolve_stop(wall: WallTime, start: datetime) -> datetime:
    """The end of a programme: in the hour that comes twice, the first turn that is not before its start."""
    moment = wall.utc()
    return wall.utc(fold=1) if wall.happens_twice and moment < start else moment


def jump_of(wall: WallTime) -> datetime:
    """The moment at which the clocks jumped over this time."""
    assert wall.zone is not None
    # Both readings lie around the jump; between them, it is where the offset changes.
    before, after = wall.utc(fold=1), wall.utc(fold=0)
    old = before.astimezone(wall.zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(wall.zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


def _is_second_turn(first_turn: datetime, previous: datetime) -> bool:
    """Whether the programme before, of the same night, began later than this one in its first turn."""
    return first_turn < previous <= first_turn + timedelta(hours=1)


def _clock(match: re.Match[str], text: str) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if year not in YEARS:
        raise TimeUnreadable(f"year out of range: {text}")
    # Midnight at the end of a day.
    next_day = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    try:
        clock = datetime(year, month, day, 0 if next_day else hour, minute, second)  # noqa: DTZ001 - a wall clock
    except ValueError as error:
        raise TimeUnreadable(f"no such time: {text}") from error
    return clock + next_day


def _zone(text: str, default: ZoneInfo) -> ZoneInfo | timedelta:
    if not text:
        return default
    if text.upper() in ZONE_NAMES:
        return timedelta(minutes=ZONE_NAMES[text.upper()])
    match = OFFSET.fullmatch(text.upper())
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if offset > MAX_OFFSET or int(match[3] or 0) >= HOUR:
            raise TimeUnreadable(f"no such offset: {text}")
        return -offset if match[1] == "-" else offset
    found = _named_zone(text) if "/" in text else None
    if found is None:
        raise TimeUnreadable(f"time zone not known: {text}")
    return found


@lru_cache(maxsize=64)
def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _offset(wall: WallTime, *, fold: int) -> timedelta:
    if wall.zone is None:
        return timedelta()
    return wall.clock.replace(tzinfo=wall.zone, fold=fold).utcoffset() or timedelta()
