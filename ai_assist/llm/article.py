"""An article drafted from a solved ticket: nobody's data in it, and nothing is saved before a person has read it."""

import re
from typing import Any

from django.utils.translation import gettext as _

from ai_assist.commands.suggestions import finish
from ai_assist.llm.grounding import cleaned
from ai_assist.llm.prompts import LANGUAGES, Prompt, language_of
from ai_assist.llm.running import run
from ai_assist.llm.sources import anonymous
from ai_assist.llm.thread import Said, as_text, conversation
from ai_assist.masking import PLACEHOLDER
from ai_assist.models import Suggestion
from ai_assist.results import Source
from desk.models import Ticket
from flowtic.core.actor import Actor

CONVERSATION_TOKENS = 5500
TITLE = 150
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "problem", "steps"],
    "properties": {
        "title": {"type": "string", "minLength": 3, "maxLength": TITLE},
        "problem": {"type": "string", "minLength": 3, "maxLength": 3000},
        "steps": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "string", "maxLength": 1000}},
        "note": {"type": "string", "maxLength": 1500},
        "tags": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 40}},
    },
}
_TASK = (
    "Write a knowledge article in {language} from a solved ticket, for people who meet the same problem: a title that "
    "names the problem, the problem in general words, the steps that solved it, a note if something must be minded, up "
    "to five tags. Only what the ticket says. No names, no dates, no data of persons. Answer with JSON."
)


def write(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """Asks the model and finishes the suggestion. Raises LlmError."""
    said = conversation(actor, ticket, notes=False)
    language = _language(ticket, said)
    prompt = Prompt()
    text = as_text(said, CONVERSATION_TOKENS)
    messages = prompt.messages(
        _TASK.format(language=LANGUAGES[language]), prompt.fence("TICKET", f"Subject: {ticket.subject}\n\n{text}")
    )
    result = run("article", messages, schema=SCHEMA, person=actor, ticket=ticket, suggestion=suggestion, restore=False)
    data = {name: _clean(value, ticket) for name, value in result.data.items()}
    body = _body(language, data["problem"], data["steps"], data.get("note", ""))
    _finish(suggestion, ticket, data["title"], body, language, data.get("tags", []), result.model)


def local(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """The request and the agents' public answers, without personal data."""
    said = conversation(actor, ticket, notes=False)
    language = _language(ticket, said)
    answers = [anonymous(one.text, ticket) for one in said[1:] if one.role == "agent" and one.text]
    body = _body(language, anonymous(said[0].text, ticket), answers, "")
    _finish(suggestion, ticket, anonymous(ticket.subject, ticket), body, language, [], "")


def _finish(
    suggestion: Suggestion, ticket: Ticket, title: str, body: str, language: str, tags: list[str], model: str
) -> None:
    engine = Suggestion.Engine.LLM if model else Suggestion.Engine.LOCAL
    value = {"title": title.strip()[:TITLE], "language": language, "tags": tags}
    source = [Source("ticket", ticket.pk)]
    finish(suggestion, text=body, value=value, sources=source, engine=engine, engine_version=model)


def _language(ticket: Ticket, said: list[Said]) -> str:
    return ticket.language[:2] if ticket.language[:2] in LANGUAGES else language_of(*(one.text for one in said))


def _clean(value: Any, ticket: Ticket) -> Any:
    """Without links, markup and what the model let through of somebody's data."""
    if isinstance(value, list):
        return [found for item in value if (found := _clean(item, ticket))]
    return PLACEHOLDER.sub("[…]", anonymous(cleaned(str(value)), ticket))


def _body(language: str, problem: str, steps: list[str], note: str) -> str:
    heads = ("Problem", "Lösung", "Hinweis") if language == "de" else ("Problem", "Solution", "Note")
    done = "\n".join(f"{number}. {_indented(step)}" for number, step in enumerate(steps, start=1))
    parts = [f"## {heads[0]}\n\n{problem}", f"## {heads[1]}\n\n{done or _('(not written yet)')}"]
    if note:
        parts.append(f"## {heads[2]}\n\n{note}")
    return "\n\n".join(parts) + "\n"


def _indented(step: str) -> str:
    return re.sub(r"\n(?=.)", "\n   ", re.sub(r"^\s*\d{1,2}[.)]\s+", "", step.strip()))
