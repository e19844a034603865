"""Every template of the library is installed whole: its form, its rule, and a workflow that fits both."""

import pytest

from accounts.models import Department
from desk.models import RequestType
from flowtic.core.actor import Actor
from flowtic.core.secrets import save_secret
from tests.factories import make_department
from tests.workflows.definition.library import FILES, read
from workflows.commands.definitions import findings
from workflows.commands.library import install_template
from workflows.request_forms import asked_before

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", FILES)
def test_its_form_is_known_when_it_is_published(name, ada):
    for key in read(name)["requires"].get("departments") or []:
        if not Department.objects.filter(key=key).exists():
            make_department(key)
    for secret in read(name)["requires"].get("secrets") or []:
        save_secret(Actor(ada), secret, value="x", note="")
    workflow = install_template(Actor.system("test"), name)
    form = RequestType.objects.get(key=name).schema
    assert workflow.live.number == 1
    asked = asked_before(workflow)
    assert asked is not None
    assert bool(asked) == bool(form)
    assert [one for one in findings(workflow.live.document, workflow) if one.is_error] == []
