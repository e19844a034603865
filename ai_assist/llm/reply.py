"""A reply for the requester: every claim with the number of its source; without a model what helped before."""

from django.utils.translation import gettext as _

from ai_assist.commands.suggestions import fail, finish
from ai_assist.llm import grounding
from ai_assist.llm.growing import growing
from ai_assist.llm.prompts import LANGUAGES, Prompt, language_of
from ai_assist.llm.running import run
from ai_assist.llm.sources import Material, anonymous, as_parts, for_reply, hosts_of
from ai_assist.llm.thread import as_text, conversation
from ai_assist.models import Suggestion
from ai_assist.results import Source
from desk.models import Ticket
from flowtic.core.actor import Actor

TONES = ("", "formal", "short", "friendly")
_TONE_WORDS = {
    "formal": "Write formally.",
    "short": "Write as short as possible: two or three sentences.",
    "friendly": "Write in a warm, friendly way.",
}
CONVERSATION_TOKENS = 2600
_TASK = (
    "Draft the agent's next reply to the requester, in {language}. Use only facts of the numbered sources. End every "
    "sentence that states a fact or gives an instruction with the number of its source in square brackets, such as "
    "[1]; a sentence without a number is thrown away. Greeting, thanks, questions and farewell need no number. If the "
    "sources do not help, ask the requester for what is missing. Do not mention the sources otherwise. {tone}"
)


def write(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """Asks the model and finishes the suggestion. Raises LlmError."""
    materials = for_reply(actor, ticket)
    said = conversation(actor, ticket, notes=False)
    options = suggestion.options
    prompt = Prompt()
    language = ticket.language[:2] if ticket.language[:2] in LANGUAGES else language_of(*(one.text for one in said))
    task = _TASK.format(language=LANGUAGES[language], tone=_TONE_WORDS.get(options.get("tone", ""), ""))
    wish = f"The agent wishes: {options['instruction']}" if options.get("instruction") else ""
    who = f"Requester: {ticket.requester.name}\nAgent: {actor.user.name if actor.user else ''}"
    asked = prompt.fence("TICKET", f"{who}\nSubject: {ticket.subject}\n\n{as_text(said, CONVERSATION_TOKENS)}")
    messages = prompt.messages(task, *as_parts(prompt, materials, public_reader=True), asked, wish)
    hosts = hosts_of(materials)

    def shown(text: str) -> str:
        return grounding.grounded(grounding.cleaned(text, hosts), len(materials), growing=True).text

    result = run(
        "reply", messages, person=actor, ticket=ticket, suggestion=suggestion, on_text=growing(suggestion, shown)
    )
    found = grounding.grounded(grounding.cleaned(result.text, hosts), len(materials))
    if not found.text:
        fail(suggestion, "no_source", _("The language model wrote nothing that rests on a source."))
        return
    public = "\n".join([*(one.text for one in materials if not one.internal), *(one.text for one in said)])
    finish(
        suggestion,
        text=found.text,
        value=_marks(found, materials, public),
        sources=[one.source for one in materials],
        engine=Suggestion.Engine.LLM,
        engine_version=result.model,
    )


def local(actor: Actor, suggestion: Suggestion, ticket: Ticket) -> None:
    """What solved a similar ticket, in its own words."""
    from ai_assist.local.snippets import reply_snippets

    snippets = reply_snippets(actor, ticket, limit=1)
    if not snippets:
        finish(suggestion, value={"empty": True}, engine=Suggestion.Engine.LOCAL)
        return
    near = Ticket.objects.internal_to(actor).filter(pk=snippets[0].ticket_id).first()
    text = anonymous(snippets[0].text, near) if near is not None else ""
    finish(
        suggestion,
        text=text,
        value={"internal": [1], "quoted": [], "cut": 0},
        sources=[Source("ticket", snippets[0].ticket_id)],
        engine=Suggestion.Engine.LOCAL,
        confidence=snippets[0].score,
    )


def _marks(found: grounding.Grounded, materials: list[Material], public: str) -> dict[str, object]:
    """Which internal sources the text rests on or quotes: the requester will read it (AI-03)."""
    inside = {number: one.text for number, one in enumerate(materials, start=1) if one.internal}
    quoted = grounding.quotes(found.text, inside, public)
    internal = sorted({number for number in found.used if number in inside} | set(quoted))
    return {"internal": internal, "quoted": list(quoted), "cut": found.cut, "used": list(found.used)}
