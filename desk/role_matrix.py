"""Which role may do what, in plain sentences: one row per rule of the policy registry.

Marks: "y" everywhere, "o" only for what is theirs (their requests, tickets and departments), "." not at all. The test
tests/desk/views/test_roles_page.py asks the rules themselves and compares.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.role_sentences import SENTENCES
from flowtic.core.actor import Actor
from flowtic.core.policy import Rule, actions
from flowtic.core.right_words import Right, explain_with

COLUMNS: list[tuple[str, str | Promise]] = [
    ("user", _("User")),
    ("agent", _("Agent")),
    ("lead", _("Lead of a department")),
    ("support", _("Support")),
    ("admin", _("Administrator")),
]
GROUPS: list[tuple[str | Promise, tuple[str, ...]]] = [
    (_("Tickets"), ("ticket", "time_entry", "tag", "form", "operation")),
    (_("Views, replies and macros"), ("view", "canned_reply", "macro", "composer", "draft", "checklist", "bulk")),
    (_("Workflows"), ("work_item", "external_task", "instance", "workflow", "proposal", "automation")),
    (_("Knowledge"), ("article", "article_category")),
    (_("Assistant"), ("assist",)),
    (
        _("People and departments"),
        ("person", "contact", "department", "calendar", "skill", "approved_domain", "token", "notification"),
    ),
    (_("Administration"), ()),  # whatever is left
]
WORDS: dict[str, str | Promise] = {"y": _("yes"), "o": _("own"), ".": _("no")}


@dataclass(frozen=True)
class Cell:
    mark: str
    words: str


@dataclass(frozen=True)
class Row:
    action: str
    sentence: str
    cells: list[Cell]
    scope: str  # what an API token needs


def matrix(actor: Any, text: str = "") -> list[tuple[str, list[Row]]]:
    """Groups of rows; those that have every word of `text`."""
    words = text.casefold().split()
    grouped: dict[str, list[Row]] = {str(label): [] for label, _nouns in GROUPS}
    for rule in actions().values():
        row = _row(rule)
        whole = f"{row.sentence} {row.action}".casefold()
        if all(word in whole for word in words):
            grouped[_group(rule.action)].append(row)
    return [(label, rows) for label, rows in grouped.items() if rows]


def _row(rule: Rule) -> Row:
    sentence, marks = SENTENCES.get(rule.action, (rule.action, ""))
    cells = [Cell(mark, str(WORDS[mark])) for mark in marks] or [Cell("?", "?") for _column in COLUMNS]
    return Row(rule.action, str(sentence), cells, rule.scope)


def _group(action: str) -> str:
    noun = action.partition(".")[0]
    for label, nouns in GROUPS:
        if noun in nouns:
            return str(label)
    return str(GROUPS[-1][0])


def granted_by(action: str) -> Iterable[str]:
    """Names of the roles that have a right, for the page of who lacks it."""
    _sentence, marks = SENTENCES.get(action, ("", ""))
    return [str(label) for (_key, label), mark in zip(COLUMNS, marks, strict=False) if mark != "."]


def right(actor: Actor | None, action: str) -> Right | None:
    """For the page of who lacks a right. Names of administrators are for colleagues only."""
    if action not in SENTENCES:
        return None
    admins: list[str] = []
    if actor is not None and actor.can_work:
        rows = User.objects.filter(role=User.Role.ADMIN, state=User.State.ACTIVE).order_by("name")
        admins = list(rows.values_list("name", flat=True)[:5])
    return Right(action, str(SENTENCES[action][0]), list(granted_by(action)), admins)


def register() -> None:
    """Tells the error pages whom to ask for words."""
    explain_with(right)
