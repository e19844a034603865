"""Which addresses a provider may have: public ones with https, and those inside that the operator allows."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from flowtic.core.outgoing import OutgoingError
from flowtic.core.outgoing.addresses import Address, is_public, targets

LONGEST = 300
CONNECT_TIMEOUT = 10.0


@dataclass(frozen=True)
class Place:
    """A provider's address, taken apart."""

    scheme: str
    host: str
    port: int
    url: str


def parse(base_url: str) -> Place:
    """The parts of an address; OutgoingError("refused") when it is none that a model can have."""
    text = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise OutgoingError("refused", _("This is no address of a server.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(text) > LONGEST or not text.isprintable():
        raise OutgoingError("refused", _("Give an address such as https://models.example.com/v1."))
    if parts.username or parts.password or parts.query or parts.fragment or " " in text:
        raise OutgoingError("refused", _("The address must not hold a password, a question mark or a #."))
    return Place(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), text)


def reach(base_url: str, timeout: float) -> tuple[Place, list[Address]]:
    """The address and where it may be connected to. Asked when it is saved, and again at every call."""
    place = parse(base_url)
    try:
        found = targets(place.host, place.port, timeout)
    except OutgoingError as error:
        if error.code == "refused" and _is_inside(place.host, error):
            raise OutgoingError("refused", _inside_sentence(place)) from error
        raise
    if place.scheme == "http" and any(is_public(address) for address in found):
        raise OutgoingError(
            "refused", _("A server on the internet is asked with https only: the key would be readable.")
        )
    return place, found


def _is_inside(host: str, error: OutgoingError) -> bool:
    """Whether the refusal is about the place in the network, not about the spelling or the port."""
    return "FLOWTIC_OUTGOING_ALLOWED" in str(error) or _is_private(host)


def _is_private(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return False


def _inside_sentence(place: Place) -> str:
    entry = f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"
    return _(
        "%(host)s lies in an inner network. If it is a server of your own (Ollama, for instance), its operator allows "
        "it with FLOWTIC_OUTGOING_ALLOWED=%(entry)s and starts Flowtic again."
    ) % {"host": place.host[:100], "entry": entry[:120]}
