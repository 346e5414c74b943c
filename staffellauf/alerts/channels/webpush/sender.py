"""Many small POSTs at once: libcurl's multi interface, HTTP/2 where a push service offers it.

One lane per origin, so that a service which is slow or dead delays nobody else's messages.
"""

import os
import select
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

import pycurl

from staffellauf.alerts.channels.webpush import endpoints
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.common import http

Item = TypeVar("Item")

CONNECT_TIMEOUT_MS = 3_000
TIMEOUT_MS = 5_000
# A worker that is told to stop has ten seconds for its batch: no message starts later than this, none lasts longer
# than the line above, and what a slow service leaves over is put off.
STARTING_S = 3.0
# On HTTP/2 all of them share a connection; on HTTP/1.1 they take turns on CONNECTIONS_PER_HOST.
IN_FLIGHT_PER_LANE = 32
CONNECTIONS_PER_HOST = 8
# So many answers in a row that mean trouble with the service: the rest of its messages are put off unsent.
BROKEN_AFTER = 5
# Long enough for what a service has to say, short enough for a stranger's machine.
MAX_RESPONSE_BYTES = 16_384
KEPT_RESPONSE_BYTES = 300
# No answer: neither sent nor refused.
UNANSWERED = 0
# Not asked, because its address is none of a push service, or its key is none. Outside of HTTP's numbers.
NOT_OURS = 1
# Nothing happens for longer only when nothing can happen.
LOOK_EVERY_MS = 1_000
# There are four services of browsers; operators may add some, and self-hosted ones are many.
ORIGINS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    headers: list[str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: str = ""
    text: str = ""
    """The beginning of what the service said, or what went wrong on the way."""
    is_sent: bool = True
    """False when its lane broke down before its turn, or took too long."""

    @property
    def is_accepted(self) -> bool:
        return self.status in {200, 201, 202, 204}

    @property
    def is_trouble(self) -> bool:
        """With the service or with us, not with this one message."""
        return self.status in {UNANSWERED, 401, 403, 406, 429} or self.status >= 500


@dataclass(slots=True)
class Lane(Generic[Item]):
    """The messages for one origin. `pin` is its entry for CURLOPT_RESOLVE."""

    endpoint: Endpoint
    pin: str
    queue: deque[Item]
    limit: int = IN_FLIGHT_PER_LANE
    active: int = 0
    troubles: int = 0
    """In a row."""

    @property
    def is_broken(self) -> bool:
        return self.troubles >= BROKEN_AFTER

    def note(self, answer: Answer) -> None:
        self.active -= 1
        self.troubles = self.troubles + 1 if answer.is_trouble else 0
        if answer.status in {406, 429}:
            self.limit = max(1, self.limit // 2)
        elif answer.is_accepted:
            self.limit = min(IN_FLIGHT_PER_LANE, self.limit + 1)


@dataclass(slots=True)
class _Flight(Generic[Item]):
    lane: Lane[Item]
    item: Item
    received: bytearray = field(default_factory=bytearray)
    size: int = 0
    retry_after: str = ""

    def take_header(self, line: bytes) -> None:
        if line[:12].lower() == b"retry-after:":
            self.retry_after = line[12:].decode("latin-1").strip()

    def take(self, chunk: bytes) -> int | None:
        self.size += len(chunk)
        if len(self.received) < KEPT_RESPONSE_BYTES:
            self.received += chunk[: KEPT_RESPONSE_BYTES - len(self.received)]
        return -1 if self.size > MAX_RESPONSE_BYTES else None


class Sender:
    """Keeps its connections from one call to the next. Belongs to one process and one thread."""

    def __init__(self) -> None:
        # One multi handle per origin: libcurl keeps one line of those that wait for a connection, and the first of
        # it, when its host is dead, would hold up all others.
        self.multis: dict[str, pycurl.CurlMulti] = {}
        # By is_local: they differ in the addresses that they may connect to, in nothing else that stays set.
        self.idle: dict[bool, list[pycurl.Curl]] = {False: [], True: []}
        self.flights: dict[pycurl.Curl, _Flight] = {}

    def send(
        self, lanes: Iterable[Lane[Item]], prepare: Callable[[Item], Request], *, until: float
    ) -> Iterator[tuple[Lane[Item], Item, Answer]]:
        """Every item once, with its lane and its answer, in the order in which answers come.

        `prepare` is called when it is an item's turn; it raises ValueError for what cannot be sent. What has not begun
        at `until` (of time.monotonic) is not sent.
        """
        lanes = list(lanes)
        self._make_room(len(lanes))
        try:
            while any(lane.queue or lane.active for lane in lanes):
                is_late = time.monotonic() > until
                landed = False
                for lane in lanes:
                    if is_late or lane.is_broken:
                        yield from ((lane, item, Answer(UNANSWERED, is_sent=False)) for item in lane.queue)
                        lane.queue.clear()
                    yield from self._fill(lane, prepare)
                    for answered in self._landed(lane):
                        landed = True
                        yield answered
                if not landed:
                    self._wait([lane for lane in lanes if lane.active])
        finally:
            self._abandon()

    def _fill(self, lane: Lane[Item], prepare: Callable[[Item], Request]) -> Iterator[tuple[Lane[Item], Item, Answer]]:
        """Starts as many as the lane takes at once. What comes back are those that cannot be sent."""
        while lane.queue and lane.active < lane.limit:
            item = lane.queue.popleft()
            try:
                request = prepare(item)
            except ValueError as error:
                # A key that is none must not hold up everybody behind it.
                yield lane, item, Answer(NOT_OURS, text=str(error))
            else:
                self._start(lane, item, request)

    def _start(self, lane: Lane[Item], item: Item, request: Request) -> None:
        flight = _Flight(lane, item)
        idle = self.idle[lane.endpoint.is_local]
        curl = idle.pop() if idle else _new_handle(is_local=lane.endpoint.is_local)
        curl.setopt(pycurl.RESOLVE, [lane.pin])
        curl.setopt(pycurl.URL, request.url)
        curl.setopt(pycurl.POSTFIELDS, request.body)
        curl.setopt(pycurl.HTTPHEADER, request.headers)
        curl.setopt(pycurl.HEADERFUNCTION, flight.take_header)
        curl.setopt(pycurl.WRITEFUNCTION, flight.take)
        lane.active += 1
        self.flights[curl] = flight
        self._multi(lane).add_handle(curl)

    def _landed(self, lane: Lane[Item]) -> Iterator[tuple[Lane[Item], Item, Answer]]:
        if not lane.active:
            return
        multi = self._multi(lane)
        multi.perform()
        _, succeeded, failed = multi.info_read()
        for curl in succeeded:
            yield self._land(curl, "")
        for curl, _, text in failed:
            yield self._land(curl, text)

    def _land(self, curl: pycurl.Curl, error: str) -> tuple[Lane[Item], Item, Answer]:
        flight: _Flight[Item] = self.flights.pop(curl)
        status = UNANSWERED if error else curl.getinfo(pycurl.RESPONSE_CODE)
        text = error or flight.received.decode("utf-8", "replace")
        if status and not endpoints.is_expected(flight.lane.endpoint, curl.getinfo(pycurl.PRIMARY_IP)):
            status, text = UNANSWERED, "answered from an address that is not public"
        self._multi(flight.lane).remove_handle(curl)
        self.idle[flight.lane.endpoint.is_local].append(curl)
        answer = Answer(status, flight.retry_after, text)
        flight.lane.note(answer)
        return flight.lane, flight.item, answer

    def _wait(self, lanes: list[Lane[Item]]) -> None:
        """Until a socket of any lane moves, or libcurl's own clock wants it: what waits for a connection has none."""
        reading, writing, failing, wait_ms = [], [], [], LOOK_EVERY_MS
        for lane in lanes:
            multi = self._multi(lane)
            sockets = multi.fdset()
            reading += sockets[0]
            writing += sockets[1]
            failing += sockets[2]
            own_ms = multi.timeout()
            wait_ms = min(wait_ms, own_ms if own_ms >= 0 else wait_ms)
        select.select(reading, writing, failing, wait_ms / 1000)

    def _multi(self, lane: Lane[Item]) -> pycurl.CurlMulti:
        origin = lane.endpoint.origin
        if origin not in self.multis:
            multi = pycurl.CurlMulti()
            multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
            multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, CONNECTIONS_PER_HOST)
            self.multis[origin] = multi
        return self.multis[origin]

    def _make_room(self, coming: int) -> None:
        """Closes the connections kept longest when there are too many."""
        while self.multis and len(self.multis) + coming > ORIGINS_KEPT:
            self.multis.pop(next(iter(self.multis))).close()

    def _abandon(self) -> None:
        """The caller stopped in the middle: what is still on its way is given up."""
        for curl, flight in self.flights.items():
            self._multi(flight.lane).remove_handle(curl)
            curl.close()
        self.flights.clear()


def _new_handle(*, is_local: bool) -> pycurl.Curl:
    curl = pycurl.Curl()
    http.harden(curl, is_local_allowed=is_local)
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    # Rather wait for a connection that carries many messages than open one more.
    curl.setopt(pycurl.PIPEWAIT, 0 if is_local else 1)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS)
    curl.setopt(pycurl.TIMEOUT_MS, TIMEOUT_MS)
    return curl


def of_this_process() -> Sender:
    return _sender(os.getpid())


# Connections must not be shared with a parent process.
@lru_cache(maxsize=1)
def _sender(process_id: int) -> Sender:
    return Sender()
