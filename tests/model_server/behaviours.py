"""How a language model can behave: helpful, broken, slow, endless, and obedient to whoever wrote the ticket."""

import re
import time
from collections.abc import Sequence

from tests.model_server.server import Behaviour, Exchange

# What an attacker writes into a ticket so that an obedient model repeats it.
ORDER = re.compile(r"REPEAT AFTER ME: (.*)")


def says(text: str, **options: object) -> Behaviour:
    return lambda exchange: exchange.say(text, **options)  # type: ignore[arg-type]


def one_after_another(*behaviours: Behaviour) -> Behaviour:
    """Each call gets the next behaviour; the last one stays."""
    left = list(behaviours)

    def run(exchange: Exchange) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return run


def obeys(exchange: Exchange) -> None:
    """Does what the text of the ticket orders; says so when nothing was ordered."""
    found = ORDER.search(exchange.prompt)
    exchange.say(found.group(1) if found else "Nothing was ordered [1].")


def everything_it_was_told(exchange: Exchange) -> None:
    """Gives away the whole prompt."""
    exchange.say(exchange.prompt)


def broken_json(exchange: Exchange) -> None:
    exchange.raw(200, b'{"id": "x", "choices": [{"mess')


def html(exchange: Exchange) -> None:
    exchange.raw(200, b"<html><body><h1>Welcome</h1></body></html>", "text/html")


def nothing(exchange: Exchange) -> None:
    exchange.say("")


def hangs_up(exchange: Exchange) -> None:
    exchange.handler.connection.close()


def ten_megabytes(exchange: Exchange) -> None:
    exchange.say("word " * 2_000_000, pieces=200)


def busy(retry_after: str = "") -> Behaviour:
    headers = {"Retry_After": retry_after} if retry_after else {}
    return lambda exchange: exchange.refuse(429, "slow down", **headers)


def fault(exchange: Exchange) -> None:
    exchange.refuse(500, "internal")


def refuses_key(exchange: Exchange) -> None:
    exchange.refuse(401, f"bad key {exchange.handler.headers.get('Authorization')}")


def elsewhere(exchange: Exchange) -> None:
    exchange.raw(302, b"", Location="http://127.0.0.1:9/secret")


def silent(seconds: float) -> Behaviour:
    def run(exchange: Exchange) -> None:
        time.sleep(seconds)

    return run


def slow(text: str, pause: float = 0.2) -> Behaviour:
    return lambda exchange: exchange.say(text, pause=pause)


def endless(pause: float = 0.0) -> Behaviour:
    """Never stops; without a pause as fast as it can."""

    def run(exchange: Exchange) -> None:
        if not exchange.streams:
            time.sleep(90)
            return
        exchange.begin()
        while True:
            exchange.piece("and on and on ")
            if pause:
                time.sleep(pause)

    return run


def knows_no(options: Sequence[str], then: Behaviour) -> Behaviour:
    """A service that refuses options it does not know, one after another."""

    def run(exchange: Exchange) -> None:
        for name in options:
            if name in exchange.body:
                word = "use max_completion_tokens" if name == "max_tokens" else f"unknown option {name}"
                exchange.refuse(400, word)
                return
        then(exchange)

    return run
