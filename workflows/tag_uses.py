"""Rules that start workflows may ask for tags: they follow a new name, and a tag they ask for is not deleted."""

from desk.tag_uses import in_document, tag_use, with_tag
from workflows.models import WorkflowRule


def named_by(name: str) -> list[str]:
    return [row.name for row in WorkflowRule.objects.all() if in_document(row.condition, name)]


def replace(old: str, new: str) -> int:
    rows = [row for row in WorkflowRule.objects.select_for_update().all() if in_document(row.condition, old)]
    for row in rows:
        row.condition = with_tag(row.condition, old, new)
        row.save(update_fields=["condition"])
    return len(rows)


tag_use("workflow_rules", named_by, replace)
