"""What comes of mails that came back: an address that is not there is stopped, one that fails again and again too."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from mailbox import mbox
from pathlib import Path

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from staffellauf.alerts import destinations
from staffellauf.alerts.channels.mail import channel, returns
from staffellauf.alerts.channels.mail.returns import Return, Verdict
from staffellauf.alerts.models import Destination

# A mailbox that is full for that many mails in a row is one that nobody looks into.
SOFT_MOST = 5
# Without a mail that came back for this long it is well again.
FORGIVEN_AFTER = timedelta(days=14)

STOPPED, COUNTED, LEFT, NOTHING, NOT_OURS = "stopped", "counted", "left", "nothing", "not_ours"
OUTCOMES = (STOPPED, COUNTED, LEFT, NOTHING, NOT_OURS)


def record_all(messages: Iterable[bytes], *, now: datetime) -> Counter[str]:
    """How many of each of OUTCOMES. What was read before changes nothing."""
    return Counter(record(returns.read(message), now=now) for message in messages)


def record(returned: Return, *, now: datetime) -> str:
    """One of OUTCOMES."""
    if returned.verdict is Verdict.NOT_OURS:
        return NOT_OURS
    if returned.verdict is Verdict.NOTHING:
        return NOTHING
    with transaction.atomic():
        rows = Destination.objects.select_for_update(of=("self",)).select_related("reader")
        row = rows.filter(pk=returned.destination_id or 0, channel=channel.NAME).first()
        if row is None:
            return NOTHING
        if returned.verdict is Verdict.UNSUBSCRIBE:
            destinations.remove(row)
            return LEFT
        at = min(returned.at or now, now)
        if row.bounced_at is not None and at <= row.bounced_at:
            return NOTHING
        return _bounced(row, returned, at=at, now=now)


def _bounced(row: Destination, returned: Return, *, at: datetime, now: datetime) -> str:
    is_forgiven = row.bounced_at is None or at - row.bounced_at > FORGIVEN_AFTER
    count = 1 if is_forgiven else row.bounces + 1
    ends = returned.verdict is Verdict.HARD or count >= SOFT_MOST
    row.bounces, row.bounced_at = 0 if ends else count, at
    row.save(update_fields=["bounces", "bounced_at"])
    if not ends:
        return COUNTED
    if row.stopped_at is None:
        with translation.override(row.reader.language):
            words = _("Mails came back: %(status)s.") % {"status": returned.status}
        destinations.stop(row, now=now, reason=words)
    return STOPPED


# --- where they lie


def messages_in(path: Path) -> Iterator[bytes]:
    """Of a Maildir what is new, and then no longer is; of a file one message, or all of an mbox. Raises OSError."""
    if path.is_dir():
        return _new_in_maildir(path)
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    return _in_mbox(path) if is_mbox else iter([path.read_bytes()])


def messages_of(raw: bytes) -> Iterator[bytes]:
    """One message, or all of an mbox."""
    if not raw.startswith(b"From "):
        yield raw
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        yield from _in_mbox(Path(file.name))


def _in_mbox(path: Path) -> Iterator[bytes]:
    box = mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _new_in_maildir(path: Path) -> Iterator[bytes]:
    """Each is marked as seen once whoever asked comes back for the next (https://cr.yp.to/proto/maildir.html)."""
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise NotADirectoryError(f"{path}: no Maildir, which has the folders new and cur")
    for entry in sorted((path / "new").iterdir()):
        if not entry.is_file() or entry.name.startswith("."):
            continue
        yield entry.read_bytes()
        os.rename(entry, path / "cur" / f"{entry.name.partition(':')[0]}:2,S")
