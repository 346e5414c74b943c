"""Microseconds of CPU per reader to decide who hears what and when, beside asking for each reader by itself.

Batches of 250 readers as a worker judges them: nobody with special wishes by day and by night, every second one with
some, and the third article within ten minutes. READERS sets the size, DATABASE_URL the database (else SQLite).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

READERS = int(os.environ.get("READERS", "10000"))
BATCH = 250
ROUNDS = 5
GOAL_US = 20.0
NOON = datetime(2026, 1, 24, 11, tzinfo=UTC)
NIGHT = datetime(2026, 1, 24, 22, 30, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"STAFFELLAUF_DATA": folder, "DJANGO_SETTINGS_MODULE": "staffellauf.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure()


def measure() -> None:
    day, night, grouped = fill()
    batches = [list(range(start, start + BATCH)) for start in range(1, READERS + 1, BATCH)]
    print(f"{READERS:,} readers in batches of {BATCH}, µs of CPU per reader, medians of {ROUNDS}")
    print(f"{'':34} {'each alone':>12} {'judge':>12} {'':>8}")
    line("nobody with special wishes, day", day, NOON, batches)
    line("nobody with special wishes, night", night, NIGHT, batches)
    line("third within ten minutes", grouped, NOON, batches)
    wish()
    line("every second with wishes, night", night, NIGHT, batches)


def line(name: str, subject: Any, now: datetime, batches: list[list[int]]) -> None:  # Any: imported after set-up
    from staffellauf.alerts.deciding import calm

    def judge(batch: list[int]) -> object:
        return calm.judge(subject, batch, channel=calm.PUSH, now=now)

    def alone(batch: list[int]) -> object:
        return {reader_id: by_itself(subject, reader_id, now) for reader_id in batch}

    judge(batches[0])
    naive, ours = [], []
    for _ in range(ROUNDS):
        naive.append(per_reader_us(alone, batches[:1]))
        ours.append(per_reader_us(judge, batches))
    slow, quick = statistics.median(naive), statistics.median(ours)
    mark = "" if quick <= GOAL_US or "nobody" not in name else f"   over {GOAL_US:.0f}"
    print(f"{name:34} {slow:12,.1f} {quick:12,.1f} {slow / quick:7,.0f}×{mark}")


def per_reader_us(job: Callable[[list[int]], object], batches: list[list[int]]) -> float:
    began = time.process_time()
    for batch in batches:
        job(batch)
    return (time.process_time() - began) / sum(map(len, batches)) * 1e6


def by_itself(subject: Any, reader_id: int, now: datetime) -> bool:  # Any: imported after set-up
    """The plain way: what one would write for one reader."""
    from staffellauf.alerts.deciding import calm, hours
    from staffellauf.alerts.models import Destination
    from staffellauf.readers import kinds
    from staffellauf.readers.models import Follow, Reader

    reader = Reader.objects.get(pk=reader_id)
    follows = Follow.objects.filter(reader=reader, topic_id__in=subject.topic_ids)
    if not any(kinds.is_wanted(follow.unwanted_kinds, subject.kinds) for follow in follows):
        return False
    theirs = calm.of(reader)
    held = Destination.objects.filter(reader=reader, channel=calm.PUSH).first()
    night_end = hours.night_end(theirs, where=hours.zone(reader.time_zone), now=now)
    return not calm.is_muted(theirs, now=now) and held is None and night_end is None


def fill() -> tuple[Any, Any, Any]:  # Any: imported after set-up
    """Everybody follows one series; an article by day, one by night, and the third of three."""
    from staffellauf.catalogue.models import Series
    from staffellauf.newsroom.models import Article, ArticleTopic, Publication
    from staffellauf.readers.models import Follow, Reader

    Series.objects.create(pk=1, kind="series", name="Dark", slug="dark")
    Reader.objects.bulk_create((Reader(pk=n, device_key=f"{n:064}") for n in range(1, READERS + 1)), 2000)
    Follow.objects.bulk_create((Follow(reader_id=n, topic_id=1) for n in range(1, READERS + 1)), 2000)
    times = [NOON - timedelta(hours=2), NIGHT, *(NOON + timedelta(minutes=m) for m in (0, 1, 2))]
    found = []
    for number, at in enumerate(times, start=1):
        (article,) = Article.objects.bulk_create(
            [Article(headline=f"Meldung {number}", slug=f"m{number}", body="", live=True, first_published_at=at)]
        )
        ArticleTopic.objects.create(article=article, topic_id=1, position=number, kind="main")
        publication = Publication.objects.create(article=article, position=number, created_at=at)
        found.append(subject_of(publication))
    return found[0], found[1], found[4]


def subject_of(publication: Any) -> Any:  # Any: imported after set-up
    from staffellauf.alerts.deciding import audience
    from staffellauf.alerts.models import Relay

    at = publication.created_at
    relay = Relay.objects.create(publication=publication, started_at=at, expires_at=at + timedelta(days=2))
    return audience.subject_of(relay)


def wish() -> None:
    """Of every two readers one wants nights quiet, lives elsewhere, has a digest, or minds being behind, in turn."""
    from staffellauf.alerts.deciding import calm
    from staffellauf.alerts.models import Calm, Destination
    from staffellauf.readers.models import Follow, Reader

    numbers = range(1, READERS + 1)
    Calm.objects.bulk_create((Calm(reader_id=n, night="hold") for n in numbers if n % 8 == 1), 2000)
    Reader.objects.filter(pk__in=[n for n in numbers if n % 8 == 3]).update(time_zone="Asia/Tokyo")
    Destination.objects.bulk_create(
        (Destination(reader_id=n, channel=calm.PUSH, rhythm="daily", next_at=NIGHT) for n in numbers if n % 8 == 5),
        2000,
    )
    Follow.objects.filter(reader_id__in=[n for n in numbers if n % 8 == 7]).update(only_caught_up=True)


if __name__ == "__main__":
    main()
