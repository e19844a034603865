"""Workflows of the page tests, and clients that are somebody."""

import pytest
from django.test import Client

from tests.workflows.factories import document, make_run, task

HTMX = {"HX-Request": "true"}
AMOUNT = {"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}, "required": True}
WHY = {
    "key": "why",
    "kind": "text",
    "label": {"de": "Warum so viel", "en": "Why that much"},
    "required": True,
    "show_when": {"field": "amount", "op": "gt", "value": 100},
}
SECRET = {"key": "account", "kind": "text", "label": {"de": "Konto", "en": "Account"}, "internal": True}


def form_step(**more):
    """A step with fields of every role: asked always, asked for large amounts, asked of insiders."""
    fields = {"form": {"pages": [{"key": "p", "title": "", "fields": [AMOUNT, WHY, SECRET]}]}}
    return task("check", help={"de": "Bitte prüfen", "en": "Please **check** it"}, **{**fields, **more})


def approval(*approvers, **more):
    step = {"key": "approve", "kind": "approval", "approvers": list(approvers), "mode": "parallel", "quorum": "all"}
    return {**step, "approve": "work", "reject": "fix", **more}


def approval_flow(*approvers, **more):
    """Approval, then work; a rejection goes to the requester, who corrects."""
    fix = task("fix", then="approve", owner={"strategy": "field", "field": "requester"}, public=True)
    return document(approval(*approvers, **more), task("work"), fix)


@pytest.fixture
def as_client():
    def make(person, **headers):
        client = Client(headers=headers)
        client.force_login(person)
        return client

    return make


@pytest.fixture
def run(rita, it):
    """`run(document)`: a run on a ticket of Rita's in IT."""

    def make(doc, **fields):
        return make_run(doc, rita, it, **fields)

    return make
