"""Sending to an address that a reader typed in: which we take, and what an answer means."""

import socket
from collections.abc import Collection, Mapping
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.alerts.channels import InvalidDestination, Kind, Outcome
from staffellauf.alerts.channels.webpush import answers
from staffellauf.common import addresses, http

MAX_LENGTH = 2000
# A phone's ntfy server stands behind somebody's DSL line; a program that needs longer should answer first, then work.
TIMEOUT_S = 10.0
LOOK_UP_S = 3.0
# Nobody reads it; so much is waited for before the connection is cut.
ANSWER_BYTES = 32 * 1024
# Beside those of 5xx: too slow, too early, too often.
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# What a URL may hold without being quoted: RFC 3986, section 2, and what is quoted already.
SAFE = "/%:@!$&'()*+,;=~-._?[]"


def checked(typed: str) -> str:
    """The address in one spelling, looked up once. Raises InvalidDestination with a sentence.

    The answer of a look-up may change, so `post` checks the address that it connects to each time anew.
    """
    url = _spelled(typed)
    try:
        parts = http.split(url)
    except http.Refused:
        raise InvalidDestination(_("This is no address on the internet.")) from None
    host, port = str(parts.hostname), parts.port or http.PORTS[parts.scheme]
    if settings.ALERTS_ALLOW_LOCAL and http.is_loopback(host):
        return url
    if parts.scheme != "https":
        raise InvalidDestination(_("The address must begin with https://."))
    try:
        addresses.resolve_public(host, port, timeout_s=LOOK_UP_S)
    except addresses.NotPublic:
        raise InvalidDestination(_("%(host)s is not on the public internet.") % {"host": host[:253]}) from None
    except addresses.Unresolvable:
        raise InvalidDestination(_("%(host)s cannot be found.") % {"host": host[:253]}) from None
    return url


def post(url: str, body: bytes, *, headers: Mapping[str, str], gone: Collection[int] = ()) -> Outcome:
    """What came of it, in words for the reader: without the address, which may be a secret. Answers are not kept.

    `gone` are the statuses by which this kind of address says that it is over.
    """
    try:
        response = http.post(
            url,
            body,
            headers=headers,
            max_bytes=ANSWER_BYTES,
            timeout_s=TIMEOUT_S,
            is_local_allowed=settings.ALERTS_ALLOW_LOCAL,
        )
    except http.TooLarge as error:
        return outcome(error.status, gone=gone)
    except http.Refused:
        return Outcome(Kind.FAILED, _("The address is not on the public internet."))
    except http.TimedOut:
        return Outcome(Kind.LATER, _("No answer in time."))
    except http.Untrusted:
        return Outcome(Kind.LATER, _("The certificate does not hold."))
    except http.FetchFailed:
        return Outcome(Kind.LATER, _("Nobody can be reached there."))
    return outcome(response.status, retry_after=response.headers.get("retry-after", ""), gone=gone)


def outcome(status: int, *, retry_after: str = "", gone: Collection[int] = ()) -> Outcome:
    if 200 <= status < 300:
        return Outcome(Kind.SENT)
    said = {"status": status}
    if status in gone:
        return Outcome(Kind.GONE, _("The other side says that this address is over (%(status)d).") % said)
    if status in REFUSED:
        return Outcome(Kind.FAILED, _("The other side does not let us in (%(status)d).") % said)
    if status in LATER or status >= 500 or status == 0:
        wait_s = answers.retry_after_s(retry_after, now=timezone.now())
        return Outcome(Kind.LATER, _("The other side asks for patience (%(status)d).") % said, wait_s)
    if 300 <= status < 400:
        return Outcome(Kind.FAILED, _("The other side leads to another address (%(status)d): enter that one.") % said)
    return Outcome(Kind.FAILED, _("The other side does not take it (%(status)d).") % said)


def origin(url: str) -> str:
    """RFC 6454: no port when it is the scheme's own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _spelled(typed: str) -> str:
    """Host in lower case and ASCII, no port that goes without saying, no fragment. Raises InvalidDestination."""
    refusal = InvalidDestination(_("This is no address on the internet."))
    if len(typed) > MAX_LENGTH or any(c <= " " or c in '\\\x7f"<>^`{|}' for c in typed):
        raise refusal
    try:
        parts = urlsplit(typed)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        raise refusal from None
    if not host or "@" in parts.netloc or _is_shorthand(host):
        raise refusal
    netloc = addresses.bracketed(host) + (f":{port}" if port and port != http.PORTS.get(parts.scheme) else "")
    query = f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
    return f"{parts.scheme}://{netloc}{quote(parts.path or '/', safe=SAFE)}{query}"


def _is_shorthand(host: str) -> bool:
    """An IPv4 address as one number, octal or hexadecimal: nobody writes it so who means well."""
    if not host.rpartition(".")[2][:1].isdigit():
        return False
    try:
        socket.inet_pton(socket.AF_INET, host)
        return False
    except OSError:
        return True
