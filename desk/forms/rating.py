"""The form with which a requester says how it went."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.models import Rating
from desk.models.rating import MAX_WORDS
from flowtic.core.errors import CommandError

CHOICES = [("good", _("Yes, I am satisfied")), ("bad", _("No, I am not satisfied"))]


class RatingForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=CHOICES,
        label=_("Are you satisfied?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of the two."),
            "invalid_choice": _("Please choose one of the two."),
        },
    )
    words = forms.CharField(
        required=False,
        strip=False,
        max_length=MAX_WORDS,
        label=_("What was good, what can we do better?"),
        help_text=_("The people of the help desk read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def showing(cls, rating: Rating | None) -> "RatingForm":
        """With what was said before."""
        if rating is None:
            return cls()
        return cls(initial={"verdict": "good" if rating.good else "bad", "words": rating.words})

    def for_command(self) -> dict[str, Any]:
        return {"good": self.cleaned_data["verdict"] == "good", "words": self.cleaned_data["words"]}

    def refuse(self, error: CommandError) -> None:
        for name, messages in (error.fields or {"": [error.message]}).items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)
