"""The two tables that the databases keep each in their own way: terms to entries, and keys to words.

A query is a list of alternatives; an alternative is a list of groups that must all match; a group is a list of terms of
which one must; a term that ends in "*" stands for all that begin so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, Protocol

from django.db import connection

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


class Terms(NamedTuple):
    entry: int
    kind: str
    tier: int
    terms: list[str]


class Index(Protocol):
    def write(self, rows: Sequence[Terms]) -> None:
        """Stores entries' terms. What was stored of them before has been erased."""

    def erase(self, rows: Sequence[tuple[int, int]]) -> None:
        """Forgets the terms of these entries: id, tier."""

    def match(self, query: Query, *, kinds: Sequence[str], limit: int) -> list[Row]:
        """The most popular entries of these kinds, of any kind without one, about in this order."""

    def near(self, keys: Sequence[int], *, limit: int) -> list[tuple[int, str, int]]:
        """Words that have one of the keys: key, word, tier, popular ones first."""

    def existing(self, prefixes: Sequence[str], *, limit: int) -> list[tuple[str, int]]:
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
