"""Who is told of something now, silently, together with the news before it, later, or not at all.

While everything is muted nothing comes, and nothing is made up for later: the feed has it. At night alerts come without
a sound, or wait for the morning, as the reader chose; so do releases asked for exactly then. What waits costs no row of
its own: the destination remembers since when, and until when (`hold`), and at that moment everything since is told
together (alerts/later/catching_up.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db import transaction
from django.db.models import Q, QuerySet

from staffellauf.alerts.deciding import hours, wishes
from staffellauf.alerts.deciding.audience import TOGETHER, Subject
from staffellauf.alerts.deciding.wishes import Wish, Wishes
from staffellauf.alerts.models import Calm, Destination
from staffellauf.common import many
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Reader
from staffellauf.readers.watching import Watching

PUSH = "webpush"
# A third one disturbs.
GROUP_FROM = 3
HOME_ZONE = Reader._meta.get_field("time_zone").default
# What goes without saying; nobody writes to it.
USUAL = Calm()
CALM_FIELDS = ("night", "night_from", "night_until", "muted_until", "groups", "digest_at", "digest_weekday")


class How(Enum):
    NOW = auto()
    SILENT = auto()
    """Now, without a sound."""
    GROUP = auto()
    """Now, in one alert that takes the place of those before it."""
    HOLD = auto()
    """With everything else that comes until then."""


@dataclass(frozen=True, slots=True)
class Verdict:
    how: How
    topic_ids: tuple[int, ...]
    """The followed topics that brought it, the strongest first."""
    until: datetime | None = None
    """With HOLD."""
    is_silent: bool = False
    """With SILENT, and with GROUP by night."""
    parts: tuple[tuple[Subject, int], ...] = ()
    """With GROUP: what is told together, newest first, each with the topic that brought it."""

    @property
    def group(self) -> tuple[int, ...]:
        """The articles told together, newest first."""
        return tuple(subject.article_id for subject, _ in self.parts if subject.article_id is not None)


@dataclass(slots=True)
class Home:
    """Where a reader lives, and how quietly."""

    calm: Calm = USUAL
    zone: str = HOME_ZONE
    holds: datetime | None = None
    """What is due then, a digest or what is held, tells everything until then."""
    is_told: bool = False
    """By what was told together before."""


def judge(subject: Subject, reader_ids: Collection[int], *, channel: str, now: datetime) -> dict[int, Verdict]:
    """Who is not in it hears nothing. A fixed number of queries, for a batch of readers."""
    topic_ids = set(subject.topic_ids).union(*(other.topic_ids for other in subject.earlier))
    asked = wishes.of(topic_ids, reader_ids, new_from=subject.earlier[0].started_at if subject.earlier else None)
    seen = wishes.watching_of(asked)
    homes = homes_of(subject, list(asked), channel=channel, now=now)
    # Most have the same wishes and live as usual: they hear the same.
    known: dict[tuple[Wish, ...], Verdict | None] = {}
    verdicts: dict[int, Verdict] = {}
    for reader_id, theirs in asked.items():
        alike, home = tuple(theirs.values()), homes.get(reader_id)
        if home is None and alike in known:
            found = known[alike]
        else:
            found = _judged(
                subject, theirs, home or Home(), reader_id=reader_id, seen=seen, replaces=channel == PUSH, now=now
            )
            if home is None and not any(wish.only_caught_up for wish in alike):
                known[alike] = found
        if found is not None:
            verdicts[reader_id] = found
    return verdicts


def _judged(
    subject: Subject, theirs: Wishes, home: Home, *, reader_id: int, seen: Watching, replaces: bool, now: datetime
) -> Verdict | None:
    if home.is_told or is_muted(home.calm, now=now):
        return None
    brought = wishes.brought_by(subject, theirs, reader_id=reader_id, seen=seen, now=now)
    if not brought:
        return None
    night_end = hours.night_end(home.calm, where=hours.zone(home.zone), now=now)
    parts = together(subject, theirs, brought, reader_id=reader_id, seen=seen, now=now) if subject.earlier else ()
    return verdict(brought, home, night_end=night_end, parts=parts, replaces=replaces, now=now)


def verdict(
    brought: tuple[int, ...],
    home: Home,
    *,
    night_end: datetime | None,
    parts: tuple[tuple[Subject, int], ...],
    replaces: bool,
    now: datetime,
) -> Verdict:
    """How somebody is told who wants it and is not muted. A channel that cannot replace what it sent before waits for
    the rest instead."""
    if home.holds is not None:
        return Verdict(How.HOLD, brought, until=home.holds)
    if night_end is not None and home.calm.night == Calm.Night.HOLD:
        return Verdict(How.HOLD, brought, until=night_end)
    is_silent = night_end is not None and home.calm.night == Calm.Night.SILENT
    if home.calm.groups and len(parts) >= GROUP_FROM:
        if replaces:
            return Verdict(How.GROUP, brought, is_silent=is_silent, parts=parts)
        return Verdict(How.HOLD, brought, until=max(now, parts[-1][0].started_at + TOGETHER))
    return Verdict(How.SILENT if is_silent else How.NOW, brought, is_silent=is_silent)


def together(
    subject: Subject,
    theirs: Wishes,
    brought: tuple[int, ...],
    *,
    reader_id: int,
    seen: Watching,
    now: datetime,
) -> tuple[tuple[Subject, int], ...]:
    """It and what the reader wanted within TOGETHER before it, newest first; an article that was updated once. What
    was told before somebody followed is not told afterwards."""
    parts = [(subject, brought[0])]
    keys = {subject.key}
    for other in reversed(subject.earlier):
        then = {pk: wish for pk, wish in theirs.items() if wish.since is None or wish.since <= other.started_at}
        brought_then = wishes.brought_by(other, then, reader_id=reader_id, seen=seen, now=now)
        if brought_then and other.key not in keys:
            parts.append((other, brought_then[0]))
            keys.add(other.key)
    return tuple(parts)


def is_muted(calm: Calm, *, now: datetime) -> bool:
    return calm.muted_until is not None and calm.muted_until > now


# --- what is read


def homes_of(subject: Subject, reader_ids: Sequence[int], *, channel: str, now: datetime) -> dict[int, Home]:
    """Of those for whom not everything is as usual; two queries."""
    homes: dict[int, Home] = defaultdict(Home)
    ids = many.Ids(reader_ids)
    special = Q(calm__isnull=False) | ~Q(time_zone=HOME_ZONE)
    names = [f"calm__{name}" for name in CALM_FIELDS]
    for pk, zone, calm_of, *fields in Reader.objects.filter(special, pk__in=ids).values_list(
        "pk", "time_zone", "calm__reader_id", *names
    ):
        calm = Calm(reader_id=pk, **dict(zip(CALM_FIELDS, fields, strict=True))) if calm_of else USUAL
        homes[pk] = Home(calm, zone)
    rows = Destination.objects.filter(reader_id__in=ids, channel=channel)
    if channel != PUSH:
        rows = rows.filter(rhythm=Destination.Rhythm.AT_ONCE, confirmed_at__isnull=False, stopped_at__isnull=True)
    waits = Q(next_at__isnull=False) | ~Q(rhythm=Destination.Rhythm.AT_ONCE)
    told = Q(pk__in=[])
    if channel == PUSH and subject.position is not None:
        told = Q(sent_up_to__gte=subject.position, held_since__lte=subject.at)
    elif channel == PUSH:
        told = Q(last_success_at__gt=subject.started_at, held_since__lte=subject.started_at)
    found = rows.filter(waits | told).order_by("next_at", "pk")
    for reader_id, rhythm, next_at in found.values_list("reader_id", "rhythm", "next_at"):
        home = homes[reader_id]
        if next_at is not None:
            home.holds = home.holds or next_at
        elif rhythm != Destination.Rhythm.AT_ONCE:
            home.holds = hours.next_digest(home.calm, rhythm, where=hours.zone(home.zone), now=now)
        else:
            home.is_told = True
    return homes


def next_digest(reader: Reader, rhythm: str, *, now: datetime) -> datetime:
    """The next time after now that a daily or weekly digest is due for the reader; one query."""
    return hours.next_digest(of(reader), rhythm, where=hours.zone(reader.time_zone), now=now)


def of(reader: Reader) -> Calm:
    """The reader's row, or what goes without saying; one query."""
    return Calm.objects.filter(reader=reader).first() or Calm(reader=reader)


# --- what is written


def hold(
    subject: Subject,
    verdicts: Mapping[int, Verdict],
    *,
    channel: str = PUSH,
    destinations: Iterable[Destination] = (),
) -> int:
    """Lets those whose verdict is HOLD be told later, in the caller's transaction; how many destinations.

    A reader's devices need nothing else; of other channels these destinations are meant. What waits already keeps its
    time, and reaches back to this one too. Safe to repeat.
    """
    held = {pk: found for pk, found in verdicts.items() if found.how is How.HOLD}
    if not held:
        return 0
    before = _before(subject)
    rows = Destination.objects.filter(reader_id__in=held, channel=channel)
    if channel == PUSH:
        rows = rows.filter(address_hash="")
    else:
        rows = rows.filter(pk__in=[destination.pk for destination in destinations])
    found = _put_off(subject, rows, held, before=before)
    missing = held.keys() - found if channel == PUSH else set()
    if missing:
        _begin({pk: (subject, held[pk], before) for pk in missing})
        # Somebody else may have made the row at the same time.
        found |= _put_off(subject, rows.filter(reader_id__in=missing), held, before=before)
    return len(found)


def hold_all(held: Sequence[tuple[Subject, Mapping[int, Verdict]]]) -> None:
    """`hold` of several subjects at once, for the readers' devices. All rows are locked in one order first, so that two
    workers never wait for each other."""
    if len(held) > 1:
        first: dict[int, tuple[Subject, Verdict, int]] = {}
        for subject, verdicts in held:
            before = _before(subject)
            for pk, found in verdicts.items():
                if found.how is How.HOLD:
                    first.setdefault(pk, (subject, found, before))
        rows = Destination.objects.select_for_update().filter(reader_id__in=first, channel=PUSH, address_hash="")
        known = set(rows.order_by("pk").values_list("reader_id", flat=True))
        _begin({pk: first[pk] for pk in first.keys() - known})
    for subject, verdicts in held:
        hold(subject, verdicts)


def _before(subject: Subject) -> int:
    return subject.position - 1 if subject.position is not None else readers.newest_position()


def _begin(missing: Mapping[int, tuple[Subject, Verdict, int]]) -> None:
    """Rows of readers' devices that hold something back for the first time; each with the position before it."""
    remaining = Reader.objects.filter(pk__in=missing).order_by("pk").values_list("pk", flat=True)
    rows = []
    for pk in remaining:
        subject, found, before = missing[pk]
        rows.append(
            Destination(reader_id=pk, channel=PUSH, next_at=found.until, sent_up_to=before, held_since=subject.at)
        )
    Destination.objects.bulk_create(rows, ignore_conflicts=True)


def _put_off(subject: Subject, rows: QuerySet[Destination], held: Mapping[int, Verdict], *, before: int) -> set[int]:
    """Readers of the rows, which are locked in one order until the transaction ends."""
    locked = list(rows.select_for_update().order_by("pk"))
    changed = [row for row in locked if _reaches_back(row, subject, until=held[row.reader_id].until, before=before)]
    Destination.objects.bulk_update(changed, ["next_at", "sent_up_to", "held_since"])
    return {row.reader_id for row in locked}


def _reaches_back(row: Destination, subject: Subject, *, until: datetime | None, before: int) -> bool:
    """Whether the row is changed by it."""
    if row.next_at is None:
        if _is_told(row, subject):
            return False
        row.next_at, row.sent_up_to, row.held_since = until, before, subject.at
        return True
    if row.rhythm != Destination.Rhythm.AT_ONCE:
        # A digest tells everything since the one before it.
        return False
    was = row.sent_up_to, row.held_since
    row.sent_up_to = min(row.sent_up_to, before) if subject.position is not None else row.sent_up_to
    row.held_since = min(row.held_since or subject.at, subject.at)
    return was != (row.sent_up_to, row.held_since)


def _is_told(row: Destination, subject: Subject) -> bool:
    """With what was held before; as `homes_of` reads it."""
    if row.held_since is None:
        return False
    if subject.position is not None:
        return row.sent_up_to >= subject.position and row.held_since <= subject.at
    is_told = row.last_success_at is not None and row.last_success_at > subject.started_at
    return row.channel == PUSH and is_told and row.held_since <= subject.started_at


def rearrange(reader: Reader, *, now: datetime) -> None:
    """After the reader chose other hours: what is held comes when the new night ends, digests at their new hour."""
    calm, where = of(reader), hours.zone(reader.time_zone)
    night_end = hours.night_end(calm, where=where, now=now) if calm.night == Calm.Night.HOLD else None
    with transaction.atomic():
        # One that a worker has is arranged anew when that is done with it.
        rows = Destination.objects.select_for_update().filter(reader=reader, next_at__isnull=False, claim="")
        for row in rows.order_by("pk"):
            if row.rhythm == Destination.Rhythm.AT_ONCE:
                row.next_at = night_end or now
            else:
                row.next_at = hours.next_digest(calm, row.rhythm, where=where, now=now)
            row.save(update_fields=["next_at"])
