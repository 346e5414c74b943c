"""Asking an API politely: no more calls than its owner allows, patience when it is busy, an end to patience."""

import json
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from staffellauf.common import http
from staffellauf.sources import json_files

logger = logging.getLogger(__name__)

MAX_BYTES = 32 * 2**20
TIMEOUT_S = 30.0
# Waits of 1, 2, 4, 8 and 16 s, half a minute in all; whoever is away longer is away.
TRIES = 6
LONGEST_WAIT_S = 30.0
# Asked to wait longer than this, the import ends and can be taken up again later.
LONGEST_RETRY_AFTER_S = 300.0
BUSY = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
# Values of a query that no log and no report may show.
SECRETS = {"api_key"}

Query = Mapping[str, str | int | Sequence[str]]


class SourceUnavailable(Exception):
    """No usable answer; the text says why, in words for an operator."""


class NotFound(SourceUnavailable):
    """The API has nothing there (404, 410)."""


class Limit:
    """At most `calls` in any `period_s` seconds, in all threads of the process."""

    def __init__(self, calls: int, *, period_s: float) -> None:
        self.period_s = period_s
        self._lock = threading.Lock()
        self._begun: deque[float] = deque(maxlen=calls)
        self._not_before = 0.0

    def wait(self) -> None:
        while (left := self._take()) > 0:
            time.sleep(left)

    def pause(self, seconds: float) -> None:
        """Nobody calls for so long."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _take(self) -> float:
        """0 when the call may begin now, else the seconds until it may be asked again."""
        with self._lock:
            now = time.monotonic()
            until = self._not_before
            if len(self._begun) == self._begun.maxlen:
                until = max(until, self._begun[0] + self.period_s)
            if until <= now:
                self._begun.append(now)
            return until - now


# One for each host, whoever asks it.
LIMITS: dict[str, Limit] = {}


@dataclass(frozen=True, slots=True)
class Api:
    """Where an API is and how it wants to be asked."""

    name: str
    url: str
    """Without a slash at its end."""
    calls: int
    period_s: float
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Query = field(default_factory=dict)
    """Sent with every call, such as a key."""
    max_bytes: int = MAX_BYTES

    # Any: what JSON holds.
    def get(self, path: str, query: Query | None = None) -> Any:
        """The decoded answer of `path` (which begins with a slash). Raises SourceUnavailable, or its NotFound."""
        sent = [(name, value) for asked in (self.query, query or {}) for name, value in asked.items()]
        shown = [(name, value) for name, value in sent if name not in SECRETS]
        what = f"{self.name} ({path}{'?' if shown else ''}{urlencode(shown, doseq=True)})"
        answer = self._ask(self.url + path + ("?" if sent else "") + urlencode(sent, doseq=True), what)
        if answer.status in {404, 410}:
            raise NotFound(f"{what} has nothing there: {_message(answer) or answer.status}")
        if answer.status in {401, 403}:
            raise SourceUnavailable(
                f"{what} refuses to answer, {answer.status}: {_message(answer) or 'is the key right?'}"
            )
        if answer.status != 200:
            raise SourceUnavailable(f"{what} answered {answer.status}: {_message(answer) or 'nothing'}")
        return _decoded(answer, what)

    def _ask(self, url: str, what: str) -> http.Response:
        limit = limit_of(self)
        why = ""
        for attempt in range(TRIES):
            limit.wait()
            try:
                answer = self._fetch(url)
            except (http.TimedOut, http.Unreachable) as error:
                why = _without_address(error, url)
            except http.FetchFailed as error:
                raise SourceUnavailable(f"{what}: {_without_address(error, url)}") from error
            else:
                if answer.status not in BUSY:
                    return answer
                why = f"it answered {answer.status}"
                self._heed(answer, limit, what=what)
            if attempt < TRIES - 1:
                wait_s = backoff_s(attempt)
                logger.info("%s: %s; asked again in %.1f s", what, why, wait_s)
                time.sleep(wait_s)
        raise SourceUnavailable(f"{what} was asked {TRIES} times: {why}")

    def _fetch(self, url: str) -> http.Response:
        return http.fetch(
            url,
            max_bytes=self.max_bytes,
            timeout_s=TIMEOUT_S,
            headers={"Accept": "application/json"} | dict(self.headers),
            is_local_allowed=settings.IMPORT_ALLOW_LOCAL,
        )

    def _heed(self, answer: http.Response, limit: Limit, *, what: str) -> None:
        asked_s = retry_after_s(answer.headers.get("retry-after", ""))
        if asked_s > LONGEST_RETRY_AFTER_S:
            raise SourceUnavailable(f"{what} answered {answer.status} and asks to come back in {asked_s:.0f} seconds")
        limit.pause(asked_s)


def limit_of(api: Api) -> Limit:
    host = urlsplit(api.url).netloc
    return LIMITS.setdefault(host, Limit(api.calls, period_s=api.period_s))


def backoff_s(attempt: int) -> float:
    """Doubles, and is spread by half, so that those who were refused together do not come back together."""
    return min(LONGEST_WAIT_S, 2.0**attempt) * random.uniform(0.75, 1.25)


def retry_after_s(value: str) -> float:
    """Seconds from now, of a Retry-After header: a number or a date (RFC 9110, 10.2.3). 0 for anything else."""
    if value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _decoded(answer: http.Response, what: str) -> Any:
    try:
        text = answer.body.decode(json.detect_encoding(answer.body))
        return json_files.decode(text)
    except UnicodeDecodeError as error:
        raise SourceUnavailable(f"{what} answered with bytes that are no text") from error
    except json_files.Broken as error:
        raise SourceUnavailable(f"{what} did not answer with JSON: {error}") from error


def _message(answer: http.Response) -> str:
    """What an error's body says; APIs call it `message` or `status_message`."""
    try:
        found = json_files.decode(answer.body[:10_000].decode("utf-8", "replace"))
    except json_files.Broken:
        return ""
    said = (found.get("message") or found.get("status_message")) if isinstance(found, dict) else ""
    return "".join(c for c in said if c.isprintable())[:200] if isinstance(said, str) else ""


def _without_address(error: Exception, url: str) -> str:
    """The address may hold a key."""
    return str(error).replace(url, "").strip(": ") or type(error).__name__
