"""Times as readers see them: Europe/Berlin, in the language of the page."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat, translation
from django.utils.translation import gettext as _

BERLIN = ZoneInfo("Europe/Berlin")
# Programme guides count the night to the evening before it.
BROADCAST_DAY_STARTS = time(5)
ONE_DAY = timedelta(days=1)
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def local(value: datetime, *, zone: ZoneInfo = BERLIN) -> datetime:
    return value.astimezone(zone)


def iso(value: datetime) -> str:
    """For `<time datetime>`: seconds, no fractions (HTML, "valid global date and time string").

    >>> from datetime import UTC
    >>> iso(datetime(2026, 1, 23, 14, 57, 12, 345, tzinfo=UTC))
    '2026-01-23T15:57:12+01:00'
    """
    return local(value).isoformat(timespec="seconds")


def clock(value: datetime) -> str:
    """15:57"""
    return dateformat.format(local(value), "H:i")


def time_of_day(value: datetime) -> str:
    """15:57 Uhr · 15:57: beside a day."""
    return dateformat.format(local(value), f"H:i{NARROW_SPACE}\\U\\h\\r" if is_german() else "H:i")


def moment(value: datetime, *, zone: ZoneInfo = BERLIN) -> str:
    """Fr., 23. Januar 2026, 15:57 Uhr · Fri, 23 January 2026, 15:57"""
    pattern = f"D., j. F Y, H:i{NARROW_SPACE}\\U\\h\\r" if is_german() else "D, j F Y, H:i"
    return dateformat.format(local(value, zone=zone), pattern)


def long_day(value: date) -> str:
    """Freitag, 23. Januar 2026 · Friday, 23 January 2026"""
    return dateformat.format(day_of(value), "l, j. F Y" if is_german() else "l, j F Y")


def short_day(value: date, *, today: date | None = None) -> str:
    """23. Jan. · 23 Jan; with the year when it is not that of `today`."""
    day = day_of(value)
    shown = dateformat.format(day, "j. N" if is_german() else "j M")
    if today is None or today.year != day.year:
        shown += f" {day.year}"
    return shown


def numeric_day(value: date) -> str:
    """23.1.2026 · 23 Jan 2026: for tables."""
    day = day_of(value)
    # Many on a page: Django's way takes twenty times as long.
    return f"{day.day}.{day.month}.{day.year:04}" if is_german() else dateformat.format(day, "j M Y")


def day_name(value: date, *, today: date) -> str:
    """Heute, Gestern, else the long day without a year that goes without saying."""
    day = day_of(value)
    behind = (today - day).days
    if behind == 0:
        return _("Today")
    if behind == 1:
        return _("Yesterday")
    year = "" if day.year == today.year else " Y"
    return dateformat.format(day, ("l, j. F" if is_german() else "l, j F") + year)


def day_of(value: date) -> date:
    """The day in Berlin of a moment; a day is itself."""
    return local(value).date() if isinstance(value, datetime) else value


def broadcast_day(moment: datetime, *, day_starts: time = BROADCAST_DAY_STARTS, zone: ZoneInfo = BERLIN) -> date:
    """The day of the programme that a moment belongs to: 0:20 on Saturday is Friday's.

    >>> broadcast_day(datetime(2026, 1, 23, 23, 20, tzinfo=UTC))
    datetime.date(2026, 1, 23)
    """
    day = moment.astimezone(zone).date()
    begins, _ends = programme_day_bounds(day, day_starts=day_starts, zone=zone)
    return day if moment >= begins else day - timedelta(days=1)


def programme_day_bounds(
    day: date, *, day_starts: time = BROADCAST_DAY_STARTS, zone: ZoneInfo = BERLIN
) -> tuple[datetime, datetime]:
    """In UTC, from the first moment of a broadcast day to the first of the next: 23 or 25 hours when clocks change."""
    following = day + timedelta(days=1)
    begins, ends = (datetime.combine(each, day_starts, tzinfo=zone).astimezone(UTC) for each in (day, following))
    return begins, ends


def is_german() -> bool:
    return (translation.get_language() or "de").startswith("de")
