"""Who: somebody is named where somebody is needed, and everything that is named exists."""

import pytest

from tests.workflows.definition import examples
from tests.workflows.definition.checking import errors, found, paths, warnings
from tests.workflows.definition.examples import OWNER, approval, form, step, workflow
from workflows.definition.people import Anything


class Nothing(Anything):
    """A directory in which nothing exists."""

    def _no(self, key):
        return False

    has_person = has_department = department_is_staffed = has_skill = _no
    has_secret = has_status = has_priority = has_request_type = has_topic = _no


class Empty(Anything):
    """Everything exists, but nobody works anywhere."""

    def department_is_staffed(self, key):
        return False


def owned(**owner):
    return workflow({**form(), "owner": owner})


@pytest.mark.parametrize("strategy", ["person", "role", "field", "skill"])
def test_a_strategy_needs_its_part(strategy):
    assert f"steps/0/owner/{strategy}" in paths(owned(strategy=strategy))


@pytest.mark.parametrize("strategy", ["pull", "dispatcher", "round_robin", "least_loaded"])
def test_queues_belong_to_the_tickets_department_by_default(strategy):
    assert found(owned(strategy=strategy)) == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (owned(strategy="person", person="a@b.example"), "steps/0/owner/person"),
        (owned(strategy="pull", department="it"), "steps/0/owner/department"),
        (owned(strategy="skill", skill="magic"), "steps/0/owner/skill"),
        (workflow(approval(approvers=[{"person": "a@b.example"}])), "steps/0/approvers/0/person"),
        (workflow(approval(approvers=[{"department": "it"}])), "steps/0/approvers/0/department"),
        (workflow(form(ticket_status="lost")), "steps/0/ticket_status"),
        (
            workflow(step("x", "notify", to=["requester", {"department": "it"}], subject="s", text="t", next="done")),
            "steps/0/to/1/department",
        ),
        (
            workflow(step("x", "child", tickets=[{"subject": "s", "request_type": "r"}], next="done")),
            "steps/0/tickets/0/request_type",
        ),
        (
            workflow(step("x", "set", values={"ticket.priority": {"value": "mega"}}, next="done")),
            "steps/0/values/ticket.priority",
        ),
        (
            workflow(
                step(
                    "x",
                    "http",
                    method="GET",
                    url="https://a.example",
                    headers={"A": "{{ secret.K }}"},
                    next="done",
                    on_error="done",
                )
            ),
            "steps/0/headers",
        ),
        (
            workflow(step("x", "external", topic="t", next="done", fallback={"owner": dict(OWNER)})),
            "steps/0/fallback/owner/department",
        ),
    ],
)
def test_what_does_not_exist_is_an_error_where_it_is_named(document, path):
    assert errors(document, directory=Anything()) == []
    assert path in paths(document, directory=Nothing())


def test_a_topic_that_no_robot_asked_for_is_a_warning():
    document = workflow(step("x", "external", topic="t", next="done", on_error="done"))
    assert [path for path, _message in warnings(document, directory=Nothing())] == ["steps/0/topic"]


def test_a_robot_without_anybody_behind_it_is_a_warning():
    [finding] = found(workflow(step("x", "external", topic="t", next="done")))
    assert "nobody does" in finding.message


def test_a_queue_without_members_is_a_warning():
    document = workflow(form())
    assert [path for path, _message in warnings(document, directory=Empty())] == ["steps/0/owner/department"]


@pytest.mark.parametrize("approver", [{"field": "requester"}, {"role": "user"}])
def test_who_could_approve_the_own_request_is_a_warning(approver):
    assert warnings(workflow(approval(approvers=[approver]))) == [
        ("steps/0/approvers/0", "The requester could approve the own request.")
    ]


def test_a_field_that_names_no_person():
    document = workflow(
        {**form(), "owner": {"strategy": "field", "field": "amount"}}, fields=[examples.amount(default=1)]
    )
    assert paths(document) == ["steps/0/owner/field"]
    assert found(owned(strategy="field", field="requester.manager")) == []
