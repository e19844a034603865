"""Places in the menus, and what the assistant adds to the pages of a ticket and to the list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ai_assist import events
from ai_assist.queries import has_open, offered, open_count
from ai_assist.row_marks import suggestion_marks
from desk import history
from desk.panels import panel
from desk.row_marks import row_marks
from desk.strips import strip
from flowtic.core.policy import allows
from flowtic.core.shell import nav_item

panel("assistant", _("Assistant"), "ai:panel", offered, order=5, icon="spark", count=open_count)
strip("assistant", _("Suggestions"), "ai:strip", has_open)
row_marks("assistant", suggestion_marks, order=20)
nav_item(
    "assistant_trust", pgettext_lazy("assistant", "Suggestions"), "spark", "ai:trust",
    lambda actor: allows(actor, "assist.report"), area="settings", order=60,
)  # fmt: skip
nav_item(
    "assistant_learned", _("Learned models"), "history", "ai:learned",
    lambda actor: allows(actor, "assist.train"), area="settings", order=61,
)  # fmt: skip
history.draw(dict.fromkeys(
    (events.ACCEPTED, events.FILLED, events.CHANGED, events.DISMISSED, events.TAKEN_BACK, events.YIELDED), "spark"
))  # fmt: skip
