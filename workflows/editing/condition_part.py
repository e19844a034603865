"""Conditions in the form of a step: typed as JSON."""

from typing import Any

from workflows.editing.texts import read_condition, show_json


def shown_tree(control: Any, choices: Any, post: Any) -> Any:
    """What the template needs to draw the condition."""
    if post is not None:
        return post.get(control.name, "")
    return show_json(control.tree) if control.tree else ""


def read_tree(control: Any, choices: Any, post: Any) -> dict[str, Any]:
    """The condition that was typed; ValueError with a sentence."""
    if control.name not in post:
        return dict(control.tree)
    tree: dict[str, Any] = read_condition(post.get(control.name, ""))
    return tree
