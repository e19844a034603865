"""A TCP proxy on loopback that swallows a share of the answers: the request had its effect, the client cannot know."""

import contextlib
import random
import socket
import threading
from types import TracebackType
from typing import Self


class LossyProxy:
    """One request per connection; counts what it dropped."""

    def __init__(self, target: int, share: float, seed: int = 3) -> None:
        self.target, self.share, self.rng = target, share, random.Random(seed)
        self.dropped = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.target), timeout=30) as server,
        ):
            upstream = threading.Thread(target=_copy, args=(client, server), daemon=True)
            upstream.start()
            answer = server.recv(65536)
            if self.rng.random() < self.share:
                # Read it to its end: the server must believe that it was heard.
                while answer and server.recv(65536):
                    pass
                self.dropped += 1
                # Closing alone is not seen while the other thread reads: the client would sit out its time limit.
                client.shutdown(socket.SHUT_RDWR)
                return
            while answer:
                client.sendall(answer)
                answer = server.recv(65536)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
