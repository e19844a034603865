"""What an administrator sets for one field; forms of language models are in llm_forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ai_assist.models import Suggestion, Trust
from flowtic.core.errors import CommandError

MODES = [
    (Suggestion.Mode.WATCH.value, pgettext_lazy("trust in suggestions", "Only measure")),
    (Suggestion.Mode.SUGGEST.value, pgettext_lazy("trust in suggestions", "Suggest")),
    (Suggestion.Mode.FILL.value, pgettext_lazy("trust in suggestions", "Fill in by itself")),
]
SHARES = ("bar", "threshold")


class TrustForm(forms.Form):
    """Shares are typed as per cent."""

    ceiling = forms.ChoiceField(label=_("Highest step"), choices=MODES)
    mode = forms.ChoiceField(label=_("Step now"), choices=MODES)
    bar = forms.IntegerField(label=_("Right at least (%)"), min_value=50, max_value=100)
    least = forms.IntegerField(label=_("Decisions at least"), min_value=1, max_value=200)
    threshold = forms.IntegerField(label=_("Confidence at least (%)"), min_value=5, max_value=100)

    @classmethod
    def of(cls, row: Trust) -> "TrustForm":
        """The form as it stands; the step that has to be earned is offered only where it was."""
        shares = {name: round(getattr(row, name) * 100) for name in SHARES}
        form = cls(initial={"ceiling": row.ceiling, "mode": row.mode, "least": row.least, **shares}, prefix=row.field)
        if row.mode != Suggestion.Mode.FILL:
            form.fields["mode"].choices = MODES[:2]  # type: ignore[attr-defined]
        return form

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        return {**found, **{name: found[name] / 100 for name in SHARES if name in found}}

    def add_refusal(self, error: CommandError) -> None:
        """What the command refused, at the fields it speaks of."""
        for name, texts in (error.fields or {"": [error.message]}).items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
