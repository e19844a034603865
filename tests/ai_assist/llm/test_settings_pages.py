"""The settings of language models: who gets in, what is saved, what is never shown."""

from decimal import Decimal

import pytest
from django.test import Client

from ai_assist.commands.providers import save_provider
from ai_assist.llm import run
from ai_assist.models import AssistSettings, DepartmentSetting, FeatureSetting, ModelCall, Provider
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from flowtic.core.secrets import decrypt
from tests.model_server import behaviours

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(settings):
    def make(person, **headers):
        client = Client(headers=headers)
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


NEW = {
    "name": "Models",
    "base_url": "http://127.0.0.1:8099/v1",
    "api_key": "sk-secret",
    "timeout": "20",
    "active": "on",
}


def test_a_provider_of_the_inner_network_needs_the_operator(web, ada, settings):
    answer = web(ada).post("/settings/assistant/models/providers/new", NEW)
    assert answer.status_code == 422
    assert "FLOWTIC_OUTGOING_ALLOWED=127.0.0.1:8099" in answer.text
    assert "Ollama" in answer.text
    assert "sk-secret" not in answer.text
    settings.FLOWTIC_OUTGOING_ALLOWED = ["127.0.0.1"]
    assert web(ada).post("/settings/assistant/models/providers/new", NEW).status_code == 302
    assert Provider.objects.get().base_url == "http://127.0.0.1:8099/v1"


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://models.example.com", "http://user:pw@models.example.com/v1", "https://models.example.com/v1?x=1", "nonsense"),
        *("http://169.254.169.254/v1", "http://[::1]/v1", "http://2130706433/v1", "https://127.0.0.1:22/v1", "http://1.1.1.1/v1"),
    ],
)  # fmt: skip
def test_addresses_that_are_no_providers(web, ada, url):
    assert web(ada).post("/settings/assistant/models/providers/new", {**NEW, "base_url": url}).status_code == 422
    assert not Provider.objects.exists()


def test_the_key_is_encrypted_kept_and_forgotten_with_the_address(provider, web, ada, server):
    page = f"/settings/assistant/models/providers/{provider.pk}"
    assert "sk-test-key" not in provider.api_key_encrypted
    same = {"name": "Own", "base_url": provider.base_url, "api_key": "", "timeout": "5", "active": "on"}
    web(ada).post(page, same)
    provider.refresh_from_db()
    assert (provider.name, decrypt(provider.api_key_encrypted)) == ("Own", "sk-test-key")
    web(ada).post(page, {**same, "base_url": "http://127.0.0.1:8099/v1"})
    provider.refresh_from_db()
    assert provider.api_key_encrypted == ""
    web(ada).post(page, {**same, "base_url": "http://127.0.0.1:8099/v1", "api_key": "sk-next"})
    provider.refresh_from_db()
    assert decrypt(provider.api_key_encrypted) == "sk-next"
    web(ada).post(page, {**same, "base_url": "http://127.0.0.1:8099/v1", "remove_key": "on"})
    provider.refresh_from_db()
    assert provider.api_key_encrypted == ""
    for event in Event.objects.filter(name="provider.saved"):
        assert "sk-" not in str(event.changes) + str(event.data)


def test_no_page_shows_the_key(provider, web, ada):
    for path in ("", f"/providers/{provider.pk}", "/features", "/calls"):
        text = web(ada).get(f"/settings/assistant/models{path}").text
        assert "sk-test-key" not in text
        assert provider.api_key_encrypted not in text


def test_the_connection_is_tested(provider, server, web, ada):
    server.behaviour = behaviours.says("OK")
    page = f"/settings/assistant/models/providers/{provider.pk}/test"
    assert "fake-1 answers" in web(ada).post(page, follow=True).text
    server.behaviour = behaviours.refuses_key
    assert "refuses the key" in web(ada).post(page, follow=True).text


def test_a_provider_in_use_stays(provider, web, ada, db):
    page = f"/settings/assistant/models/providers/{provider.pk}/removal"
    assert "still use this provider" in web(ada).post(page, follow=True).text
    FeatureSetting.objects.update(provider=None)
    web(ada).post(page)
    assert not Provider.objects.exists()


@pytest.mark.parametrize("who", ["rita", "alan", "sven"])
def test_only_administrators_change_settings(provider, web, rita, alan, sven, it, who):
    client = web({"rita": rita, "alan": alan, "sven": sven}[who])
    call = ModelCall.objects.create(
        feature="reply", provider="x", model="x", input_hash="x", created_at=provider.created_at
    )
    for path in (f"/providers/{provider.pk}", "/features/reply", f"/calls/{call.pk}"):
        assert client.get(f"/settings/assistant/models{path}").status_code == 403
    for path in (
        f"/providers/{provider.pk}/test",
        f"/providers/{provider.pk}/removal",
        f"/departments/{it.pk}",
        "/features/reply",
    ):
        assert client.post(f"/settings/assistant/models{path}").status_code == 403
    assert Provider.objects.exists()


def test_features_budget_masking_and_departments_are_saved(provider, web, ada, it):
    client, start = web(ada), "/settings/assistant/models"
    feature = {
        "provider": provider.pk,
        "model": "m-2",
        "enabled": "on",
        "max_output_tokens": 300,
        "price_in": 1,
        "price_out": 2,
    }
    assert client.post(f"{start}/features/reply", feature).status_code == 302
    assert FeatureSetting.objects.get(feature="reply").model == "m-2"
    assert client.post(f"{start}/features/reply", {**feature, "model": ""}).status_code == 422
    assert client.post(f"{start}/features/none", feature).status_code == 404
    budget = {
        "tokens_per_day": 10,
        "tokens_per_person": 5,
        "cost_per_day": "1.50",
        "currency": "EUR",
        "keep_texts_days": 7,
    }
    assert client.post(f"{start}/budget", budget).status_code == 302
    assert client.post(f"{start}/budget", {**budget, "currency": "eu1"}).status_code == 422
    assert client.post(f"{start}/masking", {"kinds": ["emails"], "words": "Adler\n\nFalke"}).status_code == 302
    row = AssistSettings.objects.get()
    assert (row.tokens_per_day, row.cost_per_day, row.masking) == (10, Decimal("1.50"), ["emails"])
    assert row.masked_words == ["Adler", "Falke"]
    assert "[WORD_1] [EMAIL_1]" in client.get(f"{start}/masking?try=Adler+a%40b.de").text
    client.post(f"{start}/departments/{it.pk}", {"masking": "on"})
    found = DepartmentSetting.objects.get()
    assert (found.language_model, found.masking) == (False, True)


def test_the_log_is_filtered_and_exported(provider, server, web, ada, alan):
    server.behaviour = behaviours.says("=HYPERLINK(1)")
    run("reply", [{"role": "user", "content": "<script>alert(1)</script>"}], person=Actor(alan, "celery"))
    client, start = web(ada), "/settings/assistant/models/calls"
    assert "Alan Agent" in client.get(start).text
    assert "Alan Agent" not in client.get(f"{start}?feature=summary").text
    assert "Alan Agent" not in client.get(f"{start}?result=failed").text
    assert "Alan Agent" not in client.get(f"{start}?last=2020-01-01").text
    assert client.get(f"{start}?first=x&before=-1&feature=zzz").status_code == 200
    page = client.get(f"{start}/{ModelCall.objects.get().pk}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    lines = client.get(f"{start}.csv").text.splitlines()
    assert lines[0].startswith("time,feature,provider")
    assert "Alan Agent" in lines[1]
    assert "HYPERLINK" not in lines[1]


def test_a_provider_keeps_its_old_key_only_for_its_old_host(provider, ada, server):
    row = save_provider(
        Actor(ada, "web"), provider, name="X", base_url=provider.base_url + "/", api_key=None, active=True, timeout=5
    )
    assert decrypt(row.api_key_encrypted) == "sk-test-key"
