"""Weeks and months as their addresses write them: 2026-w05, 2026-01."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

# Television began not before, and nobody announces later.
YEARS = range(1930, 2101)


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
    last = calendar.monthrange(day.year, day.month)[1]
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
