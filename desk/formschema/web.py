"""A schema as a form of the pages: its controls, what was typed in them, and what is wrong with it.

The controls only carry text. What fits decides desk.formschema.cleaning, for this door as for every other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from desk.formschema.cleaning import Examined, default_of, examine
from desk.formschema.kinds import KINDS, NOBODY, Lookups, currencies_of, is_blank
from desk.formschema.pages import Spec, choices_of, kind_of, pages_of
from desk.formschema.words import choice_label, help_of, label_of, title_of
from desk.formschema.written import date_written, name_of, number_shown, number_written
from flowtic.core import conditions
from flowtic.core.errors import CommandError

SHOWN = "shown"  # names the questions that were on the page: an answer may bring more of them
SUGGEST = "people"


@dataclass(frozen=True)
class Asking:
    """Who fills in: what exists for them, whether they see internal fields, the departments they may choose."""

    now: datetime
    lookups: Lookups = NOBODY
    insider: bool = False
    departments: Sequence[tuple[str, str]] = ()
    max_upload: int = 0


@dataclass(frozen=True)
class KeptFile:
    """A file that was sent before and waits in the draft."""

    key: str
    name: str
    size: int


@dataclass(frozen=True)
class Row:
    """One line of the page: a question, or a heading between questions."""

    bound: BoundField | None = None
    heading: str = ""
    help: str = ""
    kept: Sequence[KeptFile] = ()
    people: bool = False


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class MoneyInput(forms.MultiWidget):
    """An amount and one of several currencies."""

    def __init__(self, currencies: Sequence[str]) -> None:
        amount = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__([amount, forms.Select(choices=[(one, one) for one in currencies])])

    def decompress(self, value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value, None]


class Written(forms.Field):
    """Carries what was typed; checks nothing. `asked`: whether it was on the page that was sent."""

    def __init__(self, *, asked: bool, **options: Any) -> None:
        super().__init__(**options)
        self.asked = asked

    def clean(self, value: Any) -> Any:
        return value

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if self.asked else initial


class SchemaForm(forms.Form):
    """The questions of one page, or of all of them, that the answers so far bring up.

    `known`: read values by key, of other pages and of this one as they were. Bound, `values` is what was typed,
    `grew` whether it brings up questions that were not on the page; then the form is not valid yet.
    """

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        schema: Any,
        asking: Asking,
        page: str | None = None,
        known: Mapping[str, Any] | None = None,
        kept: Mapping[str, Sequence[KeptFile]] | None = None,
        refresh: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        self.schema, self.asking, self.kept = schema, asking, kept or {}
        self.pages = [one for one in pages_of(schema) if page in (None, one.key)]
        self.known, self.refresh = dict(known or {}), refresh or {}
        self.was_shown = self._named() if self.is_bound else set()
        self.controlling = {name for spec in self._own for name in conditions.names(spec.get("show_when"))}
        for spec in self.specs:
            if KINDS[kind_of(spec)].holds_value:
                self.fields[name_of(spec["key"])] = self._field(spec)

    # ---- what is asked ---------------------------------------------------------------

    @cached_property
    def specs(self) -> list[Spec]:
        """The fields of this page that are shown, headings too."""
        return [spec for spec in self._own if spec["key"] in self.examined.shown]

    @cached_property
    def values(self) -> dict[str, Any]:
        """What was typed, by key; only of questions that were on the page."""
        asked = [spec for spec in self._own if spec["key"] in self.was_shown]
        return {spec["key"]: self._read(spec) for spec in asked if KINDS[kind_of(spec)].holds_value}

    @cached_property
    def examined(self) -> Examined:
        """The whole form with this page's values in it."""
        values = {**self.known, **self._with_kept(), **(self.values if self.is_bound else {})}
        return examine(
            self.schema, values, now=self.asking.now, lookups=self.asking.lookups, insider=self.asking.insider
        )

    @property
    def grew(self) -> bool:
        return self.is_bound and any(name_of(spec["key"]) in self.fields for spec in self._new)

    @property
    def shown_keys(self) -> str:
        return ",".join(spec["key"] for spec in self.specs)

    @property
    def rows(self) -> list[Row]:
        """The page from top to bottom; several pages in one begin with their titles."""
        found = []
        for page in self.pages:
            own = [spec for spec in page.fields if spec in self.specs]
            if own and len(self.pages) > 1 and title_of(page):
                found.append(Row(heading=title_of(page)))
            found += [self._row(spec) for spec in own]
        return found

    @cached_property
    def _own(self) -> list[Spec]:
        return [spec for page in self.pages for spec in page.fields if kind_of(spec) in KINDS]

    @property
    def _new(self) -> list[Spec]:
        return [spec for spec in self.specs if spec["key"] not in self.was_shown]

    def _named(self) -> set[str]:
        """The questions that were on the page; without word of it, those that something was sent for."""
        if SHOWN in self.data:
            return set(str(self.data[SHOWN]).split(","))
        sent = {*self.data, *self.files}
        return {spec["key"] for spec in self._own if self.add_prefix(name_of(spec["key"])) in sent}

    def _row(self, spec: Spec) -> Row:
        if not KINDS[kind_of(spec)].holds_value:
            return Row(heading=label_of(spec), help=help_of(spec))
        people = kind_of(spec) == "person" and self.asking.insider
        return Row(self[name_of(spec["key"])], kept=self.kept.get(spec["key"], ()), people=people)

    # ---- controls --------------------------------------------------------------------

    def _field(self, spec: Spec) -> Written:
        key = spec["key"]
        widget = widget_for(spec, self.asking)
        if key in self.controlling and self.refresh:
            widget.attrs = {**widget.attrs, **self.refresh}
        given = self.known[key] if key in self.known else default_of(spec, self.asking.now)
        return Written(
            asked=key in self.was_shown,
            label=_label(spec),
            help_text=help_of(spec),
            required=bool(spec.get("required")) and not self.kept.get(key),
            widget=widget,
            initial=written(spec, given),
        )

    def _read(self, spec: Spec) -> Any:
        name = self.add_prefix(name_of(spec["key"]))
        raw = widget_for(spec, self.asking).value_from_datadict(self.data, self.files, name)
        if kind_of(spec) == "file":
            return [*self._left(spec["key"]), *(raw or [])]
        return read(spec, raw)

    def _left(self, key: str) -> list[str]:
        """The keys of kept files that are not to be dropped."""
        return [file.key for file in self.kept.get(key, ()) if file.key not in self.dropped]

    def _with_kept(self) -> dict[str, list[str]]:
        return {key: [file.key for file in files] for key, files in self.kept.items()}

    @property
    def dropped(self) -> list[str]:
        """The keys of kept files that were crossed out."""
        return self.data.getlist("drop") if self.is_bound and hasattr(self.data, "getlist") else []

    @property
    def uploads(self) -> dict[str, list[Any]]:
        """New files by key of their field."""
        found = {key: [one for one in value if not isinstance(one, str)] for key, value in self._lists()}
        return {key: files for key, files in found.items() if files}

    @property
    def texts(self) -> dict[str, Any]:
        """The values without files: what a draft can note."""
        files = {spec["key"] for spec in self._own if kind_of(spec) == "file"}
        return {key: value for key, value in self.values.items() if key not in files}

    def _lists(self) -> list[tuple[str, list[Any]]]:
        files = {spec["key"] for spec in self._own if kind_of(spec) == "file"}
        return [(key, value) for key, value in self.values.items() if key in files]

    # ---- what is wrong ---------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        own = {spec["key"] for spec in self._own}
        for key, message in self.examined.errors.items():
            if key in own and key in self.was_shown:
                self.add_error(name_of(key), message)
        if self.grew:
            self.add_error(None, _("Your answers bring up more questions. Please answer them too."))
        return self.cleaned_data

    def add_refusal(self, error: CommandError) -> None:
        """Puts every message of a command where it belongs; what has no field here stands above the form."""
        for name, messages in error.fields.items():
            field = name_of(name.removeprefix("fields.")) if name.startswith("fields.") else name
            for message in messages:
                self.add_error(field if field in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


# ---- one field -----------------------------------------------------------------------


def widget_for(spec: Spec, asking: Asking) -> forms.Widget:
    """The control of a field."""
    kind = kind_of(spec)
    if kind == "choice":
        options = [(value, choice_label(spec, value)) for value in choices_of(spec)]
        return forms.Select(choices=[("", "–"), *options])
    if kind == "multi_choice":
        return forms.CheckboxSelectMultiple(choices=[(value, choice_label(spec, value)) for value in choices_of(spec)])
    if kind == "department":
        return forms.Select(choices=[("", "–"), *asking.departments])
    if kind == "yes_no" and spec.get("required"):
        return forms.RadioSelect(choices=[("true", _("Yes")), ("false", _("No"))])
    if kind == "money" and len(currencies_of(spec)) > 1:
        return MoneyInput(currencies_of(spec))
    if kind == "file":
        return FilesInput(attrs={"data-files": "", "data-max-bytes": asking.max_upload or None})
    make, attrs = _WIDGETS[kind]
    found = make(attrs=dict(attrs))
    if kind == "date":
        found = forms.DateInput(format="%Y-%m-%d", attrs=dict(attrs))
    if kind == "person":
        found.attrs |= {} if asking.insider else {"type": "email", "autocomplete": "email"}
    return found


_WIDGETS: dict[str, tuple[type[forms.Widget], dict[str, Any]]] = {
    "text": (forms.TextInput, {"maxlength": 1000}),
    "long_text": (forms.Textarea, {"rows": 4}),
    "number": (forms.TextInput, {"inputmode": "decimal", "autocomplete": "off"}),
    "money": (forms.TextInput, {"inputmode": "decimal", "autocomplete": "off"}),
    "date": (forms.DateInput, {"type": "date"}),
    "time": (forms.TimeInput, {"type": "time"}),
    "yes_no": (forms.CheckboxInput, {}),
    "person": (forms.TextInput, {"autocomplete": "off", "maxlength": 400}),
    "email": (forms.TextInput, {"type": "email", "autocomplete": "email"}),
    "phone": (forms.TextInput, {"type": "tel", "autocomplete": "tel"}),
    "url": (forms.TextInput, {"type": "url", "inputmode": "url"}),
}


def _label(spec: Spec) -> str:
    currencies = currencies_of(spec) if kind_of(spec) == "money" else ()
    return f"{label_of(spec)} ({currencies[0]})" if len(currencies) == 1 else label_of(spec)


def read(spec: Spec, raw: Any) -> Any:
    """What a control sent, as every door gives it to `clean`: numbers with a point, days in ISO form, true and false.

    What cannot be read that way stays as it was typed.
    """
    kind = kind_of(spec)
    if kind == "number":
        return number_written(raw)
    if kind == "money":
        amount, currency = (raw[0], raw[1]) if isinstance(raw, list) and len(raw) == 2 else (raw, None)
        return (
            ""
            if is_blank(amount)
            else {"amount": number_written(amount), "currency": currency or currencies_of(spec)[0]}
        )
    if kind == "date":
        return date_written(raw)
    if kind == "yes_no" and not isinstance(raw, bool):
        return {"true": True, "false": False}.get(str(raw))
    return raw


def written(spec: Spec, value: Any) -> Any:
    """A read or stored value as its control shows it."""
    kind = kind_of(spec)
    if kind == "number":
        return number_shown(value)
    if kind == "money":
        amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, Mapping) else (value, None)
        shown = number_shown(amount)
        return [shown, currency] if len(currencies_of(spec)) > 1 else shown
    if kind == "yes_no" and spec.get("required"):
        return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
    return None if kind == "file" else value
