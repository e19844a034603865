"""The REST API of people, departments and working time."""

from ninja import Router

from accounts.api import absences, calendars, departments, people

routers: list[Router] = [people.router, departments.router, absences.router, calendars.router]

__all__ = ["routers"]
