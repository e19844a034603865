"""Secrets in Django admin: set, replaced, never shown."""

import pytest

from flowtic.core.models import Event, Secret
from flowtic.core.secrets import reveal
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
URL = "/admin/core/secret/"


@pytest.fixture
def admin(client, ada):
    client.login(username=ada.email, password=PASSWORD)
    client.force_login(ada)
    return client


def test_a_value_is_set_replaced_and_kept(admin):
    assert admin.post(f"{URL}add/", {"name": "SHOP", "value": "first-value", "note": "n"}).status_code == 302
    assert reveal(["SHOP"]) == {"SHOP": "first-value"}
    row = Secret.objects.get()
    page = admin.get(f"{URL}{row.pk}/change/").content.decode()
    assert "first-value" not in page
    admin.post(f"{URL}{row.pk}/change/", {"value": "", "note": "other"})
    assert (reveal(["SHOP"])["SHOP"], Secret.objects.get().note) == ("first-value", "other")
    admin.post(f"{URL}{row.pk}/change/", {"value": "second-value", "note": "other"})
    assert reveal(["SHOP"])["SHOP"] == "second-value"
    assert "value" not in str([event.changes for event in Event.objects.filter(name__startswith="secret.")])


def test_a_secret_without_value_or_with_a_bad_name_is_refused(admin):
    for data in ({"name": "SHOP", "value": ""}, {"name": "1 2", "value": "x"}):
        answer = admin.post(f"{URL}add/", data)
        assert answer.status_code == 200
    assert not Secret.objects.exists()


def test_only_admins_come_here(client, sven):
    client.force_login(sven)
    assert client.get(URL).status_code in (302, 403)
