"""A tsvector of each entry's terms, with a GIN index for each tier: GIN knows no order, so the tiers are asked one
after the other until there are enough hits, and the small ones answer most of what is typed. That happens in a function
of the database: it keeps its plans, and one message asks all.

The kind is a term ("2:"). Beginnings of up to three letters are terms of their own, for each kind apart ("ba-2:"): a
list that lies ready instead of one for each word that begins so.
"""

from collections.abc import Mapping, Sequence

from django.db import connection

from staffellauf.search.index import COLUMNS, Group, Kinds, Place, Query, Row
from staffellauf.search.models import TIERS

BEGINNINGS = (1, 2, 3)
LAST_CHARACTER = chr(0x10FFFF)
MATCH = f"SELECT {', '.join(COLUMNS)} FROM search_match(%s::tsquery[], %s)"


class PostgresIndex:
    def write(self, rows: Sequence[tuple[Place, list[str]]]) -> None:
        values = ", ".join(["(%s, %s, array_to_tsvector(%s::text[]))"] * len(rows))
        parameters = [
            value
            for place, terms in sorted(rows)
            for value in (place.entry, place.tier, stored(terms, kind_term(place.kind)))
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO search_term (entry, tier, terms) VALUES {values}", parameters)

    def erase(self, places: Sequence[Place]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_term WHERE entry = ANY (%s)", [sorted(place.entry for place in places)])

    def match(self, query: Query, *, tiers: Mapping[str, int], kinds: Kinds, limit: int) -> list[Row]:
        with connection.cursor() as cursor:
            wanted = [expression(possible(query, tiers, tier), kinds) or None for tier in TIERS]
            cursor.execute(MATCH, [wanted, limit])
            return [Row(*row) for row in cursor.fetchall()]

    def near(self, keys: Sequence[int], *, kinds: Kinds, limit: int) -> list[tuple[int, str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.key, w.text, w.tier FROM unnest(%s::integer[]) AS u (key)"
                " JOIN search_key AS k ON k.key = u.key JOIN search_word AS w ON w.id = k.word"
                " WHERE w.kinds & %s <> 0 ORDER BY w.tier LIMIT %s",
                ["{" + ",".join(map(str, keys)) + "}", kinds.bits, limit],
            )
            return cursor.fetchall()

    def existing(self, prefixes: Sequence[str], *, kinds: Kinds, limit: int) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.value, w.tier FROM unnest(%s::text[]) AS p (value) CROSS JOIN LATERAL (SELECT min(tier) AS"
                ' tier FROM search_word WHERE text >= p.value COLLATE "C" AND text < (p.value || %s) COLLATE "C"'
                " AND kinds & %s <> 0) AS w WHERE w.tier IS NOT NULL ORDER BY w.tier LIMIT %s",
                [list(prefixes), LAST_CHARACTER, kinds.bits, limit],
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


def kind_term(kind: int) -> str:
    return f"{kind}:"


def stored(terms: Sequence[str], kind: str) -> list[str]:
    short = {f"{term[:length]}-{kind}" for term in terms for length in lengths(term) if len(term) >= length}
    return [*terms, *short, kind]


def lengths(term: str) -> list[int]:
    """Of the beginnings that are terms; the sign before a whole name does not count."""
    return [length + (term[0] == "=") for length in BEGINNINGS]


def possible(query: Query, tiers: Mapping[str, int], tier: int) -> Query:
    """What of the query may have hits in the tier."""
    left = [[[term for term in terms if tiers.get(term, 0) <= tier] for terms in groups] for groups in query]
    return [groups for groups in left if all(groups)]


def expression(query: Query, kinds: Kinds) -> str:
    return " | ".join("(" + " & ".join(conditions(groups, kinds)) + ")" for groups in query)


def conditions(groups: Sequence[Group], kinds: Kinds) -> list[str]:
    of_kinds = [kind_term(number) for number in kinds.numbers]
    found = ["(" + " | ".join(lexeme for term in terms for lexeme in lexemes(term, of_kinds)) + ")" for terms in groups]
    # A group of short beginnings alone tells the kinds by itself.
    if not kinds.is_all and not any(all(is_short(term) for term in terms) for terms in groups):
        found.append("(" + " | ".join(f"'{kind}'" for kind in of_kinds) + ")")
    return found


def is_short(term: str) -> bool:
    return term[-1] == "*" and len(term) - 1 in lengths(term)


def lexemes(term: str, kinds: Sequence[str]) -> list[str]:
    if term[-1] != "*":
        return [f"'{term}'"]
    if not is_short(term):
        return [f"'{term[:-1]}':*"]
    return [f"'{term[:-1]}-{kind}'" for kind in kinds]
