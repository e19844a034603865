"""What was typed about a field in the builder: its operations, or what is wrong with it beside the controls."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from desk import formschema
from desk.formschema.kinds import KINDS
from desk.formschema.languages import texts_of
from desk.formschema.pages import Spec, kind_of
from flowtic.core import condition_forms
from flowtic.core.errors import Invalid
from workflows.forms.form_fields import FieldForm, kind_changed, same_choices, typed_choices
from workflows.patches import FORM, apply
from workflows.queries.form_editor import FormEditor, field_at, property_at

CONDITION = "when"
LISTED = ("choice", "multi_choice")
Change = dict[str, Any]


@dataclass(frozen=True)
class ChoiceRow:
    """One line of the table of choices."""

    value: str
    de: str
    en: str
    error: str = ""


class Typed:
    """The inspector of a field: as it is (`post` None), or as it was typed."""

    def __init__(self, post: Any, editor: FormEditor) -> None:
        assert editor.spec is not None  # noqa: S101  (its callers look)
        self.post, self.editor, self.spec = post, editor, editor.spec
        self.form = FieldForm(post, spec=self.spec, prefix=None)
        self.wrong_choices: dict[int, str] = {}
        self.checked = False

    @property
    def act(self) -> str:
        return str(self.post.get("act", "")) if self.post is not None else ""

    @property
    def acted(self) -> bool:
        """Whether only rows of choices come or go, and nothing is to be saved yet."""
        return self.act == "choice-add"

    @property
    def has_choices(self) -> bool:
        return kind_of(self.spec) in LISTED

    @cached_property
    def choices(self) -> list[Change] | None:
        """The choices as typed, after the button that moves or removes one; None when they are as before."""
        if self.post is None or not self.has_choices or "choice_value" not in self.post:
            return None
        found = typed_choices(self.post)
        verb, _colon, number = self.act.partition(":")
        at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(found)
        if verb == "choice-remove" and at < len(found):
            del found[at]
        if verb == "choice-up" and 0 < at < len(found):
            found[at - 1], found[at] = found[at], found[at - 1]
        return None if same_choices(found, self.spec) else found

    @property
    def choice_rows(self) -> list[ChoiceRow]:
        if not self.has_choices:
            return []
        shown = self.choices if self.choices is not None else self.spec.get("choices") or []
        rows = []
        for at, one in enumerate(shown):
            value, label = (one, one) if isinstance(one, str) else (one.get("value", ""), one.get("label"))
            texts = texts_of(label)
            rows.append(ChoiceRow(str(value), texts["de"], texts["en"], self.wrong_choices.get(at, "")))
        return [*rows, *[ChoiceRow("", "", "")] * (3 if self.acted else 1)]

    @cached_property
    def condition(self) -> condition_forms.Builder:
        if self.post is None or f"{CONDITION}-mode" not in self.post:
            return condition_forms.builder(CONDITION, self.spec.get("show_when"), self.editor.readable)
        return condition_forms.typed(self.post, CONDITION, self.editor.readable, checked=self.checked)

    def operations(self) -> list[Change] | None:
        """The operations that make the field what was typed, none when nothing differs; None with errors to show."""
        fits = self.form.is_valid()
        tree = self._tree()
        if not fits or tree is None:
            return None
        kind = self.form.cleaned_data["kind"]
        values = self.form.changed_values(self.choices)
        if kind != kind_of(self.spec) and kind in KINDS:
            values |= kind_changed(self.spec, kind)
        key = self.spec["key"]
        found: list[Change] = [{"op": "change_field", "key": key, "values": values}] if values else []
        if tree != (self.spec.get("show_when") or {}):
            found.append({"op": "set_condition", "key": key, **({"when": tree} if tree else {})})
        return found if self._fits(found) else None

    def _tree(self) -> Any:
        """The condition, None when it is not finished; the one of before where the form had no builder."""
        if f"{CONDITION}-mode" not in self.post:
            return self.spec.get("show_when") or {}
        try:
            return condition_forms.read(self.post, CONDITION, self.editor.readable)
        except Invalid:
            self.checked = True
            self.__dict__.pop("condition", None)
            return None

    def _fits(self, operations: list[Change]) -> bool:
        """Whether the field gets no problem that it does not have yet; new ones stand beside their controls."""
        after = apply(FORM, self.editor.schema, operations).document
        before = {(property_at(one.path), one.message) for one in self._own(self.editor.schema, self.editor.found)}
        new = [one for one in self._own(after, formschema.check(after))
               if (property_at(one.path), one.message) not in before]  # fmt: skip
        for one in new:
            name = property_at(one.path)
            if name == "choices" and one.path.split("choices.")[-1].partition(".")[0].isdigit():
                self.wrong_choices[int(one.path.split("choices.")[-1].partition(".")[0])] = one.message
            elif f"{name}_de" in self.form.fields:
                self.form.add_error(f"{name}_de", one.message)
            else:
                self.form.add_error(name if name in self.form.fields else None, one.message)
        return not new

    def _own(self, schema: Any, problems: Any) -> list[Any]:
        def is_own(spec: Spec | None) -> bool:
            return spec is not None and spec.get("key") == self.spec["key"]

        return [one for one in problems if is_own(field_at(schema, one.path))]
