"""Forms of the workflow administration: new workflow, draft as text, publishing, rules, operations."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms import CommandForm
from accounts.models import Department
from flowtic.core import condition_forms
from flowtic.core.condition_forms import Fields
from workflows.commands.definitions import RESERVED
from workflows.definition.export import UnreadableText, from_text
from workflows.definition.format import MAX_BYTES
from workflows.editing.starters import fresh_key
from workflows.models import Workflow, WorkflowRule

STAY, MOVE = "stay", "move"
CONDITION = "condition"
KEY = r"^[a-z][a-z0-9_]{0,39}$"


class WorkflowForm(CommandForm):
    """A new workflow, or names and owner of an existing one."""

    key = forms.RegexField(
        KEY,
        label=_("Key"),
        help_text=_("Small letters, digits and low lines; it stays as it is."),
        error_messages={"invalid": _("Small letters, digits and low lines only, beginning with a letter.")},
    )
    name_de = forms.CharField(max_length=100, label=_("German name"))
    name_en = forms.CharField(max_length=100, label=_("English name"))
    department = forms.ModelChoiceField(
        Department.objects.none(), required=False, label=_("Owning department"), empty_label="–"
    )
    leads_publish = forms.BooleanField(
        required=False,
        label=_("The department’s leads may publish"),
        help_text=_("They always edit the draft; without this, admins publish it."),
    )
    active = forms.BooleanField(required=False, initial=True, label=_("New tickets may get it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.active()  # type: ignore[attr-defined]


class NewWorkflowForm(WorkflowForm):
    """Names first; who has no wish for the key gets one made from the English name."""

    field_order = ("name_de", "name_en", "department", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["active"], self.fields["leads_publish"]
        self.fields["key"].required = False
        self.fields["key"].help_text = _("How programs call it; it stays as it is. Empty: made from the English name.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("key") and data.get("name_en") and "key" not in self.errors:
            taken = {*RESERVED, *Workflow.objects.values_list("key", flat=True)}
            data["key"] = fresh_key(data["name_en"], taken, "workflow")
        return data


class DraftForm(CommandForm):
    """The whole document as JSON or YAML, typed or as a file."""

    text = forms.CharField(
        required=False,
        strip=False,
        label=_("Document"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    file = forms.FileField(required=False, label=_("Or a file"))
    rev = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        text = self._read(upload) if upload else data.get("text") or ""
        if isinstance(text, bytes):  # what is in the file is shown, so that it can be corrected here
            self.data = {**self.data.dict(), "text": text.decode("utf-8", "replace")}  # type: ignore[attr-defined]
        try:
            data["document"] = from_text(text)
        except UnreadableText as error:
            self.add_error("text", str(error))
        return data

    def _read(self, upload: UploadedFile) -> bytes | str:
        if (upload.size or 0) > MAX_BYTES:
            self.add_error("file", _("The file is larger than 1 MB."))
            return ""
        return upload.read()


class PublishForm(CommandForm):
    """The note of a version, and what happens to the tickets that are on their way."""

    note = forms.CharField(max_length=500, label=_("What is new?"), widget=forms.Textarea(attrs={"rows": 2}))
    rev = forms.IntegerField(widget=forms.HiddenInput)
    running = forms.ChoiceField(
        choices=[(STAY, _("stay on their version")), (MOVE, _("move where their step still exists"))],
        initial=STAY,
        widget=forms.RadioSelect,
        label=_("Running tickets"),
    )
    seen = forms.BooleanField(required=False, label=_("I have read the notes"))
    # How many notes there are that have to be read.
    warnings = 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.warnings and not data.get("seen"):
            self.add_error("seen", _("Please confirm that you have read the notes."))
        return data


class RuleForm(CommandForm):
    """A rule; its condition as rows (`builder`). `tree`: the condition as it is, `known`: what it may read."""

    name = forms.CharField(max_length=100, label=_("Name"))
    workflow = forms.ModelChoiceField(
        Workflow.objects.none(), required=False, label=_("Workflow"), empty_label=_("none at all")
    )
    position = forms.IntegerField(min_value=0, max_value=9999, label=_("Position"))
    active = forms.BooleanField(required=False, initial=True, label=_("Active"))

    def __init__(self, data: Any = None, *, tree: Any, known: Fields, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["workflow"].queryset = Workflow.objects.defer("draft")  # type: ignore[attr-defined]
        sent = data is not None and f"{CONDITION}-mode" in data
        self.acted = sent and condition_forms.acted(data, CONDITION)
        if sent:
            self.builder = condition_forms.typed(data, CONDITION, known, checked=not self.acted)
        else:
            self.builder = condition_forms.builder(CONDITION, tree, known)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["condition"] = self.builder.tree or {}
        if self.builder.problems:
            self.add_error(None, _("The condition is not finished."))
        return data


def rule_values(rule: WorkflowRule | None, position: int, workflow: str = "") -> dict[str, Any]:
    """What the form begins with. `workflow`: key of the one that a new rule is wanted for."""
    if rule is None:
        wanted = Workflow.objects.filter(key=workflow).only("pk").first() if workflow else None
        return {"position": position, "active": True, "workflow": wanted and wanted.pk}
    return {"name": rule.name, "workflow": rule.workflow_id, "position": rule.position, "active": rule.active}
