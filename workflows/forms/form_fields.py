"""The inspector of the form builder: one field's properties as a form, and what was typed as operations."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from desk.formschema.kinds import KINDS, currencies_of
from desk.formschema.labels import kind_choices, target_label
from desk.formschema.languages import label_texts, texts_of
from desk.formschema.pages import Spec, choices_of, kind_of
from desk.formschema.schema import TARGETS
from desk.formschema.written import number_shown, number_written

TEXTS = ("label", "help", "pattern_hint")
LONG = {"help"}
_COUNTED = ("length", "count")
Change = dict[str, Any]


class FieldForm(CommandForm):
    """Only the properties that the kind knows. Whether what is typed fits, the check of the whole form says."""

    kind = forms.ChoiceField(label=_("Kind"))
    label_de = forms.CharField(required=False, max_length=200, label=_("Label (German)"))
    label_en = forms.CharField(required=False, max_length=200, label=_("Label (English)"))
    help_de = forms.CharField(
        required=False, max_length=2000, label=_("Help (German)"), widget=forms.Textarea(attrs={"rows": 2})
    )
    help_en = forms.CharField(
        required=False, max_length=2000, label=_("Help (English)"), widget=forms.Textarea(attrs={"rows": 2})
    )
    required = forms.BooleanField(required=False, label=_("Must be answered"))
    internal = forms.BooleanField(
        required=False, label=_("Only for the desk"), help_text=_("Requesters neither see nor answer it.")
    )
    maps_to = forms.ChoiceField(required=False, label=_("Fills in on the ticket"))
    default = forms.CharField(required=False, max_length=2000, label=_("Default"))
    min = forms.CharField(required=False, max_length=40, label=_("Smallest"))
    max = forms.CharField(required=False, max_length=40, label=_("Largest"))
    pattern = forms.CharField(
        required=False, strip=False, max_length=200, label=_("Pattern"),
        help_text=_("A regular expression for the whole text, e.g. [A-Z]{2}-[0-9]{4}"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    pattern_hint_de = forms.CharField(required=False, max_length=200, label=_("When it does not fit (German)"))
    pattern_hint_en = forms.CharField(required=False, max_length=200, label=_("When it does not fit (English)"))
    currencies = forms.CharField(
        required=False, max_length=100, label=_("Currencies"), help_text=_("Three letters each, e.g. EUR, CHF")
    )

    def __init__(self, data: Any = None, *, spec: Spec, **options: Any) -> None:
        self.spec = spec
        super().__init__(data, initial=initial(spec), **options)
        kind = kind_of(spec)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        fitting = [name for name, kinds in TARGETS.items() if kind in kinds]
        self.fields["maps_to"].choices = [(name, target_label(name)) for name in ("", *fitting)]  # type: ignore[attr-defined]
        bounds = KINDS[kind].bounds if kind in KINDS else ""
        labels = {
            "length": (_("At least characters"), _("At most characters")),
            "count": (_("At least"), _("At most")),
            "date": (_("Earliest day"), _("Latest day")),
            "time": (_("Earliest"), _("Latest")),
        }
        for name, label in zip(("min", "max"), labels.get(bounds, ()), strict=False):
            self.fields[name].label = label
        if bounds == "date":
            self.fields["max"].help_text = _("A day such as 2026-12-31, or P7D for in seven days, -P1D for yesterday")
        self._shape_default(kind)
        for name in _unknown_to(kind, fitting):
            del self.fields[name]

    def _shape_default(self, kind: str) -> None:
        if kind == "choice":
            options = [("", "–"), *((value, str(label_of_choice(self.spec, value))) for value in choices_of(self.spec))]
            self.fields["default"] = forms.ChoiceField(required=False, choices=options, label=_("Default"))
        elif kind == "yes_no":
            options = [("", "–"), ("true", str(_("Yes"))), ("false", str(_("No")))]
            self.fields["default"] = forms.ChoiceField(required=False, choices=options, label=_("Default"))
        elif kind == "date":
            self.fields["default"].help_text = _("A day such as 2026-12-31, or P7D for in seven days")
        elif kind == "multi_choice":
            self.fields["default"].help_text = _("Values, separated by commas")

    def values(self, choices: list[Change] | None) -> Change:
        """The properties as a field holds them; None for what it has not. `choices`: as they were typed."""
        typed = self.cleaned_data
        found: Change = {name: self._texts(name) for name in TEXTS if f"{name}_de" in self.fields}
        found |= {"label_de": None, "label_en": None} if "label" in found else {}
        for name in ("required", "internal"):
            if name in self.fields:
                found[name] = True if typed.get(name) else None
        for name in ("min", "max"):
            if name in self.fields:
                found[name] = _bound(kind_of(self.spec), typed.get(name, ""))
        for name in ("pattern", "maps_to"):
            if name in self.fields:
                found[name] = typed.get(name) or None
        if "currencies" in self.fields:
            listed = [one for one in re.split(r"[\s,;]+", typed.get("currencies", "").upper()) if one]
            usual = listed == list(currencies_of({}))
            found["currencies"] = None if usual and "currencies" not in self.spec else (listed or None)
        if "default" in self.fields:
            found["default"] = _default(kind_of(self.spec), typed.get("default", ""), self.spec)
        if choices is not None:
            found["choices"] = choices
        return found

    def changed_values(self, choices: list[Change] | None) -> Change:
        """Only what differs from the field; a text that says the same in both languages as before stays plain."""
        found = {}
        for name, value in self.values(choices).items():
            before = self.spec.get(name)
            if name == "label" and texts_of(value) == label_texts(self.spec):
                continue
            if name in TEXTS and texts_of(value) == texts_of(before):
                continue
            if value != before and not (value is None and name not in self.spec):
                found[name] = value
        return found if set(found) - {"label_de", "label_en"} else {}

    def _texts(self, name: str) -> Change | None:
        texts = {language: self.cleaned_data.get(f"{name}_{language}", "") for language in ("de", "en")}
        return {language: text for language, text in texts.items() if text} or None


def initial(spec: Spec) -> Change:
    """A field's properties as the form shows them."""
    found: Change = {"kind": kind_of(spec), "maps_to": spec.get("maps_to") or "", "pattern": spec.get("pattern") or ""}
    found |= {f"label_{language}": text for language, text in label_texts(spec).items()}
    for name in ("help", "pattern_hint"):
        found |= {f"{name}_{language}": text for language, text in texts_of(spec.get(name)).items()}
    found |= {name: bool(spec.get(name)) for name in ("required", "internal")}
    found |= {name: _shown(spec.get(name)) for name in ("min", "max")}
    found["currencies"] = ", ".join(currencies_of(spec))
    given = spec.get("default")
    if isinstance(given, bool):
        found["default"] = "true" if given else "false"
    elif isinstance(given, list):
        found["default"] = ", ".join(map(str, given))
    elif isinstance(given, Mapping):
        found["default"] = number_shown(given.get("amount"))
    else:
        found["default"] = _shown(given)
    return found


def label_of_choice(spec: Spec, value: str) -> str:
    from desk.formschema.words import choice_label

    return choice_label(spec, value)


def kind_changed(spec: Spec, kind: str) -> Change:
    """Values that make the field one of another kind; what both kinds know stays as it is."""
    values: Change = {"kind": kind}
    old = KINDS.get(kind_of(spec))
    new = KINDS[kind]
    lists, texts = ("choice", "multi_choice"), ("text", "long_text")
    gone = [] if old and old.bounds == new.bounds else ["min", "max"]
    gone += [] if kind in texts else ["pattern", "pattern_hint"]
    gone += [] if kind == "money" else ["currencies"]
    gone += [] if kind in lists else ["choices"]
    gone += [] if kind in texts and kind_of(spec) in texts else ["default"]
    if kind not in TARGETS.get(str(spec.get("maps_to") or ""), ()):
        gone.append("maps_to")
    if not new.holds_value:
        gone.append("required")
    if kind in lists and not choices_of(spec):
        values["choices"] = [{"value": name.lower(), "label": {"de": name, "en": name}} for name in ("A", "B")]
    return values | {name: None for name in gone if name in spec}


def typed_choices(post: Any) -> list[Change]:
    """The rows of choices as they were typed; empty ones are left out, a missing value comes from the label."""
    values, german, english = (post.getlist(f"choice_{name}")[:400] for name in ("value", "de", "en"))
    found: list[Change] = []
    for at in range(max(len(values), len(german), len(english))):
        value, *texts = ((several[at] if at < len(several) else "").strip() for several in (values, german, english))
        if not (value or any(texts)):
            continue
        label = {language: text for language, text in zip(("de", "en"), texts, strict=True) if text}
        found.append({"value": value or free_key(texts[1] or texts[0], {one["value"] for one in found})}
                     | ({"label": label} if label else {}))  # fmt: skip
    return found


def same_choices(typed: list[Change], spec: Spec) -> bool:
    """Whether the rows say what the field says already, however it is written there."""
    return [(one["value"], texts_of(one.get("label"))) for one in typed] == [
        (one if isinstance(one, str) else one.get("value"), texts_of("" if isinstance(one, str) else one.get("label")))
        for one in spec.get("choices") or []
    ]


_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def free_key(text: str, taken: Any, longest: int = 40) -> str:
    """A key of small letters made of the text, one that nobody has."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower().translate(_LETTERS)).strip("_")
    key = (plain if plain[:1].isalpha() else f"field_{plain}".rstrip("_"))[:longest].rstrip("_")
    found, number = key, 2
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found


def _unknown_to(kind: str, targets: list[str]) -> list[str]:
    known = KINDS.get(kind)
    found = [] if targets else ["maps_to"]
    if known is None or not known.holds_value:
        return [*found, "required", "default", "min", "max", "pattern", *_HINTS, "currencies"]
    if not known.bounds:
        found += ["min", "max"]
    if kind not in ("text", "long_text"):
        found += ["pattern", *_HINTS]
    if kind != "money":
        found.append("currencies")
    if kind in ("file", "person"):
        found.append("default")
    return found


_HINTS = ("pattern_hint_de", "pattern_hint_en")


def _shown(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(number_shown(value))
    return "" if value is None else str(value)


def _bound(kind: str, text: str) -> Any:
    """A number where the kind is limited by numbers; what is no number stays text, for the check to refuse."""
    text = text.strip()
    bounds = KINDS[kind].bounds if kind in KINDS else ""
    if not text or bounds in ("date", "time"):
        return text or None
    return _number(text, whole=bounds in _COUNTED)


def _number(text: str, *, whole: bool = False) -> Any:
    plain = number_written(text)
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return text
    return text if whole or number != number or abs(number) == float("inf") else number


def _default(kind: str, text: str, spec: Spec) -> Any:
    text = text if kind == "long_text" else text.strip()
    if not text:
        return None
    if kind == "number":
        return _number(text)
    if kind == "money":
        return {"amount": str(number_written(text)), "currency": currencies_of(spec)[0]}
    if kind == "yes_no":
        return text == "true"
    if kind == "multi_choice":
        return [one.strip() for one in text.split(",") if one.strip()]
    return text


class NewFieldForm(CommandForm):
    """A field to add: what it is called and what kind it is; the key follows from the label."""

    label = forms.CharField(max_length=200, label=_("What is asked?"))
    kind = forms.ChoiceField(label=_("Kind"))
    key = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,58}$", required=False, label=_("Key"),
        help_text=_("Stays for ever: answers are kept under it. Empty: made from the label."),
        error_messages={"invalid": _("Small letters, digits and low lines only, beginning with a letter.")},
    )  # fmt: skip
    after = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    page = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]

    def operation(self, language: str, taken: set[str]) -> Change:
        """The operation; the label is in the language of the person who typed it."""
        data = self.cleaned_data
        field: Change = {
            "key": data["key"] or free_key(data["label"], taken),
            "kind": data["kind"],
            "label": {language: data["label"]},
        }
        if data["kind"] in ("choice", "multi_choice"):
            names = ((_now("First"), "a"), (_now("Second"), "b"))
            field["choices"] = [{"value": value, "label": {language: text}} for text, value in names]
        place = {"after": data["after"]} if data["after"] else {"page": data["page"]} if data["page"] else {}
        return {"op": "add_field", "field": field, **place}


class TextsForm(CommandForm):
    """A title of a page, or the template of a ticket's subject, in both languages."""

    de = forms.CharField(required=False, max_length=200, label=_("German"))
    en = forms.CharField(required=False, max_length=200, label=_("English"))

    def value(self) -> Any:
        return {name: text for name, text in self.cleaned_data.items() if text} or None
