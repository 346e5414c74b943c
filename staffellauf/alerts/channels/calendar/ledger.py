"""What calendars were told of each date: a change is told as one (RFC 5545 sections 3.8.7.3 and 3.8.7.4), once, however
many calendars are fetched at that moment; what vanished is taken back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from staffellauf.alerts.channels.calendar import dates
from staffellauf.alerts.channels.calendar.dates import Found, Scope
from staffellauf.alerts.channels.calendar.told import Told
from staffellauf.alerts.models import CalendarEntry

# SQLite takes 32,766 values in a statement.
ROWS_PER_STATEMENT = 2_000

Known = dict[str, CalendarEntry]
Read = Callable[[Scope], Found]


@dataclass(frozen=True, slots=True)
class Entry:
    told: Told
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False


def entries(scope: Scope, *, now: datetime, read: Read = dates.read) -> list[Entry]:
    """Everything in the scope, and what was taken back of it within the last days, by day and time."""
    found, known = read(scope), _known(scope)
    if touched := _touched(scope, found, known):
        found, known = _write(scope, found, touched, read=read, now=now)
    shown = [
        Entry(told, known[uid].sequence, known[uid].changed_at) for uid, told in found.told.items() if uid in known
    ]
    back = [
        Entry(Told.of_json(row.told), row.sequence, row.changed_at, is_cancelled=True)
        for row in known.values()
        if row.uid not in found.told and row.cancelled_at and row.cancelled_at >= now - dates.KEPT
    ]
    return sorted([*shown, *back], key=_order)


def _order(entry: Entry) -> tuple[object, ...]:
    told = entry.told
    return told.first_on, told.at.timestamp() if told.at else 0, told.series, told.uid


def _known(scope: Scope) -> Known:
    return {row.uid: row for row in CalendarEntry.objects.filter(series__in=scope.series.values("pk"))}


def _touched(scope: Scope, found: Found, known: Known) -> list[str]:
    """Uids of what is new, changed, back again or gone; the same order for everybody who locks them."""
    new_or_changed = [
        uid
        for uid, told in found.told.items()
        if uid not in known or known[uid].digest != told.digest or known[uid].cancelled_at
    ]
    return sorted([*new_or_changed, *(row.uid for row in _gone(scope, found, known))])


def _gone(scope: Scope, found: Found, known: Known) -> Iterable[CalendarEntry]:
    for row in known.values():
        if row.uid in found.told or row.cancelled_at or row.last_on < scope.since:
            continue
        told = Told.of_json(row.told)
        if told.is_showing:
            was_read = scope.with_showings and (not scope.networks or told.organisation_id in scope.networks)
        else:
            was_read = True
        if was_read and told.first_on <= found.until:
            yield row


def _write(scope: Scope, found: Found, touched: Sequence[str], *, read: Read, now: datetime) -> tuple[Found, Known]:
    """Reads once more behind the locks: who came first has told it, and what was read before may be old by now."""
    with transaction.atomic():
        new = [_row(found.told[uid], now=now) for uid in touched if uid in found.told]
        CalendarEntry.objects.bulk_create(new, ignore_conflicts=True, batch_size=ROWS_PER_STATEMENT)
        for start in range(0, len(touched), ROWS_PER_STATEMENT):
            part = touched[start : start + ROWS_PER_STATEMENT]
            list(CalendarEntry.objects.select_for_update().filter(uid__in=part).order_by("uid").values_list("uid"))
        found, known = read(scope), _known(scope)
        locked = set(touched)
        changed = [known[uid] for uid in _touched(scope, found, known) if uid in locked and uid in known]
        for row in changed:
            told = found.told.get(row.uid)
            row.sequence, row.changed_at = row.sequence + 1, now
            row.cancelled_at = None if told else now
            if told:
                row.told, row.digest, row.last_on = told.as_json(), told.digest, told.last_on
        names = ["sequence", "changed_at", "cancelled_at", "told", "digest", "last_on"]
        CalendarEntry.objects.bulk_update(changed, names, batch_size=ROWS_PER_STATEMENT // len(names))
    return found, known


def _row(told: Told, *, now: datetime) -> CalendarEntry:
    return CalendarEntry(
        uid=told.uid,
        series_id=told.series_id,
        last_on=told.last_on,
        digest=told.digest,
        told=told.as_json(),
        changed_at=now,
    )


def forget(*, now: datetime) -> int:
    """Deletes what no calendar tells any more: long over, or taken back long ago; how many."""
    old = now - 2 * dates.KEPT
    over = CalendarEntry.objects.filter(last_on__lt=old.date()).delete()[0]
    return over + CalendarEntry.objects.filter(cancelled_at__lt=old).delete()[0]
