"""A small mail server on the loopback address that notes what it is told and refuses on demand."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: "SmtpPeer"

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 peer.test ready")
        envelope: dict[str, Any] = {"from": "", "to": []}
        for raw in self.rfile:
            verb, _, rest = raw.decode("utf-8", "replace").strip().partition(":")
            word = verb.split(" ")[0].upper()
            if word in ("EHLO", "HELO"):
                self.say("250 peer.test")
            elif word == "MAIL":
                envelope = {"from": rest, "to": []}
                self.say("250 ok")
            elif word == "RCPT":
                self._recipient(envelope, rest.strip().strip("<>"))
            elif word == "DATA":
                self._data(envelope)
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def _recipient(self, envelope: dict[str, Any], address: str) -> None:
        if address in self.server.refused:
            return self.say("550 no such mailbox")
        envelope["to"].append(address)
        return self.say("250 ok")

    def _data(self, envelope: dict[str, Any]) -> None:
        self.say("354 go on")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        raw = b"".join(lines)
        message = message_from_bytes(raw, policy=policy.default)
        self.server.received.append((envelope["to"], message, raw))
        self.say("250 taken")


class SmtpPeer(socketserver.ThreadingTCPServer):
    """`received`: (recipients of the envelope, message, raw bytes) in order. `refused`: addresses it does not take."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[tuple[list[str], EmailMessage, bytes]] = []
        self.refused: set[str] = set()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
