"""FTS5. The rowid holds the tier and the kind above the entry's id, so that a list of hits begins with the popular
ones and reading it may stop early; sorting ten thousands of hits of a short prefix would take longer than everything
else. The kind is a term behind ":" as well: in each tier its entries lie side by side, and all others are leapt over.

`detail=none` leaves out positions (nothing here asks for them), `ascii` takes every other character for a letter, and
`prefix` keeps lists for beginnings, which may otherwise be spread over thousands of words.
"""

import json
from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from staffellauf.search.index import COLUMNS, Kinds, Place, Query, Row

ID_BITS = 40
TIER_BITS = 56
ID_MASK = (1 << ID_BITS) - 1
# Enough to find the best of within a tier, few enough to sort.
READ_LIMIT = 400
LAST_CHARACTER = chr(0x10FFFF)
# Pages merged in one transaction: about a tenth of a second.
MERGE_PAGES = 500
# Weights of different kinds cannot be compared: the best of each kind come, then the second ones.
SELECT = (
    "SELECT {columns} FROM (SELECT rowid FROM search_term WHERE search_term MATCH %s ORDER BY rowid LIMIT {limit}) AS t"
    " CROSS JOIN search_entry AS e ON e.id = t.rowid & {mask}"
    " ORDER BY e.tier, row_number() OVER (PARTITION BY e.tier, e.kind ORDER BY e.weight DESC) LIMIT %s"
).format(columns=", ".join(f"e.{name}" for name in COLUMNS), limit=READ_LIMIT, mask=ID_MASK)


class SqliteIndex:
    def write(self, rows: Sequence[tuple[Place, list[str]]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_term(rowid, terms) VALUES (%s, %s)",
                [(rowid(place), " ".join([*terms, kind_term(place.kind)])) for place, terms in sorted(rows)],
            )

    def erase(self, places: Sequence[Place]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM search_term WHERE rowid = %s", [(rowid(place),) for place in sorted(places)]
            )

    def match(self, query: Query, *, tiers: Mapping[str, int], kinds: Kinds, limit: int) -> list[Row]:
        of_kinds = [] if kinds.is_all else [[kind_term(number) for number in kinds.numbers]]
        with connection.cursor() as cursor:
            cursor.execute(SELECT, [expression([[*groups, *of_kinds] for groups in query]), limit])
            return [Row(*row) for row in cursor.fetchall()]

    def near(self, keys: Sequence[int], *, kinds: Kinds, limit: int) -> list[tuple[int, str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.key, w.text, w.tier FROM json_each(%s) AS j CROSS JOIN search_key AS k ON k.key = j.value"
                " CROSS JOIN search_word AS w ON w.id = k.word WHERE w.kinds & %s ORDER BY w.tier LIMIT %s",
                [json.dumps(list(keys)), kinds.bits, limit],
            )
            return cursor.fetchall()

    def existing(self, prefixes: Sequence[str], *, kinds: Kinds, limit: int) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value, tier FROM (SELECT j.value, (SELECT min(w.tier) FROM search_word AS w WHERE"
                " w.text >= j.value AND w.text < j.value || %s AND w.kinds & %s) AS tier FROM json_each(%s) AS j)"
                " WHERE tier IS NOT NULL ORDER BY tier LIMIT %s",
                [LAST_CHARACTER, kinds.bits, json.dumps(list(prefixes)), limit],
            )
            return cursor.fetchall()

    def unused(self, words: Sequence[str]) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value FROM json_each(%s) WHERE NOT EXISTS (SELECT 1 FROM search_term WHERE search_term"
                " MATCH '\"' || value || '\"')",
                [json.dumps(list(words))],
            )
            return [word for (word,) in cursor.fetchall()]

    def tidy(self) -> None:
        """Merges in steps, so that others can write in between (sqlite.org/fts5.html#the_merge_command)."""
        pages = -MERGE_PAGES
        changes = 2
        while changes >= 2:
            with transaction.atomic(), connection.cursor() as cursor:
                before = total_changes()
                cursor.execute("INSERT INTO search_term(search_term, rank) VALUES ('merge', %s)", [pages])
                changes = total_changes() - before
            pages = MERGE_PAGES
        with connection.cursor() as cursor:
            for table in ("search_entry", "search_word", "search_key"):
                cursor.execute(f"ANALYZE {table}")


def rowid(place: Place) -> int:
    return place.tier << TIER_BITS | place.kind << ID_BITS | place.entry


def kind_term(kind: int) -> str:
    return f":{kind}"


def total_changes() -> int:
    return int(connection.connection.total_changes)


def expression(query: Query) -> str:
    return " OR ".join("(" + " AND ".join(group(terms) for terms in groups) + ")" for groups in query)


def group(terms: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{term[:-1]}"*' if term[-1] == "*" else f'"{term}"' for term in terms) + ")"
