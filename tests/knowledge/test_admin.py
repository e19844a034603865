"""Django admin writes through the commands."""

import pytest
from django.urls import reverse

from flowtic.core.models import Event
from knowledge.models import Article, Category


@pytest.fixture
def adas(client, ada):
    client.force_login(ada)
    return client


def test_an_article_is_made_changed_and_published(adas, ada, category):
    given = {"title": "New", "language": "en", "category": category.pk, "tags": "a, b", "body": "Text"}
    added = adas.post(reverse("admin:knowledge_article_add"), given)
    assert added.status_code == 302, added.context["errors"] if added.context else ""
    row = Article.objects.get()
    assert (row.state, row.owner, Event.objects.get(name="article.created").via) == ("draft", ada, "admin")
    url = reverse("admin:knowledge_article_change", args=[row.pk])
    assert adas.get(url).status_code == 200
    assert adas.post(url, {**given, "body": "Other", "public": "on"}).status_code == 302
    changes = reverse("admin:knowledge_article_changelist")
    adas.post(changes, {"action": "publish", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert (row.version, row.body, row.public) == (1, "Other", True)
    adas.post(changes, {"action": "deactivate", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.state == "inactive"


def test_refusals_are_errors_of_the_form(adas, category, article):
    url = reverse("admin:knowledge_category_add")
    given = {"key": "articles", "name_de": "x", "name_en": "x", "position": 0, "active": "on"}
    assert adas.post(url, given).status_code == 200
    assert adas.post(url, {**given, "key": "vpn"}).status_code == 302
    assert Category.objects.filter(key="vpn").exists()
    adas.post(reverse("admin:knowledge_article_delete", args=[article.pk]), {"post": "yes"})
    assert Article.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize("name", ["article", "category", "articleversion", "searchmiss"])
def test_only_admins_enter(client, sven, adas, article, name):
    url = reverse(f"admin:knowledge_{name}_changelist")
    assert adas.get(url).status_code == 200
    client.force_login(sven)
    assert client.get(url).status_code != 200
