"""Conditions in the form of a step: the builder of flowtic.core.condition_forms, named after the control."""

from typing import Any

from flowtic.core import condition_forms
from flowtic.core.condition_forms import Builder
from flowtic.core.errors import Invalid


def shown_tree(control: Any, choices: Any, post: Any) -> Builder:
    """What components/condition_builder.html prints; of what was typed, finished or not, when `post` has it."""
    if post is None or not _is_sent(control, post):
        return condition_forms.builder(control.ident, control.tree, choices.infos)
    acted = condition_forms.acted(post, control.ident)
    return condition_forms.typed(post, control.ident, choices.infos, checked=not acted)


def read_tree(control: Any, choices: Any, post: Any) -> dict[str, Any]:
    """The condition that was typed; ValueError with a sentence while it is not finished."""
    if not _is_sent(control, post) or condition_forms.acted(post, control.ident):
        return dict(control.tree)
    try:
        tree = condition_forms.read(post, control.ident, choices.infos)
    except Invalid as problem:
        raise ValueError(problem.message) from None
    return dict(tree or {})


def is_acted(post: Any) -> bool:
    """Whether a button of some builder was pressed: its rows change, nothing is saved yet."""
    return any(name.endswith("-act") for name in post)


def _is_sent(control: Any, post: Any) -> bool:
    return f"{control.ident}-mode" in post
