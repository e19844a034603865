"""Where calls may go: every spelling of a private address is refused, unless an administrator allows it."""

import time
from ipaddress import ip_address

import pytest

from flowtic.core.checks import outgoing
from flowtic.core.outgoing import OutgoingError, OutgoingRequest, addresses, send
from flowtic.core.outgoing.addresses import is_public, parse_allowed, targets

PRIVATE = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.0.8"),  # noqa: S104
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1"),
    *("5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_public_addresses(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:0:0:1]",
        "[fe80::1%25lo]",
        "[::]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "１２７.0.0.1",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "127.0.0.1%00.example.com",
        "0.0.0.0",  # noqa: S104
        "10.1",
        "169.254.169.254",
        "2852039166",
        "1.1.1.1.1",
        "ex ample.test",
        "-a.test",
        "a..b",
    ],
)
def test_no_spelling_of_a_private_address_is_called(host, monkeypatch):
    monkeypatch.setattr(addresses, "lookup", _system_without_network)
    with pytest.raises(OutgoingError) as caught:
        send(OutgoingRequest("GET", f"http://{host}/", timeout=2))
    assert caught.value.code == "refused"


def _system_without_network(name, port):
    if name == "localhost":
        return ["::1", "127.0.0.1"]
    raise AssertionError(f"{name} must not be looked up")


@pytest.mark.parametrize(
    "found", [["10.0.0.5"], ["93.184.216.34", "127.0.0.1"], ["::ffff:192.168.0.1"], ["93.184.216.34", "fd00::1"]]
)
def test_a_name_with_one_private_address_is_refused(monkeypatch, found):
    monkeypatch.setattr(addresses, "lookup", lambda name, port: found)
    with pytest.raises(OutgoingError) as caught:
        targets("mixed.example.test", 443, 1)
    assert caught.value.code == "refused"
    assert not any(address in str(caught.value) for address in found)


def test_names_without_a_server_and_slow_name_servers(monkeypatch):
    def missing(name, port):
        raise OSError

    def slow(name, port):
        time.sleep(1)
        return ["93.184.216.34"]

    for lookup, code in ((missing, "dns"), (slow, "timeout"), (lambda name, port: [], "dns")):
        monkeypatch.setattr(addresses, "lookup", lookup)
        with pytest.raises(OutgoingError) as caught:
            targets("gone.example.test", 443, 0.2)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("allowed", "host", "port", "works"),
    [
        (["10.1.0.0/16"], "10.1.2.3", 80, True),
        (["10.1.0.0/16"], "10.2.2.3", 80, False),
        (["10.1.0.0/16:8443"], "10.1.2.3", 8443, True),
        (["10.1.0.0/16:8443"], "10.1.2.3", 443, False),
        (["10.1.0.0/16"], "[::ffff:10.1.2.3]", 80, True),
        (["[fd00::1]:8443"], "[fd00::1]", 8443, True),
        (["fd00::/8"], "[fd00::1]", 80, True),
        (["Intranet.Example.test:8443"], "intranet.example.test", 8443, True),
        (["intranet.example.test:8443"], "intranet.example.test", 443, False),
        (["intranet.example.test"], "intranet.example.test", 443, True),
        (["intranet.example.test"], "other.intranet.example.test", 443, False),
        (["intranet.example.test"], "intranet.example.test", 25, False),
        (["intranet.example.test:25"], "intranet.example.test", 25, True),
        ([" ", "172.16.0.0/12 "], "172.16.1.1", 80, True),
    ],
)
def test_what_an_administrator_allows(settings, monkeypatch, allowed, host, port, works):
    settings.FLOWTIC_OUTGOING_ALLOWED = allowed
    monkeypatch.setattr(addresses, "lookup", lambda name, number: ["10.9.9.9"])
    if works:
        assert targets(host, port, 1)
    else:
        with pytest.raises(OutgoingError) as caught:
            targets(host, port, 1)
        assert caught.value.code == "refused"


@pytest.mark.parametrize("port", [25, 465, 587, 22, 53])
def test_ports_of_other_services(port):
    with pytest.raises(OutgoingError, match=str(port)):
        targets("1.1.1.1", port, 1)


def test_wrong_settings_are_named(settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["10.0.0.0/8", "intranet:8443"]
    assert outgoing() == []
    settings.FLOWTIC_OUTGOING_ALLOWED = ["10.0.0.0/99"]
    assert [message.id for message in outgoing()] == ["flowtic.E006"]
    for wrong in ("http://x", "a b", "0x7f.1", "host:99999", "*"):
        with pytest.raises(ValueError, match=r".+"):
            parse_allowed([wrong])
