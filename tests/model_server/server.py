"""A real HTTP server that speaks chat completions, whole or streamed. `behaviour` says how it (mis)behaves."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Exchange"], None]


class Exchange:
    """One call: what was asked, and the means to answer."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]):
        self.handler, self.body = handler, body

    @property
    def prompt(self) -> str:
        return "\n".join(str(message.get("content", "")) for message in self.body.get("messages", []))

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))

    def raw(self, status: int, data: bytes, kind: str = "application/json", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def refuse(self, status: int, message: str = "no", **headers: str) -> None:
        self.raw(status, json.dumps({"error": {"message": message, "type": "test"}}).encode(), **headers)

    def say(
        self, text: str, *, pause: float = 0.0, pieces: int = 12, tokens: tuple[int, int] | None = (100, 20)
    ) -> None:
        """Answers with the text, in one piece or streamed as it was asked."""
        usage = (
            {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
            if tokens
            else None
        )
        if not self.streams:
            if pause:
                time.sleep(pause)
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            answer = {"id": "x", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice]}
            self.raw(200, json.dumps({**answer, "usage": usage}).encode())
            return
        self.begin()
        size = max(1, len(text) // pieces)
        for start in range(0, len(text), size):
            self.piece(text[start : start + size])
            if pause:
                time.sleep(pause)
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if usage:
            self.event({"choices": [], "usage": usage})
        self.handler.wfile.write(b"data: [DONE]\n\n")

    def begin(self) -> None:
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream")
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()

    def piece(self, text: str) -> None:
        self.event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})

    def event(self, fields: dict[str, Any]) -> None:
        data = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake", **fields}
        self.handler.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.handler.wfile.flush()


class ModelServer:
    """`with ModelServer(behaviour) as server:` — `server.base_url`, `server.prompts`, `server.calls`."""

    def __init__(self, behaviour: Behaviour | None = None):
        self.behaviour = behaviour or (lambda exchange: exchange.say("Hello."))
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                outer.paths.append(self.path)
                outer.bodies.append(body)
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                self.close_connection = True
                try:
                    outer.behaviour(Exchange(self, body))
                except OSError:
                    pass  # who asked went away

            def do_GET(self) -> None:
                outer.paths.append(self.path)
                Exchange(self, {}).raw(200, b"")

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def calls(self) -> int:
        return len(self.bodies)

    @property
    def prompts(self) -> list[str]:
        return ["\n".join(str(m.get("content", "")) for m in body.get("messages", [])) for body in self.bodies]

    def __enter__(self) -> "ModelServer":
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
