"""The tile of the assistant in the administration."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ai_assist import queries
from ai_assist.models import Provider
from flowtic.core.settings_home import OK, Fact, Reading, tile


def assistant(actor: Any) -> Reading:
    if not queries.assistant_on():
        return Reading([Fact(_("Switched off"))])
    facts = [Fact(_("On; what it learns from your tickets stays here"), OK)]
    names = list(Provider.objects.filter(active=True).values_list("name", flat=True)[:3])
    said = _("Language model: %(names)s") % {"names": ", ".join(names)} if names else _("No language model")
    return Reading([*facts, Fact(said)])


tile(
    "assistant", gettext_lazy("Assistant"), "spark", "ai:trust", "automation", read=assistant, order=30,
    words=gettext_lazy("AI suggestions trust learning classification machine learning"),
)  # fmt: skip
tile(
    "assistant_models", gettext_lazy("Language models"), "spark", "ai:providers", "automation", order=40,
    words=gettext_lazy("LLM OpenAI Anthropic Ollama provider masking budget privacy"),
)  # fmt: skip
