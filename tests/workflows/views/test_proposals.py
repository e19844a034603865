"""The page where a person decides about proposed changes."""

import pytest
from django.urls import reverse

from tests.workflows.commands.test_proposals import CHANGES
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.proposals import propose
from workflows.models import Workflow


@pytest.fixture
def row(it, as_web, ada):
    return propose(
        as_web(ada), make_workflow(document(task()), department=it), operations=CHANGES, wish="<b>An approval</b>"
    )


def test_before_and_after_and_every_change(client, ada, row):
    client.force_login(ada)
    page = client.get(reverse("workflows:proposal", args=[row.key]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "&lt;b&gt;An approval" in text
    assert text.count('name="change"') == 3
    assert "wf-n new" in text
    assert "wf-n chg" in text


def test_the_chosen_ones_go_into_the_draft(client, lea, row):
    client.force_login(lea)
    url = reverse("workflows:proposal", args=[row.key])
    assert client.post(url, {"change": ["0", "1"], "rev": row.workflow.draft_rev}).status_code == 302
    assert Workflow.objects.get().draft["start"] == "approve"
    assert "accepted" in client.get(url).content.decode()


def test_a_choice_that_does_not_hold_stays_on_the_page_with_the_reason(client, ada, row):
    client.force_login(ada)
    page = client.post(reverse("workflows:proposal", args=[row.key]), {"change": ["1"]})
    assert page.status_code == 422
    text = page.content.decode()
    assert "data-error-summary" in text
    assert text.count("checked") == 1
    nothing = client.post(reverse("workflows:proposal", args=[row.key]), {})
    assert nothing.status_code == 422


def test_dismissing_leaves_the_draft(client, ada, row):
    client.force_login(ada)
    assert client.post(reverse("workflows:proposal_dismiss", args=[row.key])).status_code == 302
    row.refresh_from_db()
    assert row.state == "dismissed"
    assert Workflow.objects.get().draft is None


def test_nobody_else_sees_it(client, alan, rita, row):
    for person in (alan, rita):
        client.force_login(person)
        assert client.get(reverse("workflows:proposal", args=[row.key])).status_code in (403, 404)
        assert client.post(reverse("workflows:proposal_dismiss", args=[row.key])).status_code in (403, 404)
