"""Which addresses of the internet a server may be sent to by what others wrote into a form or a feed."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where IPv6 carries an IPv4 address inside: RFC 6052 (NAT64), 8215 (local NAT64), 2765 (translated), 4291 (compatible).
CARRIERS_OF_IPV4 = [
    ipaddress.IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")
]
# What Python's `is_global` lets through and nobody serves the public from.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "224.0.0.0/4",
        "ff00::/8",
        "fec0::/10",  # site-local, RFC 3879
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation, RFC 9637
        "5f00::/16",  # segment routing, RFC 9602
    )
]


class NotPublic(Exception):
    """The name has an address that is not on the public internet; the text names it."""


class Unresolvable(Exception):
    """The name has no address, or nobody answered in time."""


def is_public(address: str) -> bool:
    """Whether the address, and the IPv4 address that it may carry, is on the public internet; False for no address.

    >>> is_public("9.9.9.9"), is_public("::ffff:127.0.0.1"), is_public("64:ff9b::7f00:1")
    (True, False, False)
    """
    try:
        ip: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id:
            return False
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in CARRIERS_OF_IPV4):
            # A carried public address still leaves through a translator of our own network, so it is refused too,
            # except under the well-known prefix, which is what DNS64 answers for every IPv4-only name.
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
            return ip in CARRIERS_OF_IPV4[0] and is_public(str(carried))
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_PUBLIC)


def resolve_public(host: str, port: int, *, timeout_s: float = 5.0) -> list[str]:
    """All addresses of the host. Raises NotPublic when one of them is not public, and Unresolvable."""
    addresses = resolve(host, port, timeout_s=timeout_s)
    for address in addresses:
        if not is_public(address):
            raise NotPublic(f"{host} is {address}")
    return addresses


def resolve(host: str, port: int, *, timeout_s: float = 5.0) -> list[str]:
    """All addresses of the host, in the resolver's order. Raises Unresolvable."""
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()
    # getaddrinfo has no time limit of its own; a daemon thread that hangs on does not keep the process.
    threading.Thread(target=_look_up, args=(host, port, answer), daemon=True).start()
    try:
        found = answer.get(timeout=timeout_s)
    except Empty:
        raise Unresolvable(f"{host}: no answer in {timeout_s:g} s") from None
    if isinstance(found, Exception):
        raise Unresolvable(f"{host}: {found}") from found
    return found


def _look_up(host: str, port: int, answer: "SimpleQueue[list[str] | Exception]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answer.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
    except Exception as error:  # Whatever it was, the thread that waits must hear of it.
        answer.put(error)


def pin(host: str, port: int, addresses: Sequence[str]) -> str:
    """The entry for CURLOPT_RESOLVE that makes libcurl connect to these addresses and look up nothing."""
    return f"{bracketed(host)}:{port}:" + ",".join(bracketed(address) for address in addresses)


def bracketed(host: str) -> str:
    """As a URL has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
