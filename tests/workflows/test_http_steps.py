"""HTTP steps against a real server on loopback: mapping, retries, garbage, the error path, and what is kept of it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job, OutgoingCall
from flowtic.core.secrets import save_secret
from tests.workflows.factories import document, make_run, open_item, task
from workflows.models import EffectRun, Instance

ADMIN = Actor.system("test")


class Server(ThreadingHTTPServer):
    """Answers with what `answers` says, the last one again and again; keeps what it got."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, b"{}")]
        self.got: list[dict] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append({"path": self.path, "headers": dict(self.headers), "body": body})
        answers = self.server.answers
        status, headers, content = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1/32"]
    found = Server()
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()


def call(server, **more):
    step = {
        "key": "call",
        "kind": "http",
        "method": "POST",
        "url": f"{server.url}/orders?for={{{{ ticket.number }}}}",
        "body": {"what": "{{ what }}", "from": "{{ requester.email }}"},
        "result": {"order": "data.id"},
        "next": "work",
        **more,
    }
    fields = [{"key": "what", "kind": "text", "default": 'a "quoted" thing'}, {"key": "order", "kind": "text"}]
    spare = [task("repair")] if "on_error" in more else []
    return document(step, task(), *spare, fields=fields)


def answers(server, *given):
    server.answers = list(given)


@pytest.mark.django_db(transaction=True)
class TestAgainstAServer:
    def test_the_answer_feeds_the_fields(self, server, rita, it):
        answers(server, (200, {}, b'{"data": {"id": "B-17"}}'))
        save_secret(ADMIN, "SHOP", value="s3cr3t-value", note="")
        run = make_run(call(server, headers={"Authorization": "Bearer {{ secret.SHOP }}"}), rita, it)
        run.refresh_from_db()
        assert (run.state["values"]["order"], open_item(run).step) == ("B-17", "work")
        (got,) = server.got
        assert json.loads(got["body"]) == {"what": 'a "quoted" thing', "from": rita.email}
        assert got["path"] == f"/orders?for={run.ticket.number}"
        assert got["headers"]["Authorization"] == "Bearer s3cr3t-value"
        assert got["headers"]["Idempotency-Key"].startswith(f"flowtic-{run.pk}-")
        kept = OutgoingCall.objects.get()
        everything = f"{kept.url}{kept.request_headers}{kept.request_body}{kept.response_body}"
        assert "s3cr3t" not in everything + str(run.state) + str(list(Job.objects.values()))

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ((500, {}, b"oops"), "http_status"),
            ((200, {}, b"<html>"), "http_answer"),
            ((200, {}, b'{"data": {}}'), "http_answer"),
            ((200, {}, b""), "http_answer"),
            ((302, {"Location": "http://169.254.169.254/"}, b""), "http_status"),
            ((200, {}, b"x" * 10_000_000), "too_large"),
        ],
    )
    def test_what_is_no_use_takes_the_error_path(self, server, rita, it, answer, code):
        answers(server, answer)
        run = make_run(call(server, on_error="repair"), rita, it)
        assert open_item(run).step == "repair"
        assert len(server.got) == 1, "no redirect was followed"
        without = make_run(call(server), rita, it)
        without.refresh_from_db()
        assert without.has_error
        (token,) = without.state["tokens"].values()
        assert token["error"]["code"] == code

    def test_further_tries_and_then_it_works(self, server, rita, it):
        answers(server, (503, {}, b""), (503, {}, b""), (200, {}, b'{"data": {"id": "B-18"}}'))
        run = make_run(call(server, retries={"times": 3, "backoff": "PT30S"}), rita, it)
        for seconds in (30, 60):
            run.refresh_from_db()
            assert run.state["tokens"]["1"]["wait"]["effect"]
            job = Job.objects.get(state="pending")
            pause = (job.next_try - clock.now()).total_seconds()
            assert seconds - 10 < pause <= seconds
            Job.objects.filter(pk=job.pk).update(next_try=clock.now())
            jobs.run(job.pk)
        run.refresh_from_db()
        assert run.state["values"]["order"] == "B-18"
        assert EffectRun.objects.get().attempts == 3
        keys = {got["headers"]["Idempotency-Key"] for got in server.got}
        assert len(keys) == 1, "repeats can be told from new orders"

    def test_private_addresses_are_refused_at_once(self, server, rita, it, settings):
        settings.FLOWTIC_OUTGOING_ALLOWED = []
        run = make_run(call(server, retries={"times": 3, "backoff": "PT30S"}), rita, it)
        run.refresh_from_db()
        assert run.has_error
        assert server.got == []
        assert run.state["tokens"]["1"]["error"]["code"] == "refused"

    def test_a_repeat_of_the_job_does_nothing(self, server, rita, it):
        answers(server, (200, {}, b'{"data": {"id": "B-19"}}'))
        run = make_run(call(server), rita, it)
        rev = Instance.objects.get(pk=run.pk).rev
        from workflows.jobs import run_effect

        for job in Job.objects.filter(kind="workflows.effect"):
            run_effect(job)
        assert len(server.got) == 1
        assert Instance.objects.get(pk=run.pk).rev == rev
