"""SSRF, headers and secrets: what the HTTP step of a workflow may call, send, and tell afterwards."""

import json

import pytest

from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Job, OutgoingCall
from flowtic.core.outgoing import addresses, pinned
from flowtic.core.secrets import save_secret
from tests.abuse.doors import everything
from tests.core.outgoing_server import Server, answer, echo
from tests.workflows.factories import document, make_run, open_item, task
from workflows.definition.validation import validate
from workflows.models import EffectRun

SECRET = "tok-5f1e77-canary"
INSIDE = [
    "http://127.0.0.1:{port}/echo",
    "http://localhost:{port}/echo",
    "http://[::1]:{port}/echo",
    "http://[::ffff:127.0.0.1]:{port}/echo",
    "http://2130706433:{port}/echo",
    "http://0x7f000001:{port}/echo",
    "http://0177.0.0.1:{port}/echo",
    "http://127.1:{port}/echo",
    "http://0:{port}/echo",
    "http://0.0.0.0:{port}/echo",
    "http://127.0.0.1.:{port}/echo",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://[fd00::1]/",
    "http://user@127.0.0.1:{port}/echo",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "http://127.0.0.1:22/",
]


@pytest.fixture
def server():
    running = Server(
        {
            "/echo": echo,
            "/id": answer("200 OK", b'{"id": "A1"}'),
            "/away": answer("302 Found", b"", "Location: http://127.0.0.1:1/"),
            "/file": answer("307 Temporary Redirect", b"", "Location: file:///etc/passwd"),
            "/tell": answer("200 OK", json.dumps({"id": SECRET}).encode()),
        }
    )
    yield running
    running.close()


@pytest.fixture
def go(rita, it, monkeypatch):
    """`go(url, **step)` starts a workflow with this call and does what its worker does; returns the run.

    Without validation, which would refuse some of these: a version may be older than a rule.
    """
    monkeypatch.setattr("workflows.commands.definitions.refuse_broken", lambda *_given: None)

    def run(url, values=None, **more):
        step = {"key": "call", "kind": "http", "method": "GET", "url": url, "next": "fine", "on_error": "wrong", **more}
        fields = [{"key": key, "default": value} for key, value in (values or {}).items()]
        doc = document(step, task("fine"), task("wrong"), fields=[*fields, {"key": "order"}])
        found = make_run(doc, rita, it)
        for job in Job.objects.filter(kind="workflows.effect", state="pending"):
            jobs.run(job.pk)
        return found

    return run


@pytest.fixture
def allowed(settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1/32"]


@pytest.mark.parametrize("url", INSIDE)
def test_ssrf_01_no_step_reaches_the_inside(server, go, url, settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = []
    run = go(url.format(port=server.port), retries={"times": 3, "backoff": "PT1S"})
    assert open_item(run).step == "wrong"
    assert server.requests == []
    assert EffectRun.objects.get().attempts == 1, "what was refused for safety is not tried again"


def test_ssrf_01_control_what_an_admin_allows_is_called(server, go, allowed):
    assert open_item(go(f"http://127.0.0.1:{server.port}/echo")).step == "fine"
    assert len(server.requests) == 1


def test_ssrf_01_a_value_does_not_choose_the_server(server, go, allowed, settings):
    """Where the host is fixed, what people type stays behind it; where it is a field, the same rules hold."""
    settings.FLOWTIC_OUTGOING_ALLOWED = []
    for value in (f"@127.0.0.1:{server.port}/echo", f"127.0.0.1:{server.port}/echo?", "..//127.0.0.1", "#@127.0.0.1"):
        run = go("http://shop.invalid/{{ path }}", {"path": value})
        assert open_item(run).step == "wrong"
        run = go("http://{{ path }}", {"path": value})
        assert open_item(run).step == "wrong"
    assert server.requests == []


@pytest.mark.parametrize("url", ["http://{{ path }}/", "http://{{ secret.SHOP }}.example/", "file:///etc/passwd"])
def test_ssrf_01_such_addresses_are_not_even_published(url):
    step = {"key": "call", "kind": "http", "method": "GET", "url": url, "next": "end"}
    wrong = [one.path for one in validate(document(step, fields=[{"key": "path", "default": "x"}])) if one.is_error]
    assert wrong == ["steps/0/url"]
    fine = {**step, "url": "https://shop.example/{{ path }}?key={{ secret.SHOP }}"}
    assert not [one for one in validate(document(fine, fields=[{"key": "path", "default": "x"}])) if one.is_error]


def test_ssrf_02_a_name_that_changes_its_mind_gains_nothing(server, go, monkeypatch, settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = []
    asked, dialled = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]), []

    def dial(address, timeout=None, *rest, **more):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(addresses, "lookup", lambda name, port: next(asked))
    monkeypatch.setattr(pinned.socket, "create_connection", dial)
    assert open_item(go("http://flip.example.test/")).step == "wrong"
    assert dialled == [("93.184.216.34", 80)]
    assert next(asked) == ["127.0.0.1"], "it was asked once"
    assert open_item(go("http://flip.example.test/")).step == "wrong", "and now it is refused"
    assert len(dialled) == 1


@pytest.mark.parametrize("path", ["/away", "/file"])
def test_ssrf_03_no_step_follows_a_redirect(server, go, allowed, path):
    assert open_item(go(f"http://127.0.0.1:{server.port}{path}")).step == "wrong"
    assert len(server.requests) == 1
    assert OutgoingCall.objects.get().status in (302, 307)


@pytest.mark.parametrize("evil", ["x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\r\n\r\nGET /evil HTTP/1.1", "x\x00", "x\u2028y"])
def test_step_07_values_put_no_line_into_a_request(server, go, allowed, evil):
    run = go(f"http://127.0.0.1:{server.port}/echo", {"what": evil}, headers={"X-What": "{{ what }}"})
    assert open_item(run).step == "wrong"
    assert server.requests == []
    run = go(f"http://127.0.0.1:{server.port}/echo?q={{{{ what }}}}", {"what": evil})
    head = server.requests[0].partition(b"\r\n\r\n")[0] if server.requests else b""
    assert b"X-Evil" not in head.replace(b"X-Evil%3A", b"")
    assert len(server.requests) <= 1
    assert b"GET /evil" not in b"".join(server.requests)
    body = {"what": "{{ what }}"}
    go(f"http://127.0.0.1:{server.port}/echo", {"what": '", "admin": true, "x": "'}, method="POST", body=body)
    assert json.loads(server.requests[-1].partition(b"\r\n\r\n")[2]) == {"what": '", "admin": true, "x": "'}


def test_step_07_control_an_honest_value_is_sent(server, go, allowed):
    run = go(f"http://127.0.0.1:{server.port}/echo", {"what": "fine"}, headers={"X-What": "{{ what }}"})
    assert open_item(run).step == "fine"
    assert b"X-What: fine" in server.requests[0]


def test_step_08_a_secret_stays_in_the_call(server, go, allowed, log_of, stored, work, web, ada, alan, rita):
    """Not in values, history, log of calls, answers, pages, or what the program writes into its own log."""
    save_secret(Actor(ada), "SHOP", value=SECRET, note="")
    with log_of("json", "DEBUG") as log:
        run = go(
            f"http://127.0.0.1:{server.port}/echo?key={{{{ secret.SHOP }}}}",
            headers={"Authorization": "Bearer {{ secret.SHOP }}", "X-Other": "{{ secret.SHOP }}"},
            method="POST",
            body={"key": "{{ secret.SHOP }}"},
        )
        assert open_item(run).step == "fine"
        assert SECRET in server.requests[0].decode(), "the control: it was used"
        number = run.ticket.number
        shown = [
            work(ada).get(f"/instances/{run.pk}"),
            work(ada).get(f"/work-items/{open_item(run).pk}"),
            work(ada).get(f"/tickets/{number}/events"),
            work(ada).get(f"/workflows/{run.version.workflow.key}/versions/1"),
            work(ada).get(f"/workflows/{run.version.workflow.key}/export?format=yaml"),
            work(ada).post(f"/workflows/{run.version.workflow.key}/test-run", {"answers": [{"step": "call"}]}),
            web(ada).get(f"/tickets/{number}"),
            web(ada).get(f"/tickets/{number}/history"),
        ]
        failed = go("http://{{ secret.SHOP }}.invalid/{{ secret.SHOP }}")
        shown.append(work(ada).get(f"/instances/{failed.pk}"))
    assert SECRET not in log()
    for page in shown:
        assert page.status_code == 200
        assert SECRET not in everything(page)
    for table, rows in stored().items():
        assert SECRET not in str(rows), table
    assert Event.objects.filter(name="secret.saved").exists()


def test_step_08_values_cannot_ask_for_a_secret(server, go, allowed, ada):
    save_secret(Actor(ada), "SHOP", value=SECRET, note="")
    go(f"http://127.0.0.1:{server.port}/echo", {"what": "{{ secret.SHOP }}"}, method="POST", body={"a": "{{ what }}"})
    assert SECRET not in b"".join(server.requests).decode()
    assert b"{{ secret.SHOP }}" in server.requests[0], "what was typed is sent as it was typed"
