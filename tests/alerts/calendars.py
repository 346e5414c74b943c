"""Links to calendars, and the files as icalendar and ics both read them."""

from datetime import UTC, date, datetime
from typing import Any

import ics
from icalendar import Calendar

from staffellauf.alerts import links
from staffellauf.alerts.channels.calendar import document
from staffellauf.alerts.models import SecretLink
from staffellauf.catalogue.models import Release
from staffellauf.common import vague
from staffellauf.readers.models import Reader

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def link_of(reader: Reader, **filters: object) -> SecretLink:
    return links.make(reader, "calendar", filters=filters)


# Any: icalendar's types leave every property open.
def calendar(link: SecretLink, *, now: datetime = NOW) -> Any:
    """Both judges read the file and find the same in it."""
    link.refresh_from_db()
    text = document.make(link, now=now).decode()
    found: Any = Calendar.from_ical(text)
    others = {event.uid: event for event in ics.Calendar(text).events}
    assert {str(event["UID"]) for event in found.events} == set(others)
    for event in found.events:
        assert event.errors == []
        other = others[str(event["UID"])]
        assert other.name == str(event["SUMMARY"])
        assert other.all_day == (not isinstance(event.start, datetime))
        assert other.begin.datetime.replace(tzinfo=UTC) == _moment(event.start)
    return found


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def only(link: SecretLink, *, now: datetime = NOW) -> Any:
    events = calendar(link, now=now).events
    assert len(events) == 1
    return events[0]


def move(release: Release, when: str) -> None:
    known = vague.parse(when)
    release.first_on, release.last_on, release.starts_at = known.first, known.last, known.at
    release.precision = known.precision
    release.save()
