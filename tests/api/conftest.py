"""`rest(person)` speaks JSON with that person's token: paths without the prefix, bodies as plain objects."""

from collections.abc import Callable
from typing import Any

import pytest

PREFIX = "/api/v1"
ALL = ("tickets:read", "tickets:write", "people:read")


class Rest:
    """A client of one token."""

    def __init__(self, client: Any):
        self.client = client

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        extra = {"data": body, "content_type": "application/json"} if body is not None else {}
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(self.client, method)(f"{PREFIX}{path}", headers=names, **extra)

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self("put", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self("patch", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("delete", path, **headers)

    def form(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """A multipart POST."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"{PREFIX}{path}", fields, headers=names)


@pytest.fixture
def rest(api: Callable[..., Any]) -> Callable[..., Rest]:
    def make(person: Any, *scopes: str) -> Rest:
        chosen = scopes or ((*ALL, "admin") if person.role == "admin" else ALL)
        return Rest(api(person, *chosen))

    return make


def problem(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """The body of a refusal, after a look at its form: every error of the API has this one."""
    body = response.json()
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert body["status"] == status
    assert body["request_id"] == response["X-Request-ID"]
    assert all(set(item) == {"field", "message"} for item in body["errors"])
    if code:
        assert body["code"] == code
    return body


def fields_of(body: dict[str, Any]) -> set[str]:
    return {item["field"] for item in body["errors"]}
