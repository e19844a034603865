"""Rules may ask for tags and set them: they follow a new name, and a tag they name is not deleted."""

from typing import Any

from desk.tag_uses import in_document, tag_use, with_tag
from workflows.models import AutomationRule, WorkflowRule

TAGGING = ("add_tags", "remove_tags")


def named_by(name: str) -> list[str]:
    return [row.name for row in WorkflowRule.objects.all() if in_document(row.condition, name)]


def replace(old: str, new: str) -> int:
    rows = [row for row in WorkflowRule.objects.select_for_update().all() if in_document(row.condition, old)]
    for row in rows:
        row.condition = with_tag(row.condition, old, new)
        row.save(update_fields=["condition"])
    return len(rows)


def automation_named_by(name: str) -> list[str]:
    return [row.name for row in AutomationRule.objects.all() if _names(row, name)]


def automation_replace(old: str, new: str) -> int:
    rows = [row for row in AutomationRule.objects.select_for_update().all() if _names(row, old)]
    for row in rows:
        row.condition = with_tag(row.condition, old, new)
        row.actions = [_renamed(spec, old, new) for spec in row.actions]
        row.save(update_fields=["condition", "actions"])
    return len(rows)


def _names(row: AutomationRule, name: str) -> bool:
    tagged = any(name in (spec.get("value") or ()) for spec in row.actions if spec.get("do") in TAGGING)
    return tagged or in_document(row.condition, name)


def _renamed(spec: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    if spec.get("do") not in TAGGING:
        return spec
    return {**spec, "value": sorted({new if one == old else one for one in spec.get("value") or ()})}


tag_use("workflow_rules", named_by, replace)
tag_use("automation_rules", automation_named_by, automation_replace)
