"""Finding entries by what somebody types."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from staffellauf.common import text
from staffellauf.search import index, ranking, spelling, terms
from staffellauf.search.index import Query, Row

QUERY_LENGTH = 200
# More words than anybody's title needs; each costs.
WORDS_LIMIT = 12
LIMIT = 100
# Candidates among which the best are chosen.
READ_AT_LEAST = 40
# In longer queries only words that nobody has are corrected.
CORRECTED_WORDS = 6
SHORTEST_CORRECTED = 3
# With a hit of this tier or a better one, somebody probably means what they typed.
POPULAR_TIER = 1
# So many words are compared with a misspelt one, and so many of them searched for: beside others, which rule out most
# of what they find, more than alone.
COMPARED = 200
TRIED_ALONE = 16
TRIED_AMONG_OTHERS = 20
TRIED_BEGINNINGS = 12
NAMES_TRIED = 16
# A beginning of three letters is one letter away from half the dictionary.
SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    object_id: int
    title: str
    hint: str
    matched: str
    """The name that was found when it is not the title, else empty."""


def find(words: str, *, kinds: Collection[str] | None = None, limit: int = 10) -> list[Hit]:
    """What somebody may mean who typed so far, best first; the last word counts as a beginning. Empty when there is
    nothing to look for. `kinds` None means any; at most LIMIT hits come."""
    folded = text.fold(words[:QUERY_LENGTH])
    typed = terms.words(folded)[:WORDS_LIMIT]
    limit = min(limit, LIMIT)
    if not typed or limit < 1:
        return []
    known = kinds_with_entries()
    wanted = [number for name, number in known.items() if kinds is None or name in kinds]
    if not wanted:
        return []
    among = index.Kinds(wanted, is_all=len(wanted) == len(known))
    search = Search(typed, terms.joined(folded), kinds=among, limit=max(READ_AT_LEAST, limit))
    return [found.hit for found in search.run(limit)]


def kinds_with_entries() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.name, k.id FROM search_kind AS k WHERE EXISTS (SELECT 1 FROM search_entry AS e"
            " WHERE e.kind = k.name)"
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Found:
    row: Row
    match: ranking.Match

    @property
    def hit(self) -> Hit:
        names = self.row.spelled.split("\n")
        matched = names[self.match.line - 1] if self.match.line else ""
        return Hit(self.row.kind, self.row.object_id, self.row.title, self.row.hint, matched)


class Search:
    """One query on its way: as typed, then with words corrected, then with one word left out."""

    def __init__(self, typed: Sequence[str], joined: str, *, kinds: index.Kinds, limit: int) -> None:
        self.index = index.of_database()
        self.typed = typed
        self.joined = joined
        self.kinds = kinds
        self.limit = limit
        self.found: dict[tuple[str, int], Found] = {}
        # Of the words that were looked up.
        self.tiers: dict[str, int] = {}

    def run(self, limit: int) -> list[Found]:
        as_typed = [*([word] for word in self.typed[:-1]), [self.typed[-1] + "*"]]
        self.look([[["=" + self.joined]]])
        self.look([[["=" + self.joined + "*"]], as_typed])
        if self.is_doubtful(limit):
            self.correct()
        return sorted(self.found.values(), key=lambda found: ranking.order(found.row, found.match))[:limit]

    def is_doubtful(self, limit: int) -> bool:
        """Whether somebody may mean what was not found: no name is what they typed, and nothing popular begins so."""
        if len(self.joined) < SHORTEST_CORRECTED or any(found.match.is_name for found in self.found.values()):
            return False
        return len(self.found) < limit or all(found.row.tier > POPULAR_TIER for found in self.found.values())

    def correct(self) -> None:
        """Words that nobody has first, then all of them; for two errors and one word too many only if there is nothing
        else to show."""
        near = self.near(self.typed, errors=1)
        unknown = [at for at, options in enumerate(near) if self.typed[at] not in options]
        known_kept = [options if at in unknown else self.itself(at) for at, options in enumerate(near)]
        near = [options | self.itself(at) for at, options in enumerate(near)]
        if unknown and self.look_near(known_kept):
            return
        if near != known_kept and len(self.typed) <= CORRECTED_WORDS and self.look_near(near):
            return
        if self.found:
            return
        two = [self.typed[at] for at in unknown] or self.typed
        farther = self.near(two, errors=2)
        for at, options in zip(unknown or range(len(self.typed)), farther, strict=True):
            near[at] |= options | near[at]
        if not self.look_near(near) and len(self.typed) > 1:
            groups = [list(options) for options in near]
            self.look([groups[:at] + groups[at + 1 :] for at in range(len(groups))], near=near)

    def itself(self, at: int) -> dict[str, float]:
        """The word as typed; the last one is also a beginning."""
        word = self.typed[at]
        return {word: spelling.EXACT} | ({word + "*": ranking.BEGINNING} if at == len(self.typed) - 1 else {})

    def near(self, words: Sequence[str], *, errors: int) -> list[dict[str, float]]:
        """For each word what it may be, with the distances; the word itself only if somebody has it."""
        keys = [spelling.keys_near(word, errors=min(errors, spelling.errors_allowed(word))) for word in words]
        wanted = {key for of_word in keys for key in of_word}
        rows = self.index.near(sorted(wanted), kinds=self.kinds, limit=COMPARED * len(words)) if wanted else []
        by_key: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for key, word, tier in rows:
            by_key[key].append((word, tier))
            self.tiers[word] = tier
        found = []
        for word, of_word in zip(words, keys, strict=True):
            others = {other for key in of_word for other in by_key[key]}
            found.append(self.nearest(word, others, errors=errors))
            if not spelling.is_correctable(word):
                found[-1][word] = spelling.EXACT
        if errors == 1:
            found[-1] |= self.near_beginnings(words[-1])
        return found

    def nearest(self, word: str, others: Collection[tuple[str, int]], *, errors: int) -> dict[str, float]:
        measured = ((spelling.distance(word, other, limit=errors), tier, other) for other, tier in others)
        best = sorted((far, tier, other) for far, tier, other in measured if far is not None)
        tried = TRIED_ALONE if len(self.typed) == 1 else TRIED_AMONG_OTHERS
        return {other: far for far, _, other in best[:tried]}

    def near_beginnings(self, word: str) -> dict[str, float]:
        if len(word) < SHORTEST_BEGINNING or not spelling.is_correctable(word):
            return {}
        rows = self.index.existing(spelling.beginnings_near(word), kinds=self.kinds, limit=TRIED_BEGINNINGS)
        self.tiers |= {beginning + "*": tier for beginning, tier in rows}
        return {beginning + "*": ranking.BEGINNING + 1 for beginning, _ in rows}

    def look_near(self, near: Sequence[dict[str, float]]) -> int:
        """First whole names, of which one may be too obscure to be among those that hold the words."""
        likely = whole_names(near, self.tiers)
        self.tiers |= likely
        names = self.look([[list(likely)]], near=near)
        if names and len(near) > 1:
            # Several words that make a whole name are hardly meant otherwise.
            return names
        return names + self.look([[list(options) for options in near]], near=near)

    def look(self, query: Query, *, near: Sequence[dict[str, float]] | None = None) -> int:
        """Adds what matches and was not found before; how many."""
        before = len(self.found)
        if not all(all(groups) for groups in query):
            return 0
        for row in self.index.match(query, tiers=self.tiers, kinds=self.kinds, limit=self.limit):
            if (row.kind, row.object_id) in self.found:
                continue
            names = row.names.split("\n")
            match = ranking.match_near(names, near) if near else ranking.match(names, self.typed, self.joined)
            if match:
                self.found[row.kind, row.object_id] = Found(row, match)
        return len(self.found) - before


def whole_names(near: Sequence[dict[str, float]], tiers: Mapping[str, int]) -> dict[str, int]:
    """Terms of what the words as they may be make together, the likeliest first, with the best tier that such a name
    may be in."""
    names = [(0.0, "", 0)]
    for options in near:
        words = [(far, word, tiers.get(word, 0)) for word, far in options.items() if word[-1] != "*"]
        names = sorted(
            (before + far, name + word, max(best, tier)) for before, name, best in names for far, word, tier in words
        )
        del names[NAMES_TRIED:]
    return {"=" + name[: terms.JOINED_LENGTH]: tier for _, name, tier in reversed(names)}
