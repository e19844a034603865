"""Decides how one form field looks: its kind of control, classes, ARIA references and inline validation."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def field_context(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Context of components/field.html. Unknown options become attributes of the control (data_x -> data-x)."""
    options = dict(options)
    widget = bound.field.widget
    label = options.pop("label", bound.label)
    help_text = options.pop("help", bound.help_text)
    classes = options.pop("classes", "")
    hide_label = options.pop("hide_label", False)
    mark = options.pop("mark", True)
    kind = _kind(widget, switch=options.pop("switch", False))
    context = {
        "bound": bound,
        "kind": kind,
        "label": label,
        "help": help_text,
        "classes": classes,
        "hide_label": hide_label,
        "secret": isinstance(widget, forms.PasswordInput),
        "optional": mark and not bound.field.required and kind not in ("check", "switch"),
        "wrap_id": f"{bound.auto_id}_wrap",
        "error_id": f"{bound.auto_id}_error",
        "help_id": f"{bound.auto_id}_helptext",
    }
    attrs = {name.replace("_", "-"): value for name, value in options.items()}
    attrs["class"] = " ".join(filter(None, (_CLASSES[kind], widget.attrs.get("class", ""), attrs.get("class", ""))))
    attrs.update(_aria(bound, context), **_inline_validation(bound, kind))
    if kind == "switch":
        attrs["role"] = "switch"
    if kind == "group":
        # Each option is printed by itself; as_widget would put the classes on the wrapper too.
        widget.attrs["class"] = "check" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio"
        context["options"] = list(bound.subwidgets)
    elif kind != "hidden":
        context["control"] = bound.as_widget(attrs=attrs)
    return context


_CLASSES = {
    "group": "",
    "text": "field",
    "select": "field",
    "textarea": "field",
    "file": "file",
    "check": "check",
    "switch": "switch",
    "hidden": "",
}


def _kind(widget: forms.Widget, *, switch: bool) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, _GROUPS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "switch" if switch else "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select) else "text"


def _aria(bound: BoundField, context: dict[str, Any]) -> dict[str, str]:
    ids = [context["help_id"]] if context["help"] else []
    if bound.errors:
        ids.insert(0, context["error_id"])
    attrs = {"aria-describedby": " ".join(ids)} if ids else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs


def _inline_validation(bound: BoundField, kind: str) -> dict[str, str]:
    """One field is checked after it was changed, when the form names a `validate_url`."""
    url = getattr(bound.form, "validate_url", "")
    if (
        not url
        or "hx-post" in bound.field.widget.attrs
        or kind in ("file", "hidden", "group")
        or isinstance(bound.field.widget, forms.PasswordInput)
    ):
        return {}
    separator = "&" if "?" in url else "?"
    return {
        "hx-post": f"{url}{separator}field={bound.html_name}",
        "hx-trigger": "change delay:150ms",
        "hx-target": "closest .field-wrap",
        "hx-swap": "outerMorph",
        "hx-sync": "this:replace",
        # Never send files along while somebody types.
        "hx-encoding": "application/x-www-form-urlencoded",
    }
