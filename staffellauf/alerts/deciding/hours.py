"""Hours of the day where a reader lives: nights and digests, across both changes of the clock.

A clock that is put forward leaves out some times, put back it shows some twice (PEP 495). A night is one stretch
nevertheless: it begins when the clock first shows its beginning, or has passed it, and ends when the clock shows its
end for the last time.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from staffellauf.alerts.models import Calm, Destination
from staffellauf.common import dates

ONE_DAY = timedelta(days=1)
# No dates before or after which arithmetic with a day more or less would leave the calendar.
FIRST_YEAR, LAST_YEAR = 2, 9998


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """By its IANA name; Berlin for one that is not known (any more)."""
    try:
        return ZoneInfo(name)
    # Also: a name with a NUL, one that leaves the folder, a folder's own.
    except (ValueError, OSError, KeyError):
        return dates.BERLIN


def first_moment(day: date, at: time, *, where: ZoneInfo) -> datetime:
    """When the clock shows `at` on the day for the first time; when it leaves that out, the moment it jumps over it."""
    early, late = _readings(day, at, where)
    return _jump(late, early, where) if early > late else early


def last_moment(day: date, at: time, *, where: ZoneInfo) -> datetime:
    """As `first_moment`, of two moments the later one."""
    early, late = _readings(day, at, where)
    return _jump(late, early, where) if early > late else late


def night_end(calm: Calm, *, where: ZoneInfo, now: datetime) -> datetime | None:
    """When the night ends that `now` lies in; None by day."""
    return _night_end(calm.night_from, calm.night_until, where, now)


# A batch asks for few nights, of many readers, at one moment.
@lru_cache(maxsize=256)
def _night_end(begins: time, ends: time, where: ZoneInfo, now: datetime) -> datetime | None:
    if begins == ends:
        return None
    today = now.astimezone(where).date()
    if not FIRST_YEAR <= today.year <= LAST_YEAR:
        return None
    reached = now
    for day in (today - ONE_DAY, today, today + ONE_DAY):
        start = first_moment(day, begins, where=where)
        end = last_moment(day if begins < ends else day + ONE_DAY, ends, where=where)
        # Nights of nearly a day may meet when the clock is put back: then they are one.
        if start <= reached < end:
            reached = end
    return reached if reached > now else None


def next_digest(calm: Calm, rhythm: str, *, where: ZoneInfo, now: datetime) -> datetime:
    """The next time after now that a daily or weekly digest is due."""
    today = now.astimezone(where).date()
    # The day before too: what the clock shows there may be ahead of or behind a jump over midnight.
    days = [today + timedelta(days=ahead) for ahead in range(-1, 9)]
    if rhythm == Destination.Rhythm.WEEKLY:
        days = [day for day in days if day.weekday() == calm.digest_weekday % 7]
    moments = (first_moment(day, calm.digest_at, where=where) for day in days)
    return min(moment for moment in moments if moment > now)


def _readings(day: date, at: time, where: ZoneInfo) -> tuple[datetime, datetime]:
    """The moment by the offset before a change of the clock and by the one after it; the same on other days."""
    shown = datetime.combine(day, at.replace(tzinfo=None), tzinfo=where)
    return shown.replace(fold=0).astimezone(UTC), shown.replace(fold=1).astimezone(UTC)


def _jump(before: datetime, after: datetime, where: ZoneInfo) -> datetime:
    """The moment between the two at which the clock is put forward, to the second."""
    offset = before.astimezone(where).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(where).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return before.replace(microsecond=0) + timedelta(seconds=high)
