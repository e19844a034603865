from workflows.models.automation import AutomationRule, AutomationRun, Dwell
from workflows.models.editing import DraftEdit, Editing
from workflows.models.instance import Instance, InstanceEvent
from workflows.models.proposal import Proposal
from workflows.models.rehearsal import Rehearsal, RehearsedTicket, Sample, TestRun
from workflows.models.rollup import StepDay
from workflows.models.rule import WorkflowRule
from workflows.models.running import ChildTicket, EffectRun, Timer
from workflows.models.work_item import WorkItem
from workflows.models.workflow import Workflow, WorkflowVersion

__all__ = [
    "AutomationRule",
    "AutomationRun",
    "ChildTicket",
    "DraftEdit",
    "Dwell",
    "Editing",
    "EffectRun",
    "Instance",
    "InstanceEvent",
    "Proposal",
    "Rehearsal",
    "RehearsedTicket",
    "Sample",
    "StepDay",
    "TestRun",
    "Timer",
    "WorkItem",
    "Workflow",
    "WorkflowRule",
    "WorkflowVersion",
]
