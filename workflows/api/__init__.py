"""The REST API of workflows. `exchange` comes first: its addresses stand beside `/workflows/{key}`."""

from ninja import Router

from workflows.api import definitions, drafts, exchange, external_tasks, instances, rules, trials, work_items

routers: list[Router] = [
    work_items.router,
    external_tasks.router,
    exchange.router,
    definitions.router,
    drafts.router,
    trials.router,
    rules.router,
    instances.router,
]

__all__ = ["routers"]
