"""Nothing is allowed that has no rule."""

import pytest

from flowtic.core import policy
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden


def test_an_action_without_a_rule_is_an_error_even_for_the_machine(ada):
    for actor in (Actor(ada, "web"), Actor.system("test")):
        with pytest.raises(policy.UnknownAction):
            policy.allows(actor, "ticket.explode")


def test_a_token_needs_the_scope_of_the_rule(as_api, alan, ticket):
    assert policy.allows(as_api(alan, "tickets:write"), "ticket.note", ticket)
    assert not policy.allows(as_api(alan, "tickets:read"), "ticket.note", ticket)


@pytest.mark.parametrize("state", ["contact", "unverified", "pending", "rejected", "suspended"])
def test_only_active_people_may_anything(db, state):
    from tests.factories import make_person

    person = make_person("Nobody Yet", "admin", state=state)
    for action in policy.actions():
        assert not policy.allows(Actor(person, "web"), action), action


def test_require_names_the_action(rita):
    with pytest.raises(Forbidden) as refused:
        policy.require(Actor(rita, "web"), "settings.view")
    assert refused.value.extra["action"] == "settings.view"
