"""What a call costs the database, whatever the number of rows."""

import pytest

from desk.models import Tag, Ticket
from tests.factories import make_person, make_ticket

NEW = {"subject": "Drucker", "description": "streikt"}


@pytest.fixture
def many(it, rita, alan):
    """Forty tickets with different people and tags."""
    tags = [Tag.objects.create(name=f"tag{n}") for n in range(5)]
    for n in range(40):
        person = make_person(f"Person {n}") if n % 4 == 0 else rita
        made = make_ticket(person, it, assignee=alan if n % 3 else None)
        made.tags.set(tags[: n % 5])


@pytest.mark.parametrize("limit", [1, 40])
def test_lists_cost_the_same_for_any_number_of_rows(rest, alan, rita, sven, many, limit, django_assert_max_num_queries):
    for person in (alan, rita, sven):
        client = rest(person)
        client.get("/me")  # notes the token's use, once in five minutes
        with django_assert_max_num_queries(5):
            assert client.get(f"/tickets?limit={limit}").status_code == 200
        with django_assert_max_num_queries(8):
            query = f"status=assigned,pending_assignment&department=it&priority=normal&sort=due&limit={limit}"
            assert client.get(f"/tickets?{query}").json()["results"]
        with django_assert_max_num_queries(6):
            client.get(f"/tickets?q=printer&limit={limit}")


def test_creating_costs_at_most_fifteen_statements(rest, rita, it, django_assert_max_num_queries):
    client = rest(rita)
    client.post("/tickets", NEW)  # the first one of all makes the counter and notes the token's use
    with django_assert_max_num_queries(17) as asked:
        assert client.post("/tickets", NEW, Idempotency_Key="k").status_code == 201
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    statements = [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(frame)]
    # One of them asks for service level policies; MariaDB has a statement more than SQLite.
    assert len(statements) <= 15, statements
    # A new key costs no look first: its unique row decides.
    assert not any(text.startswith("SELECT") and "idempotency" in text for text in statements)


def test_other_calls_are_bounded_too(rest, alan, ticket, django_assert_max_num_queries):
    client, base = rest(alan), f"/tickets/{ticket.number}"
    client.get("/me")
    for n in range(30):
        client.post(f"{base}/comments", {"body": f"Antwort {n}", "visibility": "internal" if n % 2 else "public"})
    for path, most in (
        ("", 5),
        ("/comments", 6),
        ("/events", 10),
        ("/attachments", 5),
        ("/links", 5),
        ("/watchers", 5),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(f"{base}{path}").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.post(f"{base}/comments", {"body": "x"}, Idempotency_Key="c").status_code == 201
    assert Ticket.objects.count() == 1


def test_people_cost_the_same_for_any_number(rest, alan, many, django_assert_max_num_queries):
    client = rest(alan)
    client.get("/me")
    with django_assert_max_num_queries(7):  # departments, skills (two) and absences beside the people
        assert len(client.get("/people?limit=100").json()["results"]) > 10
