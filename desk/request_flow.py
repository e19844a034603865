"""Filling in a request type's form: which page comes next, what the draft holds, what the review says.

One flow for both doors: requesters ask for themselves, agents (`desk`) for a requester and with the internal fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Department
from desk import custom_fields, formschema
from desk.commands.drafts import BEFORE, files_of, typed
from desk.commands.forms import ASIDE, DESCRIPTION, REQUESTER, SUBJECT
from desk.formschema.pages import Page, kind_of
from desk.formschema.web import Asking, KeptFile
from desk.models import FormDraft, RequestType, TicketTemplate
from flowtic.core import clock
from flowtic.core.actor import Actor

REVIEW = "review"
MAX_SUBJECT, MAX_DESCRIPTION = 255, 20_000


@dataclass(frozen=True)
class Step:
    """One page of the form, or the review behind the last one."""

    key: str
    title: str
    number: int


@dataclass(frozen=True)
class Said:
    """A question on the review page, with the answer in words and what is wrong with it."""

    label: str
    words: str
    error: str


@dataclass(frozen=True)
class Chapter:
    """A page of the form as the review shows it."""

    step: Step
    url: str
    said: list[Said]


class Flow:
    """One person filling in one form; reads only."""

    def __init__(
        self, actor: Actor, request_type: RequestType, *, desk: bool, template: TicketTemplate | None = None
    ) -> None:
        self.actor, self.request_type, self.desk, self.template = actor, request_type, desk, template
        self.now = clock.now()

    @cached_property
    def draft(self) -> FormDraft | None:
        return FormDraft.objects.filter(person=self.actor.user, request_type=self.request_type).first()

    @cached_property
    def values(self) -> dict[str, Any]:
        """What was filled in so far, as read; a template's values before anything was."""
        return typed(self.draft) if self.draft else self.prefilled

    @cached_property
    def prefilled(self) -> dict[str, Any]:
        if self.template is None:
            return {}
        texts = {SUBJECT: self.template.subject, DESCRIPTION: self.template.description}
        return {**self.template.fields, **{key: text for key, text in texts.items() if text}}

    @cached_property
    def schema(self) -> dict[str, Any]:
        return asked_schema(self.request_type)

    @property
    def is_begun(self) -> bool:
        """Whether something is there to go on with."""
        return self.draft is not None and (bool(self.values) or self.waits)

    @property
    def waits(self) -> bool:
        """Whether an older draft comes back when this one is thrown away."""
        return self.draft is not None and BEFORE in self.draft.values

    @property
    def changed_since(self) -> bool:
        """Whether a new version of the form was published after the draft was saved."""
        return bool(self.draft and self.draft.form_version_id != self.request_type.live_version_id)

    @cached_property
    def kept(self) -> dict[str, list[KeptFile]]:
        found: dict[str, list[KeptFile]] = {}
        for row in files_of(self.draft) if self.draft else ():
            found.setdefault(row.field, []).append(KeptFile(row.key, row.name, row.size))
        return found

    @cached_property
    def asking(self) -> Asking:
        return asking(self.actor, insider=self.desk, files=[one.key for files in self.kept.values() for one in files])

    # ---- pages -----------------------------------------------------------------------

    @cached_property
    def examined(self) -> formschema.Examined:
        return self._examine(self.values)

    def _examine(self, values: Mapping[str, Any]) -> formschema.Examined:
        files = {key: [one.key for one in several] for key, several in self.kept.items()}
        return formschema.examine(
            self.schema, {**values, **files}, now=self.now, lookups=self.asking.lookups, insider=self.desk
        )

    @cached_property
    def pages(self) -> list[Page]:
        """Pages on which anything is asked, by the answers so far; the first one always."""
        pages = formschema.pages_of(self.schema)
        shown = self.examined.shown
        return [
            page for index, page in enumerate(pages) if index == 0 or any(spec["key"] in shown for spec in page.fields)
        ]

    @property
    def is_single(self) -> bool:
        """One page is sent as it is; several are looked over first."""
        return len(formschema.pages_of(self.schema)) == 1

    @cached_property
    def steps(self) -> list[Step]:
        found = [
            Step(page.key, formschema.title_of(page) or self.request_type.name, number)
            for number, page in enumerate(self.pages, 1)
        ]
        return found if self.is_single else [*found, Step(REVIEW, _("Check and send"), len(found) + 1)]

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def beside(self, key: str, by: int) -> Step | None:
        """The step before (-1) or behind (1)."""
        keys = [step.key for step in self.steps]
        index = keys.index(key) + by if key in keys else -1
        return self.steps[index] if 0 <= index < len(keys) else None

    @property
    def start(self) -> Step:
        """Where to go on: the page the draft was left on, else the first."""
        return (self.step(self.draft.page) if self.draft else None) or self.steps[0]

    @property
    def first_wrong(self) -> Step | None:
        """The first page that is not right yet."""
        for page in self.pages:
            if any(spec["key"] in self.examined.errors for spec in page.fields):
                return self.step(page.key)
        return self.steps[0] if self.desk and not self.values.get(REQUESTER) else None

    def url(self, page: str = "", part: str = "") -> str:
        """An address of this form; `part`: "fields", "validate"."""
        place = "ticket" if self.desk else "portal"
        args = [self.request_type.key, *([page] if page else [])]
        if part:
            return reverse(f"desk:{place}_form_{part}", args=args)
        return reverse(f"desk:{place}_form_page" if page else f"desk:{place}_form", args=args)

    # ---- review ----------------------------------------------------------------------

    @cached_property
    def chapters(self) -> list[Chapter]:
        cleaned, errors = self.examined.cleaned, self.examined.errors
        specs = {spec["key"]: spec for page in self.pages for spec in page.fields}
        names = Names(((specs[key], value) for key, value in cleaned.items() if key in specs), self.kept)
        found = []
        for page in self.pages:
            step = self.step(page.key)
            shown = [spec for spec in page.fields if spec["key"] in self.examined.shown and kind_of(spec) != "heading"]
            said = [
                Said(
                    formschema.label_of(spec),
                    formschema.value_words(spec, cleaned.get(spec["key"]), names),
                    errors.get(spec["key"], ""),
                )
                for spec in shown
            ]
            if step:
                found.append(Chapter(step, self.url(step.key), said))
        return found


class Names(custom_fields.StoredNames):
    """Also knows the files that wait in the draft."""

    def __init__(self, answers: Any, kept: Mapping[str, list[KeptFile]]) -> None:
        super().__init__(answers)
        self.waiting = {file.key: file.name for files in kept.values() for file in files}

    def file(self, key: str) -> str:
        return self.waiting.get(key) or super().file(key)


def asked_schema(request_type: RequestType) -> dict[str, Any]:
    """The form as the pages ask it: a flat one asks for subject and description too."""
    schema = request_type.schema or {}
    if "pages" in schema:
        return schema
    targets = {spec.get("maps_to") for spec in formschema.fields_of(schema)}
    aside: list[dict[str, Any]] = [
        {"key": SUBJECT, "kind": "text", "required": True, "max": MAX_SUBJECT, "label": _("Subject")},
        {"key": DESCRIPTION, "kind": "long_text", "required": True, "label": _("Description")},
    ]
    missing = [spec for spec in aside if spec["key"][1:] not in targets]
    return {"fields": [*missing, *formschema.fields_of(schema)]}


def asking(actor: Actor, *, insider: bool, files: Any = ()) -> Asking:
    """What the pages may offer to this person."""
    rows = Department.objects.active() if not actor.is_person else Department.objects.visible_to(actor).active()
    return Asking(
        now=clock.now(),
        lookups=custom_fields.Existing(actor, files=files),
        insider=insider,
        departments=[(row.key, row.name) for row in rows],
        max_upload=settings.FLOWTIC_MAX_UPLOAD,
    )


def is_aside(key: str) -> bool:
    return key in ASIDE
