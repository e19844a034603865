"""Asks a web process whether it lives."""

import http.client

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on


def answers(host: str, port: int, path: str, timeout: float = 0.5) -> bool:
    """Whether this path answers 200 in time."""
    connection = http.client.HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
