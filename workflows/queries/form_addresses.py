"""Where the buttons and links of the form builder lead, and the words around the chosen field."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.formschema.labels import kind_icon, kind_label
from desk.formschema.pages import kind_of
from desk.formschema.words import label_of

if TYPE_CHECKING:
    from workflows.queries.form_editor import Chosen, FormEditor, Look, Trouble


@dataclass(frozen=True)
class LookOption:
    """One way to look at the preview."""

    label: str
    url: str
    current: bool
    title: str = ""


class FormAddresses:
    """Mixed into FormEditor."""

    request_type: Any
    chosen: "Chosen"
    look: "Look"

    def url(self, **chosen: str) -> str:
        """The builder with that chosen, looked at as now."""
        return self._address({**chosen, **self.look.pairs()})

    def _address(self, pairs: dict[str, str]) -> str:
        return f"{reverse('workflows:form_edit', args=[self.request_type.key])}?{urlencode(pairs)}"

    @property
    def here(self) -> str:
        return self.url(**self.chosen.pairs())

    @property
    def form_url(self) -> str:
        return self.url()

    @property
    def field_url(self) -> str:
        return self.url(field=self.chosen.field)

    @property
    def removal_url(self) -> str:
        return self.url(field=self.chosen.field, removal="1")

    @property
    def insert_url(self) -> str:
        return self.url(after=self.chosen.field)

    @property
    def add_here(self: "FormEditor") -> str:  # type: ignore[misc]
        """A new field behind the chosen one, else at the end of the page that is looked at."""
        if self.chosen.field:
            return self.insert_url
        return self.url(add=self.shown_page.key if self.shown_page else "form")

    @property
    def words_url(self) -> str:
        address = reverse("workflows:form_words", args=[self.request_type.key])
        return f"{address}?{urlencode({'field': self.chosen.field})}"

    @property
    def ways(self: "FormEditor") -> list[tuple[str, str, str, bool, str]]:  # type: ignore[misc]
        """Undo and redo: name, label, keys, whether there is anything to do, address."""
        query = urlencode({**self.chosen.pairs(), **self.look.pairs()})
        addresses = [reverse(f"workflows:form_{way}", args=[self.request_type.key]) for way in ("undo", "redo")]
        return [
            ("undo", _("Undo"), "Control+Z", bool(self.steps["undo"]), f"{addresses[0]}?{query}"),
            ("redo", _("Redo"), "Control+Shift+Z", bool(self.steps["redo"]), f"{addresses[1]}?{query}"),
        ]

    @property
    def look_groups(self) -> list[tuple[str, list[LookOption]]]:
        """The switches above the preview."""
        look = self.look
        return [
            (_("Width"), [self._option(replace(look, width="720"), _("Wide")),
                          self._option(replace(look, width="390"), _("Phone"))]),
            (_("Language"), [self._option(replace(look, language="de"), "DE", "Deutsch"),
                             self._option(replace(look, language="en"), "EN", "English")]),
            (_("Seen by"), [self._option(replace(look, desk=False), _("Requester")),
                            self._option(replace(look, desk=True), _("Desk"))]),
            (_("Answers"), [self._option(replace(look, sample=False), _("Empty")),
                            self._option(replace(look, sample=True), _("Sample"))]),
        ]  # fmt: skip

    def _option(self, look: "Look", label: str, title: str = "") -> LookOption:
        return LookOption(label, self._address({**self.chosen.pairs(), **look.pairs()}), look == self.look, title)

    # ---- the chosen field ----------------------------------------------------------------

    @property
    def spec_label(self: "FormEditor") -> str:  # type: ignore[misc]
        return label_of(self.spec) if self.spec else ""

    @property
    def spec_kind(self: "FormEditor") -> str:  # type: ignore[misc]
        return kind_label(kind_of(self.spec)) if self.spec else ""

    @property
    def spec_icon(self: "FormEditor") -> str:  # type: ignore[misc]
        return kind_icon(kind_of(self.spec)) if self.spec else ""

    @property
    def spec_gaps(self: "FormEditor") -> "list[Trouble]":  # type: ignore[misc]
        return [one for one in self.gaps if one.field == self.chosen.field]
