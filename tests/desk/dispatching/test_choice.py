"""Owner rules that name a pool or a person."""

from itertools import pairwise

import pytest

from accounts.models import User
from tests.desk.dispatching.conftest import DAY


def test_without_a_strategy_it_waits_in_the_tickets_department(choice, it):
    for owner in ({}, {"strategy": "astrology"}, {"strategy": None}, {"department": "no-such"}):
        found = choice(**owner)
        assert (found.strategy, found.assignee, found.department) == ("pull", None, it)
        assert found.reason == {"code": "pull", "params": {}}


def test_a_dispatcher_pool_keeps_its_name_and_the_department_of_the_rule(choice, hr):
    found = choice(strategy="dispatcher", department="hr")
    assert (found.strategy, found.assignee, found.department) == ("dispatcher", None, hr)
    assert found.reason["code"] == "dispatcher"


def test_a_role_is_a_pool_of_its_own(choice):
    found = choice(strategy="role", role="support")
    assert (found.role, found.department, found.assignee) == ("support", None, None)


def test_a_role_that_does_not_exist_falls_back_to_the_department(choice, it):
    found = choice(strategy="role", role="emperor")
    assert (found.role, found.department, found.reason["code"]) == ("", it, "role_unknown")


def test_a_person_by_address_whatever_its_case(choice, hanna):
    found = choice(strategy="person", person=f" {hanna.email.upper()} ")
    # Named personally: there is no pool to give it back to.
    assert (found.assignee, found.department, found.reason["code"]) == (hanna, None, "named")


def test_with_a_return_rule_the_named_person_has_a_pool(choice, hanna, it):
    assert choice(strategy="person", person=hanna.email, return_after="PT8H").department == it


@pytest.mark.parametrize("value", ["nobody@example.test", "", None, 7, True, ["x"], {"a": 1}])
def test_nobody_of_that_name_leaves_it_in_the_pool_and_says_so(choice, it, value):
    found = choice(strategy="person", person=value)
    assert (found.assignee, found.department, found.reason["code"]) == (None, it, "person_unknown")


def test_who_is_not_active_is_not_chosen(choice, alan):
    User.objects.filter(pk=alan.pk).update(state="suspended")
    assert choice(strategy="person", person=alan.email).reason["code"] == "person_unknown"


def test_a_field_holds_an_id_an_address_or_a_person(choice, hanna):
    for value in (hanna.pk, str(hanna.pk), hanna.email, {"id": hanna.pk, "name": "Hanna"}):
        found = choice({"boss": value}, strategy="field", field="boss")
        assert found.assignee == hanna
        assert found.reason == {"code": "field", "params": {"field": "boss"}}


def test_the_requester_and_their_manager(choice, rita, hanna):
    values = {"requester": {"id": rita.pk, "email": rita.email, "manager": hanna.pk}}
    assert choice(values, strategy="field", field="requester").assignee == rita
    assert choice(values, strategy="field", field="requester.manager").assignee == hanna


def test_an_empty_field_is_told_apart_from_an_unknown_person(choice, it, rita):
    values = {"requester": {"id": rita.pk, "manager": None}, "boss": "9" * 30}
    missing = choice(values, strategy="field", field="requester.manager")
    assert (missing.assignee, missing.department, missing.reason["code"]) == (None, it, "field_empty")
    assert choice(values, strategy="field", field="boss").reason["code"] == "person_unknown"
    assert choice(values, strategy="field").reason["code"] == "field_empty"


def test_who_must_not_get_it_does_not(choice, alan, it):
    found = choice(strategy="person", person=alan.email, exclude=(alan.pk,))
    assert (found.assignee, found.department, found.reason["code"]) == (None, it, "person_excluded")


def test_a_substitute_stands_in(choice, team, away):
    anna, bela, _cem = team
    absence = away(anna, substitute=bela)
    found = choice(strategy="person", person=anna.email)
    assert found.assignee == bela
    assert found.reason == {
        "code": "substitute",
        "params": {"absent": anna.pk, "until": absence.ends_at.isoformat()},
    }
    assert choice({"x": anna.pk}, strategy="field", field="x").assignee == bela


def test_an_absence_that_is_over_or_not_yet_does_not_count(choice, team, away):
    anna, bela, _cem = team
    away(anna, substitute=bela, days=0)
    away(anna, substitute=bela, since=-DAY)
    assert choice(strategy="person", person=anna.email).assignee == anna


def test_substitutes_of_substitutes_up_to_three(choice, it, team, away):
    from tests.factories import make_person

    people = [*team, make_person("Dana Vier", "agent", departments=(it,)), make_person("Emil Fuenf", "agent")]
    for person, following in pairwise(people[:4]):
        away(person, substitute=following)
    assert choice(strategy="person", person=people[0].email).assignee == people[3]
    away(people[3], substitute=people[4])
    found = choice(strategy="person", person=people[0].email)
    assert (found.assignee, found.reason["code"]) == (people[0], "absent_alone")


def test_a_circle_of_substitutes_ends(choice, team, away):
    anna, bela, _cem = team
    away(anna, substitute=bela)
    away(bela, substitute=anna)
    found = choice(strategy="person", person=anna.email)
    assert (found.assignee, found.reason["code"]) == (anna, "absent_alone")


def test_a_substitute_who_left_or_must_not_get_it_does_not_stand_in(choice, team, away):
    anna, bela, _cem = team
    away(anna, substitute=bela)
    assert choice(strategy="person", person=anna.email, exclude=(bela.pk,)).assignee == anna
    User.objects.filter(pk=bela.pk).update(state="suspended")
    assert choice(strategy="person", person=anna.email).assignee == anna


def test_by_name_the_limit_is_exceeded_and_told(choice, team, busy):
    anna = team[0]
    User.objects.filter(pk=anna.pk).update(capacity=2)
    busy(anna, 1)
    assert choice(strategy="person", person=anna.email).reason["params"] == {}
    busy(anna, 1)
    found = choice(strategy="person", person=anna.email)
    assert found.assignee == anna
    assert found.reason["params"] == {"load": 2, "cap": 2, "over": True}
