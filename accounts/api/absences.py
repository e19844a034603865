"""`/people/{id}/absences`: who is away, and who stands in."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.api.working_bodies import AbsenceIn, AbsenceList, AbsenceOut
from accounts.commands import record_absence, remove_absence
from accounts.models import Absence, User
from accounts.queries import absences
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, id_in_path, once, reads, stamp, writes
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["Working time"])
WHERE = "/people/{id}/absences"


@router.get(WHERE, summary="Absences", **reads("people:read", AbsenceList, 404))
def list_absences(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """Those that are not over: your own (`me`); of others for admins and their leads."""
    actor = actor_of(request)
    person = _person(actor, id)
    require(actor, "person.see_absences", person)
    return answer({"results": [_plain(row) for row in absences(person)], "next": None})


@router.post(WHERE, summary="New absence", **writes("work:write", {201: AbsenceOut}, 404, 409))
def post_absence(request: HttpRequest, id: str, body: AbsenceIn) -> HttpResponse:  # noqa: A002
    """Your own (`me`); of others for admins and their leads. New work goes to the substitute meanwhile."""
    return once(request, lambda: _create(actor_of(request), id, body))


def _create(actor: Actor, pk: str, body: AbsenceIn) -> Answer:
    person = _person(actor, pk)
    require(actor, "person.set_absence", person)
    moments = {name: _moment(name, getattr(body, name)) for name in ("starts_at", "ends_at")}
    substitute = _substitute(actor, body.substitute) if body.substitute else None
    try:
        row = record_absence(actor, person, **moments, substitute=substitute, note=body.note or "")
    except Invalid as error:
        raise Conflict(error.message, fields=error.fields) from None
    return Answer(201, _plain(row), {"Location": f"/api/v1/people/{person.pk}/absences"})


@router.delete(WHERE + "/{absence}", summary="End an absence", **writes("work:write", {204: None}, 404, 409, media=()))
def delete_absence(request: HttpRequest, id: str, absence: str) -> HttpResponse:  # noqa: A002
    """It ends now, or does not begin."""
    actor = actor_of(request)
    person = _person(actor, id)
    require(actor, "person.set_absence", person)
    row = Absence.objects.filter(pk=id_in_path(absence), user=person).first()
    if row is None:
        raise NotFound(_("This absence does not exist."))
    remove_absence(actor, row)
    return answer(None, 204)


def _person(actor: Actor, text: str) -> User:
    pk = actor.user.pk if text == "me" else id_in_path(text)
    found = User.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def _substitute(actor: Actor, email: str) -> User:
    found = User.objects.visible_to(actor).active().filter(email=email.strip().lower()).first()
    if found is None:
        message = _("There is no active person with this address.")
        raise Conflict(message, fields={"substitute": message})
    return found


def _moment(name: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Conflict(_("This date does not exist."), fields={name: text}) from None


def _plain(row: Absence) -> dict[str, Any]:
    return {
        "id": row.pk,
        "starts_at": stamp(row.starts_at),
        "ends_at": stamp(row.ends_at),
        "substitute": row.substitute.name if row.substitute else None,
        "note": row.note,
    }
