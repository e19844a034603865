"""A web process: serves the socket that the supervisor opened. Run as `python -m flowtic.processes.web FD`."""

import gc
import socket
import sys

from flowtic.processes import lifeline

# Server-sent events hold their connections open: waiting longer for them only delays a restart.
GRACE = 3


def main(fd: int) -> None:
    lifeline.hold()
    import uvicorn

    config = uvicorn.Config(
        "flowtic.asgi:application",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # client addresses are Django's matter: FLOWTIC_TRUSTED_PROXIES
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
    )
    config.load()
    # What was loaded stays for good: take it out of every later collection.
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
