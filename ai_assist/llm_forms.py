"""Forms of the assistant's pages. They check input; what is allowed, the commands decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from ai_assist.llm.shown import Draft
from ai_assist.models import AssistSettings, FeatureSetting, Provider
from ai_assist.models.settings import default_masking
from ai_assist.providers.base import DEFAULT_TIMEOUT, LONGEST_TIMEOUT
from flowtic.core.actor import Actor
from knowledge.models import Article, Category

KINDS = {
    "names": _("Names"),
    "emails": _("E-mail addresses"),
    "phones": _("Phone numbers"),
    "ibans": _("Bank accounts"),
}


class ProviderForm(CommandForm):
    """Where a language model is. The key is never shown again."""

    name = forms.CharField(label=_("Name"), max_length=100)
    base_url = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "https://models.example.com/v1", "inputmode": "url"}),
        help_text=_("Up to /v1. A server of your own network must be allowed with FLOWTIC_OUTGOING_ALLOWED."),
    )
    api_key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )
    remove_key = forms.BooleanField(label=_("Remove the key"), required=False)
    timeout = forms.IntegerField(
        label=_("Seconds until a call is given up"), min_value=1, max_value=LONGEST_TIMEOUT, initial=DEFAULT_TIMEOUT
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, data: Any = None, *, row: Provider | None) -> None:
        fields = ("name", "base_url", "timeout", "active")
        super().__init__(data, initial={name: getattr(row, name) for name in fields} if row else None)
        if row is None or not row.api_key_encrypted:
            del self.fields["remove_key"]
        self.fields["api_key"].help_text = (
            _("A key is saved. Empty keeps it; another address forgets it.")
            if row is not None and row.api_key_encrypted
            else _("Empty for a server that asks for none.")
        )

    def for_command(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        remove = data.pop("remove_key", False)
        data["api_key"] = "" if remove else data["api_key"] or None
        return data


class FeatureForm(CommandForm):
    """Which model answers a feature."""

    provider = forms.ModelChoiceField(
        label=_("Provider"), queryset=Provider.objects.none(), required=False, empty_label=_("none: own history")
    )
    model = forms.CharField(label=_("Model"), max_length=120, required=False)
    enabled = forms.BooleanField(label=_("Enabled"), required=False)
    max_output_tokens = forms.IntegerField(label=_("Longest answer (tokens)"), min_value=16, max_value=8000)
    price_in = forms.DecimalField(
        label=_("Price of a million tokens sent"), min_value=0, max_digits=10, decimal_places=4
    )
    price_out = forms.DecimalField(
        label=_("Price of a million tokens received"), min_value=0, max_digits=10, decimal_places=4
    )

    def __init__(self, data: Any = None, *, row: FeatureSetting, actor: Actor) -> None:
        names = ("provider", "model", "enabled", "max_output_tokens", "price_in", "price_out")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        self.fields["provider"].queryset = Provider.objects.visible_to(actor)  # type: ignore[attr-defined]


class BudgetForm(CommandForm):
    """What a day may cost."""

    tokens_per_day = forms.IntegerField(label=_("Tokens a day"), min_value=0, help_text=_("0 is no limit."))
    tokens_per_person = forms.IntegerField(
        label=_("Tokens a day for one person"), min_value=0, help_text=_("0 is no limit.")
    )
    cost_per_day = forms.DecimalField(
        label=_("Money a day"), min_value=0, max_digits=9, decimal_places=2, help_text=_("0 is no limit.")
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    keep_texts_days = forms.IntegerField(
        label=_("Days that texts of calls are kept"), min_value=0, max_value=3650, help_text=_("Figures stay.")
    )

    def __init__(self, data: Any = None, *, row: AssistSettings) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in self.base_fields})


class MaskingForm(CommandForm):
    """What is replaced before a text leaves."""

    kinds = forms.MultipleChoiceField(
        label=_("Masked everywhere"),
        choices=[(key, KINDS[key]) for key in default_masking()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("Own words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line: names of projects, customers, servers."),
    )

    def __init__(self, data: Any = None, *, row: AssistSettings) -> None:
        super().__init__(data, initial={"kinds": row.masking, "words": "\n".join(map(str, row.masked_words))})

    def for_command(self) -> dict[str, Any]:
        return {"kinds": self.cleaned_data["kinds"], "words": self.cleaned_data["words"].splitlines()}


class ArticleForm(CommandForm):
    """The draft of an article, as the person changes it."""

    title = forms.CharField(label=_("Title"), max_length=200)
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none())
    language = forms.ChoiceField(label=_("Language"), choices=Article.Language.choices)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=300, help_text=_("Separated by commas."))
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 18}), max_length=100_000)

    def __init__(self, data: Any = None, *, draft: Draft, actor: Actor) -> None:
        value = draft.value
        tags = ", ".join(map(str, value.get("tags", [])))
        initial = {"title": value.get("title"), "language": value.get("language"), "tags": tags, "body": draft.row.text}
        super().__init__(data, initial=initial)
        self.fields["category"].queryset = Category.objects.visible_to(actor)  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
