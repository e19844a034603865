"""The REST API of people and departments."""

from ninja import Router

from accounts.api import departments, people

routers: list[Router] = [people.router, departments.router]

__all__ = ["routers"]
