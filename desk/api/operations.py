"""`/operations/{id}/undo` and `/macros`: taking back what one did, and doing several things at once."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from desk.api.answers import MacroList, MacroRunOut, UndoneOut
from desk.api.finding import ticket_named
from desk.api.present import Plain
from desk.bulk_results import Result
from desk.commands.macros import macro_named, run_macro
from desk.models import BulkRun, Macro, Ticket
from flowtic.core.api import actor_of, answer, id_in_path, once, reads, stamp, writes
from flowtic.core.api_shapes import Nothing
from flowtic.core.errors import NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from flowtic.core.undo import tickets_of, undo

router = Router(tags=["Undo and macros"])


@router.post(
    "/operations/{id}/undo",
    summary="Take back what you did",
    **writes("tickets:write", {200: UndoneOut}, 404, 409, 422),
)
def post_undo(request: HttpRequest, id: str, body: Nothing | None = None) -> HttpResponse:  # noqa: A002  (in the address)
    """Within ten minutes (a merge: a day), by who did it, with the rights of now, and only while what it set is still
    there, else 409 `cannot_undo` with a sentence. The id stands with the event (`operation`) or came as an answer."""
    actor = actor_of(request)

    def effect() -> Answer:
        operation = undo(actor, _key(id))
        numbers = Ticket.objects.visible_to(actor).filter(pk__in=tickets_of(operation)).order_by("pk")
        run = BulkRun.objects.filter(operation_id=operation.pk).first()
        body: Plain = {
            "id": str(operation.pk),
            "kind": operation.kind,
            "undone_at": stamp(operation.undone_at),
            "tickets": list(numbers.values_list("number", flat=True)),
            "summary": Result(run).sentence if run else None,
        }
        return Answer(200, body)

    return once(request, effect)


@router.get("/macros", summary="Macros", **reads("tickets:read", MacroList))
def list_macros(request: HttpRequest) -> HttpResponse:
    """Those that you may run: your own, those of your departments, those for everybody. Requesters have none."""
    rows = Macro.objects.usable_by(actor_of(request)).select_related("department")
    return answer({"results": [_macro(row) for row in rows], "next": None})


@router.post(
    "/tickets/{number}/macros/{id}",
    summary="Run a macro",
    **writes("tickets:write", {200: MacroRunOut}, 404, 409, 422),
)
def post_macro(request: HttpRequest, number: str, id: str, body: Nothing | None = None) -> HttpResponse:  # noqa: A002
    """All its steps, or none where one is refused. A reply goes out after some seconds; until then undo holds it."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.note", ticket)
    macro = macro_named(actor, id_in_path(id))

    def effect() -> Answer:
        ran = run_macro(actor, ticket, macro=macro)
        operation = str(ran.operation.pk) if ran.operation else None
        return Answer(200, {"ticket": ticket.number, "operation": operation, "replied": ran.replied})

    return once(request, effect)


def _macro(row: Macro) -> Plain:
    return {
        "id": row.pk,
        "name": row.name,
        "audience": row.audience,
        "department": row.department.key if row.department else None,
        "steps": row.steps,
    }


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
