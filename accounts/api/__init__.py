"""The REST API of people, departments and working time."""

from ninja import Router

from accounts.api import absences, calendars, departments, notifications, people

routers: list[Router] = [people.router, departments.router, absences.router, calendars.router, notifications.router]

__all__ = ["routers"]
