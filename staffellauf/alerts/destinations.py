"""Where readers are told besides their browsers: the verbs for every channel but push.

Addresses lie sealed; what tells two apart is a keyed hash. Nothing here goes out to the internet by itself, except for
a channel's look at an address that is about to be stored.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from staffellauf.alerts import addresses, channels, tasks
from staffellauf.alerts.addresses import Unreadable
from staffellauf.alerts.channels import Channel, InvalidDestination
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.models import Destination
from staffellauf.common import sealing
from staffellauf.common.limits import Limit
from staffellauf.jobs import actions as jobs
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Reader

# A mail address, a phone, a chat, a program or two: who needs more has something else in mind.
MOST = 10
ADDRESS_LENGTH = 4096
LABEL_LENGTH = 80
REASON_LENGTH = 300
UNDO_S = 3600
PUSH = "webpush"
# ada+news@example.org is ada's mailbox.
EXTENSION = re.compile(r"\+[^@]*(?=@)")
UNDO_PURPOSE = "alerts.destination.undo"

ADDING = Limit("alerts.adding", most=20, window_s=3600)
TRYING = Limit("alerts.trying", most=5, window_s=600)
# Whoever types in a stranger's address must not be able to flood it, whatever account is used for it.
ASKING_BY_READER = Limit("alerts.asking.reader", most=5, window_s=3600)
ASKING_AN_HOUR = Limit("alerts.asking.hour", most=3, window_s=3600)
ASKING_A_DAY = Limit("alerts.asking.day", most=6, window_s=86400)


@dataclass(frozen=True, slots=True)
class Shown:
    """A destination as its reader sees it."""

    destination: Destination
    channel: str | Promise
    """Its name for people."""
    name: str
    """As the reader called it, else what the channel tells it apart by."""
    masked: str
    state: str
    """waits (for the confirmation), active or stopped."""
    reason: str
    secret: str
    """What a program needs to know that a message is ours; empty for most channels."""


# --- reading


def of(reader: Reader) -> list[Shown]:
    """All but the devices, in the order in which they were added."""
    return [_shown(row) for row in _rows(reader).order_by("created_at", "id")]


def own(reader: Reader, pk: int) -> Destination:
    """One of the reader's. Raises Destination.DoesNotExist, for somebody else's too."""
    if not 0 < pk < 2**63:
        raise Destination.DoesNotExist
    return _rows(reader).select_related("reader").get(pk=pk)


def devices(reader: Reader) -> Destination:
    """The reader's browsers together: the row, or one that is not stored as long as nothing is to be remembered."""
    found = Destination.objects.filter(reader=reader, channel=PUSH, address_hash="").first()
    return found or Destination(reader=reader, channel=PUSH, sent_up_to=readers.newest_position())


def address_of(destination: Destination) -> str:
    """As its channel normalized it. Raises Unreadable when SECRET_KEY has changed."""
    return addresses.of(destination)


def masked(destination: Destination) -> str:
    """What tells it apart and gives no secret away; empty when nobody can read it any more."""
    try:
        return channels.by_name(destination.channel).label(address_of(destination))
    except (KeyError, Unreadable):
        return ""


def kinds() -> list[Channel]:
    """The channels by which a reader can be told, in the order of the page."""
    return list(channels.all_channels())


# --- the verbs


def add(
    reader: Reader,
    channel: str,
    *,
    address: str,
    now: datetime,
    label: str = "",
    rhythm: str = Destination.Rhythm.AT_ONCE,
    is_confirmed: bool = False,
) -> Destination:
    """Where the reader is told from now on; once more the same address resumes what was stopped.

    Raises InvalidDestination with a sentence. Call outside a transaction: a channel may ask the address who it is.
    """
    found = _channel(channel)
    _check_rhythm(rhythm)
    _check_often([ADDING.admits(str(reader.pk))])
    normalized = found.normalized(_cleaned(address))
    key = addresses.fingerprint(channel, normalized)
    with transaction.atomic():
        # One reader adds one at a time, so that the limit holds.
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        known = _rows(reader).filter(channel=channel, address_hash=key).first()
        if known is None and _rows(reader).count() >= MOST:
            raise InvalidDestination(_("%(count)d addresses are enough. Remove one first.") % {"count": MOST})
        row = known or Destination(reader=reader, channel=channel, address_hash=key)
        row.address = addresses.sealed(normalized)
        row.label = label_of(label) or row.label
        if is_confirmed or not found.NEEDS_CONFIRMATION or _is_readers_own(found, reader, normalized):
            row.confirmed_at = row.confirmed_at or now
        if known is None or known.stopped_at is not None:
            _begin(row, rhythm, now=now)
        row.save()
        if row.confirmed_at is None:
            ask_again(row)
        return row


def _is_readers_own(channel: Channel, reader: Reader, address: str) -> bool:
    """The account has confirmed it already: its owner would only be asked the same once more."""
    return cast(channels.Asking, channel).belongs_to(reader, address)


def ask_again(destination: Destination) -> None:
    """Has the channel ask the owner of the address. Raises InvalidDestination when that was done often enough, or
    nobody can read the address any more."""
    if destination.confirmed_at is not None:
        return
    try:
        address = address_of(destination)
    except Unreadable:
        raise InvalidDestination(_("The address can no longer be read. Remove it and add it anew.")) from None
    mailbox = EXTENSION.sub("", address)
    by_mailbox = [limit.admits(mailbox) for limit in (ASKING_AN_HOUR, ASKING_A_DAY)]
    _check_often([ASKING_BY_READER.admits(str(destination.reader_id)), *by_mailbox])
    cast(channels.Asking, _channel(destination.channel)).ask(destination, address)


def confirm(destination: Destination, *, now: datetime) -> None:
    """Its owner said yes; it begins with what comes now."""
    if destination.confirmed_at is None:
        destination.confirmed_at = now
        _begin(destination, destination.rhythm, now=now)
        destination.save()


def try_out(destination: Destination) -> bool:
    """Sends a test message in the background; False when there were too many, or nobody said yes to it yet."""
    if destination.confirmed_at is None or not TRYING.admits(str(destination.pk)):
        return False
    jobs.enqueue_once(tasks.try_out, f"alerts.try.{destination.pk}", destination.pk)
    return True


def stop(destination: Destination, *, now: datetime, reason: str = "") -> None:
    """Nothing is sent until its reader resumes it; the reason is shown to the reader."""
    destination.stopped_at, destination.last_error = now, reason[:REASON_LENGTH]
    destination.next_at, destination.claim = None, ""
    destination.save(update_fields=["stopped_at", "last_error", "next_at", "claim"])


def resume(destination: Destination, *, now: datetime) -> None:
    """From now on again; what came meanwhile is on the feed's page."""
    _begin(destination, destination.rhythm, now=now)
    destination.save()


def rename(destination: Destination, label: str) -> None:
    destination.label = label_of(label)
    destination.save(update_fields=["label"])


def choose_rhythm(destination: Destination, rhythm: str, *, now: datetime) -> None:
    """One of Destination.Rhythm. What waited for a digest is told now when the rhythm is to be "at once".

    Raises InvalidDestination for any other word.
    """
    _check_rhythm(rhythm)
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=destination.reader_id)
        row = devices(destination.reader) if destination.channel == PUSH else _locked(destination)
        if rhythm == row.rhythm:
            return
        row.rhythm = rhythm
        # What is stopped begins anew when it is resumed; whoever is telling it at this moment looks at the rhythm last.
        if not row.stopped_at and not row.claim:
            was_held = row.next_at is not None
            if not was_held:
                row.sent_up_to, row.held_since = readers.newest_position(), now
            row.next_at = _next_at(row, rhythm, now=now) or (now if was_held else None)
        row.save()
    for name in ("pk", "sent_up_to", "held_since", "next_at", "rhythm"):
        setattr(destination, name, getattr(row, name))


def remove(destination: Destination) -> str:
    """Deletes it. Comes back with what `put_back` takes, unreadable for anybody."""
    row = {
        # Links in mails name it, and must go on working.
        "pk": destination.pk,
        "reader": destination.reader_id,
        "channel": destination.channel,
        "address": destination.address,
        "label": destination.label,
        "rhythm": destination.rhythm,
        "is_confirmed": destination.confirmed_at is not None,
    }
    destination.delete()
    return sealing.seal(json.dumps(row), UNDO_PURPOSE)


def put_back(reader: Reader, removed: str, *, now: datetime) -> Destination:
    """Within an hour, and by the same reader. Raises InvalidDestination."""
    try:
        row = json.loads(sealing.unseal(removed, UNDO_PURPOSE, max_age_s=UNDO_S))
        key = addresses.fingerprint(row["channel"], sealing.unseal(row["address"], addresses.PURPOSE))
    except Unreadable:
        row, key = {}, ""
    if row.get("reader") != reader.pk:
        raise InvalidDestination(_("This cannot be undone any more. Add it anew."))
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        known = _rows(reader).filter(channel=row["channel"], address_hash=key).first()
        if known is not None:
            return known
        if _rows(reader).count() >= MOST:
            raise InvalidDestination(_("%(count)d addresses are enough. Remove one first.") % {"count": MOST})
        back = Destination(pk=row["pk"], reader=reader, channel=row["channel"], address_hash=key)
        back.address, back.label = row["address"], row["label"]
        back.confirmed_at = now if row["is_confirmed"] else None
        _begin(back, row["rhythm"], now=now)
        back.save(force_insert=True)
        return back


def move(from_reader: Reader, to_reader: Reader) -> int:
    """A device without an account signs in: where it is told goes along as far as there is room, the newest first.
    Call before `readers.actions.merge`. Comes back with how many moved."""
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=to_reader.pk)
        known = set(Destination.objects.filter(reader=to_reader).values_list("channel", "address_hash"))
        room = MOST - sum(channel != PUSH for channel, _hash in known)
        coming = Destination.objects.filter(reader=from_reader).order_by("-created_at", "-id")
        new = [row for row in coming if (row.channel, row.address_hash) not in known]
        _hold_together(coming, to_reader)
        moved = [row.pk for row in new if row.channel != PUSH][: max(0, room)]
        moved += [row.pk for row in new if row.channel == PUSH]
        return Destination.objects.filter(pk__in=moved).update(reader=to_reader)


def _hold_together(coming: Iterable[Destination], to_reader: Reader) -> None:
    """What is held back of a way that the account has too, comes with what is held back there."""
    for row in coming:
        if row.next_at is None or row.rhythm != Destination.Rhythm.AT_ONCE:
            continue
        waiting = Q(reader=to_reader, channel=row.channel, address_hash=row.address_hash, stopped_at__isnull=True)
        own = Destination.objects.select_for_update().filter(waiting).first()
        if own is None:
            continue
        if own.next_at is None:
            own.next_at, own.sent_up_to, own.held_since = row.next_at, row.sent_up_to, row.held_since
        else:
            own.sent_up_to = min(own.sent_up_to, row.sent_up_to)
            own.held_since = min(filter(None, (own.held_since, row.held_since)), default=None)
        own.save(update_fields=["next_at", "sent_up_to", "held_since"])


def label_of(typed: str) -> str:
    """A name as it may stand in a list: one line, printable, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in typed[:1000]).split())[:LABEL_LENGTH]


def _rows(reader: Reader) -> QuerySet[Destination]:
    return Destination.objects.filter(reader=reader).exclude(channel=PUSH)


def _channel(name: str) -> Channel:
    try:
        return channels.by_name(name)
    except KeyError:
        raise InvalidDestination(_("There is no such way to be told.")) from None


def _locked(destination: Destination) -> Destination:
    return Destination.objects.select_for_update(of=("self",)).select_related("reader").get(pk=destination.pk)


def _check_rhythm(word: str) -> None:
    if word not in Destination.Rhythm.values:
        raise InvalidDestination(_("There is no such rhythm."))


def _cleaned(typed: str) -> str:
    """Raises InvalidDestination."""
    address = typed[: ADDRESS_LENGTH + 1].strip()
    if not address:
        raise InvalidDestination(_("Something is missing here: the address."))
    if len(address) > ADDRESS_LENGTH or "\x00" in address:
        raise InvalidDestination(_("This is no address that we can use."))
    return address


def _check_often(admitted: list[bool]) -> None:
    if not all(admitted):
        raise InvalidDestination(_("That was often enough for now. Try again in an hour."))


def _begin(row: Destination, rhythm: str, *, now: datetime) -> None:
    """As if new: what was published until now is not told."""
    row.rhythm, row.sent_up_to, row.claim = rhythm, readers.newest_position(), ""
    row.held_since, row.next_at = now, _next_at(row, rhythm, now=now)
    row.failures, row.failing_since, row.last_error, row.stopped_at = 0, None, "", None


def _next_at(row: Destination, rhythm: str, *, now: datetime) -> datetime | None:
    is_told = row.confirmed_at is not None or row.channel == PUSH
    if rhythm == Destination.Rhythm.AT_ONCE or not is_told:
        return None
    return calm.next_digest(row.reader, rhythm, now=now)


def _shown(row: Destination) -> Shown:
    state = "stopped" if row.stopped_at else "active" if row.confirmed_at else "waits"
    try:
        channel = channels.by_name(row.channel)
        address = address_of(row)
    except (KeyError, Unreadable):
        reason = _("The address can no longer be read. Remove it and add it anew.")
        return Shown(row, row.channel, row.label, "", "stopped", reason, "")
    told = channel.label(address)
    secret = cast(channels.Signing, channel).secret(row) if hasattr(channel, "secret") else ""
    return Shown(row, channel.LABEL, row.label or told, told, state, row.last_error, secret)
