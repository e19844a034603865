"""Proposed changes: kept beside the draft, accepted by people, never making a draft worse."""

import pytest

from desk.models import FormVersionDraft, RequestType
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.editing import apply_operations
from workflows.commands.proposals import accept_operations, dismiss_proposal, propose
from workflows.models import Proposal, Workflow
from workflows.queries.proposals import ProposalPage

APPROVAL = {"key": "approve", "kind": "approval", "name": "Approve", "approvers": [{"role": "support"}]}
CHANGES = [
    {"op": "add_step", "step": APPROVAL, "before": "work"},
    {"op": "connect", "key": "approve", "way": "reject", "to": "end"},
    {"op": "change_step", "key": "work", "values": {"public": True}},
]


@pytest.fixture
def workflow(it):
    return make_workflow(document(task()), department=it)


def test_nothing_is_in_the_draft_until_a_person_accepts(as_web, ada, lea, workflow):
    row = propose(as_web(ada), workflow, operations=CHANGES, wish="an approval first", engine="llm")
    assert Workflow.objects.get().draft is None
    accept_operations(as_web(lea), row, chosen=[0, 1])
    fresh = Workflow.objects.get()
    assert fresh.draft["start"] == "approve"
    assert fresh.draft_by == lea
    row.refresh_from_db()
    assert (row.state, row.accepted) == ("open", [0, 1])
    accept_operations(as_web(lea), row, chosen=[0, 1, 2])
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("done", lea)
    assert fresh.live.document["start"] == "work"
    event = Event.objects.filter(name="workflow.proposal_accepted").first()
    assert (event.actor, event.data["engine"]) == (lea, "llm")


def test_one_that_needs_another_is_not_accepted_alone(as_web, ada, workflow):
    row = propose(as_web(ada), workflow, operations=CHANGES)
    with pytest.raises(Invalid) as refused:
        accept_operations(as_web(ada), row, chosen=[1, 2])
    assert "2" in refused.value.fields["chosen"][0]
    assert Workflow.objects.get().draft is None


def test_the_draft_gets_no_error_that_it_has_not(as_web, ada, workflow):
    changes = [{"op": "add_step", "step": {"key": "lost", "kind": "set", "name": "Lost"}}, CHANGES[2]]
    row = propose(as_web(ada), workflow, operations=changes)
    assert ProposalPage(row).errors
    with pytest.raises(Invalid):
        accept_operations(as_web(ada), row, chosen=[0])
    accept_operations(as_web(ada), row, chosen=[1])
    assert [step["key"] for step in Workflow.objects.get().draft["steps"]] == ["work", "end"]


@pytest.mark.parametrize(
    "nonsense", [[], "text", None, [{"op": "drop_database"}], [{"op": "remove_step", "key": "nobody"}], [[1]]]
)
def test_nonsense_makes_no_proposal(as_web, ada, workflow, nonsense):
    with pytest.raises(Invalid):
        propose(as_web(ada), workflow, operations=nonsense)
    assert not Proposal.objects.exists()


def test_what_does_not_fit_is_left_out_and_said(as_web, ada, workflow):
    row = propose(as_web(ada), workflow, operations=[{"op": "set_start", "key": "gone"}, CHANGES[2]])
    assert row.operations == [CHANGES[2]]
    assert len(row.refused) == 1


def test_who_may(as_web, ada, alan, hanna, rita, workflow):
    row = propose(as_web(ada), workflow, operations=CHANGES)
    for person in (alan, hanna, rita):
        with pytest.raises(Forbidden):
            propose(as_web(person), workflow, operations=CHANGES)
        with pytest.raises(Forbidden):
            accept_operations(as_web(person), row, chosen=[0])
        assert not Proposal.objects.visible_to(as_web(person)).exists()
    assert Proposal.objects.visible_to(as_web(ada)).count() == 1


def test_decided_is_decided(as_web, ada, workflow):
    row = propose(as_web(ada), workflow, operations=CHANGES)
    dismiss_proposal(as_web(ada), row)
    with pytest.raises(Conflict):
        accept_operations(as_web(ada), row, chosen=[0])


def test_a_form_goes_the_same_way(as_web, ada, lea, it):
    kind = RequestType.objects.create(key="laptop", name_de="Laptop", name_en="Laptop", department=it)
    field = {"key": "model", "kind": "text", "label": {"de": "Modell", "en": "Model"}}
    row = propose(as_web(lea), kind, operations=[{"op": "add_field", "field": field}])
    accept_operations(as_web(lea), row, chosen=[0])
    assert FormVersionDraft.objects.get(request_type=kind).schema == {"fields": [field]}
    assert Proposal.objects.visible_to(as_web(lea)).get().state == "done"


def test_operations_straight_into_the_draft(as_web, ada, workflow):
    apply_operations(as_web(ada), workflow, operations=CHANGES, rev=workflow.draft_rev)
    assert Workflow.objects.get().draft["start"] == "approve"
    with pytest.raises(Invalid) as refused:
        apply_operations(as_web(ada), workflow, operations=[CHANGES[2], {"op": "set_start", "key": "gone"}])
    assert list(refused.value.fields) == ["operations.1"]
