"""Who plays whom, and who does what behind the camera; guests and credits of single episodes too.

Roles and credits are written the same way: a row for person and character (or job), linked to seasons and episodes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Credit, Role
from staffellauf.sources.apply import fields
from staffellauf.sources.apply.chunk import CHANGED, CREATED, Chunk, Entry
from staffellauf.sources.apply.episodes import REMOVED, Guide
from staffellauf.sources.apply.people import Found
from staffellauf.sources.apply.rows import holding, insert
from staffellauf.sources.records import CreditRecord, RoleRecord

Line = Role | Credit
LineRecord = RoleRecord | CreditRecord
# Where an editor changed one of these, the source speaks of somebody or something else.
IDENTITY = {"person", "job", "title"}


@dataclass(frozen=True, slots=True)
class Sort:
    """What tells roles from credits."""

    what: str
    """Name of the list in a record, and of the figures."""
    model: type[Line]
    # Any: records and rows of the one sort or the other.
    name: Callable[[Any], tuple[str, ...]]
    """What stands beside the person in the row's key; of a record or a row."""
    stated: Callable[[Any], dict[str, Any]]
    removal: Callable[[Any, str], str]
    is_kept: Callable[[Any], bool]
    """Whether a row stays when a list of the whole series leaves it out."""


ROLES = Sort(
    what="roles",
    model=Role,
    name=lambda one: (one.character,),
    stated=lambda one: {name: getattr(one, name) for name in ("billing", "order", "is_voice", "is_self")},
    removal=lambda one, person: provenance.role_key(one.character, person),
    is_kept=lambda role: role.billing == Role.Billing.GUEST,
)
CREDITS = Sort(
    what="credits",
    model=Credit,
    name=lambda one: (one.job, one.title),
    stated=lambda one: {"order": one.order},
    removal=lambda one, person: provenance.credit_key(one.job, one.title, person),
    is_kept=lambda credit: False,
)


def apply(entries: Sequence[Entry], guides: dict[int, Guide], *, people: Found, chunk: Chunk) -> None:
    for sort in (ROLES, CREDITS):
        _apply(sort, entries, guides=guides, people=people, chunk=chunk)


def _apply(sort: Sort, entries: Sequence[Entry], *, guides: dict[int, Guide], people: Found, chunk: Chunk) -> None:
    told = [entry for entry in entries if _is_told(sort, entry.record)]
    stored: defaultdict[int, list[Line]] = defaultdict(list)
    for row in holding(sort.model._base_manager.order_by(), "series_id", [e.series.pk for e in told if not e.is_new]):
        stored[row.series_id].append(row)
    seasons, episodes, made = Links("season"), Links("episode"), []
    for entry in told:
        guide = guides[entry.series.pk]
        lines = Lines(sort, entry, stored[entry.series.pk], people=people, chunk=chunk)
        lines.place_all(guide, seasons, episodes=episodes)
        made += lines.made
    insert(made)
    chunk.figures[f"{sort.what}_created"] += len(made)
    if sort is ROLES:
        chunk.figures["role_seasons_changed"] += seasons.write(Role.seasons.through, "role")
    chunk.figures[f"{sort.what}_episodes_changed"] += episodes.write(sort.model.episodes.through, sort.what[:-1])


def _is_told(sort: Sort, record: Any) -> bool:
    if getattr(record, sort.what) is not None:
        return True
    return any(getattr(episode, sort.what) is not None for episode in record.episodes or ())


class Lines:
    """The roles, or the credits, of one series: those that are stored, and what its record makes of them."""

    def __init__(self, sort: Sort, entry: Entry, old: Iterable[Line], *, people: Found, chunk: Chunk) -> None:
        self.sort, self.entry, self.people, self.chunk = sort, entry, people, chunk
        self.old = list(old)
        self.rows: dict[tuple[object, ...], Line] = {(row.person_id, *sort.name(row)): row for row in self.old}
        self.made: list[Line] = []
        self.placed: set[int] = set()
        stated = getattr(entry.record, sort.what) or ()
        self.stated_keys = {(people.of(record.person).pk, *sort.name(record)) for record in stated}

    def place_all(self, guide: Guide, seasons: "Links", *, episodes: "Links") -> None:
        """The lists of the series, then those of its episodes; then what was there and is not named any more."""
        for record in getattr(self.entry.record, self.sort.what) or ():
            row = self.place(record)
            if row is not None and isinstance(record, RoleRecord):
                seasons.want(row, [guide.seasons[n].pk for n in record.seasons if n in guide.seasons])
        for episode_record, episode in guide.matched:
            for record in getattr(episode_record, self.sort.what) or ():
                row = self.place(record, of_episode=True)
                if row is not None:
                    episodes.want(row, [episode.pk])
        if self.entry.record.is_partial:
            return
        self.remove_others()
        told_of = {one.pk for record, one in guide.matched if getattr(record, self.sort.what) is not None}
        own = (row for row in self.old if row.source == self.entry.source)
        episodes.spoken_of |= {row.pk: told_of for row in own if not IDENTITY & editors_fields(row)}

    def place(self, record: LineRecord, *, of_episode: bool = False) -> Line | None:
        """The row of the record, brought up to date or new; None when editors took it away."""
        person = self.people.of(record.person)
        key = (person.pk, *self.sort.name(record))
        row = self.rows.get(key)
        if row is not None:
            # Who is named for the whole series and for an episode is no guest.
            is_told_elsewhere = of_episode and key in self.stated_keys
            if id(row) not in self.placed and not is_told_elsewhere and not self.entry.is_stale:
                self._update(row, record, only_if_own=of_episode)
            self.placed.add(id(row))
            return row
        keys = (self.sort.removal(record, name) for name in {person.name, record.person.name})
        if self.chunk.is_removed(self.entry.series.pk, self.sort.what[:-1], keys=keys):
            return None
        row = self._known_better(record, person.pk)
        if row is None:
            row = self._renamed(record, person.pk) or self._new(record, person.pk)
        self.rows[key] = row
        self.placed.add(id(row))
        return row

    def remove_others(self) -> None:
        """Takes away what the source gave and does not give any more."""
        if getattr(self.entry.record, self.sort.what) is None:
            return
        gone = [
            row
            for row in self.old
            if id(row) not in self.placed
            and row.source == self.entry.source
            and provenance.EDITOR not in row.origin.values()
            and not self.sort.is_kept(row)
            and not (self.sort is CREDITS and self._has_episodes(row))
        ]
        self.sort.model._base_manager.filter(pk__in=[row.pk for row in gone]).delete()
        self.entry.done.count(self.sort.what, REMOVED, len(gone))
        left = {id(row) for row in gone}
        self.old = [row for row in self.old if id(row) not in left]

    def _has_episodes(self, row: Line) -> bool:
        return row.episodes.exists()

    def _update(self, row: Line, record: LineRecord, *, only_if_own: bool) -> None:
        # An episode's list numbers its own cast.
        stated = {} if only_if_own else self.sort.stated(record)
        changes = fields.update(row, record, source=self.entry.source, stated=stated.items())
        if changes and row.pk:
            self.chunk.changed.note(row, [*changes, "origin"])
            self.entry.done.count(self.sort.what, CHANGED)

    def _known_better(self, record: LineRecord, person: int) -> Line | None:
        """For a role whose character the source does not tell: the one that another source told of this person."""
        if self.sort is not ROLES or not isinstance(record, RoleRecord) or record.character:
            return None
        told = (row for row in self.old if row.person_id == person and row.source != self.entry.source)
        return next((row for row in told if isinstance(row, Role) and row.character), None)

    def _renamed(self, record: LineRecord, person: int) -> Line | None:
        """The stored row of the same person whose character the source calls otherwise now, or nobody told so far."""
        if self.sort is not ROLES or not isinstance(record, RoleRecord) or self.entry.is_stale:
            return None
        same = [
            row
            for row in self.old
            if isinstance(row, Role)
            and row.person_id == person
            and id(row) not in self.placed
            and (person, *self.sort.name(row)) not in self.stated_keys
        ]
        if len(same) != 1 or not self._may_be(same[0], record, person):
            return None
        row = same[0]
        stated = [("character", record.character), *self.sort.stated(record).items()]
        changes = fields.update(row, record, source=self.entry.source, stated=stated)
        if changes:
            self.chunk.changed.note(row, [*changes, "origin"])
            self.entry.done.count(self.sort.what, CHANGED)
        return row

    def _may_be(self, row: Role, record: RoleRecord, person: int) -> bool:
        """Whether the only role that is left of the person is this one under another name, such as a translated one."""
        if row.source == self.entry.source:
            return row.billing == record.billing or not row.character
        return not row.character or sum(key[0] == person for key in self.stated_keys) == 1

    def _new(self, record: LineRecord, person: int) -> Line:
        columns = ("character",) if self.sort is ROLES else ("job", "title")
        names = dict(zip(columns, self.sort.name(record), strict=True))
        row = self.sort.model(series_id=self.entry.series.pk, person_id=person, **names)
        fields.start(row, record, source=self.entry.source)
        fields.fill(row, self.sort.stated(record).items())
        self.made.append(row)
        if not self.entry.is_new:
            self.entry.done.count(self.sort.what, CREATED)
        return row


def editors_fields(row: Line) -> set[str]:
    return {name for name, source in row.origin.items() if source == provenance.EDITOR}


@dataclass(slots=True)
class Links:
    """Rows of a many-to-many table: which have to be there, and which their source may take away."""

    other: str
    wanted: list[tuple[Line, int]] = field(default_factory=list)
    spoken_of: dict[int, set[int]] = field(default_factory=dict)
    """Key of a row to the keys that its source speaks of."""

    def want(self, row: Line, others: Collection[int]) -> None:
        self.wanted += [(row, other) for other in others]

    # Any: a through model.
    def write(self, through: Any, row_name: str) -> int:
        """Once all rows have keys; how many links came or went."""
        wanted: defaultdict[int, set[int]] = defaultdict(set)
        for row, other in self.wanted:
            if row.origin.get(f"{self.other}s") != provenance.EDITOR:
                wanted[row.pk].add(other)
        there: defaultdict[int, dict[int, int]] = defaultdict(dict)
        links = through._base_manager.values_list("pk", f"{row_name}_id", f"{self.other}_id")
        for pk, key, other in holding(links, f"{row_name}_id", {*wanted, *self.spoken_of}):
            there[key][other] = pk
        made = [
            through(**{f"{row_name}_id": key, f"{self.other}_id": other})
            for key, others in wanted.items()
            for other in sorted(others - there[key].keys())
        ]
        gone = [
            pk
            for key, told_of in self.spoken_of.items()
            for other, pk in there[key].items()
            if other in told_of and other not in wanted[key]
        ]
        insert(made)
        through._base_manager.filter(pk__in=gone).delete()
        return len(made) + len(gone)
