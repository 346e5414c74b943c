"""What readers asked to hear once more, when it is due: to all of their devices, in the newest edition."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, QuerySet, Value

from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.channels.webpush.texts import Push
from staffellauf.alerts.deciding import audience
from staffellauf.alerts.later import gathering
from staffellauf.alerts.ledger import direct
from staffellauf.alerts.models import Calm, Snooze, Subscription
from staffellauf.alerts.words import telling
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Follow

NAME = "later"
BATCH_SIZE = 250
# Longer than a batch takes.
LEASE = timedelta(minutes=2)
# While no service takes it.
AGAIN = timedelta(minutes=5)
# The moment has passed.
GIVE_UP = timedelta(days=3)
# How long push services keep it.
TTL = timedelta(hours=12)


# Any: a query of names.
def due(now: datetime) -> "QuerySet[Snooze, tuple[Any, ...]]":
    """NAME when something is due, else nothing."""
    return Snooze.objects.filter(due_at__lte=now).order_by().values_list(Value(NAME, output_field=CharField()))


def tell(*, now: datetime) -> int:
    """Tells a batch; how many wishes were taken. A wish goes once it is told, or nothing is left to tell."""
    snoozes = claim(now=now)
    if not snoozes:
        return 0
    pushes = pushes_of(snoozes, now=now)
    taken: dict[int, int] = {}
    # A reader with several gets one after the other.
    for round_of in _rounds(pushes, snoozes):
        sent = direct.send({snooze.reader_id: pushes[snooze.pk] for snooze in round_of}, now=now)
        taken |= {snooze.pk: sent[snooze.reader_id] for snooze in round_of}
    finish(snoozes, taken, now=now)
    return len(snoozes)


def claim(*, now: datetime) -> list[Snooze]:
    token = uuid.uuid4().hex
    with transaction.atomic():
        rows = Snooze.objects.filter(due_at__lte=now).order_by("due_at", "pk").select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[:BATCH_SIZE])
        Snooze.objects.filter(pk__in=ids).update(claim=token, due_at=now + LEASE)
    return list(Snooze.objects.filter(claim=token).select_related("reader", "publication").order_by("pk"))


def pushes_of(snoozes: Sequence[Snooze], *, now: datetime) -> dict[int, Push]:
    """By the snooze's id; without those whose article was withdrawn. A fixed number of queries."""
    articles = {snooze.publication.article_id for snooze in snoozes}
    newest: dict[int, Publication] = {}
    for publication in Publication.objects.filter(article__in=articles).order_by("edition"):
        newest[publication.article_id] = publication
    subjects = {each.article_id: each for each in audience.of_publications(newest.values()).values()}
    told = telling.told_at({subject.position for subject in subjects.values() if subject.position is not None})
    topics = telling.topics_by_id({topic_id for subject in subjects.values() for topic_id in subject.topic_ids})
    readers = {snooze.reader_id for snooze in snoozes}
    followed = set(Follow.objects.filter(reader__in=readers, topic__in=topics).values_list("reader_id", "topic_id"))
    calms = Calm.objects.in_bulk(readers)
    pushes: dict[int, Push] = {}
    for snooze in snoozes:
        subject = subjects.get(snooze.publication.article_id)
        found = told.get(subject.position or 0) if subject else None
        # One who follows none of them any more asked for it all the same.
        known = [topic_id for topic_id in subject.topic_ids if topic_id in topics] if subject else []
        if found is None or not known:
            continue
        topic_id = next((each for each in known if (snooze.reader_id, each) in followed), known[0])
        item = telling.of_told(found, topics[topic_id], language=snooze.reader.language)
        pushes[snooze.pk] = texts.article(
            item,
            ttl=TTL,
            is_silent=gathering.is_silent(calms.get(snooze.reader_id, Calm()), snooze.reader, now=now),
            language=snooze.reader.language,
            again=str(snooze.pk),
        )
    return pushes


def finish(snoozes: Sequence[Snooze], taken: Mapping[int, int], *, now: datetime) -> None:
    """One that was claimed by another worker, or asked for anew, meanwhile stays as it is."""
    untaken = [snooze for snooze in snoozes if snooze.pk in taken and not taken[snooze.pk]]
    waiting = set(
        Subscription.objects.active()
        .filter(reader__in=[snooze.reader_id for snooze in untaken])
        .values_list("reader_id", flat=True)
    )
    later = [
        snooze.pk for snooze in untaken if snooze.reader_id in waiting and now - snooze.publication.created_at < GIVE_UP
    ]
    ours = Snooze.objects.filter(pk__in=[snooze.pk for snooze in snoozes], claim=snoozes[0].claim)
    with transaction.atomic():
        ours.filter(pk__in=later).update(due_at=now + AGAIN, claim="")
        ours.exclude(pk__in=later).delete()


def _rounds(pushes: Mapping[int, Push], snoozes: Sequence[Snooze]) -> Iterable[list[Snooze]]:
    """All that are told, each reader once in a round."""
    left = [snooze for snooze in snoozes if snooze.pk in pushes]
    while left:
        first = {snooze.reader_id: snooze for snooze in reversed(left)}
        yield list(first.values())
        left = [snooze for snooze in left if first[snooze.reader_id] is not snooze]
