"""One text to all of a reader's devices at once: digests, what was asked for again, a trial. No ledger: whoever calls
knows whether it has to be told again."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from staffellauf.alerts.channels.webpush import answers, encryption, endpoints, sender, texts, vapid
from staffellauf.alerts.channels.webpush.answers import Kind, Outcome
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.alerts.channels.webpush.sender import Answer, Request
from staffellauf.alerts.channels.webpush.texts import Push
from staffellauf.alerts.ledger import lanes, pushes, settling
from staffellauf.alerts.ledger.batches import COLUMNS, Claim, Delivery
from staffellauf.alerts.models import Subscription
from staffellauf.readers.models import Reader

Due = dict[Endpoint, list[Delivery]]


def send(told: Mapping[int, Push], *, now: datetime) -> dict[int, int]:
    """Each reader's text to each of the reader's devices; by reader, how many devices a push service took it for.

    At most a batch of readers; blocks for some seconds when a service is slow. Services that rest are not asked.
    """
    count = dict.fromkeys(told, 0)
    deliveries = list(_answered(told, now=now))
    for delivery in deliveries:
        count[delivery.reader_id] += delivery.outcome is not None and delivery.outcome.kind is Kind.ACCEPTED
    with transaction.atomic():
        settling.note_subscriptions(deliveries, now=now)
    for origin, refusal in {d.claim.origin: d.refusal for d in deliveries if d.refusal and _is_later(d)}.items():
        lanes.note_refusal(origin, refusal.status, refusal.text, now=now)
    return count


def send_trial(reader: Reader, *, now: datetime) -> int:
    """A test notification to the reader's devices, in its language; how many a push service took."""
    with translation.override(reader.language):
        navigate = settings.PUBLIC_URL + reverse("feed")
    return send({reader.pk: texts.trial(navigate, language=reader.language)}, now=now)[reader.pk]


def _answered(told: Mapping[int, Push], *, now: datetime) -> Iterator[Delivery]:
    until = time.monotonic() + sender.STARTING_S
    due: Due = defaultdict(list)
    for delivery in _deliveries(told, now=now):
        try:
            due[endpoints.parse(delivery.endpoint)].append(delivery)
        except endpoints.InvalidEndpoint as error:
            delivery.outcome = answers.outcome(Answer(sender.NOT_OURS, text=str(error)), origin="", now=now)
            yield delivery
    again: Due = defaultdict(list)
    for endpoint, delivery, answer in _send(due, now=now, until=until):
        delivery.outcome = answers.outcome(answer, origin=endpoint.origin, now=now)
        if answer.status in answers.REFUSED:
            delivery.refusal = delivery.outcome
            again[endpoint].append(delivery)
        else:
            yield delivery
    # Perhaps our clock was wrong when the token was signed: once more with a fresh one.
    for endpoint, refused in again.items():
        for key_id in {delivery.key_id for delivery in refused}:
            vapid.signer_for(key_id).forget(endpoint.origin)
    for endpoint, delivery, answer in _send(again, now=now, until=until):
        delivery.outcome = answers.outcome(answer, origin=endpoint.origin, now=now)
        yield delivery


def _deliveries(told: Mapping[int, Push], *, now: datetime) -> Iterator[Delivery]:
    rows = Subscription.objects.active().filter(reader__in=list(told), server_key_id__in=vapid.known_key_ids())
    blocked = lanes.blocked(now=now)
    for origin, *row in rows.exclude(origin__in=blocked).values_list("origin", *COLUMNS):
        delivery = Delivery(Claim(0, origin, "", 0.0), *row)
        delivery.push = told[delivery.reader_id]
        yield delivery


def _send(due: Due, *, now: datetime, until: float) -> Iterator[tuple[Endpoint, Delivery, Answer]]:
    def prepare(delivery: Delivery) -> Request:
        assert delivery.push
        headers = pushes.headers(delivery.push, delivery.claim.origin, delivery.key_id, now=now)
        body = encryption.encrypt(delivery.push.text, bytes(delivery.p256dh), bytes(delivery.auth))
        return Request(delivery.endpoint, headers, body)

    return sender.of_this_process().send(due, prepare, until=until)


def _is_later(delivery: Delivery) -> bool:
    return isinstance(delivery.outcome, Outcome) and delivery.outcome.kind is Kind.LATER
