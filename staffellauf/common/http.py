"""The door to the internet: public addresses only, checked where the connection is made, with limits on everything."""

import os
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import pycurl

from staffellauf.common import addresses

USER_AGENT = "Staffellauf"
# As browsers do it, rounded down: who redirects more often has a loop.
MAX_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
# What libcurl and its TLS library say when a certificate does not hold: CURLE_PEER_FAILED_VERIFICATION and its kin.
CERTIFICATE_ERRORS = {51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91}
MAX_HEADER_BYTES = 64 * 1024
PORTS = {"http": 80, "https": 443}


class FetchFailed(Exception):
    """Nothing usable came back; the text says why. One of the classes below."""


class Refused(FetchFailed):
    """The address is none that we ask: not http(s), not public, with a user name, a redirect too many."""


class NotPublic(Refused):
    """The address, or the one that a redirect leads to, is not on the public internet."""


class TooLarge(FetchFailed):
    """More bytes than the caller takes, unpacked."""

    def __init__(self, text: str, *, status: int = 0) -> None:
        super().__init__(text)
        self.status = status
        """What the answer began with."""


class TimedOut(FetchFailed):
    """Not whole within the time limit."""


class Unreachable(FetchFailed):
    """No address, no connection, no valid certificate, or the answer broke off."""


class Untrusted(Unreachable):
    """Whoever answered could not prove to be the host asked for."""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: dict[str, str]
    """Names in lower case; of a name that came twice, the last."""
    body: bytes
    url: str
    """Where the body came from in the end."""
    moved_to: str = ""
    """Where it lives from now on: as far as redirects said that they are permanent (301, 308), one after the other."""


def fetch(
    url: str,
    *,
    max_bytes: int,
    timeout_s: float = 10.0,
    headers: Mapping[str, str] | None = None,
    is_local_allowed: bool = False,
    follows_redirects: bool = True,
) -> Response:
    """GET. Any status comes back as an answer; redirects are followed, each checked like the first address.

    `timeout_s` holds for the whole, redirects included. `is_local_allowed` is for tests against a stand-in.
    Raises a FetchFailed.
    """
    deadline = monotonic() + timeout_s
    moved_to, is_permanent = "", True
    for _ in range(MAX_REDIRECTS + 1):
        response = _ask(url, max_bytes, deadline=deadline, headers=headers or {}, is_local_allowed=is_local_allowed)
        location = response.headers.get("location")
        if response.status not in REDIRECTS or not location or not follows_redirects:
            return replace(response, moved_to=moved_to) if moved_to else response
        target = _target(url, location)
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise Refused(f"{url} leads from https to {target}")
        url = target
        is_permanent = is_permanent and response.status in PERMANENT
        moved_to = target if is_permanent else moved_to
    raise Refused(f"{url}: more than {MAX_REDIRECTS} redirects")


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused(f"{url} leads to {location[:200]!r}, which is no address") from None


def post(
    url: str,
    body: bytes,
    *,
    max_bytes: int,
    timeout_s: float = 10.0,
    headers: Mapping[str, str] | None = None,
    is_local_allowed: bool = False,
) -> Response:
    """POST, under the same rules. Any status comes back as an answer, a redirect too: what is sent is for this address
    alone. Raises a FetchFailed."""
    deadline = monotonic() + timeout_s
    return _ask(url, max_bytes, deadline=deadline, headers=headers or {}, is_local_allowed=is_local_allowed, body=body)


def harden(curl: pycurl.Curl, *, is_local_allowed: bool = False) -> None:
    """Sets what every handle of ours has: no proxy, no redirect, http(s) only, no connection to a private address."""
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    # An empty string, unlike none at all, also switches off what the environment names.
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.NETRC, 0)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.CAINFO, certificates())
    curl.setopt(pycurl.OPENSOCKETFUNCTION, _open_public if not is_local_allowed else _open_public_or_loopback)


@cache
def certificates() -> str:
    """The system's certificates where there are any (SSL_CERT_FILE included), else certifi's."""
    return ssl.get_default_verify_paths().cafile or certifi.where()


def is_loopback(address: str) -> bool:
    return address == "::1" or (address.startswith("127.") and address.count(".") == 3)


# Any: pycurl's address is an untyped named tuple.
def _open_public(purpose: int, address: Any) -> Any:
    """The last word: called with the address that is about to be connected to."""
    if not addresses.is_public(address.addr[0]):
        return pycurl.SOCKET_BAD
    return _Descriptor(socket.socket(address.family, address.socktype, address.protocol).detach())


def _open_public_or_loopback(purpose: int, address: Any) -> Any:
    if is_loopback(address.addr[0]):
        return _Descriptor(socket.socket(address.family, address.socktype, address.protocol).detach())
    return _open_public(purpose, address)


class _Descriptor:
    """pycurl asks for the number, duplicates it and lets go; a socket object would warn that nobody closed it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def fileno(self) -> int:
        return self.number

    def __del__(self) -> None:
        os.close(self.number)


def _ask(
    url: str,
    max_bytes: int,
    *,
    deadline: float,
    headers: Mapping[str, str],
    is_local_allowed: bool,
    body: bytes | None = None,
) -> Response:
    """GET, or POST when there is a body."""
    parts, port = _split(url)
    answer = _Answer(max_bytes)
    curl = pycurl.Curl()
    try:
        harden(curl, is_local_allowed=is_local_allowed)
        curl.setopt(pycurl.RESOLVE, [_pin(str(parts.hostname), port, deadline, is_local_allowed=is_local_allowed)])
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.TIMEOUT_MS, _left_ms(deadline, url))
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip, deflate, br")
        sent = {"User-Agent": USER_AGENT, **headers}
        if body is not None:
            curl.setopt(pycurl.POST, 1)
            curl.setopt(pycurl.POSTFIELDS, body)
            # Without it libcurl asks first whether it may send a longer body, and waits for the answer.
            sent["Expect"] = ""
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}".rstrip() for name, value in sent.items()])
        curl.setopt(pycurl.HEADERFUNCTION, answer.take_header)
        curl.setopt(pycurl.WRITEFUNCTION, answer.take)
        curl.perform()
        return Response(curl.getinfo(pycurl.RESPONSE_CODE), answer.headers, answer.body.getvalue(), url)
    except pycurl.error as error:
        raise _failure(error, answer, url) from error
    finally:
        curl.close()


def split(url: str) -> SplitResult:
    """The parts of an address that may be asked, as far as can be told without looking it up. Raises Refused."""
    return _split(url)[0]


def _split(url: str) -> tuple[SplitResult, int]:
    if not url.isascii() or any(c <= " " or c in "\\\x7f" for c in url):
        raise Refused(f"{url!r} holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Refused(f"{url} is no http or https address") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refused(f"{url} has no host, or a user name")
    return parts, port


def _pin(host: str, port: int, deadline: float, *, is_local_allowed: bool) -> str:
    try:
        found = addresses.resolve(host, port, timeout_s=max(0.1, deadline - monotonic()))
    except addresses.Unresolvable as error:
        raise Unreachable(str(error)) from error
    for address in found:
        if not (addresses.is_public(address) or (is_local_allowed and is_loopback(address))):
            raise NotPublic(f"{host} is {address}, which is not public")
    return addresses.pin(host, port, found)


def _left_ms(deadline: float, url: str) -> int:
    left = int((deadline - monotonic()) * 1000)
    if left <= 0:
        raise TimedOut(f"{url}: the time is up")
    return left


@dataclass(slots=True)
class _Answer:
    max_bytes: int
    headers: dict[str, str] = field(default_factory=dict)
    body: BytesIO = field(default_factory=BytesIO)
    header_bytes: int = 0
    status: int = 0
    is_too_large: bool = False

    def take_header(self, line: bytes) -> int | None:
        self.header_bytes += len(line)
        if self.header_bytes > MAX_HEADER_BYTES:
            self.is_too_large = True
            return -1
        if line.startswith(b"HTTP/"):
            self.headers.clear()
            code = line.split()[1:2]
            self.status = int(code[0]) if code and code[0].isdigit() and len(code[0]) == 3 else 0
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self.headers[name.strip().lower()] = value.strip()
        return None

    def take(self, chunk: bytes) -> int | None:
        # libcurl unpacks in chunks of 16 kB, so a bomb goes off here, not in memory.
        if self.body.tell() + len(chunk) > self.max_bytes:
            self.is_too_large = True
            return -1
        self.body.write(chunk)
        return None


def _failure(error: pycurl.error, answer: _Answer, url: str) -> FetchFailed:
    code, text = error.args[0], error.args[1]
    if answer.is_too_large:
        return TooLarge(f"{url}: more than {answer.max_bytes} bytes", status=answer.status)
    kinds: dict[int, Callable[[str], FetchFailed]] = {pycurl.E_OPERATION_TIMEDOUT: TimedOut}
    kinds |= dict.fromkeys(CERTIFICATE_ERRORS, Untrusted)
    return kinds.get(code, Unreachable)(f"{url}: {text}")
