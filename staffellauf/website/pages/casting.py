"""Cast and crew."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from staffellauf.catalogue import attribution, cast
from staffellauf.catalogue.models import Credit, DataSource, Person, Role, Season, Series
from staffellauf.website.pages import words

# Lines on one page, about 30 KB.
ROLES_PER_PAGE = 120


@dataclass(frozen=True, slots=True)
class CastLine:
    role: Role
    seasons: str
    """Such as "1–3, 5"; empty when not known."""
    episodes: str
    """Such as "2 episodes"; empty when not known."""

    @classmethod
    def of(cls, role: Role) -> Self:
        """Of a role read with `cast.with_places`."""
        numbers = getattr(role, "season_numbers") or ""  # noqa: B009  # an annotation, unknown to the checker
        count = getattr(role, "episode_count") or 0  # noqa: B009
        return cls(
            role,
            cast.spans(int(number) for number in numbers.split(",") if number),
            words.episode_count(count) if count else "",
        )


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    people: list[Person]


def by_job(credits_found: Iterable[Credit]) -> list[Job]:
    """Of credits in the order of their jobs; a person with two titles in one job comes once."""
    found = []
    for job, group in groupby(credits_found, key=lambda credit: credit.job):
        people = {credit.person_id: credit.person for credit in group}
        found.append(Job(str(Credit.Job(job).label), list(people.values())))
    return found


@dataclass(frozen=True, slots=True)
class CastPage:
    series: Series
    groups: list[tuple[str, list[CastLine]]]
    """The billing's name and who is billed so."""
    jobs: list[Job]
    seasons: list[Season]
    """Those to choose from."""
    season: int | None
    """The number of the one that was chosen."""
    count: int
    page: int
    page_count: int
    sources: list[DataSource]

    @classmethod
    def load(cls, series: Series, *, season: int | None, page: int) -> Self:
        seasons = list(series.seasons.order_by("number"))
        chosen = season if season in {one.number for one in seasons} else None
        found = cast.roles_of(series)
        if chosen is not None:
            found = found.filter(pk__in=Role.objects.filter(series=series, seasons__number=chosen).values("pk"))
        count = found.count()
        last = max(1, -(-count // ROLES_PER_PAGE))
        page = min(max(page, 1), last)
        roles = list(found[(page - 1) * ROLES_PER_PAGE : page * ROLES_PER_PAGE])
        grouped = groupby(roles, key=lambda role: role.billing)
        crew = list(cast.credits_of(series)[:ROLES_PER_PAGE]) if page == 1 and chosen is None else []
        return cls(
            series=series,
            groups=[(words.billed_as(billing), [CastLine.of(role) for role in group]) for billing, group in grouped],
            jobs=by_job(crew),
            seasons=seasons if len(seasons) > 1 else [],
            season=chosen,
            count=count,
            page=page,
            page_count=last,
            sources=attribution.named_sources([series, *roles, *crew]),
        )
