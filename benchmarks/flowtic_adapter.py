"""Flowtic behind the benchmark driver: pages as a browser fetches them, writes as a script posts them."""

import json
import os
import urllib.parse
import uuid
from pathlib import Path

import corpus
from adapters.base import Adapter, find, need


class Flowtic(Adapter):
    """`options`: {"token_file": path written by load.py}; user agent00 has the role given there."""

    name = "flowtic"
    ready_path = "/health/live"
    password = "bench-pass-1-flowtic"

    def login(self) -> None:
        self.user = self.options.get("user", "agent00")
        html = self.http.get("/accounts/login/")
        token = find(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        self.http.post(
            "/accounts/login/",
            {"login": f"{self.user}@bench.example", "password": self.password, "csrfmiddlewaretoken": token},
            headers={"Referer": self.http.origin + "/accounts/login/"},
            expect=(302,),
        )
        need("flowtic_session" in self.http.cookies, "login failed")
        # One file per size: tokens belong to a database. The first that the server accepts is the right one.
        for path in sorted(Path(os.path.expandvars(self.options["tokens"])).parent.glob(self._pattern())):
            token = json.loads(path.read_text())[self.user]
            status, _ = self.http.request(
                "GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"}, expect=(200, 401)
            )
            if status == 200:
                break
        else:
            need(False, "no token works")
        self.api = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def _pattern(self) -> str:
        return Path(self.options["tokens"]).stem + "*.json"

    def create(self, ticket):
        body = {
            "subject": ticket["subject"],
            "description": ticket["body"],
            "department": corpus.DEPARTMENTS[ticket["department"]].lower(),
            "priority": corpus.PRIORITIES[ticket["priority"]],
            "requester_email": ticket["requester"],
        }
        _, data = self.http.post(
            "/api/v1/tickets",
            json.dumps(body),
            headers={**self.api, "Idempotency-Key": uuid.uuid4().hex},
            expect=(201,),
        )
        return len(data), json.loads(data)["number"]

    def list(self, department):
        key = corpus.DEPARTMENTS[department].lower()
        html = self.http.get(f"/tickets?department={key}&open=true&sort=-created")
        need(html.count(b'class="row') >= 10, "list too short")
        need(corpus.DEPARTMENTS[department].encode() in html, "wrong department")
        return len(html)

    def detail(self, number):
        html = self.http.get(f"/tickets/FT-2024-{number:06d}")
        need(b"T%06d" % number in html and html.count(b'class="msg') >= 3, "not the ticket")
        return len(html)

    def search(self, word, at_least):
        html = self.http.get("/tickets?" + urllib.parse.urlencode({"q": word, "sort": "-created"}))
        rows = html.count(b'class="row')
        need(rows >= min(at_least, self.page_size), f"{rows} rows")
        return len(html)

    def comment(self, number, text):
        _, data = self.http.post(
            f"/api/v1/tickets/FT-2024-{number:06d}/comments",
            json.dumps({"body": text, "visibility": "public"}),
            headers={**self.api, "Idempotency-Key": uuid.uuid4().hex},
            expect=(201,),
        )
        return len(data)

    def home(self):
        html = self.http.get("/tickets")
        need(b'class="row' in html, "not the list")
        return len(html)

    def api_list(self):
        data = self.http.get("/api/v1/tickets?limit=25&status=pending_assignment", headers=self.api)
        need(len(json.loads(data)["results"]) == 25, "short list")
        return len(data)
