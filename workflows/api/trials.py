"""`/workflows/{key}/test-run`: how a definition would run, with nothing done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, once, stamp, writes
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from workflows.api.answers import TestRunOut
from workflows.api.bodies import TestRunIn
from workflows.api.drafts import current_document
from workflows.api.finding import checked_document, workflow_named
from workflows.api.present import Plain, step_ref
from workflows.definition.format import parse
from workflows.engine.state import context
from workflows.trial import Trial, muted, try_out
from workflows.words import error_words

router = Router(tags=["Workflows"])


@router.post("/workflows/{key}/test-run", summary="Try it out", **writes("workflows:admin", {200: TestRunOut}, 404))
def post_test_run(request: HttpRequest, key: str, body: TestRunIn | None = None) -> HttpResponse:
    """Runs the draft (else what is published, else `document`) with your values and answers; nothing is saved or sent.

    Each answer goes to the first thing at its `step` that waits for one; pauses pass by themselves.
    """
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)
    body = body or TestRunIn(values=None, document=None)
    document = current_document(workflow) if body.document is None else checked_document(body.document)
    values = checked_document(body.values or {}, "values")
    answers = [one.model_dump(exclude_none=True) for one in body.answers or []]
    for number, one in enumerate(answers):
        checked_document(one, f"answers.{number}")

    def effect() -> Answer:
        trial = try_out(parse(document), values=values, answers=answers, ticket=_facts(actor), now=clock.now())
        return Answer(200, _plain(trial))

    return once(request, effect)


def _facts(actor: Actor) -> dict[str, Any]:
    """A made-up ticket of the person who tries it out."""
    person = actor.user
    ticket = {"number": "FT-0000-000000", "subject": _("Test run"), "priority": "normal", "department": ""}
    requester = {"id": person.pk, "name": person.name, "email": person.email or "", "role": person.role}
    return {
        "ticket": {**ticket, "request_type": "", "source": "api", "created_at": clock.now().isoformat()},
        "requester": {**requester, "manager": getattr(person, "manager_id", None)},
    }


def _plain(trial: Trial) -> Plain:
    definition = trial.definition
    return {
        "status": trial.state["status"],
        "end": trial.state["end"],
        "trace": [
            {
                "at": stamp(at),
                "step": step_ref(definition, effect.step),
                "outcome": effect.data["outcome"],
                "to": [step_ref(definition, key) for key in _several(effect.data["to"])],
            }
            for at, effect in trial.trace
        ],
        "effects": [
            {
                "at": stamp(at),
                "kind": effect.kind,
                "step": step_ref(definition, effect.step),
                "data": muted(trial, effect),
            }
            for at, effect in trial.effects
        ],
        "values": {key: value for key, value in context(trial.state).items() if key not in ("ticket", "requester")},
        "waiting": [_waiting(definition, token) for token in trial.state["tokens"].values()],
        "unused": trial.unused,
    }


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _waiting(definition: Any, token: dict[str, Any]) -> Plain:
    wait, error = token["wait"], token.get("error")
    names = [*wait.get("items", {}), *wait.get("timers", {}).values()]
    names += [wait[name] for name in ("effect", "event") if wait.get(name)]
    return {
        "step": step_ref(definition, token["step"]),
        "state": token["state"],
        "waits": names,
        "error": error_words(error["code"], error["message"]) if error else "",
    }
