"""What language models add to the composer and to the menus."""

from django.utils.translation import gettext_lazy as _

from desk.composer_tools import composer_tool
from flowtic.core.policy import allows
from flowtic.core.shell import nav_item

composer_tool("rewrite", "ai_assist/rewrite/_menu.html", panel="assistant")
nav_item(
    "assistant_models", _("Language models"), "spark", "ai:providers",
    lambda actor: allows(actor, "assist.configure"), area="settings", order=62,
)  # fmt: skip
