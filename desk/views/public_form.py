"""The public link of a request type: a ticket without a login, where an admin allows it."""

from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.commands import create_contact
from accounts.models import User
from desk.commands import submit_form
from desk.forms.public import MACHINE, MOST_SECONDS, PublicForm, new_stamp
from desk.models import RequestType, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.ratelimit import limit

log = structlog.get_logger("flowtic.desk")

# Addresses whose owners the desk has turned away: the form thanks them like everybody else.
TURNED_AWAY = (User.State.REJECTED, User.State.SUSPENDED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The form. What is sent becomes one ticket; the answer is the same for known and unknown addresses."""
    kind = _public(key)
    if request.method != "POST":
        return _form(request, kind, PublicForm(request_type=kind))
    form = PublicForm(request.POST, request.FILES, request_type=kind)
    if form.is_machine:
        log.info("public_form_machine", request_type=kind.key)
        return _thanks(request, kind)
    if not form.is_valid():
        limit("search", f"public:{_sender(request)}")
        return _form(request, kind, form, 422)
    try:
        _once(request, kind, form)
    except CommandError as error:
        form.add_refusal(error)
        return _form(request, kind, form, error.status)
    return _thanks(request, kind)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: HttpRequest, key: str) -> HttpResponse:
    """The questions anew, as the answers bring them up; nothing is checked."""
    kind = _public(key)
    if request.method != "POST":
        return redirect("desk:public_form", key)
    limit("search", f"public:{_sender(request)}")
    typed = PublicForm(request.POST, request_type=kind)
    aside = {name: request.POST.get(name, "")[:300] for name in ("name", "email", "stamp")}
    form = PublicForm(request_type=kind, known=typed.texts, initial=aside)
    return render(request, "desk/request/_public_questions.html", {"form": form, "kind": kind})


def _public(key: str) -> RequestType:
    rows = RequestType.objects.filter(active=True, public_link=True).select_related("department")
    found = rows.filter(public_key=key).first() if key.isalnum() and len(key) <= 32 else None
    if found is None:
        raise NotFound(_("There is no form at this address."))
    return found


def _once(request: HttpRequest, kind: RequestType, form: PublicForm) -> None:
    """Counts the sending and makes the ticket, unless this page was sent before."""
    mark = f"public-form:{form.nonce}"
    if not cache.add(mark, 1, timeout=MOST_SECONDS):
        return
    try:
        limit("public_form", f"address:{_sender(request)}")
        # Nobody's mailbox is filled with receipts by others.
        limit("public_form", f"mail:{form.cleaned_data['email']}")
        limit("public_form_all", kind.pk)
        _create(kind, form)
    except BaseException:
        cache.touch(mark, timeout=0)  # forgotten at once: the next try counts
        raise


@transaction.atomic
def _create(kind: RequestType, form: PublicForm) -> Ticket | None:
    actor = Actor(via="web", machine=MACHINE)
    email, name = form.cleaned_data["email"], form.cleaned_data["name"]
    person = User.objects.filter(email=email).first() or create_contact(actor, email=email, name=name)
    if person.state in TURNED_AWAY:
        log.info("public_form_turned_away", person=person.pk)
        return None
    return submit_form(actor, kind, values=form.values, requester=person, insider=False, source="public")


def _sender(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _form(request: HttpRequest, kind: RequestType, form: PublicForm, status: int = 200) -> HttpResponse:
    stamp = form.data.get("stamp", "") if form.is_bound and form.nonce else new_stamp(kind)
    found: dict[str, Any] = {"form": form, "kind": kind, "stamp": stamp}
    return _unlisted(render(request, "desk/request/public.html", found, status=status))


def _thanks(request: HttpRequest, kind: RequestType) -> HttpResponse:
    return _unlisted(render(request, "desk/request/public_thanks.html", {"kind": kind}))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
