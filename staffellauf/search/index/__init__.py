"""The two tables that the databases keep each in their own way: terms to entries, and keys to words.

A query is a list of alternatives; an alternative is a list of groups that must all match; a group is a list of terms of
which one must; a term that ends in "*" stands for all that begin so.
"""

import functools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, Protocol

from django.db import connection

# Of a signed number of 64 bits.
KIND_BITS = 62
Group = Sequence[str]
Query = Sequence[Sequence[Group]]


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    object_id: int
    title: str
    hint: str
    names: str
    spelled: str
    weight: int
    tier: int


COLUMNS = [field.name for field in fields(Row)]


class Place(NamedTuple):
    """Of an entry in the index, in the order of reading: the popular tiers first."""

    tier: int
    kind: int
    entry: int
    name: str
    """Of the kind."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The numbers of the kinds that are looked for, and whether no other has any entries."""

    numbers: Sequence[int]
    is_all: bool

    @property
    def bits(self) -> int:
        """As in `Word.kinds`."""
        return -1 if self.is_all else functools.reduce(operator.or_, map(bit, self.numbers))


def bit(kind: int) -> int:
    """Databases burn numbers: where two kinds share a bit, a word too many is tried."""
    return 1 << kind % KIND_BITS


class Index(Protocol):
    def write(self, rows: Sequence[tuple[Place, list[str]]]) -> None:
        """Stores entries' terms. What was stored of them before has been erased."""

    def erase(self, places: Sequence[Place]) -> None:
        """Forgets the terms of these entries."""

    def match(self, query: Query, *, tiers: Mapping[str, int], kinds: Kinds, limit: int) -> list[Row]:
        """The most popular entries of these kinds, about in this order. Of some terms `tiers` tells the best tier of an
        entry that has them: no need to look for them in a better one."""

    def near(self, keys: Sequence[int], *, kinds: Kinds, limit: int) -> list[tuple[int, str, int]]:
        """Words that have one of the keys: key, word, tier, popular ones first."""

    def existing(self, prefixes: Sequence[str], *, kinds: Kinds, limit: int) -> list[tuple[str, int]]:
        """Which of these begin a word, with the best tier of such a word, popular ones first."""

    def unused(self, words: Sequence[str]) -> list[str]:
        """Which of these words no entry has."""

    def tidy(self) -> None:
        """Puts in order what many writes left; outside of a transaction."""


def of_database() -> Index:
    """The index of the database in use."""
    if connection.vendor == "postgresql":
        from staffellauf.search.index.postgres import PostgresIndex

        return PostgresIndex()
    from staffellauf.search.index.sqlite import SqliteIndex

    return SqliteIndex()
