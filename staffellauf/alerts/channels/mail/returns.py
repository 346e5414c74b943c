"""Reads what mail servers send back: delivery status notifications (RFC 3464), and mails of those who want no more.

Pure: bytes in, what they say out. Only addresses that we signed ourselves count (verp).
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import Enum, auto

from staffellauf.alerts.channels.mail import verp

# A report with the whole mail inside is far smaller.
MAX_BYTES = 2 * 2**20
MOST_PARTS = 50
# Where mail servers put the address that a mail came to.
TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
# RFC 3463: a full mailbox, and what the other side minds about this one mail or about us, will pass.
SOFT = re.compile(r"4\.\d{1,3}\.\d{1,3}|5\.2\.[23]|5\.[3467]\.\d{1,3}", re.ASCII)
HARD = re.compile(r"5\.\d{1,3}\.\d{1,3}", re.ASCII)
UNSUBSCRIBE = re.compile(r"\b(unsubscribe|abbestellen|abmelden)\b", re.IGNORECASE)


class Verdict(Enum):
    HARD = auto()
    """The mailbox is not there."""
    SOFT = auto()
    UNSUBSCRIBE = auto()
    NOTHING = auto()
    """It says nothing that we have to act upon: a delay, an answer by a machine."""
    NOT_OURS = auto()
    """No address of ours, or a forged one."""


@dataclass(frozen=True, slots=True)
class Return:
    verdict: Verdict
    destination_id: int | None = None
    status: str = ""
    """RFC 3463, such as 5.1.1."""
    at: datetime | None = None
    """When the report was written, as it says."""


def read(raw: bytes) -> Return:
    """What one message means; never raises for what it holds."""
    message = email.message_from_bytes(raw[:MAX_BYTES], policy=email.policy.compat32)
    own = next(_signed(message), None)
    if own is None:
        return Return(Verdict.NOT_OURS)
    kind, destination_id = own
    at = _written_at(message)
    if kind is verp.Kind.UNSUBSCRIBE:
        verdict = Verdict.UNSUBSCRIBE if _wants_to_leave(message) else Verdict.NOTHING
        return Return(verdict, destination_id, at=at)
    status = next(_failures(message), "")
    if not status:
        return Return(Verdict.NOTHING, destination_id, at=at)
    verdict = Verdict.HARD if HARD.fullmatch(status) and not SOFT.fullmatch(status) else Verdict.SOFT
    return Return(verdict, destination_id, status, at)


def _signed(message: Message) -> Iterator[tuple[verp.Kind, int]]:
    """Addresses of ours in the headers that say whom the mail is for."""
    for name in TO:
        for _name, address in getaddresses([str(value) for value in message.get_all(name, [])][:10])[:20]:
            if found := verp.read(address):
                yield found


def _failures(message: Message) -> Iterator[str]:
    """The status of each recipient whom it could not be delivered to for good (RFC 3464 section 2.3.3)."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        # The first block is about the mail, each further one about a recipient.
        for block in list(part.get_payload())[1:]:
            if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                yield _status(block)


def _status(block: Message) -> str:
    """Without one that can be read the server meant something that may pass."""
    words = str(block.get("Status", "")).split()
    return words[0] if words and (HARD.fullmatch(words[0]) or SOFT.fullmatch(words[0])) else "4.0.0"


def _wants_to_leave(message: Message) -> bool:
    """Written by a person or by the button of a mail program, not by a machine that answers (RFC 3834)."""
    if str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no":
        return False
    return message.get_content_type() != "multipart/report" and bool(UNSUBSCRIBE.search(str(message["Subject"] or "")))


def _written_at(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message["Date"] or ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
