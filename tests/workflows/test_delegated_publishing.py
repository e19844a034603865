"""Leads edit their department's workflows; they publish them where admins leave that to them, at every door."""

import pytest
from django.test import Client

from flowtic.core.errors import Forbidden
from tests.api.conftest import problem
from tests.factories import make_person
from tests.workflows.api.conftest import work  # noqa: F401 - a fixture
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.definitions import change_workflow, publish, save_draft
from workflows.models import Workflow

NEXT = document(task("other"))


@pytest.fixture
def workflow(it):
    return make_workflow(document(task()), "buy", department=it)


@pytest.fixture
def heidi(hr):
    """Leads another department."""
    return make_person("Heidi Human", "agent", leads=(hr,))


def delegated(workflow, actor):
    return change_workflow(actor, workflow, leads_publish=True)


def test_commands(workflow, as_web, lea, ada, heidi, alan, sven):
    save_draft(as_web(lea), workflow, document=NEXT)
    with pytest.raises(Forbidden):
        publish(as_web(lea), workflow, note="")
    with pytest.raises(Forbidden):
        delegated(workflow, as_web(lea))
    delegated(workflow, as_web(ada))
    for person in (heidi, alan, sven):
        with pytest.raises(Forbidden):
            publish(as_web(person), workflow, note="")
    assert publish(as_web(lea), workflow, note="").number == 2


def test_rest(workflow, work, lea, ada, heidi):  # noqa: F811
    assert work(lea).put("/workflows/buy/draft", NEXT).status_code == 200
    problem(work(lea).post("/workflows/buy/publish", {}), 403)
    problem(work(lea).patch("/workflows/buy", {"leads_publish": True}), 403)
    assert work(ada).patch("/workflows/buy", {"leads_publish": True}).json()["leads_publish"] is True
    problem(work(heidi).put("/workflows/buy/draft", NEXT), 403)
    problem(work(heidi).post("/workflows/buy/publish", {}), 403)
    assert work(lea).post("/workflows/buy/publish", {}).json()["number"] == 2


def test_pages(workflow, as_web, lea, ada, it):
    save_draft(as_web(lea), workflow, document=NEXT)
    lead, admin = Client(), Client()
    lead.force_login(lea)
    admin.force_login(ada)
    form = {"note": "x", "rev": Workflow.objects.get(pk=workflow.pk).draft_rev, "running": "stay"}
    assert "/workflows/buy/publication" not in lead.get("/workflows/buy").content.decode()
    assert lead.post("/workflows/buy/publication", form).status_code == 403
    names = {"name_de": "Kauf", "name_en": "Buy", "department": it.pk, "active": "on", "leads_publish": "on"}
    assert admin.post("/workflows/buy/settings", names).status_code == 302
    assert "/workflows/buy/publication" in lead.get("/workflows/buy").content.decode()
    assert lead.post("/workflows/buy/publication", form).status_code == 302
    assert Workflow.objects.get(pk=workflow.pk).live.author == lea
