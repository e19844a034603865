"""The reports behind one entry of the menu: each app adds its page as a tab."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Report:
    """A page of figures; `visible` is the rule that the page itself asks."""

    key: str
    label: str | Promise
    url_name: str
    visible: Callable[[Actor], bool]
    order: int = 100


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


_reports: dict[str, Report] = {}


def report(
    key: str, label: str | Promise, url_name: str, visible: Callable[[Actor], bool], *, order: int = 100
) -> Report:
    """Adds a report in AppConfig.ready(); the same key again replaces it."""
    _reports[key] = Report(key, label, url_name, visible, order)
    return _reports[key]


def reports_for(actor: Actor) -> list[Report]:
    """The reports that the actor may open, in order."""
    rows = (row for row in _reports.values() if row.visible(actor))
    return sorted(rows, key=lambda row: (row.order, row.key))


def report_tabs(actor: Actor, current: str) -> list[Tab]:
    """One tab for each of them, for `desk/reports/_tabs.html`."""
    return [Tab(str(row.label), reverse(row.url_name), row.key == current) for row in reports_for(actor)]
