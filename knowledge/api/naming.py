"""What a request names, and how refusals of its values read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, expected_version, id_in_path
from flowtic.core.errors import Conflict, Invalid, NotFound, PreconditionFailed
from flowtic.core.idempotency import Answer
from knowledge.api.present import article_full
from knowledge.models import Article, Category
from knowledge.queries import readable


def article_named(actor: Actor, text: str) -> Article:
    """The article if the actor reads it; raises NotFound."""
    found = readable(actor).filter(pk=id_in_path(text)).first()
    if found is None:
        raise NotFound(_("This article does not exist."))
    return found


def original_named(actor: Actor, pk: int | None) -> Article | None:
    if pk is None:
        return None
    found = readable(actor).filter(pk=pk).first()
    if found is None:
        raise Conflict(_("This article does not exist."), fields={"original": _("does not exist")})
    return found


def category_named(actor: Actor, key: str, field: str = "category") -> Category:
    found = Category.objects.visible_to(actor).filter(key=key).first()
    if found is None:
        raise Invalid(_("Some values are not valid."), fields={field: _("This value does not exist.")})
    return found


def owner_named(email: str | None) -> User | None:
    if email is None:
        return None
    found = User.objects.active().filter(email=email.strip().lower()).first()
    if found is None:
        raise Conflict(_("There is no such person."), fields={"owner": _("does not exist")})
    return found


def day(text: str | None, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("Some values are not valid."), fields={field: _("This is not a date.")}) from None


@contextmanager
def state_of_things() -> Iterator[None]:
    """Around a command: what its rules refuse is a conflict with what is there, for the body was well-formed."""
    try:
        yield
    except Invalid as error:
        raise Conflict(error.message, fields=error.fields) from error


@contextmanager
def unless_stale(request: HttpRequest, article: Article) -> Iterator[None]:
    """Around a change: raises PreconditionFailed when `If-Match` names another revision than the current one."""
    expected = expected_version(request)
    with transaction.atomic(), state_of_things():
        if expected is not None:
            current = Article.objects.lock(article.pk)
            if current.revision != expected:
                raise PreconditionFailed(_("The article has changed by now."))
        yield


def etag(article: Article) -> dict[str, str]:
    return {"ETag": f'"{article.revision}"'}


def article_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """200 with the article as it is now."""
    actor = actor_of(request)
    row = readable(actor).get(pk=pk)
    return answer(article_full(actor, row), headers=etag(row))


def article_once(request: HttpRequest, pk: int, status: int = 200) -> Answer:
    """The same as the answer of a repeatable POST; 201 says where the article is."""
    actor = actor_of(request)
    row = readable(actor).get(pk=pk)
    where = {"Location": f"/api/v1/articles/{row.pk}"} if status == 201 else {}
    return Answer(status, article_full(actor, row), {**etag(row), **where})


def given(body: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The named fields of a body that carry a value."""
    return {name: getattr(body, name) for name in names if getattr(body, name) is not None}
