"""What a long ticket is about, for agents: notes included."""

from ai_assist.commands.suggestions import finish
from ai_assist.llm.grounding import cleaned
from ai_assist.llm.growing import growing
from ai_assist.llm.prompts import LANGUAGES, Prompt
from ai_assist.llm.running import run
from ai_assist.llm.thread import Said, as_text, conversation, digest
from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core.actor import Actor

CONVERSATION_TOKENS = 6000
_TASK = (
    "Summarise the ticket for a colleague who takes it over, in {language}: at most six bullet points, what is wanted, "
    "what was tried, what is decided, what is open and who has the next move. Only what is written there; no advice."
)
EXTRACT = 280


def write(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """Asks the model and finishes the suggestion. Raises LlmError."""
    rests_on = digest(actor, ticket)
    prompt = Prompt()
    said = as_text(conversation(actor, ticket, notes=True), CONVERSATION_TOKENS)
    messages = prompt.messages(
        _TASK.format(language=LANGUAGES.get(suggestion.language, "English")),
        prompt.fence("TICKET", f"Subject: {ticket.subject}\n\n{said}"),
    )
    save = growing(suggestion, cleaned)
    result = run("summary", messages, person=actor, ticket=ticket, suggestion=suggestion, on_text=save)
    finish(
        suggestion,
        text=cleaned(result.text),
        engine=Suggestion.Engine.LLM,
        engine_version=result.model,
        input_hash=rests_on,
    )


def local(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """The beginning of the request and the last public messages, word for word."""
    said = conversation(actor, ticket, notes=False)
    latest = [one for one in said[1:] if one.text][-2:]
    lines = [_line(said[0]), *(_line(one) for one in latest)]
    finish(
        suggestion,
        text="\n".join(f"- {line}" for line in lines if line),
        value={"extract": True},
        engine=Suggestion.Engine.LOCAL,
        input_hash=digest(actor, ticket),
    )


def _line(said: Said) -> str:
    text = " ".join(said.text.split())
    return text if len(text) <= EXTRACT else text[:EXTRACT].rsplit(" ", 1)[0] + " …"
