"""What starts in a period, as it stands beneath an article about it."""

from dataclasses import dataclass

from staffellauf.catalogue import calendar
from staffellauf.common import periods
from staffellauf.website.pages.events import Agenda

# The text above has a share of the page too.
LINES = 16


@dataclass(frozen=True, slots=True)
class Overview:
    period: periods.Period
    agenda: Agenda
    is_cut: bool
    """The calendar has more."""


def load(code: str) -> Overview | None:
    """None when the article names no period that there is."""
    period = periods.parse(code)
    if period is None:
        return None
    found, left_out = calendar.starts(period.first, period.last, limit=LINES)
    return Overview(period, Agenda.of(found[:LINES]), bool(left_out) or len(found) > LINES)
