"""Reads an XMLTV guide twice: once to the end, to know that it is whole and what is on when, then programme by
programme. Neither way holds more than some numbers of each programme in memory."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from staffellauf.common import dates
from staffellauf.sources.xmltv import elements, files, programmes, times
from staffellauf.sources.xmltv.files import Limits
from staffellauf.sources.xmltv.guide import GuideChannel, GuideUnreadable, Programme, RefusedProgramme, Span
from staffellauf.sources.xmltv.slots import Slots

MAX_CHANNELS = 50_000
# All are counted; of so many the reasons are kept.
MAX_REFUSED_KEPT = 10_000


@dataclass(slots=True)
class Guide:
    """A guide that has been read to its end once."""

    path: Path
    zone: ZoneInfo
    limits: Limits
    channels: tuple[GuideChannel, ...] = ()
    """Those that are described and those that only programmes name, in the order of the file."""
    refused: list[RefusedProgramme] = field(default_factory=list)
    refused_count: int = 0
    digest: str = ""
    """SHA-256 of the unpacked file."""
    slots: dict[str, Slots] = field(default_factory=dict)

    @property
    def programme_count(self) -> int:
        return sum(len(slots.starts) for slots in self.slots.values())

    @property
    def overlap_count(self) -> int:
        """Programmes that begin before another on the same channel has ended; those of one clump do not count."""
        return sum(slots.overlaps for slots in self.slots.values())

    @property
    def odd_stop_count(self) -> int:
        """Ends that could not be used: unreadable, before the start, or weeks after it."""
        return sum(slots.odd_stops for slots in self.slots.values())

    @property
    def spans(self) -> dict[str, Span]:
        """By channel id; channels without programmes are not in it."""
        return {
            channel: Span(_moment(slots.first), _moment(slots.last), len(slots.starts))
            for channel, slots in self.slots.items()
        }

    def programmes(self, *, skip: int = 0) -> Iterator[Programme]:
        """In the order of the file, without the first `skip`. What was refused in the first reading is not in it.

        Raises GuideUnreadable when the file is another one by now.
        """
        given: dict[str, int] = dict.fromkeys(self.slots, 0)
        digest = hashlib.sha256()
        for position, element in enumerate(self._accepted(digest)):
            channel = programmes.channel_of(element)
            index = given.get(channel, 0)
            if channel not in self.slots or index >= len(self.slots[channel].starts):
                raise GuideUnreadable("The file was changed while it was read.")
            given[channel] = index + 1
            if position >= skip:
                yield self._programme(element, self.slots[channel], index)
        if digest.hexdigest() != self.digest:
            raise GuideUnreadable("The file was changed while it was read.")

    def _accepted(self, digest: "hashlib._Hash") -> Iterator[elements.Element]:
        for element in elements.read(_hashed(files.unpacked(self.path, self.limits), digest)):
            if element.name == "programme" and _judge(element, self.zone)[1] == "":
                yield element

    def _programme(self, element: elements.Element, slots: Slots, index: int) -> Programme:
        start, stop = slots.starts[index], slots.stop(index)
        if stop is None:
            stop = slots.next_start(start)
            length = programmes.length_min(element)
            if stop is None and length:
                stop = start + length * 60
        return programmes.programme(element, start=_moment(start), stop=None if stop is None else _moment(stop))


def survey(path: Path, *, zone: ZoneInfo = dates.BERLIN, limits: Limits | None = None) -> Guide:
    """The guide at `path`, packed with gzip or xz or not at all. Times without a zone are those of `zone`.

    Raises GuideUnreadable when it cannot be read to the end.
    """
    guide = Guide(path, zone, limits or Limits())
    digest = hashlib.sha256()
    channels: dict[str, GuideChannel] = {}
    chunks = _hashed(files.unpacked(path, guide.limits), digest)
    for element in elements.read(chunks, only=frozenset({"title", "display-name", "icon"})):
        if element.name == "channel":
            _add_channel(channels, programmes.channel(element))
        else:
            _add_programme(guide, channels, element)
    for slots in guide.slots.values():
        slots.resolve()
    guide.channels, guide.digest = tuple(channels.values()), digest.hexdigest()
    return guide


def _add_channel(channels: dict[str, GuideChannel], channel: GuideChannel) -> None:
    if not channel.id:
        return
    known = channels.get(channel.id, channel)
    names = tuple(dict.fromkeys((*known.names, *channel.names)))
    channels[channel.id] = GuideChannel(channel.id, names, known.icon or channel.icon)
    if len(channels) > MAX_CHANNELS:
        raise GuideUnreadable(f"The guide has more than {MAX_CHANNELS} channels.")


def _add_programme(guide: Guide, channels: dict[str, GuideChannel], element: elements.Element) -> None:
    start, reason = _judge(element, guide.zone)
    channel = programmes.channel_of(element)
    if start is None or reason:
        guide.refused_count += 1
        if len(guide.refused) < MAX_REFUSED_KEPT:
            refused = RefusedProgramme(element.line, channel, programmes.title_of(element), reason)
            guide.refused.append(refused)
        return
    if channel not in channels:
        _add_channel(channels, GuideChannel(channel))
    stop, is_odd = _stop(element, guide.zone)
    slots = guide.slots.setdefault(channel, Slots(guide.zone))
    slots.add(start, stop, is_clumped=programmes.clump(element)[1] > 1)
    slots.odd_stops += is_odd


def _judge(element: elements.Element, zone: ZoneInfo) -> tuple[times.WallTime | None, str]:
    """When it begins, and why it is refused; the same in both readings."""
    if not programmes.channel_of(element):
        return None, "no channel"
    if not programmes.title_of(element):
        return None, "no title"
    try:
        return times.read(element.attributes.get("start", ""), zone), ""
    except times.TimeUnreadable as error:
        return None, f"start: {error}"


def _stop(element: elements.Element, zone: ZoneInfo) -> tuple[times.WallTime | None, bool]:
    text = element.attributes.get("stop", "").strip()
    if not text:
        return None, False
    try:
        return times.read(text, zone), False
    except times.TimeUnreadable:
        return None, True


def _hashed(chunks: Iterator[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


_moment = partial(datetime.fromtimestamp, tz=UTC)
