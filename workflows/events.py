"""Names of what happens in workflows. Public ones are milestones that the requester may read."""

from django.utils.translation import gettext_lazy as _

from flowtic.core.events import declare

STARTED = declare("instance.started", _("%(actor)s started the workflow %(workflow)s"))
ADVANCED = declare("instance.advanced", _("The workflow went on: %(moves)s"))
FAILED = declare("instance.failed", _("The step %(step)s failed: %(error)s"))
FINISHED = declare("instance.finished", _("The workflow %(workflow)s is finished"), public=True)
CANCELLED = declare("instance.cancelled", _("%(actor)s cancelled the workflow %(workflow)s: %(reason)s"))
RETRIED = declare("instance.step_retried", _("%(actor)s had the step %(step)s tried again: %(reason)s"))
SKIPPED = declare("instance.step_skipped", _("%(actor)s skipped the step %(step)s: %(reason)s"))
JUMPED = declare("instance.step_jumped", _("%(actor)s moved the workflow from %(step)s to %(target)s: %(reason)s"))
REPEATED = declare("instance.step_repeated", _("%(actor)s had the step %(step)s done again: %(reason)s"))
MIGRATED = declare("instance.migrated", _("%(actor)s moved the workflow to version %(number)s: %(reason)s"))

ITEM_OPENED = declare("work_item.opened", _("The step %(step)s waits for %(owner)s"))
ITEM_CLAIMED = declare("work_item.claimed", _("%(actor)s took over the step %(step)s"))
ITEM_ASSIGNED = declare("work_item.assigned", _("%(actor)s gave the step %(step)s to %(owner)s"))
ITEM_RELEASED = declare("work_item.released", _("%(actor)s gave the step %(step)s back"))
ITEM_RETURNED = declare("work_item.returned", _("The step %(step)s lay untouched with %(owner)s and is free again"))
ITEM_COMPLETED = declare("work_item.completed", _("%(actor)s completed the step %(step)s: %(outcome)s"))
ITEM_REMINDED = declare("work_item.reminded", _("The step %(step)s is due soon"))
ITEM_ESCALATED = declare("work_item.escalated", _("The step %(step)s is overdue"))
ITEM_FAILED = declare("work_item.failed", _("The robot reported a failure of the step %(step)s: %(error)s"))

PUBLISHED = declare("workflow.published", _("%(actor)s published version %(number)s of the workflow %(workflow)s"))
DRAFT_SAVED = declare("workflow.draft_saved", _("%(actor)s changed the draft of the workflow %(workflow)s"))
CHANGED = declare("workflow.changed", _("%(actor)s changed the workflow %(workflow)s"))
PROPOSED = declare("workflow.proposed", _("%(count)s changes of %(subject)s were proposed"))
PROPOSAL_ACCEPTED = declare(
    "workflow.proposal_accepted", _("%(actor)s accepted %(count)s proposed changes of %(subject)s")
)
PROPOSAL_DISMISSED = declare(
    "workflow.proposal_dismissed", _("%(actor)s dismissed the proposed changes of %(subject)s")
)
RULES_CHANGED = declare("workflow.rules_changed", _("%(actor)s changed the rules of which workflow a ticket gets"))

RULE_CHANGED = declare("automation.changed", _("%(actor)s changed the automation rule “%(rule)s”"))
RULE_DELETED = declare("automation.deleted", _("%(actor)s deleted the automation rule “%(rule)s”"))
RULE_PAUSED = declare("automation.paused", _("The automation rule “%(rule)s” is paused: %(error)s"))
RULE_RESUMED = declare("automation.resumed", _("%(actor)s resumed the automation rule “%(rule)s”"))
RULE_TOLD = declare("automation.told", _("%(actor)s notified %(people)s: %(about)s"))
RULE_CALLED = declare("automation.called", _("%(actor)s called %(host)s"))
