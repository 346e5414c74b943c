"""Releases that are due: each becomes an Occasion, once, and goes the way of a publication from there.

Looked at every minute (`tasks.look_at_releases`). What an occasion is about is its key: class, lead, place, moment. A
date that moves has another moment: it alerts again when it was told already, and never at the old one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from staffellauf.alerts.deciding import completeness
from staffellauf.alerts.models import Occasion, Relay
from staffellauf.catalogue import premieres
from staffellauf.catalogue.models import Episode, Release
from staffellauf.common import dates
from staffellauf.readers.models import Follow

Lead = Follow.Lead
WANTED = (Follow.Releases.SEASONS, Follow.Releases.EPISODES, Follow.Releases.COMPLETE)
EXACT = (Release.Precision.MINUTE, Release.Precision.DAY)
# Missed while no worker ran: later it is no news.
LATE = timedelta(hours=6)
# Of what is known to the day, by the clock in Berlin.
MORNING, EVENING_BEFORE = time(9), time(18)
# How long the push services keep what came out.
FRESH = timedelta(hours=12)
# A reminder comes a day ahead at most; days of other countries and of the clock's change are added on either side.
DAYS_BACK, DAYS_AHEAD = timedelta(days=2), timedelta(days=3)
# Occasions about moments that can still be due.
REMEMBERED = timedelta(days=4)
# Latest first: what is due at once is told as the latest of them.
IN_ORDER = (Lead.AT, Lead.HOUR, Lead.DAY)
# In place of an organisation: the first run in its own country, which no row of ours says more of.
ORIGINAL = "original"
OUT, COMPLETE = "out", "complete"


@dataclass(frozen=True, slots=True)
class Key:
    """What an occasion is about: it comes once."""

    series: int
    what: str
    """OUT or COMPLETE."""
    lead: int
    """The latest of those that the occasion stands for."""
    where: str
    """The organisation's id, 0 for none known, or ORIGINAL."""
    when: str
    """20260901, or 20260901T1815 in UTC."""

    def __str__(self) -> str:
        return f"{self.series}.{self.what}.{self.lead}.{self.where}.{self.when}"

    @classmethod
    def parse(cls, text: str) -> Self:
        series, what, lead, where, when = text.split(".")
        return cls(int(series), what, int(lead), where, when)

    def is_told_by(self, other: "Key") -> bool:
        """Whether the other told this: also when only the network, or the time of day, was not known yet."""
        if (self.series, self.what, self.lead) != (other.series, other.what, other.lead):
            return False
        is_same_place = self.where == other.where or "0" in (self.where, other.where)
        return is_same_place and (self.when == other.when or self.when[:8] == other.when)


@dataclass(frozen=True, slots=True)
class Group:
    """What comes out of one series at one moment in one place."""

    series: int
    where: str
    when: str
    releases: tuple[Release, ...]

    @property
    def first(self) -> Release:
        return self.releases[0]

    def key(self, what: str, lead: int) -> Key:
        return Key(self.series, what, lead, self.where, self.when)


# --- every minute


def begin_due(*, now: datetime) -> int:
    """Makes an occasion, and its relay, of everything that is due and was not told; how many."""
    groups = grouped(_counting([release for release in _near(now) if _is_due(release, now=now)]))
    if not groups:
        return 0
    told = _told([group.series for group in groups], now=now)
    complete = completeness.completed(groups)
    made = 0
    for group in groups:
        kinds = [(OUT, Occasion.Kind.SEASON if premieres.starts_season(group.releases) else Occasion.Kind.EPISODES)]
        if group in complete:
            kinds.append((COMPLETE, Occasion.Kind.COMPLETE))
        for what, kind in kinds:
            if leads := _leads(group, what, told, now=now):
                made += _begin(group, group.key(what, leads[0]), kind=kind, leads=leads, now=now)
    return made


def _leads(group: Group, what: str, told: Iterable[Key], *, now: datetime) -> list[Lead]:
    """Those that are due and not told, latest first. A reminder that was missed comes along with what it was for."""
    found: list[Lead] = []
    for lead in IN_ORDER:
        due_at = due(group.first, lead)
        if due_at is None or due_at > now:
            continue
        key = group.key(what, lead)
        if now - due_at > LATE or any(key.is_told_by(other) for other in told):
            break
        found.append(lead)
    return found


def _begin(group: Group, key: Key, *, kind: str, leads: Sequence[Lead], now: datetime) -> bool:
    due_at = due(group.first, leads[0])
    assert due_at is not None
    with transaction.atomic():
        occasion, is_new = Occasion.objects.get_or_create(
            key=str(key),
            defaults={
                "topic_id": group.series,
                "kind": kind,
                "lead": sum(leads),
                "due_at": due_at,
            },
        )
        if is_new:
            occasion.releases.set([release.pk for release in group.releases if release.pk])
            ends = max(_ends_at(group.first, leads[0]), now + timedelta(minutes=15))
            Relay.objects.create(occasion=occasion, started_at=now, expires_at=ends)
    return is_new


# --- when


def due(release: Release, lead: Lead) -> datetime | None:
    """When it alerts, of a release known to the day at least; None when the lead says nothing for it."""
    if release.starts_at is not None:
        if lead == Lead.AT:
            return release.starts_at
        return release.starts_at - timedelta(hours=1) if lead == Lead.HOUR else _day_before(release.starts_at)
    if lead == Lead.AT:
        return _in_berlin(release.first_on, MORNING)
    return None if lead == Lead.HOUR else _in_berlin(release.first_on - timedelta(days=1), EVENING_BEFORE)


def _day_before(moment: datetime) -> datetime:
    """The same time by the clock, also when it was changed in between."""
    local = dates.local(moment)
    return _in_berlin(local.date() - timedelta(days=1), local.time())


def _in_berlin(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock.replace(fold=0), tzinfo=dates.BERLIN).astimezone(UTC)


def _is_due(release: Release, *, now: datetime) -> bool:
    """Whether any of its alerts may be."""
    moments = [due_at for lead in IN_ORDER if (due_at := due(release, lead))]
    return min(moments) <= now <= max(moments) + LATE


def _ends_at(release: Release, lead: Lead) -> datetime:
    """When nobody needs to be told any more."""
    if release.starts_at is not None:
        return release.starts_at + FRESH if lead == Lead.AT else release.starts_at
    return _in_berlin(release.first_on + timedelta(days=1), time())


def when(release: Release) -> str:
    """As in keys."""
    if release.starts_at is not None:
        return f"{release.starts_at.astimezone(UTC):%Y%m%dT%H%M}"
    return f"{release.first_on:%Y%m%d}"


# --- which


def _near(now: datetime) -> list[Release]:
    """What comes out about now, known to the day, of series of which somebody wants to be told."""
    today = dates.day_of(now)
    near = (today - DAYS_BACK, today + DAYS_AHEAD)
    wanted = Follow.objects.filter(releases__in=WANTED)
    rows = Release.objects.filter(Exists(wanted.filter(topic_id=OuterRef("series_id"))), first_on__range=near)
    aired = Episode.objects.filter(Exists(wanted.filter(topic_id=OuterRef("season__series_id"))), aired_on__range=near)
    return [*premieres.releases(rows.filter(precision__in=EXACT)), *premieres.originals(aired)]


def _counting(found: Sequence[Release]) -> list[Release]:
    """Without original premieres elsewhere where a German one is known for the season, and without Austria's and
    Switzerland's where one in Germany is."""
    best = _best_ranks({release.series_id for release in found})
    # A German series' own premiere may stand in the episode and in a row.
    in_rows = {release.episode_id for release in found if release.pk and release.episode_id}
    return [
        release
        for release in found
        if (rank := _rank(release.kind, release.territory)) is not None
        and rank <= min(best.get(key, rank) for key in _scopes(release))
        and (release.pk or release.episode_id not in in_rows)
    ]


def _rank(kind: str, territory: str) -> int | None:
    """The lower, the nearer to a reader in Germany; None: of no concern here."""
    elsewhere = 2 if kind == Release.Kind.ORIGINAL else None
    return {"DE": 0, "AT": 1, "CH": 1}.get(territory, elsewhere)


def _best_ranks(series: Iterable[int]) -> dict[tuple[int, int | None], int]:
    """By series and season."""
    best: dict[tuple[int, int | None], int] = {}
    rows = Release.objects.filter(series_id__in=list(series)).order_by()
    fields = ("series_id", "season__number", "episode__season__number", "kind", "territory")
    for series_id, season, of_episode, kind, territory in rows.values_list(*fields).distinct():
        rank = _rank(kind, territory)
        key = (series_id, of_episode if season is None else season)
        if rank is not None:
            best[key] = min(rank, best.get(key, rank))
    return best


def _scopes(release: Release) -> list[tuple[int, int | None]]:
    """What a date of the whole series says holds for its first season."""
    season = premieres.season_of(release)
    number = season.number if season else None
    return [(release.series_id, number), *([(release.series_id, None)] if number == 1 else [])]


def grouped(found: Iterable[Release]) -> list[Group]:
    together: dict[tuple[int, str, str], list[Release]] = defaultdict(list)
    for release in found:
        where = ORIGINAL if release.pk is None else str(release.organisation_id or 0)
        together[release.series_id, where, when(release)].append(release)
    return [Group(*key, tuple(premieres.in_order(releases))) for key, releases in sorted(together.items())]


def _told(series: Iterable[int], *, now: datetime) -> list[Key]:
    rows = Occasion.objects.filter(topic__in=set(series), due_at__gte=now - REMEMBERED)
    return [key_of(occasion) for occasion in rows.only("key", "topic_id")]


def key_of(occasion: Occasion) -> Key:
    """The series it was made of may be another one by now."""
    return replace(Key.parse(occasion.key), series=occasion.topic_id)


# --- what an occasion is about


def of(occasion: Occasion) -> list[Release]:
    """The releases that it is about as they are now: none when the date was moved, or taken back. An original premiere
    is no row."""
    return of_all([occasion])[occasion.pk]


def of_all(occasions: Iterable[Occasion]) -> dict[int, list[Release]]:
    """By the id of each; two queries."""
    keys = {occasion.pk: key_of(occasion) for occasion in occasions}
    found: dict[int, list[Release]] = {pk: [] for pk in keys}
    originals = [key for key in keys.values() if key.where == ORIGINAL]
    aired = premieres.originals(_aired(originals)) if originals else []
    for pk, key in keys.items():
        if key.where == ORIGINAL:
            found[pk] = [release for release in aired if release.series_id == key.series]
    links = Occasion.releases.through.objects.filter(occasion__in=keys)
    related = [f"release__{name}" for name in premieres.RELATED]
    for link in links.select_related("release", *related):
        found[link.occasion_id].append(link.release)
    return {
        pk: premieres.in_order(release for release in releases if _is_still(release, keys[pk]))
        for pk, releases in found.items()
    }


def _aired(keys: Sequence[Key]) -> "QuerySet[Episode]":
    """Of these series about these days; the day there may be another than in Berlin."""
    days = [datetime.strptime(key.when[:8], "%Y%m%d").date() for key in keys]  # noqa: DTZ007 - days
    near = {day + timedelta(days=more) for day in days for more in (-1, 0, 1)}
    return Episode.objects.filter(season__series__in={key.series for key in keys}, aired_on__in=near)


def _is_still(release: Release, key: Key) -> bool:
    if release.precision not in EXACT:
        return False
    return when(release) == key.when or f"{release.first_on:%Y%m%d}" == key.when
