"""The start calendar: what begins, returns and ends in a week or a month."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

from staffellauf.catalogue import calendar
from staffellauf.catalogue.calendar import Kind
from staffellauf.catalogue.models import Series
from staffellauf.common import periods
from staffellauf.website.pages.events import Agenda

# Lines of a page, about 40 KB with its dates; of a month with more the popular ones are shown.
LINES = 44
KINDS = {"neu": Kind.BEGINS, "zurueck": Kind.RETURNS, "ende": Kind.ENDS, "mediathek": Kind.LEAVES}
REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class StartsPage:
    period: periods.Period
    before: periods.Period
    after: periods.Period
    other: periods.Period
    """The month of the week, or a week of the month."""
    is_now: bool
    today: date
    kind: str
    """One of KINDS; empty for all."""
    agenda: Agenda
    left_out: int
    """Premieres elsewhere that are not shown, because there are more popular ones."""
    anniversaries: list[tuple[int, Series]]

    @classmethod
    def load(cls, period: periods.Period, *, kind: str, today: date) -> Self:
        found, left_out = calendar.starts(period.first, period.last, limit=LINES)
        wanted = [event for event in found if not kind or event.kind == KINDS[kind]]
        is_now = period.first <= today <= period.last
        near = today if is_now else period.first
        beside = periods.week_of if period.is_week else periods.month_of
        return cls(
            period=period,
            before=beside(period.first - timedelta(days=1)),
            after=beside(period.last + timedelta(days=1)),
            other=periods.month_of(near) if period.is_week else periods.week_of(near),
            is_now=is_now,
            today=today,
            kind=kind,
            agenda=Agenda.of(wanted),
            left_out=left_out,
            anniversaries=calendar.anniversaries(today, limit=REMEMBERED) if is_now else [],
        )

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """Name, address and whether it is chosen, of all kinds and of each."""
        names = {"": _("All"), "neu": _("New"), "zurueck": _("Returning"), "ende": _("Ending"),
                 "mediathek": _("Leaving the media library")}  # fmt: skip
        return [
            (name, f"{self.period.address}?art={key}" if key else self.period.address, key == self.kind)
            for key, name in names.items()
        ]
