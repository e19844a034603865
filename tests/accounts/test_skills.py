"""Skills, manager and most open work: commands, pages of the administration, REST."""

import pytest

from accounts.commands import change_working, remove_skill, save_skill, set_skills
from accounts.models import PersonSkill, Skill, User
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event


@pytest.fixture
def admin(ada, as_web):
    return as_web(ada)


@pytest.fixture
def sql(admin):
    return save_skill(admin, None, key="sql", name_de="Datenbanken", name_en="Databases")


@pytest.fixture
def pages(client, ada):
    client.force_login(ada)
    return client


def test_levels_are_set_together(admin, alan, sql):
    french = save_skill(admin, None, key="french", name_de="Französisch", name_en="French")
    set_skills(admin, alan, skills={sql: 4, french: 2})
    set_skills(admin, alan, skills={sql: 5})
    assert list(alan.skills.values_list("skill__key", "level")) == [("sql", 5)]
    event = Event.objects.filter(name="person.skills_changed").latest("pk")
    assert event.changes == [{"field": "skills", "old": {"french": 2, "sql": 4}, "new": {"sql": 5}}]
    before = Event.objects.count()
    set_skills(admin, alan, skills={sql: 5})
    assert Event.objects.count() == before


@pytest.mark.parametrize("level", [0, 6, -1, "3", None])
def test_levels_that_are_none(admin, alan, sql, level):
    with pytest.raises(Invalid):
        set_skills(admin, alan, skills={sql: level})
    assert not alan.skills.exists()


def test_leads_set_skills_of_their_people_only(as_web, lea, alan, hanna, sven, sql):
    set_skills(as_web(lea), alan, skills={sql: 3})
    for actor, person in ((lea, hanna), (alan, alan), (sven, alan)):
        with pytest.raises(Forbidden):
            set_skills(as_web(actor), person, skills={sql: 1})
    assert PersonSkill.objects.get().level == 3


def test_a_skill_that_somebody_has_stays(admin, as_web, alan, lea, sql):
    set_skills(admin, alan, skills={sql: 3})
    with pytest.raises(Conflict):
        remove_skill(admin, sql)
    with pytest.raises(Forbidden):
        save_skill(as_web(lea), sql, active=False)
    with pytest.raises(Invalid):
        save_skill(admin, sql, key="other")
    set_skills(admin, alan, skills={})
    remove_skill(admin, sql)
    assert not Skill.objects.exists()


def test_nobody_is_their_own_manager(admin, alan, lea, sven):
    change_working(admin, alan, manager=lea)
    change_working(admin, lea, manager=sven)
    for boss in (sven, lea, alan):
        with pytest.raises(Invalid):
            change_working(admin, sven, manager=boss)
    change_working(admin, alan, manager=None)
    assert User.objects.get(pk=alan.pk).manager is None


def test_only_admins_change_work(as_web, lea, alan):
    for actor in (lea, alan):
        with pytest.raises(Forbidden):
            change_working(as_web(actor), alan, capacity=1)


def test_the_pages(pages, alan, lea, sql):
    assert pages.post(f"/settings/people/{alan.pk}/working", {"manager": lea.email, "capacity": "5"}).status_code == 302
    assert pages.post(f"/settings/people/{alan.pk}/skills", {f"skill_{sql.pk}": "4"}).status_code == 302
    alan.refresh_from_db()
    assert (alan.manager, alan.capacity, alan.skills.get().level) == (lea, 5, 4)
    shown = pages.get(f"/people/{alan.pk}").content.decode()
    assert "Databases 4" in shown
    assert lea.name in shown
    wrong = pages.post(f"/settings/people/{alan.pk}/working", {"manager": "nobody@example.test", "capacity": "5000"})
    assert wrong.status_code == 422
    assert "There is no active person" in wrong.content.decode()
    assert "nobody@example.test" in wrong.content.decode()
    refused = pages.post(f"/settings/people/{alan.pk}/working", {"manager": alan.email})
    assert refused.status_code == 422


def test_the_page_of_skills(pages, alan, admin, sql):
    assert pages.post("/settings/skills", {"key": "x y", "name_de": "x", "name_en": "x"}).status_code == 422
    pages.post("/settings/skills", {"key": "vpn", "name_de": "VPN", "name_en": "VPN", "active": "on"})
    vpn = Skill.objects.get(key="vpn")
    pages.post(f"/settings/skills/{vpn.pk}", {"name_de": "VPN", "name_en": "Remote access"})
    vpn.refresh_from_db()
    assert (vpn.name_en, vpn.active) == ("Remote access", False)
    pages.post(f"/settings/skills/{vpn.pk}/removal")
    set_skills(admin, alan, skills={sql: 1})
    pages.post(f"/settings/skills/{sql.pk}/removal")
    assert [row.key for row in Skill.objects.all()] == ["sql"]


def test_rest(api, ada, alan, lea, sql):
    client = api(ada, "admin", "people:read")

    def patch(body):
        return client.patch(f"/api/v1/people/{alan.pk}", body, content_type="application/json")

    body = patch({"manager": lea.email, "capacity": 7, "skills": [{"skill": "sql", "level": 2}]}).json()
    assert (body["manager"], body["capacity"], body["absent_until"]) == (lea.name, 7, None)
    assert body["skills"] == [{"key": "sql", "name": "Databases", "level": 2}]
    assert patch({"name": "Alan A"}).json()["capacity"] == 7
    body = patch({"manager": None, "capacity": None, "skills": []}).json()
    assert (body["manager"], body["capacity"], body["skills"]) == (None, None, [])
    for wrong, status in (
        ({"manager": "x@example.test"}, 409),
        ({"manager": alan.email}, 422),
        ({"capacity": -1}, 422),
        ({"skills": [{"skill": "nothing", "level": 1}]}, 409),
        ({"skills": [{"skill": "sql", "level": 9}]}, 422),
        ({"skills": [{"skill": "sql", "level": 1}, {"skill": "sql", "level": 2}]}, 409),
    ):
        assert patch(wrong).status_code == status, wrong
