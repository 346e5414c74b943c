"""From an article to what judges are asked about, without a worker."""

from datetime import UTC, datetime, timedelta

from staffellauf.alerts.deciding import audience
from staffellauf.alerts.models import Occasion, Relay
from staffellauf.catalogue.models import Episode, Series
from staffellauf.newsroom.models import Article, Fact, Publication
from staffellauf.readers.models import Follow

NOON = datetime(2026, 1, 24, 11, tzinfo=UTC)
NIGHT = datetime(2026, 1, 24, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 1, 25, 6, tzinfo=UTC)


def relay(article: Article, *, at: datetime = NOON, edition: int | None = None) -> Relay:
    """As a worker begins it at that time."""
    editions = Publication.objects.filter(article=article)
    publication = editions.get(edition=edition) if edition else editions.latest("position")
    Publication.objects.filter(pk=publication.pk).update(created_at=at)
    publication.refresh_from_db()
    return Relay.objects.create(publication=publication, started_at=at, expires_at=at + timedelta(days=2))


def subject(article: Article, *, at: datetime = NOON) -> audience.Subject:
    found = audience.subject_of(relay(article, at=at))
    assert found is not None
    return found


def state(article: Article, *kinds: str, **fields: object) -> list[Fact]:
    """Facts that the article states, accepted."""
    values = {"status": Fact.Status.CONFIRMED} | fields
    return [Fact.objects.create(article=article, kind=kind, **values) for kind in kinds]


def occasion(
    series: Series, *, kind: str = Occasion.Kind.EPISODES, lead: int = Follow.Lead.AT, at: datetime = NOON
) -> audience.Subject:
    """Of the series' episodes that air at that moment where it comes from."""
    key = f"{series.pk}.{'complete' if kind == 'complete' else 'out'}.{lead}.original.{at:%Y%m%dT%H%M}"
    made = Occasion.objects.create(topic_id=series.pk, kind=kind, lead=lead, due_at=at, key=key)
    found = audience.subject_of(Relay.objects.create(occasion=made, started_at=at, expires_at=at + timedelta(hours=12)))
    assert found is not None
    return found


def air(series: Series, season: int, number: int, *, at: datetime) -> None:
    """The episode's first run."""
    Episode.objects.filter(season__series=series, season__number=season, number=number).update(
        aired_at=at, aired_on=at.date()
    )
