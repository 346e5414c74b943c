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
        values = ", ".join(["(%s, array_to_tsvector(%s::text[]))"] * len(rows))
        parameters = [value for pk, tier, terms in sorted(rows) for value in (pk, stored(terms, tier))]
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO search_term (entry, terms) VALUES {values}", parameters)

    def erase(self, rows: Sequence[tuple[int, int]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_term WHERE entry = ANY (%s)", [sorted(pk for pk, _ in rows)])

    def match(self, query: Query, *, limit: int) -> list[Row]:
        wanted = expression(query)
        tier = (
            f"(SELECT {COLUMNS} FROM search_term JOIN search_entry ON id = entry"
            " WHERE terms @@ %s::tsquery ORDER BY weight DESC LIMIT %s)"
        )
        parameters = [value for tier in TIERS for value in (f"({wanted}) & '~{tier}'", limit)]
        with connection.cursor() as cursor:
            # An Append is read child after child, and no further than the limit.
            cursor.execute(f"{' UNION ALL '.join([tier] * len(TIERS))} LIMIT %s", [*parameters, limit])
            return [Row(*row) for row in cursor.fetchall()]

    def near(self, keys: Sequence[int], *, limit: int) -> list[tuple[int, str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.key, w.text, w.tier FROM search_key AS k JOIN search_word AS w ON w.id = k.word"
                " WHERE k.key = ANY (%s::integer[]) ORDER BY w.tier LIMIT %s",
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
                "SELECT value FROM unnest(%s::text[]) AS w (value) WHERE NOT EXISTS (SELECT 1 FROM search_term"
                " WHERE terms @@ quote_literal(w.value)::tsquery)",
                [list(words)],
            )
            return [word for (word,) in cursor.fetchall()]

    def tidy(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_term_terms')")
            for table in ("search_entry", "search_term", "search_word", "search_key"):
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
