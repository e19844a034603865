"""A form in its builder: the list of its fields, what is wrong, what misses, and its preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Department
from desk import formschema
from desk.formschema.changes import Change, compare, counts, holds_value
from desk.formschema.labels import kind_icon, kind_label, property_label
from desk.formschema.languages import Missing, missing
from desk.formschema.pages import FLAT, Page, Spec, kind_of, spec_of
from desk.formschema.samples import sample_values
from desk.formschema.schema import field_info
from desk.formschema.web import Asking, SchemaForm
from desk.formschema.words import label_of
from desk.models import FormVersion, FormVersionDraft, RequestType
from desk.request_flow import asked_schema, asking
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.conditions import FieldInfo, Problem
from flowtic.core.errors import NotFound
from flowtic.core.policy import allows, require
from workflows.commands.form_editing import steps_of
from workflows.queries.form_addresses import FormAddresses

WIDTHS = ("720", "390")


def edited_types(actor: Actor) -> QuerySet[RequestType]:
    """Those whose form the actor may edit: admins all, leads those of their departments."""
    rows = RequestType.objects.select_related("department", "live_version")
    if actor.is_admin or actor.is_system:
        return rows
    return rows.filter(Q(department__in=actor.lead_department_ids)) if actor.can_work else rows.none()


def edited_type(actor: Actor, key: str) -> RequestType:
    """The request type for its editors. Raises NotFound, or Forbidden for those who only may use it."""
    rows = RequestType.objects.select_related("department", "live_version")
    found = rows.filter(key=key).first() if len(key) <= 40 and "\0" not in key else None
    if found is None or not (found.active or edited_types(actor).filter(pk=found.pk).exists()):
        raise NotFound(_("This request type does not exist."))
    require(actor, "form.edit", found)
    return found


@dataclass(frozen=True)
class Look:
    """How the preview is looked at."""

    language: str = "en"
    width: str = "720"
    sample: bool = False
    desk: bool = False

    @classmethod
    def of(cls, params: Any) -> "Look":
        language = params.get("lang", "")
        language = language if language in localised.LANGUAGES else (get_language() or "en")[:2]
        width = params.get("width", "")
        return cls(
            language if language in localised.LANGUAGES else "en",
            width if width in WIDTHS else WIDTHS[0],
            params.get("sample") == "1",
            params.get("desk") == "1",
        )

    def pairs(self, **other: str) -> dict[str, str]:
        own = {"lang": self.language, "width": self.width}
        own |= {name: "1" for name, on in (("sample", self.sample), ("desk", self.desk)) if on}
        return {name: text for name, text in {**own, **other}.items() if text}


@dataclass(frozen=True)
class FieldLine:
    """A field in the list at the left."""

    spec: Spec
    label: str
    kind: str
    icon: str
    url: str
    current: bool
    problems: int
    missing: tuple[str, ...]
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class PageLine:
    """A page in the list, with its fields."""

    key: str
    title: str
    url: str
    current: bool
    fields: list[FieldLine]
    add_url: str
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class Trouble:
    """Something to put right. `field`: where it is."""

    message: str
    field: str = ""
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class Chosen:
    """What the inspector is about: a field, a page, a new field, or nothing (then the form)."""

    field: str = ""
    page: str = ""
    add: str = ""
    after: str = ""
    removal: bool = False

    @classmethod
    def of(cls, params: Any) -> "Chosen":
        texts = {name: str(params.get(name, ""))[:60] for name in ("field", "page", "add", "after")}
        return cls(**texts, removal=params.get("removal") == "1")

    def pairs(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("field", "page", "add", "after") if getattr(self, name)}


class PreviewForm(SchemaForm):
    """The questions as requesters get them; nothing of it is kept."""

    asks_whom = False


@dataclass
class FormEditor(FormAddresses):
    """Reads only; `draft` and `schema` as they are now."""

    actor: Actor
    request_type: RequestType
    chosen: Chosen = field(default_factory=Chosen)
    look: Look = field(default_factory=Look)

    @cached_property
    def draft(self) -> FormVersionDraft:
        rows = FormVersionDraft.objects.filter(request_type=self.request_type).select_related("saved_by")
        return rows.first() or FormVersionDraft(request_type=self.request_type)

    @property
    def exists(self) -> bool:
        return self.draft.schema is not None

    @property
    def live(self) -> FormVersion | None:
        return self.request_type.live_version

    @cached_property
    def schema(self) -> dict[str, Any]:
        found = self.draft.schema if self.draft.schema is not None else self.request_type.schema
        return found or {"fields": []}

    @property
    def steps(self) -> dict[str, Any]:
        return steps_of(self.draft)

    @property
    def may_publish(self) -> bool:
        return allows(self.actor, "form.publish_draft", self.request_type)

    @property
    def has_pages(self) -> bool:
        return "pages" in self.schema

    @property
    def language(self) -> str:
        """The language in which the reader types labels."""
        found = (get_language() or "en")[:2]
        return found if found in localised.LANGUAGES else "en"

    # ---- list --------------------------------------------------------------------------

    @cached_property
    def pages(self) -> list[Page]:
        found = formschema.pages_of(self.schema)
        return found or ([] if self.has_pages else [Page(FLAT, "", ())])

    @cached_property
    def fields(self) -> list[Spec]:
        return formschema.fields_of(self.schema)

    @cached_property
    def lines(self) -> list[PageLine]:
        wrong = {one.field for one in self.problems}
        gaps: dict[str, set[str]] = {}
        for one in self.missing:
            gaps.setdefault(one.key, set()).add(one.language)
        order = [spec["key"] for spec in self.fields]
        found = []
        for number, page in enumerate(self.pages):
            fields = [self._line(spec, order, wrong, gaps) for spec in page.fields]
            title = localised.text(page.title) or (_("Questions") if not self.has_pages else page.key)
            found.append(
                PageLine(
                    page.key, title, self.url(page=page.key), self.chosen.page == page.key, fields,
                    self.url(add=page.key), number == 0, number == len(self.pages) - 1,
                )
            )  # fmt: skip
        return found

    def _line(self, spec: Spec, order: list[str], wrong: set[str], gaps: Mapping[str, set[str]]) -> FieldLine:
        key = spec["key"]
        return FieldLine(
            spec, label_of(spec), kind_label(kind_of(spec)), kind_icon(kind_of(spec)), self.url(field=key),
            self.chosen.field == key, int(key in wrong), tuple(sorted(gaps.get(key, ()))),
            order[0] == key, order[-1] == key,
        )  # fmt: skip

    # ---- what is to be put right ---------------------------------------------------------

    @cached_property
    def found(self) -> list[Problem]:
        return formschema.check(self.schema)

    @cached_property
    def problems(self) -> list[Trouble]:
        return [self._trouble(one) for one in self.found]

    def _trouble(self, problem: Problem) -> Trouble:
        spec = field_at(self.schema, problem.path)
        if spec is None or not isinstance(spec.get("key"), str):
            return Trouble(problem.message, url=self.url())
        return Trouble(problem.message, spec["key"], label_of(spec), self.url(field=spec["key"]))

    @cached_property
    def missing(self) -> list[Missing]:
        return missing(self.schema)

    @cached_property
    def gaps(self) -> list[Trouble]:
        """The missing texts in words."""
        names = {"de": _("German"), "en": _("English")}
        found = []
        for one in self.missing:
            spec = spec_of(self.schema, one.key)
            label = label_of(spec) if spec else one.page
            said = _("%(what)s is missing in %(language)s") % {
                "what": property_label(one.name) if one.name != "title" else _("Title"),
                "language": names[one.language],
            }
            url = self.url(field=one.key) if one.key else self.url(page=one.page)
            found.append(Trouble(said, one.key, label, url))
        return found

    @cached_property
    def changes(self) -> list[Change]:
        """What publishing the draft would change."""
        return compare(self.live.schema if self.live else {}, self.schema) if self.exists else []

    @property
    def change_words(self) -> str:
        number = len({(one.key, one.what) for one in self.changes})
        return ngettext("%(n)d change", "%(n)d changes", number) % {"n": number}

    @property
    def change_counts(self) -> dict[str, int]:
        return counts(self.changes)

    # ---- the chosen field ------------------------------------------------------------------

    @cached_property
    def spec(self) -> Spec | None:
        return spec_of(self.schema, self.chosen.field) if self.chosen.field else None

    @cached_property
    def page(self) -> Page | None:
        return next((page for page in self.pages if page.key == self.chosen.page), None)

    @cached_property
    def readable(self) -> dict[str, FieldInfo]:
        """What the condition of the chosen field may read: the fields in front of it."""
        found: dict[str, FieldInfo] = {}
        for spec in self.fields:
            if spec["key"] == self.chosen.field:
                break
            if holds_value(spec):
                found[spec["key"]] = _with_choices(field_info(spec))
        return found

    # ---- preview -----------------------------------------------------------------------------

    @cached_property
    def shown_page(self) -> Page | None:
        """The page of the chosen field, the chosen page, else the first one."""
        wanted = self.chosen.field or self.chosen.after
        for page in self.pages:
            if page.key in (self.chosen.page, self.chosen.add) or any(spec["key"] == wanted for spec in page.fields):
                return page
        return self.pages[0] if self.pages else None

    def preview(self, data: Any = None) -> str:
        """The questions of the page by the requesters' own template, in the language that is looked at."""
        page = self.shown_page
        if page is None:
            return ""
        with translation.override(self.look.language):
            schema = asked_schema(RequestType(schema=self.schema))
            known: dict[str, Any] = sample_values(schema, self._asking.now) if self.look.sample else {}
            options: dict[str, Any] = {"schema": schema, "asking": self._asking, "page": page.key}
            options["auto_id"] = "preview_%s"
            if data is not None:
                typed = PreviewForm(data, **options, known=known)
                known = {**known, **typed.texts}
            form = PreviewForm(**options, known=known, refresh=self._refresh(page))
            return render_to_string("desk/request/_questions.html", {"form": form, "flow": {"desk": True}})

    @cached_property
    def _asking(self) -> Asking:
        return asking(self.actor, insider=self.look.desk)

    def _refresh(self, page: Page) -> dict[str, str]:
        pairs = {**self.look.pairs(), "page": page.key}
        url = f"{reverse('workflows:form_preview', args=[self.request_type.key])}?{urlencode(pairs)}"
        return {"hx-post": url, "hx-trigger": "change", "hx-target": "#request-page", "hx-swap": "outerMorph"}


def _with_choices(info: FieldInfo) -> FieldInfo:
    """A department's choices are those that there are."""
    if info.kind != "department":
        return info
    return FieldInfo(info.key, info.label, info.kind, {row.key: row.name for row in Department.objects.active()})


def field_at(schema: Any, path: str) -> Spec | None:
    """The field in which a problem lies: of "pages.0.fields.2.min" the third of the first page."""
    parts = path.split(".")
    at = parts.index("fields") + 2 if "fields" in parts else 0
    if not at or len(parts) < at:
        return None
    place: Any = schema
    for part in parts[:at]:
        if isinstance(place, list):
            place = place[int(part)] if part.isdigit() and int(part) < len(place) else None
        else:
            place = place.get(part) if isinstance(place, Mapping) else None
    return place if isinstance(place, Mapping) else None


def property_at(path: str) -> str:
    """Of "pages.0.fields.2.show_when.op" the property "show_when"; '' when it is about the field as a whole."""
    parts = path.split(".")
    start = parts.index("fields") + 2 if "fields" in parts else len(parts)
    return parts[start] if len(parts) > start else ""
