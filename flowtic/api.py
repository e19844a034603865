"""The REST API: every app's routers under one roof."""

from accounts.api import routers as people
from desk.api import routers as tickets
from flowtic.core.api_root import FlowticAPI
from workflows.api import routers as workflows

api = FlowticAPI()
for router in (*tickets, *people, *workflows):
    api.add_router("", router)
