"""A programme as a row."""

from staffellauf.catalogue.models import SMALL, Showing
from staffellauf.catalogue.models.provenance import XMLTV
from staffellauf.common import dates
from staffellauf.sources.xmltv.guide import Programme
from staffellauf.sources.xmltv.matching import Found
from staffellauf.sources.xmltv.titles import Clues

# What a newer guide may change.
FIELDS = [
    "ends_at", "broadcast_day", "title", "folded_title", "subtitle", "description", "categories", "season_number",
    "episode_number", "is_premiere", "is_repeat", "series_id", "episode_id", "match", "confidence",
]  # fmt: skip
MAX_CATEGORIES = 200
DECIDED = {Showing.Match.CONFIRMED, Showing.Match.REJECTED}


def row(programme: Programme, clues: Clues, found: Found, *, organisation_id: int | None) -> Showing:
    """Not stored yet. Without an organisation in a dry run only."""
    return Showing(
        organisation_id=organisation_id,
        starts_at=programme.start,
        ends_at=programme.stop,
        broadcast_day=dates.broadcast_day(programme.start),
        title=programme.title,
        folded_title=clues.name,
        subtitle=programme.subtitles[0].text if programme.subtitles else "",
        description=programme.description,
        categories=_categories(programme),
        season_number=clues.season if clues.season is not None and clues.season <= SMALL else None,
        episode_number=clues.number,
        is_premiere=programme.is_premiere,
        is_repeat=programme.is_repeat,
        series_id=found.series_id,
        episode_id=found.episode_id,
        match=found.match,
        confidence=found.confidence,
        source=XMLTV,
    )


def keep_decision(old: Showing, fresh: Showing) -> None:
    """What an editor said of this very broadcast stands; what was said of its title is known to both."""
    if old.folded_title != fresh.folded_title or old.match not in DECIDED:
        return
    if old.match == Showing.Match.CONFIRMED and old.series_id is None:
        return
    if old.series_id != fresh.series_id or old.episode_id is not None:
        fresh.episode_id = old.episode_id
    fresh.series_id, fresh.match, fresh.confidence = old.series_id, old.match, old.confidence


def same(old: Showing, fresh: Showing) -> bool:
    return all(getattr(old, field) == getattr(fresh, field) for field in FIELDS)


def _categories(programme: Programme) -> str:
    joined = ""
    for category in programme.categories:
        longer = f"{joined}, {category}" if joined else category
        if len(longer) <= MAX_CATEGORIES:
            joined = longer
    return joined
