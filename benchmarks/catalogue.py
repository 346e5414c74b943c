"""Shows and episodes an import applies a second, beside one row at a time; then a series page when nothing is cached.

Shows come in the shape of TVmaze's answers, made here. SHOWS sets how many (2,000; full size is 80000), EPISODES how
many each has on average. On the database of DATABASE_URL, which must be empty, else on SQLite in a temporary folder.
"""

import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHOWS = int(os.environ.get("SHOWS", "2000"))
EPISODES = float(os.environ.get("EPISODES", "18.75"))
PLAIN_SHOWS = 40
CAST = 8
PAGES = 60
NAMES = """Ada Bela Cora Dora Emil Fritz Gesa Hanno Ines Jule Kai Lena Malte Nora Olaf Pia Ruth Sven Tilda Ulf
Ahrens Brandt Carstens Diehl Ebert Falk Gruber Heinrich Ivers Jansen Krug Lorenz Moser Nolte Otto
Hafen Wald Turm Fluss Berg Nacht Winter Spur Insel Brücke Garten Spiegel Zeuge Sturm Grenze Schatten"""
FIRST, LAST, NOUNS = (line.split() for line in NAMES.splitlines())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"STAFFELLAUF_DATA": folder, "DJANGO_SETTINGS_MODULE": "staffellauf.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        path = Path(folder) / "shows.json"
        write(path)
        bulk = applied(path)
        again = applied(path, is_again=True)
        plain = one_at_a_time()
        print(f"one row at a time{plain:>12,.0f} episodes/CPU s   (the import: {bulk / plain:.1f} times as many)")
        print(f"read again       {again:>12,.0f} episodes/CPU s, all unchanged")
        report_pages()


def write(path: Path) -> None:
    """SHOWS shows with seasons, episodes and a cast, as one JSON array."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        for number, show in enumerate(shows(dice)):
            out.write("[" if number == 0 else ",\n")
            json.dump(show, out, ensure_ascii=False)
        out.write("]")


def shows(dice: random.Random) -> Iterator[dict[str, Any]]:
    episode_id = 0
    for number in range(1, SHOWS + 1):
        count = max(1, int(dice.expovariate(1 / EPISODES)))
        year, seasons = dice.randint(1960, 2026), (count + 9) // 10
        episodes = []
        for n in range(count):
            episode_id += 1
            day = f"{min(year + n // 10, 2150)}-{1 + n % 10:02d}-{1 + n % 28:02d}"
            episodes.append(
                {"id": episode_id, "name": f"{dice.choice(NOUNS)} {n}", "season": 1 + n // 10, "number": 1 + n % 10,
                 "type": "regular", "airdate": day, "airtime": "20:15", "airstamp": f"{day}T19:15:00+00:00",
                 "runtime": 45, "_links": {"self": {"href": f"https://api.tvmaze.com/episodes/{episode_id}"}}}
            )  # fmt: skip
        yield {
            "id": number, "name": f"{dice.choice(NOUNS)} {dice.choice(NOUNS)} {number}", "type": "Scripted",
            "language": "German", "genres": ["Drama", "Crime"], "status": dice.choice(["Running", "Ended"]),
            "runtime": 45, "premiered": f"{year}-01-01", "ended": None, "weight": dice.randint(0, 100),
            "schedule": {"time": "20:15", "days": ["Monday"]}, "rating": {"average": 7.1}, "webChannel": None,
            "network": {"id": 1 + number % 300, "name": f"Kanal {1 + number % 300}",
                        "country": {"name": "Germany", "code": "DE", "timezone": "Europe/Berlin"}},
            "externals": {"tvrage": None, "thetvdb": 1_000_000 + number, "imdb": f"tt{1_000_000 + number}"},
            "summary": "<p>Eine Serie.</p>", "updated": 1_700_000_000 + number,
            "_embedded": {
                "episodes": episodes,
                "seasons": [{"id": number * 100 + s, "number": s, "episodeOrder": 10} for s in range(1, seasons + 1)],
                "cast": [cast(dice) for _ in range(CAST)],
            },
        }  # fmt: skip


def cast(dice: random.Random) -> dict[str, Any]:
    who = dice.randint(1, max(100, SHOWS * 4))
    name = f"{FIRST[who % len(FIRST)]} {LAST[who // 20 % len(LAST)]}-{who}"
    return {
        "person": {"id": who, "name": name, "country": None, "birthday": None, "deathday": None, "gender": "Female"},
        "character": {"id": dice.randint(1, 10**7), "name": f"{dice.choice(FIRST)} {dice.choice(LAST)}"},
        "self": False, "voice": False,
    }  # fmt: skip


def applied(path: Path, *, is_again: bool = False) -> float:
    """Episodes a CPU second, applied by the importer."""
    from staffellauf.catalogue.models import Episode, Series
    from staffellauf.sources import runs
    from staffellauf.sources.reading import Options

    wall, cpu = time.perf_counter(), time.process_time()
    reading = runs.importer("tvmaze").open(str(path), options=Options())
    run = runs.carry_out(runs.begin("tvmaze", reading), reading)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    episodes, count = Episode.objects.count(), Series.objects.count()
    if not is_again:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"import           {count / wall:>12,.0f} shows/s, {episodes / wall:,.0f} episodes/s ({wall:.0f} s)")
        print(f"                 {episodes / cpu:>12,.0f} episodes/CPU s, {count:,} shows, {episodes:,} episodes")
        print(f"                 {peak:>12,.0f} MB of memory at most")
        full = 80_000 * wall / count / 60
        print(f"                 {full:>12,.1f} minutes for 80,000 shows at this pace")
        assert run.created == SHOWS, run.created
    else:
        assert run.unchanged == SHOWS, (run.unchanged, run.changed)
    return episodes / cpu


def one_at_a_time() -> float:
    """Episodes a CPU second with update_or_create for every row, as importers are usually written."""
    from django.db import transaction

    from staffellauf.catalogue.models import Episode, ExternalId, Season, Series

    dice, made = random.Random(2), 0
    start = time.process_time()
    for number, show in zip(range(PLAIN_SHOWS), shows(dice), strict=False):
        with transaction.atomic():
            known = ExternalId.objects.filter(scheme="tvmaze", kind="series", value=f"plain-{show['id']}").first()
            values = {
                "name": show["name"],
                "original_title": show["name"],
                "status": "running",
                "slug": f"plain-{number}",
            }
            series = Series.objects.get(pk=known.topic_id) if known else Series.objects.create(kind="series", **values)
            for one in show["_embedded"]["episodes"]:
                season, _ = Season.objects.get_or_create(series=series, number=one["season"])
                fields = {"original_title": one["name"], "aired_on": one["airdate"], "runtime_min": one["runtime"]}
                Episode.objects.update_or_create(season=season, number=one["number"], defaults=fields)
                made += 1
    return made / (time.process_time() - start)


def report_pages() -> None:
    """The page of the largest series: CPU and queries, every time from the database."""
    from django.conf import settings
    from django.db import connection, reset_queries
    from django.db.models import Count
    from django.test import Client, override_settings

    from staffellauf.catalogue.models import Series

    largest = Series.objects.annotate(n=Count("seasons__episodes")).order_by("-n")[0]
    client, times = Client(), []
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES=settings.STORAGES | {"staticfiles": plain}):
        for _ in range(PAGES):
            start = time.process_time()
            assert client.get(largest.get_absolute_url()).status_code == 200
            times.append((time.process_time() - start) * 1000)
        with override_settings(DEBUG=True):
            reset_queries()
            client.get(largest.get_absolute_url())
            queries = len(connection.queries)
    episodes = largest.n
    print(f"series page      {statistics.median(times):>12.1f} ms of CPU, {queries} queries, {episodes:,} episodes")


if __name__ == "__main__":
    main()
