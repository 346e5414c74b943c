"""One look at a feed: asked politely, read in a child. No database: an address in, an Outcome out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from staffellauf.common import http
from staffellauf.finds import child, retry_after
from staffellauf.finds.reading.records import Reading

# The largest feed of the trade press has 1.5 MB; each of ours holds what a child reads in its time.
MAX_BYTES = 8 * 2**20
TIMEOUT_S = 20.0
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
STATUS_PROBLEMS = {404: "not_found", 410: "gone", 401: "forbidden", 403: "forbidden", 407: "forbidden",
                   451: "forbidden", 429: "busy", 503: "busy"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. With a `problem` of the fetch itself `reading` is None; so it is when nothing has changed."""

    problem: str = ""
    detail: str = ""
    reading: Reading | None = None
    is_unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    url: str = ""
    """Where it was in the end, to which relative links relate."""
    moved_to: str = ""
    wait_s: float = 0.0
    """For which the server asks to be left alone: Retry-After, or how long the answer stays fresh."""
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(address: str, *, etag: str = "", last_modified: str = "", timeout_s: float | None = None) -> Outcome:
    """Never raises for what the server does."""
    headers = {"User-Agent": user_agent(), "Accept": ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    limit_s = TIMEOUT_S if timeout_s is None else timeout_s
    try:
        answer = http.fetch(
            address,
            max_bytes=MAX_BYTES,
            timeout_s=limit_s,
            headers=headers,
            is_local_allowed=settings.FEEDS_ALLOW_LOCAL,
        )
    except http.FetchFailed as error:
        return _failed(error, limit_s)
    return _answered(answer)


def user_agent() -> str:
    """Says who asks, so that a publisher can find us."""
    return f"Staffellauf (+{settings.PUBLIC_URL}/)"


def _failed(error: http.FetchFailed, limit_s: float) -> Outcome:
    match error:
        case http.NotPublic():
            return Outcome("private_address")
        case http.Refused():
            return Outcome("refused")
        case http.TooLarge():
            return Outcome("too_large", str(MAX_BYTES // 2**20))
        case http.TimedOut():
            return Outcome("timed_out", f"{limit_s:g}")
        case http.Untrusted():
            return Outcome("certificate")
    return Outcome("unreachable")


def _answered(answer: http.Response) -> Outcome:
    now = timezone.now()
    if answer.status == 304:
        return Outcome(is_unchanged=True, url=answer.url, wait_s=retry_after.fresh_s(answer.headers))
    if answer.status != 200:
        problem = STATUS_PROBLEMS.get(answer.status, "broken" if answer.status >= 500 else "status")
        wait_s = retry_after.asked_s(answer.headers.get("retry-after", ""), now=now)
        return Outcome(problem, str(answer.status), wait_s=wait_s)
    document = child.Document(answer.body, answer.url, answer.headers.get("content-type", "")[:200])
    reading = child.read(document)
    return Outcome(
        problem=reading.problem,
        detail=reading.detail,
        reading=reading,
        etag=_header(answer, "etag", 300),
        last_modified=_header(answer, "last-modified", 100),
        url=answer.url,
        moved_to=answer.moved_to,
        wait_s=retry_after.fresh_s(answer.headers),
    )


def _header(answer: http.Response, name: str, length: int) -> str:
    """As it came, to be sent back; nothing when it is longer than a sane one, or holds what a header must not."""
    value = answer.headers.get(name, "")
    return value if len(value) <= length and value.isascii() and value.isprintable() else ""


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "")[:255]
