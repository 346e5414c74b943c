"""Many small POSTs at once, HTTP/2 where a push service offers it: one lane per origin, so that a service which is
slow or dead delays nobody else's messages."""

import os
import selectors
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import pycurl

from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.alerts.channels.webpush.lane import (
    BROKEN_AFTER,
    NOT_OURS,
    TIMEOUT_MS,
    UNANSWERED,
    UNSENT,
    Answer,
    Answered,
    Lane,
    Request,
)

__all__ = ["BROKEN_AFTER", "NOT_OURS", "TIMEOUT_MS", "UNANSWERED", "Answer", "Request", "Sender", "of_this_process"]

Item = TypeVar("Item")

# A worker that is told to stop has ten seconds for its batch: no message starts later than this, none lasts longer
# than TIMEOUT_MS, and what a slow service leaves over is put off.
STARTING_S = 3.0
# There are four services of browsers; operators may add some, and self-hosted ones are many.
ORIGINS_KEPT = 32
# A look-up that another thread makes is asked for as often.
LOOK_UP_EVERY_S = 0.005
# Answers that come close together are dealt with together, which costs half of dealing with each when it comes.
TOGETHER_S = 0.001


class Sender:
    """Keeps its lanes from one batch to the next. Belongs to one process and one thread."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.lanes: dict[str, Lane] = {}
        # Answers to what `add` was given, which `send` came across.
        self.kept: Answered = []

    def add(self, endpoint: Endpoint, items: Iterable[Item], prepare: Callable[[Item], Request]) -> None:
        """Queues them for the endpoint's origin. `prepare` is called when it is an item's turn; it raises ValueError
        for what cannot be sent."""
        lane = self.lanes.get(endpoint.origin)
        if lane is None:
            self._make_room()
            lane = self.lanes[endpoint.origin] = Lane(endpoint, self.selector)
        lane.add([(item, prepare) for item in items])

    # Any: the items of many callers, each of their own kind.
    def turn(self, wait_s: float) -> list[tuple[Any, Answer]]:
        """Drives all lanes once: what was answered meanwhile, each item with its answer. Waits at most so long, and
        only while nothing is answered."""
        answered, self.kept = self.kept, []
        busy = [lane for lane in self.lanes.values() if lane.is_busy]
        for lane in busy:
            lane.fill(answered)
        self._move(busy, 0.0 if answered else wait_s)
        for lane in busy:
            lane.land(answered)
        return answered

    def waiting(self, origin: str) -> int:
        """How many wait for this origin or are on their way."""
        lane = self.lanes.get(origin)
        return len(lane.queue) + lane.active if lane else 0

    def drop(self, origin: str) -> list[Any]:
        """Takes out what has not begun."""
        lane = self.lanes.get(origin)
        if lane is None:
            return []
        items = [item for item, _ in lane.queue if not isinstance(item, _Own)]
        own = [entry for entry in lane.queue if isinstance(entry[0], _Own)]
        lane.queue.clear()
        lane.queue.extend(own)
        return items

    def send(
        self, due: Mapping[Endpoint, Iterable[Item]], prepare: Callable[[Item], Request], *, until: float
    ) -> Iterator[tuple[Endpoint, Item, Answer]]:
        """Every item once, with its endpoint and its answer, in the order in which answers come.

        What has not begun at `until` (of time.monotonic) is not sent.
        """
        call = object()
        left = 0
        for endpoint, items in due.items():
            own = [_Own(call, endpoint, item) for item in items]
            left += len(own)
            self.add(endpoint, own, lambda own: prepare(own.item))
        try:
            while left:
                left_s = until - time.monotonic()
                late = self._take_back(call) if left_s <= 0 else []
                answered = [(own, UNSENT) for own in late] or self.turn(min(1.0, max(0.01, left_s)))
                for item, answer in answered:
                    if not isinstance(item, _Own):
                        self.kept.append((item, answer))
                    elif item.call is call:
                        left -= 1
                        yield item.endpoint, item.item, answer
        finally:
            # The caller may have stopped in the middle.
            self._take_back(call)

    def close(self) -> None:
        for lane in self.lanes.values():
            lane.close()
        self.lanes.clear()
        self.selector.close()

    def _move(self, lanes: list[Lane], wait_s: float) -> None:
        now = time.monotonic()
        until = now + wait_s
        for lane in lanes:
            if lane.timer_at is not None and lane.timer_at <= now:
                lane.move(pycurl.SOCKET_TIMEOUT, 0)
            if lane.timer_at is not None:
                until = min(until, lane.timer_at)
            if lane.look_up is not None:
                until = min(until, now + LOOK_UP_EVERY_S)
        if not lanes and wait_s > 0:
            time.sleep(wait_s)
        wait_s = until - time.monotonic()
        if wait_s > TOGETHER_S:
            time.sleep(TOGETHER_S)
        for key, events in self.selector.select(max(0.0, wait_s - TOGETHER_S)):
            mask = (pycurl.CSELECT_IN if events & selectors.EVENT_READ else 0) | (
                pycurl.CSELECT_OUT if events & selectors.EVENT_WRITE else 0
            )
            key.data.move(key.fd, mask)

    def _take_back(self, call: object) -> list["_Own[Any]"]:
        taken: list[_Own[Any]] = []
        for lane in self.lanes.values():
            if any(isinstance(item, _Own) and item.call is call for item, _ in lane.queue):
                queue = list(lane.queue)
                lane.queue.clear()
                for entry in queue:
                    is_own = isinstance(entry[0], _Own) and entry[0].call is call
                    taken.append(entry[0]) if is_own else lane.queue.append(entry)
        return taken

    def _make_room(self) -> None:
        """Closes the connections kept longest when there are too many."""
        for origin in [origin for origin, lane in self.lanes.items() if not lane.is_busy]:
            if len(self.lanes) < ORIGINS_KEPT:
                return
            self.lanes.pop(origin).close()


class _Own(Generic[Item]):
    """An item of one call of `send`, among those that were added."""

    __slots__ = ("call", "endpoint", "item")

    def __init__(self, call: object, endpoint: Endpoint, item: Item) -> None:
        self.call, self.endpoint, self.item = call, endpoint, item


def of_this_process() -> Sender:
    """For `send`: its connections are kept from one call to the next, and shared with no other thread or process."""
    kept: tuple[int, Sender] | None = getattr(_local, "kept", None)
    if kept is None or kept[0] != os.getpid():
        kept = _local.kept = (os.getpid(), Sender())
    return kept[1]


_local = threading.local()
