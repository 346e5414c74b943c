"""Finding entries by what somebody types."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from staffellauf.common import text
from staffellauf.search import index, ranking, spelling, terms
from staffellauf.search.index import Group, Query, Row

QUERY_LENGTH = 200
# More words than anybody's title needs; each costs.
WORDS_LIMIT = 12
CORRECTED_WORDS_LIMIT = 6
LIMIT = 100
# Candidates among which the best are chosen.
READ_AT_LEAST = 60
# So many words are compared with a misspelt one, and so many of them searched for.
COMPARED = 300
TRIED = 24
TRIED_BEGINNINGS = 12
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
    known = None if kinds is None else sorted(kind for kind in kinds if terms.is_kind(kind))
    if not typed or limit < 1 or known == []:
        return []
    search = Search(typed, terms.joined(folded), kinds=known or [], limit=max(READ_AT_LEAST, limit))
    return [found.hit for found in search.run(limit)]


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

    def __init__(self, typed: Sequence[str], joined: str, *, kinds: Sequence[str], limit: int) -> None:
        self.index = index.of_database()
        self.typed = typed
        self.joined = joined
        self.kinds = [[terms.kind_term(kind) for kind in kinds]] if kinds else []
        self.limit = limit
        self.found: dict[tuple[str, int], Found] = {}

    def run(self, limit: int) -> list[Found]:
        self.look([[["=" + self.joined]]])
        self.look([[["=" + self.joined + "*"]], self.as_typed()])
        if len(self.found) < limit and not self.is_found():
            self.correct()
        return sorted(self.found.values(), key=lambda found: ranking.order(found.row, found.match))[:limit]

    def is_found(self) -> bool:
        """Whether somebody means what was found: its name is what they typed."""
        return any(found.match.is_name for found in self.found.values())

    def as_typed(self) -> list[Group]:
        return [*([word] for word in self.typed[:-1]), [self.typed[-1] + "*"]]

    def correct(self) -> None:
        if len(self.typed) > CORRECTED_WORDS_LIMIT:
            return
        allowed = [spelling.errors_allowed(word) for word in self.typed]
        near: list[dict[str, float]] = []
        for errors in range(1, max(1, *allowed) + 1):
            near = [self.near(word, min(errors, most)) for word, most in zip(self.typed, allowed, strict=True)]
            near[-1] |= self.near_beginnings(self.typed[-1])
            self.look_near(near)
            if self.found:
                return
        if len(self.typed) > 1:
            self.look_near(near, missing=1)

    def near(self, word: str, errors: int) -> dict[str, float]:
        """Terms for what the word may be, with their distances; the word itself among them."""
        found = {word: spelling.EXACT}
        rows = self.index.near(spelling.keys_near(word, errors=errors), limit=COMPARED) if errors else []
        measured = [(spelling.distance(word, other, limit=errors), tier, other) for other, tier in rows]
        best = sorted((far, tier, other) for far, tier, other in measured if far is not None)
        return found | {other: far for far, tier, other in best[:TRIED] if other != word}

    def near_beginnings(self, word: str) -> dict[str, float]:
        found = {word + "*": ranking.BEGINNING}
        if len(word) >= SHORTEST_BEGINNING and spelling.is_correctable(word):
            rows = self.index.existing(spelling.beginnings_near(word), limit=TRIED_BEGINNINGS)
            found |= {beginning + "*": ranking.BEGINNING + 1 for beginning, _ in rows}
        return found

    def look_near(self, near: Sequence[dict[str, float]], *, missing: int = 0) -> None:
        groups = [list(options) for options in near]
        if missing:
            self.look([groups[:at] + groups[at + 1 :] for at in range(len(groups))], near=near)
        else:
            self.look([groups], near=near)

    def look(self, query: Query, *, near: Sequence[dict[str, float]] | None = None) -> None:
        rows = self.index.match([[*groups, *self.kinds] for groups in query], limit=self.limit)
        for row in rows:
            if (row.kind, row.object_id) in self.found:
                continue
            names = row.names.split("\n")
            if near is None:
                match = ranking.match(names, self.typed, self.joined)
            else:
                match = ranking.match_near(names, near)
            if match:
                self.found[row.kind, row.object_id] = Found(row, match)
