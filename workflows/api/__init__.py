"""The REST API of workflows. `exchange` and `operations` come first: they stand beside `/workflows/{key}`."""

from ninja import Router

from workflows.api import (
    automation,
    definitions,
    drafts,
    exchange,
    external_tasks,
    instances,
    operations,
    rehearsals,
    rules,
    trials,
    work_items,
)

routers: list[Router] = [
    work_items.router,
    external_tasks.router,
    exchange.router,
    operations.router,
    definitions.router,
    drafts.router,
    trials.router,
    rehearsals.router,
    rules.router,
    automation.router,
    instances.router,
]

__all__ = ["routers"]
