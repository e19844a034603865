"""The document and the API hold each other to their word: invented requests of every kind, all checks.

A small dose for every run; with `--all` also the program itself, with all its phases, against a server.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as dose
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from accounts.commands import create_token
from desk.models import RequestType
from flowtic.core.actor import Actor
from flowtic.wsgi import application
from knowledge.commands import create_article, publish_article
from knowledge.models import Category
from tests.api.live import running_desk
from tests.factories import make_person, make_ticket

FIELDS = [
    {"key": "room", "required": True},
    {"key": "size", "kind": "choice", "choices": ["S", "L"]},
    {"key": "seats", "kind": "number"},
    {"key": "day", "kind": "date"},
    {"key": "mail", "kind": "email"},
    {"key": "more", "kind": "multi_choice", "choices": ["a", "b"]},
]
SCOPES = (
    *("tickets:read", "tickets:write", "people:read", "work:read", "work:write"),
    *("articles:read", "articles:write"),
)
OPERATIONS = 167
# Few of each of the many operations; `manage.py test --all` has the program itself go on for longer.
PATIENT = dose(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=2)
FITTING, BROKEN = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# What breaks the document's rules is refused before a database is asked, whoever sends it.
KINDS = [
    pytest.param("admin", FITTING, id="admin-positive"),
    pytest.param("user", FITTING, id="user-positive"),
    pytest.param("admin", BROKEN, id="admin-negative", marks=pytest.mark.once),
    pytest.param("user", BROKEN, id="user-negative", marks=pytest.mark.slow),
]


@pytest.fixture
def desk(it, hr, rita, otto, settings):
    """Something to find: tickets with comments, a form, people in every state. No limits per minute."""
    settings.FLOWTIC_RATE_LIMITS = dict.fromkeys(settings.FLOWTIC_RATE_LIMITS, (0, 60))
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    RequestType.objects.create(key="move", name_de="Umzug", name_en="Move", department=it, schema={"fields": FIELDS})
    for person in (rita, otto):
        make_ticket(person, it)
    machine = Actor.system("test")
    category = Category.objects.create(key="guides", name_de="Anleitungen", name_en="Guides")
    about = {"title": "Printer", "body": "Switch it on.", "category": category, "language": "en", "tags": []}
    # Public: the requester, too, knows the category by name.
    publish_article(machine, create_article(machine, **about, public=True), note="first")
    make_person("Pia Pending", state="pending")
    # A real server's signals, which would close the connection whose transaction this test lives in.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def load(person, *more):
    token = create_token(Actor.system("test"), person, name="test", scopes=(*SCOPES, *more), expires_at=None)[1]
    headers = {"Authorization": f"Bearer {token}"}
    config = SchemathesisConfig.from_dict({"headers": headers})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config, headers=headers)


@pytest.mark.parametrize(("role", "mode"), KINDS)
def test_invented_requests(desk, ada, rita, role, mode):
    """Every operation with requests that fit the document, and with requests that break it."""
    schema = load(ada, "admin", "workflows:admin") if role == "admin" else load(rita)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == OPERATIONS
    seen = Counter()
    for operation in operations:
        cases = operation.as_strategy(generation_mode=mode)

        @PATIENT
        @given(case=cases)
        def check(case):
            seen[case.call_and_validate().status_code] += 1

        try:
            check()
        except Unsatisfiable:  # nothing about this operation can be wrong
            assert mode is BROKEN
    assert seen.total() > len(operations)
    # Fitting requests get through the door, broken ones get as far as being read.
    assert {200, 201} <= set(seen) if mode is FITTING else {400, 422, 404} <= set(seen), seen


def test_chains_of_requests(desk, rita):
    machine = load(rita).as_state_machine()
    machine.run(settings=dose(PATIENT, max_examples=5, stateful_step_count=5))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "scopes", "seed"), [("ada", (*SCOPES, "admin", "workflows:admin"), 1), ("rita", SCOPES, 2)]
)
def test_the_program_finds_nothing(tmp_path, name, scopes, seed):
    with running_desk(tmp_path) as desk:
        options = ["--checks", "all", "--seed", str(seed), "--max-examples", "10", "--max-time", "150"]
        done = subprocess.run(
            [
                *(
                    str(Path(sys.executable).parent / "schemathesis"),
                    "run",
                    f"{desk.url}/api/v1/openapi.json",
                    *options,
                ),
                *("-H", f"Authorization: Bearer {desk.token(name, *scopes)}"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-10_000:]
    assert f"Selected: {OPERATIONS}/{OPERATIONS}" in done.stdout
