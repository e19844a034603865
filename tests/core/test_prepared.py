"""Prepared queries give what the queryset gives, of this moment."""

import pytest
from django.db import connection, connections
from django.db.models import Case, Q, Value, When
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, User
from desk.models import Status
from desk.models.sla import Promise
from desk.ticket_filters import departments_seen
from flowtic.core import prepared
from flowtic.core.actor import Actor
from flowtic.core.prepared import SIZES, Prepared, rows_known_by
from tests.factories import make_person

pytestmark = pytest.mark.django_db

people = Prepared(lambda ids: User.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))
whole = Prepared(lambda ids: User.objects.active().filter(pk__in=ids).order_by("pk").select_related("calendar"))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 8, 9, SIZES[-1] + 1])
def test_any_number_of_ids(number):
    ids = [make_person(f"Person {n}").pk for n in range(min(number, 9))]
    ids += range(10**9, 10**9 + number - len(ids))
    with CaptureQueriesContext(connection) as asked:
        found = people.among(ids)
    assert found == list(User.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))
    assert len(asked) == (1 if number else 0)


def test_models_with_their_relations(rita, alan, hanna):
    found = whole.among([rita.pk, alan.pk, hanna.pk])
    assert [row.pk for row in found] == sorted([rita.pk, alan.pk, hanna.pk])
    for row in found:
        fresh = User.objects.get(pk=row.pk)
        assert {f.attname: getattr(row, f.attname) for f in User._meta.concrete_fields} == {
            f.attname: getattr(fresh, f.attname) for f in User._meta.concrete_fields
        }
        assert row._state.adding is False
    with CaptureQueriesContext(connection) as asked:
        assert [row.calendar for row in found] == [None] * 3
    assert len(asked) == 0


def test_annotations_and_types():
    status = Prepared(lambda: Status.objects.annotate(late=Case(When(Q(key="closed"), Value(1)), default=Value(0))))
    found = {row.key: row for row in status.rows()}
    assert {key: row.late for key, row in found.items()} == {key: int(key == "closed") for key in found}
    assert [row.active for row in found.values()] == list(Status.objects.values_list("active", flat=True))
    assert all(isinstance(row.active, bool) for row in found.values())


def test_nothing_is_kept_of_the_rows(rita):
    assert people.among([rita.pk]) == [(rita.pk, rita.name)]
    User.objects.filter(pk=rita.pk).update(name="Somebody else")
    assert people.among([rita.pk]) == [(rita.pk, "Somebody else")]


def test_a_statement_belongs_to_what_it_was_made_for(rita, alan, hanna, it, hr):
    """Another person, or the same one with other departments: another statement."""
    mine = Prepared(lambda ids, actor: Department.objects.filter(pk__in=ids, memberships__user=actor.user))
    rights = Prepared(lambda actor: Department.objects.filter(pk__in=actor.department_ids).order_by("key"))
    both = [it.pk, hr.pk]
    for person, keys in ((alan, ["it"]), (hanna, ["hr"]), (rita, []), (alan, ["it"])):
        assert [row.key for row in mine.among(both, Actor(person))] == keys, person
        assert [row.key for row in rights.rows(Actor(person))] == keys, person
    alan.memberships.all().delete()
    alan = User.objects.get(pk=alan.pk)
    assert mine.among(both, Actor(alan)) == [] == rights.rows(Actor(alan))


def test_few_statements_are_kept(monkeypatch, rita):
    monkeypatch.setattr(prepared, "MOST_PLANS", 3)
    plans = prepared.OrderedDict()
    monkeypatch.setitem(connections["default"].__dict__, "prepared_plans", plans)
    asked = []

    def names(number):
        asked.append(number)
        return User.objects.filter(pk=rita.pk).values_list("name")

    for number in (1, 2, 3, 1, 4, 1):
        assert rows_known_by(("names", number), lambda number=number: names(number)) == [(rita.name,)]
    assert asked == [1, 2, 3, 4] and len(plans) == 3


def test_ids_twice_in_a_statement_are_refused():
    twice = Prepared(lambda ids: User.objects.filter(Q(pk__in=ids) | Q(manager__in=ids)))
    with pytest.raises(TypeError):
        twice.among([1, 2])


def test_promises_come_with_their_calendar():
    sql = str(Promise.objects.open().filter(ticket__in=[1]).select_related("calendar").query)
    assert "accounts_calendar" in sql
    from desk.models.sla import _open_promises

    assert _open_promises.among([1, 2, 3]) == []


def test_departments_are_those_a_person_sees(it, hr, rita, alan, ada, pia):
    Department.objects.filter(pk=hr.pk).update(active=False)
    for actor in (*(Actor(person, "web") for person in (rita, alan, ada, pia)), Actor.system("x"), Actor(None, "web")):
        seen = Department.objects.visible_to(actor).values_list("pk", "key")
        assert sorted(departments_seen(actor)) == sorted(seen), actor
