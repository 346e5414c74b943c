"""One push service, by origin: what waits for it, what is on its way, how much it takes at once, where it lives.

A lane keeps its connections and what it has learned of the service from one batch to the next.
"""

import selectors
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import pycurl

from staffellauf.alerts.channels.webpush import endpoints
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.common import addresses, http

CONNECT_TIMEOUT_MS = 3_000
TIMEOUT_MS = 5_000
DNS_TIMEOUT_S = 1.5
# Checked addresses hold for so long; from half of it on they are looked up anew while the old ones serve.
PIN_S = 60.0
# In flight: what a lane begins with, and its bounds. Services admit about a hundred on one HTTP/2 connection.
FIRST_LIMIT = 64
MOST_IN_FLIGHT = 256
MOST_CONNECTIONS = 8
# So many answers in a row that mean trouble with the service: the rest of its messages are put off unsent.
BROKEN_AFTER = 5
# Long enough for what a service has to say, short enough for a stranger's machine.
MAX_RESPONSE_BYTES = 16_384
KEPT_RESPONSE_BYTES = 300
# No answer: neither sent nor refused.
UNANSWERED = 0
# Not asked, because its address is none of a push service, or its key is none. Outside of HTTP's numbers.
NOT_OURS = 1


class Request(NamedTuple):
    url: str
    headers: list[str]
    """The same list object for many messages is set once."""
    body: bytes


class Answer(NamedTuple):
    status: int
    retry_after: str = ""
    """Seconds."""
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


CREATED = Answer(201)
UNSENT = Answer(UNANSWERED, is_sent=False)
# The service, or the way to it, is at its limit.
TOO_MUCH = {UNANSWERED, 406, 429}

# Any: whatever the caller puts in and gets back.
Prepare = Callable[[Any], Request]
Answered = list[tuple[Any, Answer]]


class Flight:
    """A handle of libcurl and the message it carries; it flies again and again."""

    __slots__ = ("curl", "headers", "item", "number", "pin", "received", "size")

    def __init__(self, *, is_local: bool) -> None:
        self.item: Any = None
        self.number = 0
        self.pin = ""
        self.headers: list[str] | None = None
        self.received = bytearray()
        self.size = 0
        self.curl = _new_handle(is_local=is_local)
        self.curl.setopt(pycurl.WRITEFUNCTION, self.take)

    def take(self, chunk: bytes) -> int | None:
        self.size += len(chunk)
        if len(self.received) < KEPT_RESPONSE_BYTES:
            self.received += chunk[: KEPT_RESPONSE_BYTES - len(self.received)]
        return -1 if self.size > MAX_RESPONSE_BYTES else None


class Lane:
    """`selector` is told of the lane's sockets; the one who waits on it calls `move` for each that moves."""

    def __init__(self, endpoint: Endpoint, selector: selectors.BaseSelector) -> None:
        self.endpoint = endpoint
        self.selector = selector
        # With the slash: "https://fcm.googleapis.com.example.org/" begins with the origin, too.
        self.prefix = endpoint.origin + "/"
        self.queue: deque[tuple[Any, Prepare]] = deque()
        self.idle: list[Flight] = []
        self.flights: dict[pycurl.Curl, Flight] = {}
        self.active = 0
        self.started = 0
        self.pace = Pace()
        self.timer_at: float | None = None
        self.pin = ""
        self.pinned_at = 0.0
        self.look_up: SimpleQueue[str | Exception] | None = None
        # One multi handle per lane: libcurl keeps one line of those that wait for a connection, and the first of
        # it, when its host is dead, would hold up all others.
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self.multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, MOST_CONNECTIONS)
        self.multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self.multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    @property
    def is_busy(self) -> bool:
        return bool(self.queue or self.active)

    def add(self, items: list[tuple[Any, Prepare]]) -> None:
        if not self.is_busy:
            # Whoever sends again after a break-down wants to know whether it is over.
            self.pace.troubles = 0
        self.queue.extend(items)

    def fill(self, answered: Answered) -> None:
        """Starts as many as the service takes at once. Answered are those that cannot be sent."""
        if not self.queue:
            return
        if self.pace.is_broken:
            answered += ((item, UNSENT) for item, _ in self.queue)
            self.queue.clear()
        elif self._is_pinned(answered):
            while self.queue and self.active < self.pace.limit:
                item, prepare = self.queue.popleft()
                try:
                    self._start(item, prepare(item))
                except ValueError as error:
                    # A key that is none must not hold up everybody behind it.
                    answered.append((item, Answer(NOT_OURS, text=str(error))))

    def move(self, socket: int, mask: int) -> None:
        """What libcurl has to do for a socket of the lane, or for its clock."""
        if socket == pycurl.SOCKET_TIMEOUT:
            self.timer_at = None
        self.multi.socket_action(socket, mask)

    def land(self, answered: Answered) -> None:
        """Those that are through."""
        left, created = 1, 0
        while left:
            left, succeeded, failed = self.multi.info_read(MOST_IN_FLIGHT)
            for curl in succeeded:
                flight = self.flights[curl]
                status = curl.getinfo(pycurl.RESPONSE_CODE)
                if status == 201 and not flight.size:
                    created += 1
                    answered.append((flight.item, CREATED))
                else:
                    answered.append((flight.item, self._noted(flight, _answer(flight, status, ""))))
                self._rest(flight)
            for curl, _, text in failed:
                flight = self.flights[curl]
                answered.append((flight.item, self._noted(flight, _answer(flight, UNANSWERED, text or "no answer"))))
                self._rest(flight)
        if created and self.pace.succeed(created):
            self._set_connections()

    def close(self) -> None:
        for curl in self.flights:
            curl.close()
        self.multi.close()

    def _start(self, item: Any, request: Request) -> None:
        url, headers, body = request
        if not url.startswith(self.prefix):
            self._check(url)
        flight = self.idle.pop() if self.idle else self._new_flight()
        curl = flight.curl
        if flight.pin is not self.pin:
            flight.pin = self.pin
            curl.setopt(pycurl.RESOLVE, [self.pin])
        if flight.headers is not headers:
            flight.headers = headers
            curl.setopt(pycurl.HTTPHEADER, headers)
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.POSTFIELDS, body)
        self.active += 1
        self.started += 1
        flight.item, flight.number = item, self.started
        self.multi.add_handle(curl)

    def _check(self, url: str) -> None:
        """Whatever was stored: nothing leaves for another place than the one that this lane looked up."""
        try:
            if endpoints.parse(url) == self.endpoint:
                return
        except endpoints.InvalidEndpoint as error:
            raise ValueError(str(error)) from error
        raise ValueError("the address is at another service")

    def _new_flight(self) -> Flight:
        flight = Flight(is_local=self.endpoint.is_local)
        self.flights[flight.curl] = flight
        return flight

    def _noted(self, flight: Flight, answer: Answer) -> Answer:
        flight.size = 0
        flight.received.clear()
        if self.pace.note(answer, number=flight.number, started=self.started):
            self._set_connections()
        return answer

    def _rest(self, flight: Flight) -> None:
        self.multi.remove_handle(flight.curl)
        flight.item = None
        self.idle.append(flight)
        self.active -= 1

    def _set_connections(self) -> None:
        self.multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, self.pace.connections)

    # --- sockets and clock, as libcurl wants them watched

    def _watch(self, what: int, socket: int, multi: Any, data: Any) -> None:
        known = socket in self.selector.get_map()
        if what == pycurl.POLL_REMOVE:
            if known:
                self.selector.unregister(socket)
            return
        events = (selectors.EVENT_READ if what & pycurl.POLL_IN else 0) | (
            selectors.EVENT_WRITE if what & pycurl.POLL_OUT else 0
        )
        (self.selector.modify if known else self.selector.register)(socket, events, self)

    def _set_timer(self, wait_ms: int) -> None:
        self.timer_at = None if wait_ms < 0 else time.monotonic() + wait_ms / 1000

    # --- where it lives

    def _is_pinned(self, answered: Answered) -> bool:
        """Whether there are checked addresses to connect to. When there cannot be, all that waits is answered."""
        age_s = time.monotonic() - self.pinned_at
        if self.look_up is None and (not self.pin or age_s > PIN_S / 2):
            self.look_up = SimpleQueue()
            threading.Thread(target=_look_up, args=(self.endpoint, self.look_up), daemon=True).start()
        if self.look_up is not None:
            self._take_look_up(answered)
        return bool(self.pin) and time.monotonic() - self.pinned_at <= PIN_S

    def _take_look_up(self, answered: Answered) -> None:
        assert self.look_up is not None
        try:
            found = self.look_up.get_nowait()
        except Empty:
            return
        self.look_up = None
        if isinstance(found, str):
            self.pin = found if found != self.pin else self.pin
            self.pinned_at = time.monotonic()
            return
        is_ours = not isinstance(found, endpoints.InvalidEndpoint)
        if is_ours and self.pin and time.monotonic() - self.pinned_at <= PIN_S:
            return
        self.pin = ""
        answer = Answer(UNANSWERED if is_ours else NOT_OURS, text=str(found))
        answered += ((item, answer) for item, _ in self.queue)
        self.queue.clear()


class Pace:
    """How much a service takes at once: one more after a window of successes, half when it is too much."""

    def __init__(self) -> None:
        self.limit = FIRST_LIMIT
        self.connections = MOST_CONNECTIONS
        self.troubles = 0
        """In a row."""
        self.successes = 0
        self.halved_at = 0

    @property
    def is_broken(self) -> bool:
        return self.troubles >= BROKEN_AFTER

    def succeed(self, count: int) -> bool:
        """So many were taken. Whether `connections` changed."""
        self.troubles = 0
        self.successes += count
        if self.successes < self.limit or self.limit >= MOST_IN_FLIGHT:
            return False
        return self._set(self.limit + 1)

    def note(self, answer: Answer, *, number: int, started: int) -> bool:
        """`number` is the message's in its lane, `started` the last one's. Whether `connections` changed."""
        if answer.is_accepted:
            return self.succeed(1)
        self.troubles = self.troubles + 1 if answer.is_trouble else 0
        # What had left before the last halving says nothing about what it brought.
        if answer.status not in TOO_MUCH or number <= self.halved_at:
            return False
        self.halved_at = started
        return self._set(max(1, self.limit // 2))

    def _set(self, limit: int) -> bool:
        self.limit, self.successes = limit, 0
        connections = max(1, min(MOST_CONNECTIONS, limit // 4))
        is_changed, self.connections = connections != self.connections, connections
        return is_changed


def _answer(flight: Flight, status: int, error: str) -> Answer:
    wait_s = flight.curl.getinfo(pycurl.RETRY_AFTER) if not error else 0
    text = error or flight.received.decode("utf-8", "replace")
    return Answer(status, str(wait_s) if wait_s > 0 else "", text)


def _look_up(endpoint: Endpoint, found: "SimpleQueue[str | Exception]") -> None:
    try:
        found.put(endpoints.resolve(endpoint, timeout_s=DNS_TIMEOUT_S))
    except (addresses.Unresolvable, endpoints.InvalidEndpoint) as error:
        found.put(error)
    except Exception as error:  # Whatever it was, the lane that waits must hear of it.
        found.put(addresses.Unresolvable(f"{endpoint.host}: {error}"))


def _new_handle(*, is_local: bool) -> pycurl.Curl:
    curl = pycurl.Curl()
    http.harden(curl, is_local_allowed=is_local)
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    # Rather wait for a connection that carries many messages than open one more.
    curl.setopt(pycurl.PIPEWAIT, 1)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS)
    curl.setopt(pycurl.TIMEOUT_MS, TIMEOUT_MS)
    # Each header costs half a microsecond a message.
    curl.setopt(pycurl.USERAGENT, "")
    return curl
