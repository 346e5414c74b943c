"""Milliseconds for a feed page: the window query beside the plain join, on the same rows.

Readers follow 40 topics each, Zipf-distributed; articles have one to ten topics. READERS, TOPICS and ARTICLES set the
size. SQLite in a temporary folder.
"""

import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

READERS = int(os.environ.get("READERS", "5000"))
TOPICS = int(os.environ.get("TOPICS", "20000"))
ARTICLES = int(os.environ.get("ARTICLES", "100000"))
FOLLOWS = 40
ASKED = 300


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"STAFFELLAUF_DATA": folder, "DJANGO_SETTINGS_MODULE": "staffellauf.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(random.Random(1))
        report(random.Random(2))
        print(f"{READERS:,} readers, {TOPICS:,} topics, {ARTICLES:,} articles; {size_mb(Path(folder)):.0f} MB")


def fill(dice: random.Random) -> None:
    from django.utils import timezone

    from staffellauf.catalogue.models import Topic
    from staffellauf.newsroom.models import Article, ArticleTopic
    from staffellauf.readers.models import Follow, Reader

    now = timezone.now()
    weights = list(itertools.accumulate(1 / rank for rank in range(1, TOPICS + 1)))
    Topic.objects.bulk_create(
        (Topic(pk=n, kind="series", name=f"Serie {n}", slug=f"serie-{n}") for n in range(1, TOPICS + 1)), 2000
    )
    Article.objects.bulk_create(
        (
            Article(pk=n, headline=f"Meldung {n}", slug=f"meldung-{n}", body="", live=True, first_published_at=now)
            for n in range(1, ARTICLES + 1)
        ),
        2000,
    )
    newest: dict[int, int] = {}
    for start in range(1, ARTICLES + 1, 5000):
        rows = []
        for n in range(start, min(start + 5000, ARTICLES + 1)):
            for topic in set(dice.choices(range(1, TOPICS + 1), cum_weights=weights, k=dice.randint(1, 10))):
                rows.append(ArticleTopic(article_id=n, topic_id=topic, position=n, kind="main"))
                newest[topic] = n
        ArticleTopic.objects.bulk_create(rows, 2000)
    Topic.objects.bulk_update([Topic(pk=pk, last_position=n) for pk, n in newest.items()], ["last_position"], 500)
    Reader.objects.bulk_create((Reader(pk=n, device_key=f"{n:064}") for n in range(1, READERS + 1)), 2000)
    for start in range(1, READERS + 1, 1000):
        Follow.objects.bulk_create(
            (
                Follow(reader_id=n, topic_id=topic)
                for n in range(start, min(start + 1000, READERS + 1))
                for topic in set(dice.choices(range(1, TOPICS + 1), cum_weights=weights, k=FOLLOWS))
            ),
            2000,
        )


def report(dice: random.Random) -> None:
    from django.db import connection

    from staffellauf.newsroom.models import Article
    from staffellauf.readers import queries
    from staffellauf.readers.models import Reader

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    readers = list(Reader.objects.filter(pk__in=dice.sample(range(1, READERS + 1), min(ASKED, READERS))))
    ways: dict[str, Callable[[Reader], object]] = {
        "window query": lambda reader: queries.feed_places(reader, before=queries.TOP, wanted=21),
        "plain join": lambda reader: list(
            Article.objects.filter(article_topics__topic__follows__reader=reader)
            .distinct()
            .order_by("-article_topics__position")
            .values_list("pk", "article_topics__position")[:21]
        ),
        "whole page of data": queries.feed,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for reader in readers:
        for name, way in ways.items():
            began = time.process_time()
            way(reader)
            taken[name].append((time.process_time() - began) * 1000)
    base = statistics.median(taken["window query"])
    for name, times in taken.items():
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"{name:20} p50 {p50:8.3f} ms CPU   p95 {p95:8.3f} ms CPU   {p50 / base:6.1f} x window")


def size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 2**20


if __name__ == "__main__":
    main()
