"""Hands letters to the mail server, and reads what it says to each."""

import logging
import smtplib
from collections.abc import Sequence

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from staffellauf.alerts.channels import Kind, Outcome

logger = logging.getLogger(__name__)

# After so many broken connections in a row the rest of the letters wait for a better hour.
BREAKS_MOST = 2
# RFC 5321 section 3.8: the server is about to hang up.
CLOSING = 421
# RFC 5321 section 4.2.3: no such mailbox; not here, try elsewhere; the name is not allowed.
NO_MAILBOX = {550, 551, 553}
# 552: the mailbox is full. It says 5 and means "not today".
FULL = 552
# RFC 3463: what the server says of itself, of the text or of our reputation is not the mailbox's fault.
NOT_THE_MAILBOX = ("5.2.2", "5.2.3", "5.3.", "5.4.", "5.6.", "5.7.")


def send(letters: Sequence[EmailMessage]) -> list[Outcome]:
    """One outcome for each, in their order, over one connection. A recipient that is refused costs the others
    nothing; a connection that breaks is made once more."""
    connection: BaseEmailBackend = mail.get_connection()
    outcomes: list[Outcome] = []
    breaks = 0
    try:
        for letter in letters:
            if breaks < BREAKS_MOST:
                outcome, is_broken = _send(connection, letter)
                breaks = breaks + 1 if is_broken else 0
            # Each further try would wait for the server as long as the first did.
            outcomes.append(outcome)
    finally:
        _close(connection)
    return outcomes


def _send(connection: BaseEmailBackend, letter: EmailMessage) -> tuple[Outcome, bool]:
    """Also whether the connection broke."""
    try:
        # Kept open for the next one.
        connection.open()
        connection.send_messages([letter])
        return Outcome(Kind.SENT), False
    except smtplib.SMTPRecipientsRefused as error:
        # One recipient a letter.
        [(code, said)] = error.recipients.values()
        outcome = refusal(code, said)
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
        outcome = refusal(code, error.smtp_error, is_of_mailbox=False)
    # smtplib's own errors are OSErrors too; a name that no server can have is a UnicodeError.
    except (OSError, UnicodeError) as error:
        logger.warning("The mail server: %s %s", type(error).__name__, getattr(error, "smtp_code", ""))
        _close(connection)
        return Outcome(Kind.LATER, _("The mail server takes nothing at the moment.")), True
    if code == CLOSING:
        _close(connection)
    return outcome, False


def refusal(code: int, said: bytes | str, *, is_of_mailbox: bool = True) -> Outcome:
    """What an answer means that is none of success. Its words are not repeated: they like to hold the address."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    status = enhanced(words)
    text = _("The mail server answered %(code)s.") % {"code": f"{code} {status}".strip()}
    if code < 500 or code == FULL or status == "5.2.2":
        return Outcome(Kind.LATER, text)
    if is_of_mailbox and is_gone(code, status):
        return Outcome(Kind.GONE, text)
    return Outcome(Kind.FAILED, text)


def is_gone(code: int, status: str) -> bool:
    if status.startswith(NOT_THE_MAILBOX):
        return False
    return status.startswith("5.1.") or code in NO_MAILBOX


def enhanced(words: str) -> str:
    """The status code of RFC 3463 that an answer begins with; empty when it has none."""
    first = words.split(maxsplit=1)[0][:11] if words.split() else ""
    parts = first.split(".")
    return first if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) else ""


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:
        # What was handed over was; there is nothing left to do here.
        logger.info("The mail server broke off: %s", type(error).__name__)
