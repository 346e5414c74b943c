"""How series descend from each other, and from what works."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet
from django.db.models import prefetch_related_objects as read_related

from staffellauf.catalogue.models import Person, Relation, Series, Work
from staffellauf.catalogue.queries import linked
from staffellauf.common.prepared import Prepared, Slot

# A franchise of hundreds of relations would drown the page that asks.
RELATIONS_READ = 80
DESCENT = (Relation.Kind.SPIN_OFF_OF, Relation.Kind.REMAKE_OF, Relation.Kind.SEQUEL_OF)

YEARS = ("start_year", "end_year", "status")
SHOWN = tuple(name for side in ("series", "to_series") for name in (*linked(side), *(f"{side}__{y}" for y in YEARS)))


@dataclass(slots=True)
class Kin:
    """A series in the tree, below the one it comes from."""

    series: Series
    kind: str
    """How it comes from the one above: a Relation.Kind; empty at the root."""
    is_self: bool = False
    children: "list[Kin]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Family:
    roots: list[Kin]
    """The trees, each from the series that everything in it comes from; empty when the series stands alone."""
    also: list[Relation]
    """What else the series comes from than the one above it in the tree."""
    akin: list[Series]
    """Of the same franchise, as somebody said, without coming from each other."""
    works: list[Work]
    """With their authors."""

    def __bool__(self) -> bool:
        return bool(self.roots or self.akin or self.works)


def of_series(series: Series) -> Family:
    """Two queries, whatever the size."""
    relations = _around(series)
    drawn = tree([relation for relation in relations if relation.kind in DESCENT], around=series)
    own = [relation for relation in relations if relation.series_id == series.pk]
    above = _parents(relations).get(series.pk)
    return Family(
        roots=drawn,
        also=[relation for relation in own if relation.kind in DESCENT and relation is not above],
        akin=_akin(series, relations),
        works=[relation.to_work for relation in own if relation.to_work],
    )


def among(series: Collection[Series]) -> list[Kin]:
    """The trees of these series, such as those of a franchise; one that stands alone is a tree by itself."""
    ids = [one.pk for one in series]
    found = Relation.objects.filter(series__in=ids, to_series__in=ids, kind__in=DESCENT)
    return _grown({one.pk: one for one in series}, _parents(found.select_related("series", "to_series")), selves=())


def tree(relations: list[Relation], *, around: Series) -> list[Kin]:
    """The tree that the series stands in. Each series comes once, under the first it is said to come from."""
    members = {around.pk: around}
    for relation in relations:
        if relation.to_series:
            members |= {relation.series_id: relation.series, relation.to_series.pk: relation.to_series}
    roots = _grown(members, _parents(relations), selves=(around.pk,))
    return [root for root in roots if _holds_self(root)] if len(members) > 1 else []


def _around(series: Series) -> list[Relation]:
    """The relations of the series, and those among the series it shares a franchise with."""
    found = AROUND.read(series=series.pk)
    if works := [relation.to_work for relation in found if relation.to_work]:
        read_related(works, Prefetch("authors", Person.objects.only("kind", "name", "slug")))
    return found


def _relations() -> QuerySet[Relation]:
    series = Slot("series")
    shared = Q(series__franchises__series=series, to_series__isnull=False)
    ids = Relation.objects.filter(Q(series=series) | Q(to_series=series) | shared).values("pk")
    # Its own first, so that the limit cuts off what is far away.
    found = Relation.objects.filter(pk__in=ids).order_by("to_work__year", "pk")[:RELATIONS_READ]
    related = found.select_related("series", "to_series", "to_work")
    works = ("to_work__kind", "to_work__title", "to_work__year")
    return related.only("kind", "series_id", "to_series_id", "to_work_id", *works, *SHOWN)


AROUND = Prepared(_relations)


def _parents(relations: Iterable[Relation]) -> dict[int, Relation]:
    parents: dict[int, Relation] = {}
    for relation in relations:
        if relation.to_series_id and relation.kind in DESCENT:
            parents.setdefault(relation.series_id, relation)
    return parents


def _grown(members: dict[int, Series], parents: dict[int, Relation], *, selves: Collection[int]) -> list[Kin]:
    nodes = {
        pk: Kin(series, parents[pk].kind if pk in parents else "", is_self=pk in selves)
        for pk, series in sorted(members.items(), key=lambda item: (item[1].start_year or 9999, item[0]))
    }
    roots = []
    for pk, node in nodes.items():
        above = parents[pk].to_series_id if pk in parents else None
        if above in nodes and not _closes_circle(pk, parents):
            nodes[above].children.append(node)
        else:
            node.kind = ""
            roots.append(node)
    return roots


def _closes_circle(pk: int, parents: dict[int, Relation]) -> bool:
    """Whether the series is the first, by id, of some that come from each other in a circle."""
    seen: list[int] = []
    current: int | None = pk
    while current is not None and current not in seen:
        seen.append(current)
        current = parents[current].to_series_id if current in parents else None
    return current == pk == min(seen)


def _holds_self(node: Kin) -> bool:
    return node.is_self or any(_holds_self(child) for child in node.children)


def _akin(series: Series, relations: list[Relation]) -> list[Series]:
    found = {}
    for relation in relations:
        if relation.kind == Relation.Kind.SAME_FRANCHISE and relation.to_series:
            if relation.series_id == series.pk:
                found[relation.to_series.pk] = relation.to_series
            elif relation.to_series_id == series.pk:
                found[relation.series_id] = relation.series
    return sorted(found.values(), key=lambda one: (one.start_year or 9999, one.name))
