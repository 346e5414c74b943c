"""The start calendar: what begins, returns and ends in a week or a month."""

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

from staffellauf.catalogue import calendar
from staffellauf.catalogue.calendar import Kind
from staffellauf.catalogue.models import Series
from staffellauf.website.pages.events import Agenda

# Lines of a page, about 40 KB with its dates; of a month with more the popular ones are shown.
LINES = 44
# Television began not before, and nobody announces later.
YEARS = range(1930, 2101)
KINDS = {"neu": Kind.BEGINS, "zurueck": Kind.RETURNS, "ende": Kind.ENDS, "mediathek": Kind.LEAVES}
REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date
    is_week: bool

    @property
    def code(self) -> str:
        """As in the address: 2026-01, 2026-w05."""
        if not self.is_week:
            return f"{self.first:%Y-%m}"
        year, week, _day = self.first.isocalendar()
        return f"{year}-w{week:02}"

    @property
    def name(self) -> str:
        """January 2026 · Week 5: 26 January to 1 February"""
        if not self.is_week:
            return dateformat.format(self.first, "F Y")
        return _("Week %(number)s") % {"number": self.first.isocalendar().week}

    @property
    def address(self) -> str:
        return reverse("starts-period", args=[self.code])


def month_of(day: date) -> Period:
    last = months.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last), is_week=False)


def week_of(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), is_week=True)


def parse(code: str) -> Period | None:
    """2026-01 or 2026-w05; None for anything else."""
    found = re.fullmatch(r"(\d{4})-(w?)(\d{2})", code, re.ASCII)
    if not found or int(found[1]) not in YEARS:
        return None
    try:
        if found[2]:
            return week_of(date.fromisocalendar(int(found[1]), int(found[3]), 1))
        return month_of(date(int(found[1]), int(found[3]), 1))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class StartsPage:
    period: Period
    before: Period
    after: Period
    other: Period
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
    def load(cls, period: Period, *, kind: str, today: date) -> Self:
        found, left_out = calendar.starts(period.first, period.last, limit=LINES)
        wanted = [event for event in found if not kind or event.kind == KINDS[kind]]
        is_now = period.first <= today <= period.last
        near = today if is_now else period.first
        beside = week_of if period.is_week else month_of
        return cls(
            period=period,
            before=beside(period.first - timedelta(days=1)),
            after=beside(period.last + timedelta(days=1)),
            other=month_of(near) if period.is_week else week_of(near),
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
