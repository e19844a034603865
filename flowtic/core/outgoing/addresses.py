"""Which servers may be called: public ones, and what an administrator allows in FLOWTIC_OUTGOING_ALLOWED.

A name is resolved once, every address it has must be allowed, and the connection then goes to exactly those: a second
answer of the name server changes nothing.
"""

import queue
import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from flowtic.core.outgoing.errors import OutgoingError

Address = IPv4Address | IPv6Address

# Services that act on whatever a stranger writes to them; nobody serves HTTP there.
REFUSED_PORTS = frozenset({0, 7, 9, 19, 21, 22, 23, 25, 53, 69, 110, 135, 139, 143, 445, 465, 514, 587, 993, 995})
MOST_ADDRESSES = 20

# The special-purpose registries of IANA (IPv4 and IPv6), written out: which of them `is_global` knows differs between
# patch releases of Python 3.11. The anycast exceptions inside 192.0.0.0/24 and 2001::/23 stay refused too: no web
# server answers there.
_SPECIAL = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
_NAT64 = IPv6Network("64:ff9b::/96")
_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True)
class Allowed:
    """One entry of the setting: a network or a host name, for one port or (0) for all."""

    network: Any
    host: str
    port: int


def is_public(address: Address) -> bool:
    """Whether the address belongs to a server on the internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.scope_id:
            return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def parse_allowed(entries: Iterable[str]) -> list[Allowed]:
    """The setting's entries; ValueError names the first one that is neither network nor host."""
    return [_entry(entry.strip()) for entry in entries if entry.strip()]


def targets(host: str, port: int, timeout: float) -> list[Address]:
    """The addresses a connection to host and port may go to. Raises OutgoingError when it may not be made."""
    name = clean_host(host)
    allowed = [one for one in parse_allowed(settings.FLOWTIC_OUTGOING_ALLOWED) if one.port in (0, port)]
    if port in REFUSED_PORTS and not any(one.port for one in allowed if _covers(one, name)):
        raise OutgoingError("refused", _("Port %(port)d is not called.") % {"port": port})
    literal = _literal(name)
    found = [literal] if literal else _resolved(name, port, timeout)
    for address in found:
        if not is_public(address) and not any(_covers(one, name, address) for one in allowed):
            # Which address it was stays unsaid: the answer must not map the inner network.
            raise OutgoingError(
                "refused",
                _("%(host)s is not on the internet. An administrator can allow it (FLOWTIC_OUTGOING_ALLOWED).")
                % {"host": host[:100]},
            )
    return found


def clean_host(host: str) -> str:
    """The host as it is resolved: lower case, no final dot; refused when it is neither a name nor a plain address."""
    name = host.lower().removesuffix(".").strip("[]")
    if _literal(name):
        return name
    # 2130706433, 0x7f.1 and 0177.0.0.1 are addresses to the resolver; nobody writes them honestly.
    if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise OutgoingError("refused", _("“%(host)s” is no name of a server.") % {"host": host[:100]})
    return name


def lookup(name: str, port: int) -> list[str]:
    """Every address of the name, by the system's resolver."""
    answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _resolved(name: str, port: int, timeout: float) -> list[Address]:
    """`lookup` that ends in time: the system's resolver knows no time limit of ours, so it works in a thread."""
    answers: queue.Queue[list[str] | None] = queue.Queue()

    def work() -> None:
        try:
            answers.put(lookup(name, port))
        except (OSError, UnicodeError):
            answers.put(None)

    threading.Thread(target=work, name="outgoing-lookup", daemon=True).start()
    try:
        found = answers.get(timeout=max(timeout, 0.01))
    except queue.Empty:
        raise OutgoingError("timeout", _("The name %(host)s was not found in time.") % {"host": name}) from None
    if not found:
        raise OutgoingError("dns", _("There is no server called %(host)s.") % {"host": name})
    return [ip_address(text) for text in found[:MOST_ADDRESSES]]


def _literal(name: str) -> Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _entry(text: str) -> Allowed:
    host, port = text, 0
    split = re.fullmatch(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:]+):(?P<port>[0-9]{1,5})", text)
    if split:
        host, port = split["host"].strip("[]"), int(split["port"])
    try:
        return Allowed(ip_network(host.strip("[]"), strict=False), "", port)
    except ValueError:
        name = host.lower().removesuffix(".")
        if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]) or port > 65_535:
            raise ValueError(text) from None
        return Allowed(None, name, port)


def _covers(entry: Allowed, name: str, address: Address | None = None) -> bool:
    if entry.network is None:
        return entry.host == name
    address = address or _literal(name)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and address.version == entry.network.version and address in entry.network
