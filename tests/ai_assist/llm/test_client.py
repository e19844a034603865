"""The client against a real server that misbehaves in every known way."""

import time

import pytest

from ai_assist.providers import Call, ProviderError, client
from ai_assist.providers.openai import client as module
from tests.model_server import ModelServer, behaviours

MESSAGES = [{"role": "user", "content": "Say something."}]


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1"]


@pytest.fixture
def server():
    with ModelServer() as running:
        yield running


def ask(server, *, stream=False, **fields):
    texts = []
    given = {"base_url": server.base_url, "api_key": "sk-key", "model": "fake", "messages": MESSAGES, **fields}
    call = Call(**{"max_output_tokens": 100, "timeout": 5, **given})
    return client().complete(call, texts.append if stream else None), texts


def refused(server, *, stream=False, **fields):
    with pytest.raises(ProviderError) as caught:
        ask(server, stream=stream, **fields)
    return caught.value


def test_an_answer_in_one_piece(server):
    server.behaviour = behaviours.says("Good morning.", tokens=(7, 3))
    answer, _ = ask(server)
    assert (answer.text, answer.tokens_in, answer.tokens_out, answer.attempts) == ("Good morning.", 7, 3, 1)
    assert server.paths == ["/v1/chat/completions"]
    assert server.bodies[0]["model"] == "fake"


def test_a_growing_answer_is_told_as_it_grows(server):
    server.behaviour = behaviours.says("Good morning, all of you.", pieces=5)
    answer, texts = ask(server, stream=True)
    assert answer.text == texts[-1] == "Good morning, all of you."
    assert len(texts) >= 5
    assert all(answer.text.startswith(text) for text in texts)


def test_only_what_is_needed_is_told_about_this_machine(server):
    ask(server)
    (headers,) = server.headers
    assert headers["authorization"] == "Bearer sk-key"
    assert headers["user-agent"] == "Flowtic"
    assert not [name for name in headers if name.startswith(("x-stainless", "openai-"))]


def test_without_a_key_none_is_sent(server):
    ask(server, api_key="")
    assert "authorization" not in server.headers[0]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (behaviours.broken_json, "bad_answer"),
        (behaviours.html, "bad_answer"),
        (behaviours.nothing, "empty"),
        (behaviours.hangs_up, "connect"),
        (behaviours.ten_megabytes, "too_long"),
        (behaviours.fault, "server_error"),
        (behaviours.busy(), "rate_limited"),
        (behaviours.refuses_key, "unauthorized"),
        (behaviours.elsewhere, "bad_answer"),
        (lambda exchange: exchange.raw(200, b"[1, 2]"), "bad_answer"),
        (lambda exchange: exchange.raw(200, b"null"), "bad_answer"),
        (lambda exchange: exchange.raw(200, b"data: {no json}\n\n", "text/event-stream"), "bad_answer"),
    ],
)
def test_a_useless_answer_has_a_name(server, monkeypatch, behaviour, code, stream):
    monkeypatch.setattr(module, "sleep", lambda seconds: None)
    server.behaviour = behaviour
    error = refused(server, stream=stream)
    assert error.code in ({code, "empty"} if stream and code == "bad_answer" else {code})
    assert error.sentence
    assert "sk-key" not in error.sentence


@pytest.mark.parametrize("behaviour", [behaviours.fault, behaviours.busy("0"), behaviours.hangs_up])
def test_faults_are_tried_again_three_times(server, monkeypatch, behaviour):
    waits = []
    monkeypatch.setattr(module, "sleep", waits.append)
    server.behaviour = behaviour
    error = refused(server)
    assert (server.calls, error.attempts, len(waits)) == (3, 3, 2)


def test_a_second_attempt_that_works_is_the_answer(server, monkeypatch):
    waits = []
    monkeypatch.setattr(module, "sleep", waits.append)
    server.behaviour = behaviours.one_after_another(behaviours.fault, behaviours.says("Now."))
    answer, _ = ask(server)
    assert (answer.text, answer.attempts) == ("Now.", 2)
    assert 0.3 < waits[0] < 0.8


def test_what_the_service_asks_for_is_waited(server, monkeypatch):
    waits = []
    monkeypatch.setattr(module, "sleep", waits.append)
    server.behaviour = behaviours.one_after_another(behaviours.busy("3"), behaviours.says("Now."))
    ask(server)
    assert waits == [3.0]


@pytest.mark.parametrize("wish", ["60", "86400", "Wed, 21 Oct 2026 07:28:00 GMT", "-5"])
def test_nobody_waits_for_ever(server, monkeypatch, wish):
    monkeypatch.setattr(module, "sleep", lambda seconds: pytest.fail("waited"))
    server.behaviour = behaviours.busy(wish)
    assert refused(server).code == "rate_limited"
    assert server.calls == 1


@pytest.mark.parametrize("stream", [False, True])
def test_silence_ends_in_time(server, stream):
    server.behaviour = behaviours.silent(8)
    began = time.monotonic()
    assert refused(server, timeout=1, stream=stream).code == "timeout"
    assert time.monotonic() - began < 2.5


def test_a_stream_without_end_ends_in_time(server):
    server.behaviour = behaviours.endless(0.05)
    began = time.monotonic()
    assert refused(server, timeout=1, stream=True).code == "timeout"
    assert time.monotonic() - began < 2.5


def test_a_fast_stream_without_end_ends_at_its_size(server):
    server.behaviour = behaviours.endless()
    assert refused(server, timeout=20, stream=True).code == "too_long"


@pytest.mark.parametrize("stream", [False, True])
def test_options_that_a_service_does_not_know_are_left_out(server, stream):
    unknown = ["max_tokens", "temperature", "response_format", *(["stream_options"] if stream else [])]
    server.behaviour = behaviours.knows_no(unknown, behaviours.says("{}"))
    answer, _ = ask(server, stream=stream, schema={"type": "object"})
    assert answer.text == "{}"
    assert answer.attempts == 1
    assert server.bodies[-1]["max_completion_tokens"] == 100
    assert not set(unknown) & set(server.bodies[-1])


def test_the_schema_is_told_to_the_service(server):
    ask(server, schema={"type": "object", "properties": {"a": {"type": "string"}}})
    assert server.bodies[0]["response_format"]["json_schema"]["schema"]["properties"] == {"a": {"type": "string"}}


def test_an_inner_server_is_not_asked_unless_it_is_allowed(server, settings):
    settings.FLOWTIC_OUTGOING_ALLOWED = []
    error = refused(server)
    assert error.code == "refused"
    assert f"FLOWTIC_OUTGOING_ALLOWED=127.0.0.1:{server.port}" in error.sentence
    assert server.calls == 0


def test_the_surroundings_choose_no_other_way(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    ask(server)
    assert server.headers[0]["authorization"] == "Bearer sk-key"
    assert "org-other" not in str(server.headers)
