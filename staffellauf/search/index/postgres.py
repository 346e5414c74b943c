"""A tsvector of the terms with a GIN index. GIN knows no order, so an entry has its tier as a term as well ("~0"),
and the tiers are asked one after the other until there are enough hits. Beginnings of up to three letters are terms of
their own ("ba-"): a list that lies ready instead of one for each word that begins so.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from staffellauf.search.index import COLUMNS, Query, Row
from staffellauf.search.models import TIERS

BEGINNINGS = (1, 2, 3)
LAST_CHARACTER = chr(0x10FFFF)


class PostgresIndex:
    def write(self, rows: Sequence[tuple[int, int, list[str]]]) -> None:
        values = ", ".join(["(%s, %s::text[])"] * len(rows))
        parameters = [value for pk, tier, terms in sorted(rows) for value in (pk, stored(terms, tier))]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE search_entry AS e SET terms = array_to_tsvector(v.terms)"
                f" FROM (VALUES {values}) AS v (id, terms) WHERE e.id = v.id",
                parameters,
            )

    def erase(self, rows: Sequence[tuple[int, int]]) -> None:
        """Nothing to do: the terms lie in the entry's row."""

    def match(self, query: Query, *, limit: int) -> list[Row]:
        wanted = expression(query)
        tiers = " UNION ALL ".join(
            [f"(SELECT {COLUMNS} FROM search_entry WHERE terms @@ %s::tsquery ORDER BY weight DESC LIMIT %s)"]
            * len(TIERS)
        )
        parameters = [value for tier in TIERS for value in (f"({wanted}) & '~{tier}'", limit)]
        with connection.cursor() as cursor:
            # An Append is read child after child, and no further than the limit.
            cursor.execute(f"{tiers} LIMIT %s", [*parameters, limit])
            return [Row(*row) for row in cursor.fetchall()]

    def near(self, keys: Sequence[int], *, limit: int) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w.text, w.tier FROM search_word AS w WHERE w.id = ANY (ARRAY(SELECT k.word FROM search_key AS k"
                " WHERE k.key = ANY (%s::integer[]))) ORDER BY w.tier LIMIT %s",
                [list(keys), limit],
            )
            return cursor.fetchall()

    def existing(self, prefixes: Sequence[str], *, limit: int) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.value, w.tier FROM unnest(%s::text[]) AS p (value) CROSS JOIN LATERAL (SELECT min(tier) AS"
                ' tier FROM search_word WHERE text >= p.value COLLATE "C" AND text < (p.value || %s) COLLATE "C") AS w'
                " WHERE w.tier IS NOT NULL ORDER BY w.tier LIMIT %s",
                [list(prefixes), LAST_CHARACTER, limit],
            )
            return cursor.fetchall()

    def unused(self, words: Sequence[str]) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value FROM unnest(%s::text[]) AS w (value) WHERE NOT EXISTS (SELECT 1 FROM search_entry AS e"
                " WHERE e.terms @@ quote_literal(w.value)::tsquery)",
                [list(words)],
            )
            return [word for (word,) in cursor.fetchall()]

    def tidy(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_entry_terms')")
            for table in ("search_entry", "search_word", "search_key"):
                cursor.execute(f"ANALYZE {table}")


def stored(terms: Iterable[str], tier: int) -> list[str]:
    terms = list(terms)
    short = {f"{term[:length]}-" for term in terms if term[0] != ":" for length in lengths(term) if len(term) >= length}
    return [*terms, *short, f"~{tier}"]


def lengths(term: str) -> list[int]:
    """Of the beginnings that are terms; the sign before a whole name does not count."""
    return [length + (term[0] == "=") for length in BEGINNINGS]


def expression(query: Query) -> str:
    return " | ".join("(" + " & ".join(group(terms) for terms in groups) + ")" for groups in query)


def group(terms: Sequence[str]) -> str:
    return "(" + " | ".join(lexeme(term) for term in terms) + ")"


def lexeme(term: str) -> str:
    if term[-1] != "*":
        return f"'{term}'"
    return f"'{term[:-1]}-'" if len(term) - 1 in lengths(term) else f"'{term[:-1]}':*"
