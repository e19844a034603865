"""An answer from the knowledge base, or that it is not in there."""

from ai_assist.commands.suggestions import finish
from ai_assist.llm import grounding
from ai_assist.llm.growing import growing
from ai_assist.llm.prompts import LANGUAGES, Prompt, language_of
from ai_assist.llm.running import run
from ai_assist.llm.sources import as_parts, for_question, hosts_of
from ai_assist.llm.visible import plain
from ai_assist.models import Suggestion
from flowtic.core.actor import Actor
from knowledge.commands import record_miss

NOT_FOUND = "NOT_IN_KNOWLEDGE_BASE"
_TASK = (
    "Answer the agent's question in {language}, only from the numbered sources. End every sentence with the number of "
    "its source in square brackets; a sentence without one is thrown away. If the sources do not answer the question, "
    f"write nothing but {NOT_FOUND}."
)


def write(actor: Actor, suggestion: Suggestion, _ticket: object = None) -> None:
    """Asks the model and finishes the suggestion. Raises LlmError."""
    question = plain(str(suggestion.options["question"]))
    materials = for_question(actor, question)
    if not materials:
        _missing(actor, suggestion, question)
        return
    prompt = Prompt()
    # The words of the question decide, else the language of whoever asks.
    language = language_of(question, *([] if suggestion.language == "de" else ["the", "of"]))
    parts = as_parts(prompt, materials, public_reader=False)
    messages = prompt.messages(_TASK.format(language=LANGUAGES[language]), *parts, prompt.fence("QUESTION", question))
    hosts = hosts_of(materials)

    def shown(text: str) -> str:
        said = grounding.cleaned(text, hosts)
        if NOT_FOUND.startswith(said[: len(NOT_FOUND)]):
            return ""
        return grounding.grounded(said, len(materials), growing=True).text

    result = run("answer", messages, person=actor, suggestion=suggestion, on_text=growing(suggestion, shown))
    text = grounding.cleaned(result.text, hosts)
    found = grounding.grounded(text, len(materials))
    if NOT_FOUND in text or not found.used:
        _missing(actor, suggestion, question, model=result.model)
        return
    finish(
        suggestion,
        text=found.text,
        value={"found": True, "cut": found.cut, "used": list(found.used)},
        sources=[one.source for one in materials],
        engine=Suggestion.Engine.LLM,
        engine_version=result.model,
    )


def local(actor: Actor, suggestion: Suggestion, _ticket: object = None) -> None:
    """The articles that fit the question; nobody reads them for the agent."""
    question = plain(str(suggestion.options["question"]))
    materials = for_question(actor, question)
    if not materials:
        _missing(actor, suggestion, question, engine=Suggestion.Engine.LOCAL)
        return
    finish(
        suggestion,
        value={"found": True, "articles": True},
        sources=[one.source for one in materials],
        engine=Suggestion.Engine.LOCAL,
    )


def _missing(actor: Actor, suggestion: Suggestion, question: str, *, model: str = "", engine: str = "llm") -> None:
    """Says so, and notes the gap for whoever writes articles."""
    record_miss(actor, text=question[:200], language=suggestion.language)
    finish(suggestion, value={"found": False}, engine=engine, engine_version=model)
