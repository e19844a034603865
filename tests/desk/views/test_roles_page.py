"""The matrix of rights says what the rules do."""

import pytest
from django.test import Client

from desk.role_matrix import COLUMNS, matrix
from desk.role_sentences import SENTENCES
from flowtic.core.actor import Actor
from flowtic.core.policy import actions, allows
from tests.factories import make_person, make_ticket

# Whose subject is a ticket, or nothing at all: these can be asked here. The others have tests of their own.
TICKETS = sorted(
    name
    for name in SENTENCES
    if name.startswith("ticket.")
    and name not in ("ticket.create", "ticket.create_for_others", "ticket.bring_back", "ticket.bulk")
)
PLAIN = (
    *("ticket.create", "ticket.create_for_others", "tag.view", "desk.configure", "settings.view", "outbox.manage"),
    *("secrets.manage", "audit.view", "report.view", "contact.create", "calendar.view", "calendar.edit", "skill.edit"),
    *("department.edit", "approved_domain.edit", "person.create", "article.browse", "article_category.edit"),
    *("article.see_gaps", "workflow.configure", "workflow.report", "assist.configure", "assist.train", "assist.report"),
)


@pytest.fixture
def people(rita, alan, lea, sven, ada):
    return dict(zip((key for key, _label in COLUMNS), (rita, alan, lea, sven, ada), strict=True))


@pytest.mark.parametrize("action", [name for name in TICKETS if name in actions()])
def test_rights_on_tickets(action, people, it, hr):
    other = make_person("Somebody Else")
    found = ""
    for person in people.values():
        actor = Actor(person, "web")
        mine = make_ticket(person, it, assignee=person if person.role == "agent" else None)
        far = make_ticket(other, hr)
        own, foreign = allows(actor, action, mine), allows(actor, action, far)
        found += "y" if foreign else "o" if own else "."
    assert found == SENTENCES[action][1], action


@pytest.mark.parametrize("action", [name for name in PLAIN if name in actions()])
def test_rights_on_nothing_in_particular(action, people):
    found = "".join("+" if allows(Actor(person, "web"), action) else "." for person in people.values())
    assert found == SENTENCES[action][1].replace("y", "+").replace("o", "+"), action


def test_every_rule_has_its_sentence(ada):
    assert set(actions()) - set(SENTENCES) == set(), "write it in desk/role_sentences.py"
    rows = [row for _label, group in matrix(Actor(ada, "web")) for row in group]
    assert len(rows) == len(actions())


def test_the_page_and_the_error_page_speak_of_the_same_right(ada, alan, rita):
    client = Client()
    client.force_login(ada)
    assert "Black out" in client.get("/settings/roles?q=black").content.decode()
    client.force_login(alan)
    refused = client.get("/settings/statuses").content.decode()
    assert "Open the administration" in refused
    assert "Administrator" in refused
    assert "Ada Admin" in refused
    client.force_login(rita)
    assert "Ada Admin" not in client.get("/settings/statuses").content.decode()
