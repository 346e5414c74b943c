"""A reader's calendar as a file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.calendar import dates, ical, ledger, words
from staffellauf.alerts.channels.calendar.filters import Filters, Reminder, Showings, Vagueness
from staffellauf.alerts.channels.calendar.ledger import Entry
from staffellauf.alerts.channels.calendar.told import Told
from staffellauf.alerts.models import SecretLink
from staffellauf.catalogue.models import DataSource, Release, Series
from staffellauf.common import dates as calendar
from staffellauf.common import paths
from staffellauf.readers.models import Reader

CONTENT_TYPE = "text/calendar; charset=utf-8"
# About 1 MB; nobody scrolls further.
MOST_ENTRIES = 2_000
# How often a program may ask again without missing much.
REFRESH = "PT4H"
ONE_DAY = timedelta(days=1)
# Of an entry of the whole day, from its midnight: at nine on the day, at six the evening before.
DAY_TRIGGERS = {Reminder.HOUR: "PT9H", Reminder.DAY: "-PT6H"}


def make(link: SecretLink, *, now: datetime) -> bytes:
    """The calendar that the link holds, in its reader's language."""
    filters = Filters.of(link.filters)
    with translation.override(link.reader.language):
        entries = chosen(link.reader, filters, now=now)
        return ical.written(_lines(link, entries, filters))


def chosen(reader: Reader, filters: Filters, *, now: datetime) -> list[Entry]:
    """What the filters let through, by day and time, the nearest if there are too many."""
    followed = Series.objects.filter(follows__reader=reader)
    if filters.series:
        followed = followed.filter(pk__in=filters.series)
    scope = dates.Scope(
        series=followed,
        since=calendar.day_of(now) - dates.KEPT,
        with_showings=filters.showings != Showings.NONE,
        networks=filters.networks,
    )
    at_home = _series_of(filters, scope)
    found = [entry for entry in ledger.entries(scope, now=now) if _admits(entry.told, filters, at_home)]
    premieres = {(e.told.series_id, e.told.organisation_id, e.told.at) for e in found if not e.told.is_showing}
    told_once = [
        entry
        for entry in found
        if not entry.told.is_showing
        or (entry.told.series_id, entry.told.organisation_id, entry.told.at) not in premieres
    ]
    return told_once[:MOST_ENTRIES]


def _series_of(filters: Filters, scope: dates.Scope) -> set[int]:
    """Series whose own networks are among the chosen: of a first run nothing else says where it is."""
    if not filters.networks:
        return set()
    return set(scope.series.filter(organisations__in=filters.networks).values_list("pk", flat=True))


def _admits(told: Told, filters: Filters, at_home: set[int]) -> bool:
    if told.is_showing:
        is_wanted = filters.showings == Showings.ALL or (filters.showings == Showings.FIRST and not told.is_repeat)
    else:
        is_wanted = told.kind in filters.kinds and not (told.is_vague and filters.vague == Vagueness.NONE)
    is_there = not filters.networks or (
        told.organisation_id in filters.networks
        or (told.kind == Release.Kind.ORIGINAL and not told.organisation_id and told.series_id in at_home)
    )
    return is_wanted and is_there and (told.is_start or not filters.season_starts)


# --- the file


def _lines(link: SecretLink, entries: list[Entry], filters: Filters) -> Iterator[str]:
    site = settings.WAGTAIL_SITE_NAME
    name = link.name or _("%(site)s: my series") % {"site": site}
    about = _("What comes of the series that you follow, as exactly as it is known.")
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield ical.line("PRODID", f"-//{site}//{site}//{link.reader.language.upper()}")
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    # RFC 7986, and what programs knew before it.
    for property_name, words_ in (
        ("NAME", name),
        ("X-WR-CALNAME", name),
        ("DESCRIPTION", about),
        ("X-WR-CALDESC", about),
    ):
        yield ical.line(property_name, words_)
    yield "X-WR-TIMEZONE:Europe/Berlin"
    yield f"URL:{ical.uri(paths.absolute(reverse('calendar')))}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"
    yield from ical.ZONE
    sources = words.named_sources()
    by_broadcast = link.reader.day == Reader.Day.BROADCAST
    for entry in entries:
        yield from _event(entry, filters, sources, by_broadcast=by_broadcast)
    yield "END:VCALENDAR"


def _event(entry: Entry, filters: Filters, sources: dict[str, DataSource], *, by_broadcast: bool) -> Iterator[str]:
    told = entry.told
    summary = words.summary(told, filters, is_cancelled=entry.is_cancelled)
    details = words.description(told, filters, sources=sources, is_cancelled=entry.is_cancelled)
    yield "BEGIN:VEVENT"
    yield ical.line("UID", f"{told.uid}@{settings.PUBLIC_HOST.partition(':')[0]}")
    # Not when the file was written: what did not change is the same file.
    yield f"DTSTAMP:{ical.moment(entry.changed_at)}"
    yield f"LAST-MODIFIED:{ical.moment(entry.changed_at)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{_status(entry)}"
    # Nobody is busy because something is on.
    yield "TRANSP:TRANSPARENT"
    yield "X-MICROSOFT-CDO-BUSYSTATUS:FREE"
    yield ical.line("SUMMARY", summary)
    yield ical.line("DESCRIPTION", details)
    yield f"URL:{ical.uri(paths.absolute(words.address(told)))}"
    yield from _span(told, filters, by_broadcast=by_broadcast)
    if not entry.is_cancelled and not told.is_vague:
        for reminder in sorted(filters.reminders):
            yield from _alarm(_trigger(told, filters, reminder), summary)
    yield "END:VEVENT"


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.told.is_vague else "CONFIRMED"


def _span(told: Told, filters: Filters, *, by_broadcast: bool) -> Iterator[str]:
    """A moment in UTC, a day, or what the reader wants of a vague date. Ends are exclusive."""
    if told.at is not None and not filters.whole_days:
        yield f"DTSTART:{ical.moment(told.at)}"
        if told.ends_at and told.ends_at > told.at:
            yield f"DTEND:{ical.moment(told.ends_at)}"
        return
    first, last = _days(told, filters, by_broadcast=by_broadcast)
    yield f"DTSTART;VALUE=DATE:{ical.day(first)}"
    yield f"DTEND;VALUE=DATE:{ical.day(last + ONE_DAY)}"


def _days(told: Told, filters: Filters, *, by_broadcast: bool) -> tuple[date, date]:
    if told.at is not None:
        day = (told.broadcast_day or calendar.broadcast_day(told.at)) if by_broadcast else calendar.day_of(told.at)
        return day, day
    if told.is_vague and filters.vague == Vagueness.SPAN:
        return told.first_on, told.last_on
    return told.first_on, told.first_on


def _trigger(told: Told, filters: Filters, reminder: Reminder) -> str:
    """From the start. A day before is the same time by the clock, 23 or 25 hours when it was changed."""
    if told.at is None or filters.whole_days:
        return DAY_TRIGGERS[reminder]
    if reminder == Reminder.HOUR:
        return "-PT1H"
    local = calendar.local(told.at)
    before = datetime.combine(local.date() - ONE_DAY, local.time().replace(fold=0), tzinfo=calendar.BERLIN)
    return f"-PT{round((told.at - before.astimezone(UTC)) / timedelta(hours=1))}H"


def _alarm(trigger: str, summary: str) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield ical.line("DESCRIPTION", summary)
    yield f"TRIGGER:{trigger}"
    yield "END:VALARM"
