"""What editors say of a title on a channel: this series, or none. It holds for every showing, past and to come."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from staffellauf.catalogue.models import GuideTitle, Organisation, Series, Showing
from staffellauf.sources.xmltv.guide import GuideText, Programme
from staffellauf.sources.xmltv.matching import Matcher
from staffellauf.sources.xmltv.titles import Clues, clues

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Title:
    """A title on a channel, as showings have it."""

    organisation_id: int
    folded: str


def confirm(title: Title, series: Series) -> int:
    """Every showing of the title is one of the series; the episodes are looked for. So many showings."""
    return _decide(title, series)


def reject(title: Title) -> int:
    """It is no series, or none that the catalogue shall have. So many showings."""
    return _decide(title, None)


def forget(title: Title) -> int:
    """Takes the decision back: the showings are matched as if a guide brought them now. So many showings."""
    with transaction.atomic():
        GuideTitle.objects.filter(organisation_id=title.organisation_id, title=title.folded).delete()
        return rematch(_showings(title))


def rematch(showings: "QuerySet[Showing]") -> int:
    """Matches stored showings again, such as after series were added. So many showings."""
    matcher, count = Matcher(), 0
    rows: list[Showing] = []
    for showing in showings.order_by("pk").iterator(CHUNK):
        rows.append(showing)
        if len(rows) == CHUNK:
            count += _rematch(rows, matcher)
            rows = []
    return count + _rematch(rows, matcher)


def _decide(title: Title, series: Series | None) -> int:
    with transaction.atomic():
        # Waits for somebody else who decides about the same channel right now.
        Organisation.objects.select_for_update().get(pk=title.organisation_id)
        GuideTitle.objects.update_or_create(
            organisation_id=title.organisation_id, title=title.folded, defaults={"series": series}
        )
        return rematch(_showings(title))


def _showings(title: Title) -> "QuerySet[Showing]":
    return Showing.objects.filter(organisation_id=title.organisation_id, folded_title=title.folded)


def _rematch(rows: list[Showing], matcher: Matcher) -> int:
    if not rows:
        return 0
    found = matcher.match([(row.organisation_id, _clues(row)) for row in rows])
    for row, result in zip(rows, found, strict=True):
        row.series_id, row.episode_id, row.match, row.confidence = result
    Showing.objects.bulk_update(rows, ["series", "episode", "match", "confidence"], batch_size=100)
    return len(rows)


def _clues(row: Showing) -> Clues:
    """What the guide said, from what the row has kept of it."""
    subtitles = (GuideText(row.subtitle),) if row.subtitle else ()
    categories = tuple(row.categories.split(", ")) if row.categories else ()
    is_cut = row.title.endswith(("…", "..."))
    programme = Programme(
        "", row.starts_at, row.ends_at, (GuideText(row.title),), subtitles, categories=categories, is_cut=is_cut
    )
    read = clues(programme)
    season = row.season_number if row.season_number is not None else read.season
    return Clues(
        name=row.folded_title,
        first_part=read.first_part,
        subtitle=read.subtitle,
        season=season,
        number=row.episode_number if row.episode_number is not None else read.number,
        year=read.year,
        is_cut=is_cut,
        categories=read.categories,
    )
