"""The REST API: every app's routers under one roof."""

from accounts.api import routers as people
from ai_assist.api import routers as assistance
from desk.api import routers as tickets
from flowtic.core.api_root import FlowticAPI
from knowledge.api import routers as articles
from workflows.api import routers as workflows

api = FlowticAPI()
for router in (*tickets, *people, *workflows, *articles, *assistance):
    api.add_router("", router)
