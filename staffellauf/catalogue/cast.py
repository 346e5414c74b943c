"""Who plays whom, in the order in which people are billed."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db.models import Aggregate, CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import StrIndex
from django.db.models.sql.compiler import SQLCompiler

from staffellauf.catalogue.models import Credit, Role, Series
from staffellauf.catalogue.queries import linked
from staffellauf.common.prepared import Prepared, Slot

BILLINGS = list(Role.Billing)
JOBS = list(Credit.Job)
# On the page of a series.
ROLES_READ, CREDITS_READ = 12, 24
ROLE = ("character", "billing", "series_id", "is_voice", "is_self", "source", "origin")


class Listed(Aggregate):
    """Numbers of a group with commas between them, as text."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    # Any: as Django's own signature has it.
    def as_postgresql(self, compiler: SQLCompiler, connection: object, **context: object) -> object:
        return super().as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **context)  # type: ignore[arg-type]


def roles_of(series: Series | Slot) -> QuerySet[Role]:
    """With their people, `season_numbers` such as "1,2" (None: not known) and `episode_count`; in billing order."""
    roles = Role.objects.filter(series=series).select_related("person").only(*ROLE, *linked("person"))
    return with_places(roles).order_by(ranked("billing", BILLINGS), "order", "pk")


def first_roles(series: Series) -> list[Role]:
    """As `roles_of`, with `role_count`, the number of all roles; one query that looks closely at the first only."""
    return FIRST_ROLES.read(series=series.pk)


def _first_roles() -> QuerySet[Role]:
    series = Slot("series")
    everyone = Role.objects.filter(series=series).order_by()
    counted = roles_of(series).annotate(role_count=Subquery(everyone.values("series_id").values(found=Count("pk"))))
    first = everyone.order_by(ranked("billing", BILLINGS), "order", "pk").values("pk")[:ROLES_READ]
    return counted.filter(pk__in=first)


FIRST_ROLES = Prepared(_first_roles)


def with_places(roles: QuerySet[Role]) -> QuerySet[Role]:
    """With `season_numbers` such as "1,2" (None: not known which) and `episode_count` (None: none is known)."""
    seasons = Role.seasons.through.objects.filter(role_id=OuterRef("pk")).values("role_id")
    episodes = Role.episodes.through.objects.filter(role_id=OuterRef("pk")).values("role_id")
    return roles.annotate(
        season_numbers=Subquery(seasons.values(found=Listed("season__number"))),
        episode_count=Subquery(episodes.values(found=Count("pk"))),
    )


def credits_of(series: Series | Slot) -> QuerySet[Credit]:
    """Those of the whole series first, by job and order."""
    found = (
        Credit.objects.filter(series=series)
        .select_related("person")
        .only("job", "series_id", "source", "origin", *linked("person"))
    )
    return found.order_by(ranked("job", JOBS), "order", "pk")


FIRST_CREDITS = Prepared(lambda: credits_of(Slot("series"))[:CREDITS_READ])


def first_credits(series: Series) -> list[Credit]:
    return FIRST_CREDITS.read(series=series.pk)


def ranked(field: str, order: Sequence[str]) -> OrderBy:
    """The place of a field's value in a fixed order; what is not in it comes last.

    Where it stands in a text of all of them, backwards: many times quicker for Django to write than a CASE.
    """
    return StrIndex(Value(",".join(reversed(order))), F(field)).desc()


def spans(numbers: Iterable[int]) -> str:
    """Numbers as a reader writes them.

    >>> spans([5, 1, 2, 3])
    '1–3, 5'
    """
    indexed = enumerate(sorted(set(numbers)))
    runs = [[number for _place, number in run] for _gap, run in groupby(indexed, key=lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
