"""A browser's side of the stream, in the event loop of a test: no server, the application itself."""

import asyncio
import json
from contextlib import asynccontextmanager

from django.test import Client

from flowtic.core.stream import door, poller

LONGEST = 8.0


def cookie_of(person):
    client = Client()
    client.force_login(person)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


class Answer:
    """What came back so far."""

    def __init__(self):
        self.status, self.headers, self.text, self.ended = 0, {}, "", False
        self.news = asyncio.Event()

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message["body"].decode()
            self.ended = not message.get("more_body")
        self.news.set()

    @property
    def messages(self):
        """(topic, ticket, kind, by) of everything that was said."""
        said = [json.loads(line[6:]) for line in self.text.splitlines() if line.startswith('data: {"')]
        return [(one["topic"], one["ticket"], one["kind"], one["by"]) for one in said]

    @property
    def last_id(self):
        return [line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1]

    async def until(self, holds):
        """Waits until the condition holds; fails with what was said when it never does."""
        try:
            async with asyncio.timeout(LONGEST):
                while not holds(self):
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"status {self.status}, said {self.text!r}") from None


@asynccontextmanager
async def stream(cookie, topics, *, after="", query="", method="GET", **headers):
    """Opens `/events`; leaving the block hangs up."""
    named = {"host": "testserver", "cookie": cookie, **headers} | ({"last-event-id": after} if after else {})
    scope = {
        "type": "http",
        "method": method,
        "path": "/events",
        "query_string": f"topics={topics}{query}".encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
    }
    answer, gone = Answer(), asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(door.application(scope, receive, answer.send))
    try:
        await answer.until(lambda one: one.ended or "event: begun" in one.text)
        yield answer
    finally:
        gone.set()
        await asyncio.wait_for(task, LONGEST)


def play(story):
    """Runs an asynchronous story; at its end nobody listens and nothing looks any more."""

    async def whole():
        try:
            await story()
        finally:
            running = poller.running()
            running.close()
            if running.task:
                await asyncio.wait_for(running.task, LONGEST)

    asyncio.run(whole())
