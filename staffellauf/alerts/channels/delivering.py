"""Tells destinations of every channel but push, and remembers what became of each.

Messages leave side by side: one address that hangs must not hold up the others of its batch. A channel's `send`
therefore runs in a thread and never touches the database.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from staffellauf.alerts import addresses, channels
from staffellauf.alerts.channels import Kind, Outcome
from staffellauf.alerts.channels.mail import channel as mail
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Form, Item, Message

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
# An address that answers with errors for this long, and so often in a row, is given up until its reader says so.
STOP_AFTER = timedelta(days=1)
STOP_FAILURES = 5
# Newer than a day is new enough to show, and spares a write per delivery.
SUCCESS_PRECISION = timedelta(days=1)
RETRY_FIRST_S = 15.0
RETRY_MOST_S = 3600.0
# A service that names a longer time is asked again sooner.
WAIT_MOST_S = 6 * 3600.0
# What a column of failures holds; nobody counts further.
FAILURES_MOST = 10_000

# Channels of which many messages go over one connection.
TOGETHER = {mail.NAME}

Told = tuple[Destination, Message]
Results = list[tuple[Destination, Outcome]]


def deliver(
    destinations: Sequence[Destination], message_for: Callable[[Destination], Message | None], *, now: datetime
) -> Results:
    """Tells each its message and remembers how it went; those without a message are left out.

    `message_for` runs in the caller's thread. Call outside a transaction: the network is used.
    """
    told = [(row, message) for row in destinations if (message := message_for(row)) is not None]
    if not told:
        return []
    parts = list(_parts(told))
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(parts)), thread_name_prefix="telling") as pool:
        outcomes = chain.from_iterable(pool.map(tell_all, parts))
    results = [(row, outcome) for (row, _message), outcome in zip(chain.from_iterable(parts), outcomes, strict=True)]
    for row, outcome in results:
        note(row, outcome, now=now)
    return results


def _parts(told: Sequence[Told]) -> Iterator[list[Told]]:
    """What goes over one connection, where a channel has such a thing, together; everything else alone."""
    by_connection: dict[str, list[Told]] = defaultdict(list)
    for row, message in told:
        if row.channel in TOGETHER:
            by_connection[row.channel].append((row, message))
        else:
            yield [(row, message)]
    yield from by_connection.values()


def tell_all(told: Sequence[Told]) -> list[Outcome]:
    """An outcome for each, in their order; of one channel when they are several."""
    if len(told) == 1:
        return [tell(*told[0])]
    outcomes: dict[int, Outcome] = {}
    readable: list[tuple[Destination, str, Message]] = []
    for row, message in told:
        try:
            readable.append((row, addresses.of(row), message))
        except addresses.Unreadable:
            outcomes[row.pk] = tell(row, message)
    try:
        sent = mail.send_all(readable)
    except Exception as error:
        # One that cannot be written must not take the others along; its text may hold an address.
        logger.error("mail: %s in a batch of %d", type(error).__name__, len(readable))
        return [tell(row, message) for row, message in told]
    outcomes |= {row.pk: outcome for (row, _address, _message), outcome in zip(readable, sent, strict=True)}
    return [outcomes[row.pk] for row, _message in told]


def tell(destination: Destination, message: Message) -> Outcome:
    """Sends and remembers nothing. Uses the network and no database."""
    with translation.override(message.language):
        try:
            address = addresses.of(destination)
            return channels.by_name(destination.channel).send(destination, address, message)
        except (addresses.Unreadable, KeyError):
            return Outcome(Kind.GONE, _("The address can no longer be read. Remove it and add it anew."))
        except Exception as error:
            # A bug of one channel must not end the batch. Its text may hold the address, so only its kind is told.
            logger.error(
                "%s: %s while telling destination %s", destination.channel, type(error).__name__, destination.pk
            )
            return Outcome(Kind.FAILED, _("This did not work, and the fault is ours."), is_our_fault=True)


def note(destination: Destination, outcome: Outcome, *, now: datetime) -> None:
    """What the reader sees of it: failures in a row, and a stop when the address is over or fails for a day."""
    own = Destination.objects.filter(pk=destination.pk)
    if outcome.kind is Kind.SENT:
        if destination.failures or not _is_recent(destination.last_success_at, now):
            own.update(failures=0, failing_since=None, last_error="", last_success_at=now)
        return
    if outcome.is_our_fault:
        return
    text = outcome.text[:300]
    own.filter(failures__lt=FAILURES_MOST).update(failures=F("failures") + 1)
    own.update(failing_since=Coalesce(F("failing_since"), now), last_error=text)
    ended = own.filter(stopped_at__isnull=True)
    if outcome.kind is not Kind.GONE:
        ended = ended.filter(failures__gte=STOP_FAILURES, failing_since__lte=now - STOP_AFTER)
    if ended.update(stopped_at=now, next_at=None):
        logger.info("alerts: destination %s (%s) is stopped: %s", destination.pk, destination.channel, text)


def wait_s(outcome: Outcome, attempts: int) -> float:
    """Until the next try after so many: what the service asked for, else more each time, with full jitter."""
    if outcome.wait_s is not None:
        wanted = min(max(outcome.wait_s, 1.0), WAIT_MOST_S)
        return wanted + random.uniform(0, 0.2 * wanted)
    bound = min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** min(attempts, 12))
    return bound / 4 + random.uniform(0, bound * 3 / 4)


def try_out(destination_id: int, *, now: datetime) -> Outcome | None:
    """Sends a test message; None when the destination is gone meanwhile."""
    row = Destination.objects.select_related("reader").filter(pk=destination_id, confirmed_at__isnull=False).first()
    if row is None:
        return None
    [(_row, outcome)] = deliver([row], trial_message, now=now)
    if outcome.kind is Kind.SENT:
        # To the second: the reader looks whether it worked.
        Destination.objects.filter(pk=row.pk).update(last_success_at=now)
    return outcome


def trial_message(destination: Destination) -> Message:
    language = destination.reader.language
    with translation.override(language):
        item = Item(
            key=f"probe-{destination.pk}",
            title=_("Notifications work"),
            body=_("This is how news reaches you here."),
            address=settings.PUBLIC_URL + reverse("feed"),
            why=_("because you asked for a test"),
            topic_id=0,
            topic_name="",
            at=timezone.now(),
        )
    return Message((item,), form=Form.SINGLE, language=language)


def _is_recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now - SUCCESS_PRECISION
