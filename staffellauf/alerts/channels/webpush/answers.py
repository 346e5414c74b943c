"""What a push service's answer means: RFC 8030 sections 5 to 7, RFC 8292 section 4, and the services' own papers."""

import email.utils
import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from staffellauf.alerts.channels.webpush import sender
from staffellauf.alerts.channels.webpush.sender import Answer

logger = logging.getLogger(__name__)

# A service that names a longer time, or none that we understand, is asked again sooner.
MAX_RETRY_AFTER_S = 6 * 3600.0
# Our signature was not taken: only the operator can mend that, so there is no hurry.
REFUSED = frozenset({401, 403})
REFUSED_WAIT_S = 600.0
# Of the wait, so that those put off together do not come back together.
JITTER = 0.2


class Kind(Enum):
    ACCEPTED = auto()
    GONE = auto()
    """The subscription is over (RFC 8030 section 7.3)."""
    BAD = auto()
    """400: the service cannot read the request, perhaps because of this subscription."""
    FAILED = auto()
    """For good, and not the subscription's fault."""
    LATER = auto()
    HELD = auto()
    """Not now: told with what else comes, at the reader's hour."""


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: Kind
    status: int = 0
    wait_s: float | None = None
    """With LATER: what the service asked for; None leaves it to us."""
    text: str = ""


ACCEPTED = {status: Outcome(Kind.ACCEPTED, status) for status in (200, 201, 202, 204)}
GONE = {status: Outcome(Kind.GONE, status) for status in (404, 410)}
HELD = Outcome(Kind.HELD)


def outcome(answer: Answer, *, origin: str, now: datetime) -> Outcome:
    status = answer.status
    if known := ACCEPTED.get(status) or GONE.get(status):
        return known
    if status in REFUSED:
        return Outcome(Kind.LATER, status, jittered(REFUSED_WAIT_S), answer.text)
    if answer.is_trouble:
        return Outcome(Kind.LATER, status, retry_after_s(answer.retry_after, now=now), answer.text)
    if status == sender.NOT_OURS:
        # Not the subscription's end: the name may be back at its owner's tomorrow, or the operator's list complete.
        logger.warning("Not pushing to %s: %s", origin, answer.text)
        return Outcome(Kind.FAILED, 0, text=answer.text)
    if status == 413:
        logger.error("%s takes no message of this size: %s", origin, answer.text)
    return Outcome(Kind.BAD if status == 400 else Kind.FAILED, status, text=answer.text)


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """`Retry-After` (RFC 9110 section 10.2.3), seconds or a date, capped and with jitter; None when it says nothing."""
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            at = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return jittered(min(max(seconds, 1.0), MAX_RETRY_AFTER_S))


def jittered(wait_s: float) -> float:
    return wait_s + random.uniform(0, JITTER * wait_s)
