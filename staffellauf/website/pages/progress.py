"""How far the reader has watched a series."""

import re
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import BaseExpression
from django.urls import reverse
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import SMALL, Series
from staffellauf.common.prepared import Slot
from staffellauf.readers.models import Progress

Place = tuple[int, int]
"""Number of the season and of the episode."""
NOTHING: Place = (0, 0)
CODE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pages of a series say to a reader whom we know."""

    words: str
    """Empty when nothing is seen."""
    address: str
    """Where it is set."""

    @classmethod
    def of(cls, series: Series) -> Self:
        """Of a series that `topics.find` found."""
        season, episode = place_of(series)
        place = {"season": season, "episode": episode}
        words = _("You have seen up to season %(season)s, episode %(episode)s.") % place if season else ""
        return cls(words, reverse("progress-change", args=[series.slug]))


def of_reader(reader: Slot) -> dict[str, BaseExpression]:
    """Annotations of series, so that a page learns it with the series itself: `seen_season` and `seen_episode`."""
    own = Progress.objects.filter(reader_id=reader, series_id=OuterRef("pk"))
    return {f"seen_{name}": Subquery(own.values(f"{name}_number")[:1]) for name in ("season", "episode")}


def place_of(series: Any) -> Place:  # Any: annotations are unknown to the checker
    """NOTHING for a reader who said nothing, and for a visitor."""
    return getattr(series, "seen_season", None) or 0, getattr(series, "seen_episode", None) or 0


def code_of(place: Place) -> str:
    """2x05"""
    return f"{place[0]}x{place[1]:02}"


def read(code: str) -> Place | None:
    """None for what is no place, or more than any series has."""
    match = CODE.fullmatch(code)
    if not match:
        return None
    season, episode = int(match[1]), int(match[2])
    return (season, episode) if season <= SMALL and episode <= SMALL else None
