"""Search as you type, on SQLite and PostgreSQL: milliseconds, misspelt queries, build rate, size.

A tenth of the full size; with SHARE=1 80,000 series, 500,000 people and 200,000 articles, or as many as SERIES, PEOPLE
and ARTICLES say. ONLY=sqlite or ONLY=postgresql runs one of them; SEEDS is how many sets of misspelt queries are made,
of which the search was tuned on none. In the same run the plain way: LIKE over the same folded names. Time is CPU
time of this process and of the PostgreSQL backend, and by the clock beside it.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

SHARE = float(os.environ.get("SHARE", "0.1"))
SEEDS = int(os.environ.get("SEEDS", "3"))
SERIES = int(os.environ.get("SERIES", int(80_000 * SHARE)))
PEOPLE = int(os.environ.get("PEOPLE", int(500_000 * SHARE)))
ARTICLES = int(os.environ.get("ARTICLES", int(200_000 * SHARE)))
CHILD = "STAFFELLAUF_BENCH_CHILD"
TYPED_NAMES = 150
TYPED_LETTERS = 14
MULTI = 300
MISSPELT = 200
# The plain way takes most of a second each.
PLAIN = 30
GOAL_MS = {"sqlite": 10, "postgresql": 15}


def main() -> int:
    if os.environ.get(CHILD):
        measure()
        return 0
    child = [sys.executable, "-m", "benchmarks", "search"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {CHILD: "1"}
    only = os.environ.get("ONLY", "")
    for name, command in {
        "sqlite": child,
        "postgresql": [sys.executable, "-m", "workshop.postgres", *child],
    }.items():
        if only in {"", name} and (status := subprocess.call(command, env=environment)):
            return status
    return 0


def measure() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        os.environ |= {"STAFFELLAUF_DATA": folder, "DJANGO_SETTINGS_MODULE": "staffellauf.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", "search", verbosity=0)
        print(f"\n== {connection.vendor}: {SERIES:,} series, {PEOPLE:,} people, {ARTICLES:,} articles")
        build()
        print(
            f"{'':34}{'clock ms':>28}{'CPU ms':>28}\n{'':34}{'p50      p95      max':>28}{'p50      p95      max':>28}"
        )
        report(random.Random(2))
        recall(range(101, 101 + SEEDS))
        print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def build() -> None:
    from benchmarks import _search_names as names
    from staffellauf.search import actions

    total = SERIES + PEOPLE + ARTICLES
    clock = Clock()
    actions.put_many(tqdm(names.documents(SERIES, PEOPLE, ARTICLES), "Putting", total, disable=not sys.stderr.isatty()))
    wall, cpu = clock.taken()
    print(f"put       {total / wall:8,.0f} entries a second ({wall:.0f} s, {cpu:.0f} s CPU)")
    clock = Clock()
    actions.tidy()
    wall, cpu = clock.taken()
    print(f"tidy      {wall:8.1f} s, {cpu:.1f} s CPU")
    sizes()


def sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("search_entry", "search_term", "search_word", "search_key"):
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
            else:
                cursor.execute(
                    "SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s OR name LIKE %s",
                    [f"{table}%", f"%index_{table}%"],
                )
            print(f"{table:18} {cursor.fetchone()[0] / 2**20:6.0f} MB")
        cursor.execute("SELECT count(*) FROM search_word")
        words = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM search_key")
        print(f"{words:,} words, {cursor.fetchone()[0]:,} keys")


class Clock:
    """Seconds by the clock and of CPU, with what the PostgreSQL backend took."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), cpu_s()

    def taken(self) -> tuple[float, float]:
        return time.perf_counter() - self.wall, cpu_s() - self.cpu


def cpu_s() -> float:
    return time.process_time() + backend_cpu_s()


def backend_cpu_s() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def report(dice: random.Random) -> None:
    from django.db import connection

    from staffellauf.search import queries

    typed = [name[:end] for name in sample(dice, TYPED_NAMES) for end in range(1, min(len(name), TYPED_LETTERS) + 1)]
    ways: dict[str, tuple[Callable[[str], object], list[str]]] = {
        "typed letter by letter": (queries.find, typed),
        "  one letter": (queries.find, [words for words in typed if len(words) == 1]),
        "  two and three letters": (queries.find, [words for words in typed if len(words) in {2, 3}]),
        "several words": (queries.find, [several(dice, name) for name in sample(dice, MULTI, words=2)]),
        "misspelt": (queries.find, [wrong.query for wrong in misspelt(random.Random(100))]),
        "misspelt, series only": (
            lambda words: queries.find(words, kinds={"series"}),
            [wrong.query for wrong in misspelt(random.Random(99)) if wrong.kind == "series"],
        ),
        "series only, letter by letter": (lambda words: queries.find(words, kinds={"series"}), typed),
        "newsroom's rarest kind": (lambda words: queries.find(words, kinds={"franchise"}), typed[:400]),
        "plain LIKE": (plain, dice.sample(typed, PLAIN)),
    }
    p95 = 0.0
    for label, (way, words) in ways.items():
        taken = [timed(way, query) for query in words]
        p95 = p95 or percentiles([wall for wall, _ in taken])[1]
        line = "".join(
            f"{''.join(f'{ms:9.2f}' for ms in percentiles(list(times))):>28}" for times in zip(*taken, strict=True)
        )
        print(f"{label:34}{line}")
    print(f"goal: p95 under {GOAL_MS[connection.vendor]} ms; typed letter by letter it is {p95:.2f} ms")


def timed(way: Callable[[str], object], query: str) -> tuple[float, float]:
    clock = Clock()
    way(query)
    wall, cpu = clock.taken()
    return wall * 1000, cpu * 1000


def percentiles(times: Sequence[float]) -> tuple[float, float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], max(times)


def plain(words: str) -> object:
    """As one would without an index of words: substrings of the folded names, the popular one first."""
    from staffellauf.common import text
    from staffellauf.search.models import Entry

    found = Entry.objects.order_by("-weight")
    for word in text.fold(words).split():
        found = found.filter(names__contains=word)
    return list(found[:10])


def sample(dice: random.Random, count: int, *, words: int = 1) -> list[str]:
    """Titles of series and names of people, half of them from the popular tenth."""
    return [entry.title for entry in entries(dice, count, words=words)]


@dataclass(frozen=True)
class Picked:
    kind: str
    title: str


def entries(dice: random.Random, count: int, *, words: int = 1) -> list[Picked]:
    from staffellauf.search.models import Entry

    found: list[Picked] = []
    while len(found) < count:
        kind, size = ("series", SERIES) if len(found) % 5 < 3 else ("person", PEOPLE)
        number = dice.randint(1, size // 10 if len(found) % 2 else size)
        title = Entry.objects.values_list("title", flat=True).get(kind=kind, object_id=number)
        if len(title.split()) >= words:
            found.append(Picked(kind, title))
    return found


def several(dice: random.Random, name: str) -> str:
    """Two words of the name, in any order, the last one begun."""
    one, other = dice.sample(name.split(), 2)
    return f"{one} {other[: dice.randint(1, len(other))]}"


@dataclass(frozen=True)
class Misspelt:
    error: str
    kind: str
    title: str
    query: str


def misspelt(dice: random.Random) -> list[Misspelt]:
    errors = list(ERRORS)
    found: list[Misspelt] = []
    while len(found) < MISSPELT:
        error = errors[len(found) % len(errors)]
        for entry in entries(dice, 400 if error == "no accents" else 1):
            query = ERRORS[error](entry.title, dice)
            if query and len(entry.title) > 4 and not is_name(query):
                found.append(Misspelt(error, entry.kind, entry.title, query))
                break
    return found


def is_name(query: str) -> bool:
    """Whether the error made the name of something else, or none at all."""
    from staffellauf.search import queries, terms

    folded = terms.joined(terms.folded([query])[0])
    return any(terms.joined(terms.folded([hit.matched or hit.title])[0]) == folded for hit in queries.find(query))


def letters(name: str) -> list[int]:
    """Where an error may be: inside words of four letters and more."""
    places: list[int] = []
    at = 0
    for word in name.split(" "):
        if len(word) > 3 and word.isalpha():
            places += range(at, at + len(word))
        at += len(word) + 1
    return places


def swap(name: str, dice: random.Random) -> str:
    places = [at for at in letters(name) if at + 1 in letters(name) and name[at].lower() != name[at + 1].lower()]
    if not places:
        return ""
    at = dice.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def omit(name: str, dice: random.Random) -> str:
    return replaced(name, dice, lambda letter: "")


def double(name: str, dice: random.Random) -> str:
    return replaced(name, dice, lambda letter: letter * 2)


def neighbour(name: str, dice: random.Random) -> str:
    from staffellauf.search import spelling

    return replaced(name, dice, lambda letter: dice.choice(spelling.beside(letter.lower()) or letter))


def accents(name: str, dice: random.Random) -> str:
    """Without dots and accents, all of them."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return plain if plain != unicodedata.normalize("NFC", name) else ""


def two(name: str, dice: random.Random) -> str:
    once = dice.choice(SINGLE)(name, dice)
    return once and dice.choice(SINGLE)(once, dice)


def replaced(name: str, dice: random.Random, change: Callable[[str], str]) -> str:
    places = letters(name)
    if not places:
        return ""
    at = dice.choice(places)
    return name[:at] + change(name[at]) + name[at + 1 :]


SINGLE = (swap, omit, double, neighbour)
ERRORS: dict[str, Callable[[str, random.Random], str]] = {
    "transposition": swap,
    "omission": omit,
    "doubling": double,
    "neighbour key": neighbour,
    "no accents": accents,
    "two errors": two,
}


def recall(seeds: Iterable[int]) -> None:
    """How often what was meant, or its namesake, is among the first five: in all kinds, and in its own."""
    from staffellauf.search import queries

    hits: dict[str, list[bool]] = defaultdict(list)
    missed = []
    for seed in seeds:
        for wrong in misspelt(random.Random(seed)):
            is_hit = wrong.title in [hit.title for hit in queries.find(wrong.query, limit=5)]
            among = [hit.title for hit in queries.find(wrong.query, kinds={wrong.kind}, limit=5)]
            for group in (wrong.error, "every kind of error", f"seed {seed}"):
                hits[group].append(is_hit)
            hits["searched in its kind only"].append(wrong.title in among)
            if not is_hit:
                missed.append(f"{wrong.query!r} ({wrong.title})")
    for group, found in hits.items():
        print(f"recall@5  {group:26} {sum(found):4} of {len(found):4} = {100 * sum(found) / len(found):.1f} %")
    if missed:
        print("missed: " + "; ".join(missed))


if __name__ == "__main__":
    sys.exit(main())
