"""A tsvector of each entry's terms, with a GIN index for each tier: GIN knows no order, so the tiers are asked one
after the other until there are enough hits, and the small ones answer most of what is typed. Beginnings of up to three
letters are terms of their own ("ba-"): a list that lies ready instead of one for each word that begins so. The kind is
a column, because a term that half of all entries have makes every list it meets as slow as itself.
"""

from collections.abc import Sequence

from django.db import connection

from staffellauf.search.index import COLUMNS, Query, Row, Terms
from staffellauf.search.models import TIERS

BEGINNINGS = (1, 2, 3)
LAST_CHARACTER = chr(0x10FFFF)
# The planner takes a rare name for one that a fiftieth of all entries have, and would read them all, compile its plan
# for a second or start other processes. In one message with the query, so that nothing of it outlives the search.
PLAN = "".join(
    f"SET LOCAL {name}; "
    for name in (
        "jit = off", "max_parallel_workers_per_gather = 0", "enable_hashjoin = off", "enable_mergejoin = off",
        "enable_seqscan = off",
    )
)  # fmt: skip
SELECT = (
    "(SELECT {columns} FROM search_term AS t JOIN search_entry AS e ON e.id = t.entry"
    " WHERE t.{{where}} ORDER BY e.weight DESC LIMIT %s)"
).format(columns=", ".join(f"e.{name}" for name in COLUMNS))


class PostgresIndex:
    def write(self, rows: Sequence[Terms]) -> None:
        values = ", ".join(["(%s, %s, %s, array_to_tsvector(%s::text[]))"] * len(rows))
        parameters = [value for row in sorted(rows) for value in (row.entry, row.kind, row.tier, stored(row.terms))]
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO search_term (entry, kind, tier, terms) VALUES {values}", parameters)

    def erase(self, rows: Sequence[tuple[int, int]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_term WHERE entry = ANY (%s)", [sorted(pk for pk, _ in rows)])

    def match(self, query: Query, *, kinds: Sequence[str], limit: int) -> list[Row]:
        wanted, of_kinds = expression(query), list(kinds)
        statements: list[str] = []
        parameters: list[str | int | list[str]] = []
        for tier in TIERS:
            where = f"tier = {tier} AND terms @@ %s::tsquery"
            parameters.append(wanted)
            if of_kinds:
                # A tier without any of the kind is left out, instead of read through.
                where += " AND t.kind = ANY (%s) AND EXISTS"
                where += f" (SELECT 1 FROM search_term AS o WHERE o.tier = {tier} AND o.kind = ANY (%s))"
                parameters += [of_kinds, of_kinds]
            statements.append(SELECT.format(where=where))
            parameters.append(limit)
        with connection.cursor() as cursor:
            # An Append is read child after child, and no further than the limit.
            cursor.execute(PLAN + " UNION ALL ".join(statements) + " LIMIT %s", [*parameters, limit])
            while cursor.nextset():
                pass
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
            for tier in TIERS:
                cursor.execute(f"SELECT gin_clean_pending_list('search_term_tier{tier}')")
            for table in ("search_entry", "search_term", "search_word", "search_key"):
                cursor.execute(f"ANALYZE {table}")


def stored(terms: Sequence[str]) -> list[str]:
    short = {f"{term[:length]}-" for term in terms for length in lengths(term) if len(term) >= length}
    return [*terms, *short]


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
