"""In turn, by load and by skill: who is chosen, who never, and what the reason says."""

from datetime import timedelta

from accounts.models import User
from desk.commands import change_status
from desk.dispatching.load import _sources, loads, register_load
from desk.models import Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.factories import make_person


def test_least_loaded_counts_open_tickets_only(choice, team, busy, lea):
    anna, bela, cem = team
    busy(lea, 3)
    for person, number in ((anna, 3), (bela, 1), (cem, 2)):
        busy(person, number)
    found = choice(strategy="least_loaded")
    assert (found.assignee, found.reason) == (bela, {"code": "least_loaded", "params": {"load": 1, "cap": None}})
    for ticket in Ticket.objects.filter(assignee=anna):
        change_status(Actor.system("test"), ticket, status=Status.objects.get(key="closed"))
    assert choice(strategy="least_loaded").assignee == anna


def test_equals_take_turns(choice, team):
    assert [choice(strategy="least_loaded").assignee for _number in range(6)] == [*team, *team]


def test_the_limit_holds_for_machines(choice, team, busy):
    anna, bela, cem = team
    User.objects.filter(pk=anna.pk).update(capacity=1)
    User.objects.filter(pk=bela.pk).update(capacity=0)
    busy(anna, 1)
    busy(cem, 5)
    for strategy in ("least_loaded", "round_robin"):
        found = choice(strategy=strategy)
        assert found.assignee == cem
    full = choice(strategy="least_loaded", cap=5)
    assert (full.assignee, full.reason["code"]) == (None, "all_full")
    assert choice(strategy="round_robin", cap=5).reason["code"] == "all_full"


def test_ones_own_limit_counts_more_than_the_departments(choice, team, busy):
    anna = team[0]
    User.objects.filter(pk=anna.pk).update(capacity=8)
    busy(anna, 3)
    for person in team[1:]:
        busy(person, 4)
    found = choice(strategy="least_loaded", cap=2)
    assert found.assignee == anna
    assert found.reason["params"] == {"load": 3, "cap": 8}


def test_who_is_away_gets_nothing_by_machine(choice, team, away):
    anna, bela, cem = team
    away(anna, substitute=cem)
    assert [choice(strategy="round_robin").assignee for _number in range(4)] == [bela, cem, bela, cem]
    away(bela)
    away(cem)
    found = choice(strategy="round_robin")
    assert (found.assignee, found.reason["code"]) == (None, "nobody_available")


def test_only_people_of_the_department(choice, team, hanna, sven, ada, it, hr):
    ada.memberships.create(department=it)
    chosen = {choice(strategy="round_robin").assignee for _number in range(8)}
    assert chosen == {*team, ada}
    assert choice(strategy="round_robin", department="hr").assignee == hanna
    hanna.role = "user"
    hanna.save()
    assert choice(strategy="round_robin", department="hr").reason["code"] == "nobody_available"


def test_exclude_keeps_people_out(choice, team):
    ids = tuple(person.pk for person in team[:2])
    assert {choice(strategy="round_robin", exclude=ids).assignee for _number in range(3)} == {team[2]}
    assert choice(strategy="least_loaded", exclude=tuple(person.pk for person in team)).assignee is None


def test_skill_takes_the_least_loaded_of_the_able(choice, team, can, busy):
    anna, bela, cem = team
    can(anna, "network", 2)
    can(bela, "network", 3)
    can(cem, "network", 5)
    busy(bela, 2)
    busy(cem, 1)
    found = choice(strategy="skill", skill="network", level=3)
    assert found.assignee == cem
    assert (found.skill, found.level, found.fallback_at) == ("network", 3, None)
    assert found.reason == {"code": "skill", "params": {"skill": "network", "level": 3, "load": 1, "cap": None}}


def test_skill_without_a_department_looks_everywhere(choice, team, can, hanna):
    can(hanna, "payroll", 4)
    assert choice(strategy="skill", skill="payroll").assignee == hanna
    found = choice(strategy="skill", skill="payroll", department="it")
    assert (found.assignee, found.reason["code"]) == (None, "nobody_has_skill")


def test_nobody_with_the_skill_waits_and_falls_back(choice, team, can, it, away, busy):
    before = clock.now()
    found = choice(strategy="skill", skill="network", level=4, fallback_after="PT2H")
    assert (found.assignee, found.department, found.skill, found.level) == (None, it, "network", 4)
    assert found.reason == {"code": "nobody_has_skill", "params": {"skill": "network", "level": 4}}
    assert timedelta(hours=2) <= found.fallback_at - before < timedelta(hours=2, minutes=1)
    assert choice(strategy="skill", skill="network", fallback_after="soon").fallback_at is None
    can(team[0], "network", 4)
    User.objects.filter(pk=team[0].pk).update(capacity=1)
    busy(team[0], 1)
    assert choice(strategy="skill", skill="network").reason["code"] == "all_full"
    away(team[0])
    assert choice(strategy="skill", skill="network").reason["code"] == "nobody_available"


def test_other_apps_add_their_open_work(choice, team):
    anna, bela, _cem = team
    source = register_load(lambda ids: {anna.pk: 4, bela.pk: 2, 10**9: 7})
    try:
        assert loads([anna, bela.pk]) == {anna.pk: 4, bela.pk: 2}
        assert choice(strategy="least_loaded", exclude=(team[2].pk,)).assignee == bela
    finally:
        _sources.remove(source)


def test_loads_ask_one_question_for_any_number_of_people(it, django_assert_num_queries):
    people = [make_person(f"Person {number}", "agent", departments=(it,)) for number in range(20)]
    with django_assert_num_queries(1 + len(_sources)):
        assert loads(people) == dict.fromkeys([person.pk for person in people], 0)
    with django_assert_num_queries(0):
        assert loads([]) == {}
