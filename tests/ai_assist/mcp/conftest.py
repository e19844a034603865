"""A client of the protocol's own library, speaking to the real application without a socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ai_assist.mcp import door


@pytest.fixture
def mcp(token: Callable[..., str], settings: Any, transactional_db: Any) -> Any:
    """`mcp(person, "tickets:read")` -> a caller: `.tools()`, `.call(name, **arguments)` -> (is_error, answer)."""
    settings.ALLOWED_HOSTS = ["testserver"]

    def make(person: Any, *scopes: str) -> "Caller":
        return Caller(token(person, *scopes))

    yield make
    door._manager = None


class Caller:
    def __init__(self, secret: str) -> None:
        self.secret = secret

    def tools(self) -> dict[str, Any]:
        async def ask(client: Any) -> Any:
            return (await client.list_tools()).tools

        return {tool.name: tool for tool in self._run(ask)}

    def call(self, name: str, **arguments: Any) -> tuple[bool, Any]:
        async def ask(client: Any) -> Any:
            return await client.call_tool(name, arguments)

        found = self._run(ask)
        text = found.content[0].text if found.content else ""
        return bool(found.is_error), (text if found.is_error else found.structured_content)

    def done(self, name: str, **arguments: Any) -> Any:
        """Calls a writing tool twice: for its plan, and to have it done."""
        failed, plan = self.call(name, **arguments)
        assert not failed, plan
        failed, answer = self.call(name, **arguments, confirmation=plan["confirmation"])
        assert not failed, answer
        return answer

    def _run(self, ask: Callable[[Any], Any]) -> Any:
        return asyncio.run(self._ask(ask))

    async def _ask(self, ask: Callable[[Any], Any]) -> Any:
        import httpx2
        from mcp.client.client import Client
        from mcp.client.streamable_http import streamable_http_client

        from flowtic.asgi import application

        http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(application),
            base_url="http://testserver",
            headers={"Authorization": f"Bearer {self.secret}"},
        )
        async with http, Client(streamable_http_client("http://testserver/mcp", http_client=http)) as client:
            return await ask(client)
