"""Endpoints come from clients: which of them we take, and which addresses we connect to for them."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from staffellauf.common import addresses, http

MAX_LENGTH = 2048
# Chrome, Edge and Samsung · Firefox · Safari · Edge on Windows. A leading dot stands for every name below it.
PUSH_SERVICES = ("fcm.googleapis.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
# RFC 1123 section 2.1: what no resolver can answer is refused at the door, not tried for two days.
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII
)


class InvalidEndpoint(Exception):
    """No address that we push to; the text says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    origin: str
    """Scheme, host and port as VAPID's `aud` wants it (RFC 6454): no port when it is the scheme's own."""
    host: str
    port: int
    is_local: bool
    """A stand-in on this machine, which PUSH_ALLOW_LOCAL admits."""


def parse(url: str) -> Endpoint:
    """Raises InvalidEndpoint. Looks nothing up: the names on the list belong to the push services, not to who sends
    us an endpoint; `resolve` checks the addresses behind them each time before we connect."""
    if len(url) > MAX_LENGTH:
        raise InvalidEndpoint(_("longer than 2,048 characters"))
    if not url.isascii() or any(c <= " " or c in '\\\x7f"<>^`{|}#' for c in url):
        raise InvalidEndpoint(_("holds characters that an address has not"))
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InvalidEndpoint(_("not an address")) from None
    if not host or "@" in parts.netloc:
        raise InvalidEndpoint(_("no host, or a user name"))
    if settings.PUSH_ALLOW_LOCAL and parts.scheme in http.PORTS and addresses.bracketed(host) in LOCAL_HOSTS:
        return Endpoint(f"{parts.scheme}://{parts.netloc}", host, port or http.PORTS[parts.scheme], is_local=True)
    if parts.scheme != "https" or port not in {None, 443}:
        raise InvalidEndpoint(_("not https on port 443"))
    if _is_address(host) or not HOST_NAME.fullmatch(host) or not is_push_service(host):
        raise InvalidEndpoint(_("%(host)s is no push service that we know") % {"host": host[:253]})
    return Endpoint(f"https://{host}", host, 443, is_local=False)


def is_push_service(host: str) -> bool:
    for known in (*PUSH_SERVICES, *settings.PUSH_HOSTS):
        if host == known or (known.startswith(".") and host.endswith(known)):
            return True
    return False


def resolve(endpoint: Endpoint, *, timeout_s: float) -> str:
    """The entry for CURLOPT_RESOLVE. Raises InvalidEndpoint when one of the host's addresses is not public, and
    addresses.Unresolvable."""
    if not endpoint.is_local:
        try:
            found = addresses.resolve_public(endpoint.host, endpoint.port, timeout_s=timeout_s)
        except addresses.NotPublic as error:
            raise InvalidEndpoint(str(error)) from error
    else:
        found = [a for a in addresses.resolve(endpoint.host, endpoint.port, timeout_s=timeout_s) if http.is_loopback(a)]
        if not found:
            raise InvalidEndpoint(f"{endpoint.host} is not this machine")
    return addresses.pin(endpoint.host, endpoint.port, found)


def _is_address(host: str) -> bool:
    """Also as one number, octal or hexadecimal, the way connect() reads it."""
    try:
        ip_address(host)
        return True
    except ValueError:
        return host.rpartition(".")[2][:1].isdigit()
