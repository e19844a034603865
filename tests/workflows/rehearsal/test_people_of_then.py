"""Who would have got work is judged by the limits, skills and departments of that moment, as history tells them."""

import datetime as dt

import pytest

from accounts.commands import change_working, save_skill, set_departments, set_skills
from flowtic.core import clock
from flowtic.core.actor import Actor
from workflows.rehearsal.reading import read_people
from workflows.rehearsal.staffing import Roster, Wish, share_out

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def who(owner, *moments, since=MONDAY):
    """Who would have got one piece of work each at these moments; each is done within the hour."""
    wishes = [Wish(owner, "it", None, moment, moment + HOUR) for moment in moments]
    _shares, given = share_out(wishes, Roster(read_people(since)))
    return [(one.person, one.reason["code"]) for one in given]


def test_limits_skills_and_departments_are_those_of_then(alan, it, hr, ada):
    admin = Actor(ada, "web")
    printers = save_skill(admin, None, key="printers", name_de="Drucker", name_en="Printers")
    with clock.travel(MONDAY + 1 * DAY):
        change_working(admin, alan, capacity=0)
    with clock.travel(MONDAY + 2 * DAY):
        change_working(admin, alan, capacity=3)
        set_skills(admin, alan, skills={printers: 4})
    with clock.travel(MONDAY + 3 * DAY):
        set_skills(admin, alan, skills={})
    with clock.travel(MONDAY + 4 * DAY):
        set_departments(admin, alan, departments={hr: False})
    days = [MONDAY + number * DAY + HOUR for number in range(5)]
    least = {"strategy": "least_loaded", "department": "it"}
    mine = (alan.pk, "least_loaded")
    assert who(least, *days) == [mine, (None, "all_full"), mine, mine, (None, "nobody_available")]
    skilled = {"strategy": "skill", "skill": "printers", "department": "it"}
    assert [code for _person, code in who(skilled, *days[:4])] == [
        "nobody_has_skill",
        "nobody_has_skill",
        "skill",
        "nobody_has_skill",
    ]
    # What history does not tell is as it is today.
    assert who(least, days[1], since=MONDAY + 5 * DAY) == [(None, "nobody_available")]
