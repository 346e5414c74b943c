"""What a guide knows of each organisation, which may be several channels of it once entries have been merged."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime

from staffellauf.catalogue.models import Showing
from staffellauf.common import dates
from staffellauf.sources.xmltv.guide import Programme, Span
from staffellauf.sources.xmltv.read import Guide
from staffellauf.sources.xmltv.slots import Slots


class Coverage:
    def __init__(self, guide: Guide, organisations: Mapping[str, int | None]) -> None:
        self.slots: dict[int, list[Slots]] = {}
        for channel, slots in guide.slots.items():
            organisation = organisations[channel]
            if organisation is not None:
                self.slots.setdefault(organisation, []).append(slots)
        self.titles: dict[tuple[int, int], set[str]] = {}
        """By organisation and start, where several programmes start at once: rare."""
        self.days: dict[int, set[date]] = {}

    @property
    def organisations(self) -> list[int]:
        return list(self.slots)

    def span(self, organisation: int) -> Span:
        """From the first start up to the last end of any of its channels."""
        slots = self.slots[organisation]
        first, last = min(each.first for each in slots), max(each.last for each in slots)
        return Span(_moment(first), _moment(last), sum(len(each.starts) for each in slots))

    def is_repeated(self, programme: Programme, organisation: int | None) -> bool:
        """Whether the guide had the same title at the same time on the same channel before; to be asked in order."""
        if organisation is None or self._count(organisation, programme.start) < 2:
            return False
        titles = self.titles.setdefault((organisation, int(programme.start.timestamp())), set())
        if programme.title in titles:
            return True
        titles.add(programme.title)
        return False

    def is_only_one(self, showing: Showing) -> bool:
        """Whether the guide has a single programme of the showing's channel that starts when it does."""
        return bool(showing.organisation_id) and self._count(showing.organisation_id, showing.starts_at) == 1

    def has_vanished(self, organisation: int, starts_at: datetime, *, title: str) -> bool:
        """Whether the guide, read to its end, has programmes on the broadcast day of a showing, but not this one."""
        if dates.broadcast_day(starts_at) not in self._days(organisation):
            return False
        titles = self.titles.get((organisation, int(starts_at.timestamp())))
        return title not in titles if titles else self._count(organisation, starts_at) == 0

    def _count(self, organisation: int, starts_at: datetime) -> int:
        start = starts_at.timestamp()
        return sum(
            bisect_right(slots.in_order, start) - bisect_left(slots.in_order, start)
            for slots in self.slots[organisation]
        )

    def _days(self, organisation: int) -> set[date]:
        if organisation not in self.days:
            seconds = (second for slots in self.slots[organisation] for second in slots.in_order)
            self.days = {organisation: {dates.broadcast_day(_moment(second)) for second in seconds}}
        return self.days[organisation]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
