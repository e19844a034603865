"""An agent's own draft in other words or in the other language."""

from ai_assist.commands.suggestions import finish
from ai_assist.llm.grounding import cleaned, hosts_in
from ai_assist.llm.growing import growing
from ai_assist.llm.prompts import LANGUAGES, Prompt, language_of
from ai_assist.llm.running import run
from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core.actor import Actor

_HOW = {
    "shorter": "Make it shorter; keep every fact.",
    "friendlier": "Make it friendlier; keep every fact.",
    "formal": "Make it more formal; keep every fact.",
    "de": "Translate it into German (formal address).",
    "en": "Translate it into English.",
}
HOWS = tuple(_HOW)
_TASK = (
    "Rewrite the agent's draft. {how} {language} Keep numbers, names, links and Markdown as they are. Add nothing. "
    "Answer with nothing but the new text."
)
LONGEST = 12_000


def write(actor: Actor, suggestion: Suggestion, ticket: Ticket | None) -> None:
    """Asks the model and finishes the suggestion. Raises LlmError."""
    how, text = str(suggestion.options["how"]), str(suggestion.options["text"])
    stay = "" if how in LANGUAGES else f"Stay in {LANGUAGES[language_of(text)]}."
    prompt = Prompt()
    messages = prompt.messages(_TASK.format(how=_HOW[how], language=stay), prompt.fence("DRAFT", text))
    hosts = hosts_in(text)
    save = growing(suggestion, lambda grown: cleaned(grown, hosts))
    result = run("rewrite", messages, person=actor, ticket=ticket, suggestion=suggestion, on_text=save)
    finish(suggestion, text=cleaned(result.text, hosts), engine=Suggestion.Engine.LLM, engine_version=result.model)
