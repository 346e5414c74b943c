"""What readers wish to be told of: their follows beside what a subject is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from staffellauf.alerts.deciding.audience import WANTED_BY, Subject
from staffellauf.common import many
from staffellauf.readers import kinds, watching
from staffellauf.readers.models import Follow
from staffellauf.readers.watching import Watching


class Reason(Enum):
    """Why a follow brings no alert."""

    KIND = auto()
    RELEASES = auto()
    LEAD = auto()
    MUTED = auto()
    BEHIND = auto()


class Wish(NamedTuple):
    """What a follow wants."""

    topic_id: int
    unwanted_kinds: int
    releases: str
    leads: int
    only_caught_up: bool
    muted_until: datetime | None
    since: datetime | None = None
    """When the reader began to follow, for those who began only just now."""


# As the table has it.
COLUMNS = ("topic_id", "unwanted_kinds", "releases", "leads", "only_caught_up", "muted_until", "created_at")

Wishes = Mapping[int, Wish]
"""One reader's, by topic."""


def objection(subject: Subject, wish: Wish, *, reader_id: int, seen: Watching, now: datetime) -> Reason | None:
    """Why the follow does not bring it; None when it does."""
    if subject.occasion_kind:
        if wish.releases not in WANTED_BY[subject.occasion_kind]:
            return Reason.RELEASES
        if not wish.leads & subject.lead:
            return Reason.LEAD
    elif wish.unwanted_kinds and not kinds.is_wanted(wish.unwanted_kinds, subject.kinds):
        return Reason.KIND
    if wish.muted_until is not None and wish.muted_until > now:
        return Reason.MUTED
    if wish.only_caught_up and seen.is_behind(reader_id, wish.topic_id, at=subject.at, before=subject.begins_with):
        return Reason.BEHIND
    return None


def brought_by(subject: Subject, wishes: Wishes, *, reader_id: int, seen: Watching, now: datetime) -> tuple[int, ...]:
    """The reader's topics that bring it, the strongest first."""
    return tuple(
        topic_id
        for topic_id in subject.topic_ids
        if (wish := wishes.get(topic_id)) is not None
        and objection(subject, wish, reader_id=reader_id, seen=seen, now=now) is None
    )


def wanted(
    subjects: Iterable[Subject], reader_ids: Collection[int], *, now: datetime
) -> dict[int, list[tuple[Subject, tuple[int, ...]]]]:
    """For each reader who wants any, those wanted in the order given, each with the topics that bring it, the
    strongest first. A fixed number of queries."""
    subjects = list(subjects)
    wishes = of({topic_id for subject in subjects for topic_id in subject.topic_ids}, reader_ids)
    seen = watching_of(wishes)
    found: dict[int, list[tuple[Subject, tuple[int, ...]]]] = {}
    for reader_id, theirs in wishes.items():
        brought = [
            (subject, topic_ids)
            for subject in subjects
            if (topic_ids := brought_by(subject, theirs, reader_id=reader_id, seen=seen, now=now))
        ]
        if brought:
            found[reader_id] = brought
    return found


def of(
    topic_ids: Collection[int], reader_ids: Collection[int], *, new_from: datetime | None = None
) -> dict[int, dict[int, Wish]]:
    """By reader and topic; one query. A follow made after `new_from` says since when."""
    rows = Follow.objects.filter(reader_id__in=many.Ids(reader_ids), topic_id__in=topic_ids)
    found: dict[int, dict[int, Wish]] = defaultdict(dict)
    for reader_id, topic_id, *rest, began in rows.values_list("reader_id", *COLUMNS):
        since = began if new_from is not None and began > new_from else None
        found[reader_id][topic_id] = Wish._make((topic_id, *rest, since))
    return found


def watching_of(wishes: Mapping[int, Wishes]) -> Watching:
    """How far those have watched to whom it matters."""
    minds = {
        (reader_id, wish.topic_id)
        for reader_id, theirs in wishes.items()
        for wish in theirs.values()
        if wish.only_caught_up
    }
    return watching.of({reader_id for reader_id, _ in minds}, {series_id for _, series_id in minds})
