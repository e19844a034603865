"""Who gets in where: every address of Flowtic with the people who may use it. A new address without a row fails.

The object in the address is always Rita's ticket in IT (or what belongs to it), Rita herself, or a department.
"""

from dataclasses import dataclass, field
from typing import Any

CAST = ("anonymous", "pia", "otto", "rita", "hanna", "alan", "lea", "sven", "ada")

EVERYBODY = frozenset(CAST)
VISITORS = frozenset({"anonymous"})
LOGGED_IN = EVERYBODY - {"anonymous"}
ACTIVE = LOGGED_IN - {"pia"}
WORKERS = frozenset({"hanna", "alan", "lea", "sven", "ada"})
INSIDE = frozenset({"alan", "lea", "sven", "ada"})  # who works Rita's ticket
INVOLVED = INSIDE | {"rita"}
DISPATCHERS = frozenset({"lea", "sven", "ada"})
ADMINS = frozenset({"ada"})
# Requesters are led to the portal, whose door looks again; only agents of other departments find nothing here.
LED = ACTIVE - {"hanna"}


@dataclass(frozen=True)
class Access:
    """The people per method; `body` is what a POST, PUT or PATCH sends. A method without people is not offered."""

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    put: frozenset[str] | None = None
    patch: frozenset[str] | None = None
    delete: frozenset[str] | None = None
    body: dict[str, Any] = field(default_factory=dict)


PAGES = {
    "health/live": Access(get=EVERYBODY),
    "health/ready": Access(get=EVERYBODY),
    "language": Access(post=EVERYBODY, body={"language": "de"}),
    # -- accounts ------------------------------------------------------------------------------------------
    # Who is in already is sent home from these: a redirect counts as opened.
    "accounts/login/": Access(get=EVERYBODY, post=EVERYBODY),
    "accounts/logout/": Access(get=EVERYBODY, post=EVERYBODY),
    "accounts/inactive/": Access(get=EVERYBODY),
    "accounts/signup/": Access(get=EVERYBODY, post=EVERYBODY),
    # Who waits is sent back to the page itself after saving: that counts as kept.
    "pending": Access(get=LOGGED_IN, post=ACTIVE, body={"name": "Pia", "reason": "x"}),
    "me/profile": Access(get=ACTIVE, post=ACTIVE, body={"name": "New name"}),
    "me/menu": Access(get=ACTIVE),
    "me/availability": Access(post=ACTIVE),
    "me/profile/validate": Access(post=ACTIVE, body={"name": "x"}),
    "me/profile/avatar": Access(post=ACTIVE),
    "me/preferences": Access(post=LOGGED_IN, body={"theme": "dark"}),
    "me/shortcuts": Access(get=ACTIVE, post=ACTIVE, body={"mode": "on"}),
    "me/tokens": Access(get=ACTIVE, post=ACTIVE, body={"name": "x", "scopes": ["tickets:read"], "expires": "30"}),
    "me/notifications": Access(get=ACTIVE, post=ACTIVE),
    "notifications": Access(get=ACTIVE),
    "notifications/recent": Access(get=ACTIVE),
    "notifications/count": Access(get=ACTIVE),
    "notifications/read": Access(post=ACTIVE, body={"all": "1"}),
    "me/tokens/<int:pk>/revoke": Access(post=frozenset({"alan"})),
    "people/<int:pk>": Access(get=WORKERS | {"rita"}),
    "people/<int:pk>/card": Access(get=WORKERS | {"rita"}),
    "settings": Access(get=ADMINS),
    "settings/people": Access(get=ADMINS),
    "settings/people/pending": Access(get=ADMINS),
    "settings/people/<int:pk>": Access(get=ADMINS),
    "settings/people/<int:pk>/approve": Access(post=ADMINS, body={"role": "user"}),
    "settings/people/<int:pk>/reject": Access(post=ADMINS, body={"reason": "x"}),
    "settings/people/<int:pk>/profile": Access(post=ADMINS, body={"name": "x"}),
    "settings/people/<int:pk>/role": Access(post=ADMINS, body={"role": "agent"}),
    "settings/people/<int:pk>/departments": Access(post=ADMINS),
    "settings/people/<int:pk>/suspend": Access(post=ADMINS, body={"reason": "x"}),
    "settings/people/<int:pk>/logout": Access(post=ADMINS),
    "settings/people/<int:pk>/reactivate": Access(post=ADMINS),
    "settings/people/<int:pk>/picture": Access(post=ADMINS),
    "settings/departments": Access(get=ADMINS),
    "settings/departments/new": Access(get=ADMINS, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "settings/departments/<int:pk>": Access(get=ADMINS, post=ADMINS, body={"name_de": "x", "name_en": "x"}),
    "settings/people/<int:pk>/tokens/<int:token_pk>/revoke": Access(post=ADMINS),
    "settings/domains": Access(get=ADMINS, post=ADMINS, body={"domain": "example.org", "role": "user"}),
    "settings/domains/<int:pk>": Access(get=ADMINS, post=ADMINS, body={"domain": "example.com", "role": "user"}),
    "settings/domains/<int:pk>/remove": Access(post=ADMINS),
    "settings/replies": Access(get=ACTIVE),
    "settings/replies/new": Access(get=ACTIVE, post=WORKERS, body={"name": "x", "text_en": "x"}),
    "settings/dispatching": Access(
        get=ADMINS, post=ADMINS, body={"it-strategy": "pull", "it-level": "1", "general-strategy": "pull"}
    ),
    "people/<int:pk>/absences": Access(
        get=frozenset({"ada", "rita"}),
        post=frozenset({"ada", "rita"}),
        body={"starts_at": "2030-01-01T08:00", "ends_at": "2030-01-02T08:00"},
    ),
    "people/<int:pk>/absences/<int:absence_pk>/removal": Access(post=frozenset({"ada", "rita"})),
    "settings/people/<int:pk>/working": Access(post=ADMINS, body={"capacity": "5"}),
    "settings/people/<int:pk>/skills": Access(post=ADMINS),
    "settings/calendars": Access(get=ADMINS),
    "settings/calendars/new": Access(get=ADMINS, post=ADMINS),
    "settings/calendars/<int:pk>": Access(get=ADMINS, post=ADMINS),
    "settings/calendars/<int:pk>/days": Access(post=ADMINS, body={"date": "2030-01-01"}),
    "settings/calendars/<int:pk>/days/import": Access(post=ADMINS),
    "settings/calendars/<int:pk>/days/<int:day_pk>/removal": Access(post=ADMINS),
    "settings/calendars/<int:pk>/removal": Access(post=ADMINS),
    "settings/skills": Access(get=ADMINS, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "settings/skills/<int:pk>": Access(get=ADMINS, post=ADMINS, body={"name_de": "x", "name_en": "x"}),
    "settings/skills/<int:pk>/removal": Access(post=ADMINS),
    "settings/checklist": Access(post=ADMINS, body={"away": "1"}),
    "settings/system": Access(get=ADMINS),
    "settings/statuses": Access(get=ADMINS),
    "settings/statuses/new": Access(get=ADMINS, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "settings/statuses/transitions": Access(get=ADMINS, post=ADMINS, body={"seen": "x"}),
    "settings/priorities": Access(get=ADMINS, post=ADMINS),
    "settings/tags": Access(get=ADMINS),
    "settings/templates": Access(get=ADMINS),
    "settings/templates/new": Access(get=ADMINS, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "settings/checklists": Access(get=ADMINS),
    "settings/checklists/new": Access(get=ADMINS, post=ADMINS, body={"name_de": "x", "name_en": "x", "items": "x"}),
    "settings/people/<int:pk>/work": Access(get=ADMINS),
    "settings/roles": Access(get=ADMINS),
    "settings/audit": Access(get=ADMINS),
    "settings/audit/export": Access(post=ADMINS),
    "settings/audit/check": Access(post=ADMINS),
    "settings/sla": Access(get=ADMINS),
    "settings/sla/new": Access(get=ADMINS, post=ADMINS),
    "settings/sla/<int:pk>": Access(get=ADMINS, post=ADMINS),
    "settings/sla/<int:pk>/place": Access(post=ADMINS, body={"to": "up"}),
    "settings/sla/<int:pk>/removal": Access(post=ADMINS),
    # Requesters are led to the portal; agents who lead nowhere read which right is missing.
    "reports": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/promises": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/promises.csv": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/satisfaction": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/satisfaction.csv": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/time": Access(get=DISPATCHERS | {"rita", "otto"}),
    "reports/time.csv": Access(get=DISPATCHERS | {"rita", "otto"}),
    "settings/outbox": Access(get=ADMINS),
    "settings/outbox/<str:kind>/<int:pk>/retry": Access(post=ADMINS),
    # -- agents' pages: requesters are led to the portal, strangers find nothing -------------------------------
    "tickets": Access(get=ACTIVE),
    "tickets/filters": Access(get=ACTIVE),
    "tickets/count": Access(get=ACTIVE),
    "tickets/rows": Access(get=ACTIVE),
    "tickets/views": Access(get=ACTIVE),
    "tickets/views/new": Access(get=ACTIVE, post=WORKERS, body={"name_de": "x", "colour": "grey", "share": "own"}),
    "tickets/views/counts": Access(get=ACTIVE),
    "tickets/views/<str:key>": Access(
        get=frozenset({"alan", "rita", "otto"}),
        post=frozenset({"alan"}),
        body={"name_de": "x", "colour": "red", "share": "own"},
    ),
    "tickets/views/<str:key>/query": Access(post=frozenset({"alan"}), body={"query": "open=true"}),
    "tickets/views/<str:key>/place": Access(post=frozenset({"alan"}), body={"to": "up"}),
    "tickets/views/<str:key>/removal": Access(post=frozenset({"alan"})),
    "tickets/<str:number>/peek": Access(get=LED),
    "tickets/<str:number>/quick/<str:name>": Access(get=LED),
    "search": Access(get=ACTIVE),
    "search/quick": Access(get=ACTIVE),
    # Requesters are led to the portal; agents who lead nothing are refused.
    "dispatch": Access(get=ACTIVE - {"alan", "hanna"}),
    "dispatch/assign": Access(post=DISPATCHERS),
    "dispatch/plan": Access(get=ACTIVE - {"alan", "hanna"}),
    "dispatch/distribute": Access(post=DISPATCHERS),
    "palette": Access(get=ACTIVE),
    "people/search": Access(get=ACTIVE),
    "work/next": Access(get=ACTIVE, post=WORKERS),
    # -- workflows: what needs a step, a run or a definition is below, in ELSEWHERE -----------------------------
    "work": Access(get=ACTIVE),
    "work/tickets/<str:number>/claim": Access(get=ACTIVE, post=INSIDE),
    "approvals": Access(get=ACTIVE),
    "tickets/<str:number>/steps": Access(get=LED),
    "tickets/<str:number>/workflow": Access(get=LED),
    "tickets/<str:number>/workflow/start": Access(post=INSIDE, body={"workflow": "nothing"}),
    "portal/tickets/<str:number>/steps": Access(get=INVOLVED),
    "workflows": Access(get=WORKERS),
    "workflows/runs": Access(get=WORKERS),
    "workflows/new": Access(get=ADMINS, post=ADMINS),
    "workflows/rules": Access(get=ADMINS),
    "workflows/rules/new": Access(get=ADMINS, post=ADMINS),
    "workflows/rules/automation/new": Access(get=ADMINS, post=ADMINS),
    "workflows/rules/automation/starters": Access(post=ADMINS),
    "workflows/rehearsals/automation": Access(get=ADMINS, post=ADMINS),
    "tickets/<str:number>/rules": Access(get=LED),
    "workflows/rehearsals/rules": Access(get=ADMINS, post=ADMINS),
    "workflows/rehearsals/assignment": Access(get=ADMINS, post=ADMINS),
    "reports/workflows": Access(get=DISPATCHERS),
    "reports/workflows.csv": Access(get=DISPATCHERS),
    "tickets/new/general": Access(get=ACTIVE),
    "tickets/new/<str:key>": Access(get=ACTIVE),
    "tickets/new/<str:key>/anew": Access(post=WORKERS),
    "tickets/new/<str:key>/discard": Access(post=WORKERS),
    "tickets/new/<str:key>/<str:page>": Access(get=ACTIVE, post=WORKERS, body={"subject": "x"}),
    "tickets/new/<str:key>/<str:page>/fields": Access(get=ACTIVE, post=WORKERS),
    "tickets/new/<str:key>/<str:page>/validate": Access(post=WORKERS, body={"subject": "x"}),
    "tickets/new/validate": Access(post=WORKERS),
    "tickets/new": Access(get=ACTIVE, post=WORKERS, body={"subject": "x"}),
    "tickets/<str:number>": Access(get=LED),
    "tickets/bulk": Access(get=ACTIVE, post=WORKERS, body={"ids": "1", "step": "priority=high"}),
    "tickets/bulk/choices": Access(get=ACTIVE),
    "tickets/<str:number>/macros": Access(get=LED),
    "settings/macros": Access(get=ACTIVE),
    "settings/macros/new": Access(get=ACTIVE, post=WORKERS, body={"name_de": "x"}),
    "tickets/<str:number>/claim": Access(post=INSIDE),
    "tickets/<str:number>/reopening": Access(post=INSIDE),
    "tickets/<str:number>/thread": Access(get=LED),
    "tickets/<str:number>/visit": Access(post=INSIDE),
    "tickets/<str:number>/draft": Access(post=INSIDE, body={"kind": "note", "body": "x"}),
    "tickets/<str:number>/preview": Access(post=INSIDE, body={"body": "x"}),
    "tickets/<str:number>/comments": Access(post=INSIDE, body={"kind": "note", "body": "x"}),
    "tickets/<str:number>/comments/<int:pk>/split": Access(get=LED, post=INSIDE, body={"subject": "x"}),
    "tickets/<str:number>/files/<str:key>/removal": Access(post=INSIDE),
    "tickets/<str:number>/watchers": Access(post=INSIDE),
    "tickets/<str:number>/watchers/<int:pk>/removal": Access(post=INSIDE),
    "tickets/<str:number>/links": Access(post=INSIDE, body={"kind": "related", "number": "{other}"}),
    "tickets/<str:number>/links/<int:pk>/removal": Access(post=INSIDE),
    "tickets/<str:number>/merge": Access(get=LED, post=INSIDE, body={"number": "{other}"}),
    "tickets/<str:number>/unmerge": Access(post=INSIDE),
    "tickets/<str:number>/status": Access(post=INSIDE, body={"status": "in_progress"}),
    "tickets/<str:number>/assignment": Access(post=DISPATCHERS, body={"assignee": "{lea}"}),
    "tickets/<str:number>/priority": Access(post=INSIDE, body={"priority": "high"}),
    "tickets/<str:number>/department": Access(post=INSIDE, body={"department": "general"}),
    "tickets/<str:number>/details": Access(post=INSIDE, body={"kind": "incident"}),
    "tickets/<str:number>/history": Access(get=LED),
    "tickets/<str:number>/presence": Access(get=LED, post=INSIDE, body={"state": "viewing"}),
    "tickets/<str:number>/live": Access(get=LED),
    "tickets/<str:number>/mute": Access(post=INSIDE),
    "tickets/<str:number>/subject": Access(post=INSIDE, body={"subject": "x"}),
    "tickets/<str:number>/tags": Access(post=INSIDE, body={"tags": "x"}),
    "tickets/<str:number>/checklist": Access(post=INSIDE, body={"text": "x"}),
    "tickets/<str:number>/checklist/template": Access(post=INSIDE),
    "tickets/<str:number>/time": Access(post=INSIDE, body={"minutes": "1h 30"}),
    "tickets/<str:number>/snooze": Access(post=INSIDE, body={"until": "2027-01-01T10:00"}),
    "tickets/<str:number>/due": Access(get=LED, post=INSIDE, body={"due_at": "2030-01-01T10:00"}),
    # -- portal --------------------------------------------------------------------------------------------
    "portal": Access(get=ACTIVE),
    "portal/tickets": Access(get=ACTIVE),
    "portal/new": Access(get=ACTIVE, post=ACTIVE, body={"subject": "x", "description": "x"}),
    "portal/new/general": Access(get=ACTIVE),
    "portal/new/hints": Access(get=ACTIVE),
    "portal/new/<str:key>": Access(get=ACTIVE),
    "portal/new/<str:key>/anew": Access(post=ACTIVE),
    "portal/new/<str:key>/discard": Access(post=ACTIVE),
    "portal/new/<str:key>/<str:page>": Access(get=ACTIVE, post=ACTIVE, body={"subject": "x"}),
    "portal/new/<str:key>/<str:page>/fields": Access(get=ACTIVE, post=ACTIVE),
    "portal/new/<str:key>/<str:page>/validate": Access(post=ACTIVE, body={"subject": "x"}),
    # -- without a login, where an admin switched it on --------------------------------------------------------
    # Whose account waits for approval is told so on every page.
    "request/<str:key>": Access(get=EVERYBODY - {"pia"}, post=EVERYBODY - {"pia"}, body={"name": "x"}),
    "request/<str:key>/fields": Access(get=EVERYBODY - {"pia"}, post=EVERYBODY - {"pia"}),
    "portal/tickets/<str:number>": Access(get=INVOLVED),
    "portal/tickets/<str:number>/comments": Access(post=INVOLVED, body={"body": "x"}),
    "portal/tickets/<str:number>/closure": Access(post=INVOLVED),
    "portal/tickets/<str:number>/reopening": Access(post=INVOLVED),
    # Who asked rates; the others who see the ticket read why they may not.
    "portal/tickets/<str:number>/rating": Access(get=INVOLVED, post=frozenset({"rita"}), body={"verdict": "good"}),
    "attachments/<str:key>": Access(get=INVOLVED),
    # -- assistant -------------------------------------------------------------------------------------------
    "tickets/<str:number>/assistant": Access(get=LED),
    "tickets/<str:number>/assistant/strip": Access(get=LED),
    "tickets/<str:number>/assistant/classification": Access(get=LED),
    "tickets/<str:number>/assistant/related": Access(get=LED),
    "tickets/<str:number>/assistant/articles": Access(get=LED),
    "settings/assistant": Access(get=frozenset({"sven", "ada"})),
    "settings/assistant/learned": Access(get=ADMINS),
    "settings/assistant/learned/training": Access(get=ADMINS, post=ADMINS),
    "settings/assistant/learned/evaluation": Access(get=ADMINS, post=ADMINS),
    "tickets/<str:number>/assistant/reply": Access(get=LED, post=INSIDE),
    "tickets/<str:number>/assistant/summary": Access(get=LED, post=INSIDE),
    "tickets/<str:number>/assistant/rewriting": Access(post=INSIDE, body={"body": "x"}),
    "tickets/<str:number>/assistant/article": Access(post=frozenset({"sven", "ada"})),
    "knowledge/ask": Access(get=ACTIVE, post=WORKERS, body={"question": "x"}),
    "settings/assistant/models": Access(get=ADMINS),
    "settings/assistant/models/providers/new": Access(get=ADMINS, post=ADMINS),
    "settings/assistant/models/features": Access(get=ADMINS),
    "settings/assistant/models/budget": Access(get=ADMINS, post=ADMINS),
    "settings/assistant/models/masking": Access(get=ADMINS, post=ADMINS),
    "settings/assistant/models/departments": Access(get=ADMINS),
    "settings/assistant/models/calls": Access(get=ADMINS),
    "settings/assistant/models/calls.csv": Access(get=ADMINS),
    # -- root ------------------------------------------------------------------------------------------------
    "": Access(get=ACTIVE),
}

TICKET = "api/v1/tickets/<number>"
API = {
    "api/v1/tickets": Access(get=ACTIVE, post=ACTIVE, body={"subject": "x", "description": "x"}),
    TICKET: Access(get=INVOLVED, patch=INSIDE, body={"subject": "new"}),
    f"{TICKET}/comments": Access(get=INVOLVED, post=INVOLVED, body={"body": "x", "visibility": "public"}),
    f"{TICKET}/redactions": Access(post=DISPATCHERS | {"rita"}, body={"text": "E-403"}),
    f"{TICKET}/assignment": Access(put=INSIDE, body={"assignee": "me"}),
    f"{TICKET}/status": Access(put=INVOLVED, body={"status": "closed"}),
    f"{TICKET}/reopen": Access(post=INVOLVED),
    f"{TICKET}/events": Access(get=INVOLVED),
    "api/v1/macros": Access(get=ACTIVE),
    "api/v1/checklists": Access(get=ACTIVE),
    f"{TICKET}/checklist": Access(get=INSIDE, post=INSIDE, body={"text": "x"}),
    f"{TICKET}/time": Access(get=INSIDE, post=INSIDE, body={"minutes": 5}),
    "api/v1/ratings": Access(get=DISPATCHERS),
    "api/v1/statuses/transitions": Access(get=WORKERS),
    f"{TICKET}/attachments": Access(get=INVOLVED),
    f"{TICKET}/watchers": Access(get=INVOLVED, post=INSIDE, body={"person": "otto.fremd@example.test"}),
    f"{TICKET}/links": Access(get=INVOLVED, post=INSIDE, body={"kind": "related", "other": "{other}"}),
    f"{TICKET}/merge": Access(post=INSIDE, body={"into": "{other}"}),
    f"{TICKET}/split": Access(post=INSIDE, body={"comment": "{comment}", "subject": "x"}),
    "api/v1/statuses": Access(
        get=ACTIVE,
        post=ADMINS,
        body={"key": "x", "name_de": "x", "name_en": "x", "category": "waiting", "kind": "new"},
    ),
    "api/v1/priorities": Access(get=ACTIVE),
    "api/v1/tags": Access(get=WORKERS),
    "api/v1/search": Access(get=ACTIVE),
    "api/v1/request-types": Access(get=ACTIVE, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    f"{TICKET}/suggestions": Access(get=INSIDE),
    "api/v1/assistant/trust": Access(get=frozenset({"sven", "ada"})),
    "api/v1/me": Access(get=ACTIVE),
    "api/v1/notifications": Access(get=ACTIVE),
    "api/v1/notifications/read": Access(post=ACTIVE, body={"all": True}),
    "api/v1/people": Access(get=ACTIVE),
    "api/v1/people/<id>": Access(get=WORKERS | {"rita"}),
    "api/v1/people/<id>/logout": Access(post=ADMINS, body={"tokens": False}),
    "api/v1/departments": Access(get=ACTIVE, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
}

# Addresses whose rights need an object or a state of their own: tested by name in the file given.
ELSEWHERE = {
    **dict.fromkeys(
        (
            *(f"tickets/<str:number>/planned/<int:pk>/{verb}" for verb in ("return", "now", "due")),
            *(f"settings/replies/<int:pk>{part}" for part in ("", "/removal")),
            "tickets/<str:number>/completions/<str:kind>",
            "tickets/<str:number>/messages/<str:key>/redaction",
        ),
        "tests/desk/conversation/test_doors.py",
    ),
    "rate/<str:token>": "tests/desk/portal/test_rating.py",
    **dict.fromkeys(
        (
            *(f"settings/statuses/<int:pk>{part}" for part in ("", "/retirement", "/revival", "/place", "/removal")),
            *(f"settings/tags/<int:pk>{part}" for part in ("", "/name", "/merge", "/removal")),
            *(f"settings/templates/<int:pk>{part}" for part in ("", "/removal")),
        ),
        "tests/desk/views/test_settings_pages.py",
    ),
    **dict.fromkeys(
        (
            *(f"settings/checklists/<int:pk>{part}" for part in ("", "/removal")),
            *("tickets/<str:number>/checklist/<int:pk>", f"{TICKET}/checklist/<id>"),
        ),
        "tests/desk/test_checklists.py",
    ),
    **dict.fromkeys(("tickets/<str:number>/time/<int:pk>", f"{TICKET}/time/<id>"), "tests/desk/test_time_spent.py"),
    **dict.fromkeys(
        (
            *(f"{TICKET}/rating", "api/v1/tags/rename", "api/v1/tags/merge", "api/v1/statuses/transitions/<role>"),
            *("api/v1/statuses/<key>", "api/v1/statuses/<key>/retire"),
        ),
        "tests/api/test_desk_settings.py",
    ),
    # Suggestions: who works the ticket decides about them.
    **dict.fromkeys(
        (
            *(f"tickets/<str:number>/suggestions/<str:key>/{verb}" for verb in ("acceptance", "dismissal")),
            *(f"tickets/<str:number>/suggestions/<str:key>/{verb}" for verb in ("undoing", "rating")),
            "tickets/<str:number>/assistant/articles/<int:pk>/use",
            "suggestions/<str:key>/why",
        ),
        "tests/ai_assist/views/test_suggestions.py",
    ),
    "settings/assistant/trust/<str:field>": "tests/ai_assist/views/test_trust.py",
    **dict.fromkeys(
        (
            "tickets/<str:number>/assistant/rewriting/<str:key>",
            "tickets/<str:number>/assistant/reply/<str:key>/insertion",
            *("suggestions/<str:key>/article", "suggestions/<str:key>/answer"),
        ),
        "tests/ai_assist/llm/test_pages.py",
    ),
    **dict.fromkeys(
        (
            *(f"settings/assistant/models/providers/<int:pk>{part}" for part in ("", "/test", "/removal")),
            *("settings/assistant/models/features/<str:feature>", "settings/assistant/models/departments/<int:pk>"),
            "settings/assistant/models/calls/<int:pk>",
        ),
        "tests/ai_assist/llm/test_settings_pages.py",
    ),
    **dict.fromkeys(
        [f"api/v1/suggestions/<key>/{verb}" for verb in ("accept", "dismiss", "undo", "rate")],
        "tests/ai_assist/api/test_suggestions.py",
    ),
    # Only who did it takes it back; runs and macros belong to somebody.
    "undo/<uuid:key>": "tests/desk/views/test_undo.py",
    **dict.fromkeys(
        [f"tickets/bulk/<uuid:key>{part}" for part in ("", "/act", "/start", "/stop")], "tests/desk/views/test_bulk.py"
    ),
    **dict.fromkeys(
        [
            "tickets/<str:number>/macros/<int:pk>",
            *(f"settings/macros/<int:pk>{part}" for part in ("", "/removal")),
        ],
        "tests/desk/views/test_macros.py",
    ),
    **dict.fromkeys(("api/v1/operations/<id>/undo", f"{TICKET}/macros/<id>"), "tests/api/test_operations.py"),
    "api/v1/": "tests/api/test_errors.py",
    "api/v1/<path:rest>": "tests/api/test_errors.py",
    "api/v1/openapi.json": "tests/api/test_schemathesis.py",
    "api/v1/docs": "tests/api/test_errors.py",
    f"{TICKET}/attachments/<key>": "tests/api/test_attachments.py",
    f"{TICKET}/attachments/<key>/content": "tests/api/test_attachments.py",
    f"{TICKET}/watchers/<person>": "tests/api/test_relations.py",
    f"{TICKET}/links/<id>": "tests/api/test_relations.py",
    "api/v1/request-types/<key>": "tests/api/test_words.py",
    **dict.fromkeys(
        [f"api/v1/request-types/<key>/{part}" for part in ("draft", "validate", "publish")],
        "tests/api/test_form_drafts.py",
    ),
    "api/v1/departments/<key>": "tests/api/test_people.py",
    "api/v1/calendars": "tests/api/test_working_time.py",
    "api/v1/calendars/<key>": "tests/api/test_working_time.py",
    "api/v1/calendars/<key>/days": "tests/api/test_working_time.py",
    "api/v1/calendars/<key>/days/<date>": "tests/api/test_working_time.py",
    "api/v1/calendars/<key>/holidays": "tests/api/test_working_time.py",
    "api/v1/people/<id>/absences": "tests/api/test_working_time.py",
    "api/v1/people/<id>/absences/<absence>": "tests/api/test_working_time.py",
    # Workflows: their scopes, and who may do what with which step.
    **dict.fromkeys(
        (
            "steps/<int:pk>",
            *(f"steps/<int:pk>/{verb}" for verb in ("fields", "complete", "claim", "release", "assign")),
        ),
        "tests/workflows/views/test_work_item.py",
    ),
    **dict.fromkeys(("runs/<int:pk>", "runs/<int:pk>/<str:name>"), "tests/workflows/views/test_runs.py"),
    "workflows/<str:key>/migration": "tests/workflows/views/test_runs.py",
    **dict.fromkeys(
        (f"workflows/<str:key>/{part}" for part in ("edit", "edit/presence", "edit/formula", "versions")),
        "tests/workflows/editing/test_page.py",
    ),
    "workflows/<str:key>/migration/state": "tests/workflows/views/test_moving.py",
    **dict.fromkeys(
        (
            f"workflows/rules/automation/<int:pk>{verb}"
            for verb in ("", "/log", "/switch", "/resumption", "/position", "/removal")
        ),
        "tests/workflows/automation/test_pages.py",
    ),
    **dict.fromkeys(
        (
            *(f"workflows/rules/<int:pk>{verb}" for verb in ("", "/removal", "/position")),
            "workflows/templates/<str:key>/installation",
            *(f"workflows/<str:key>{part}" for part in ("", "/settings", "/draft", "/draft/removal", "/publication")),
            "workflows/<str:key>/activity",
            "workflows/<str:key>/versions/<int:version>/restoration",
            "workflows/<str:key>/versions/<int:version>.<str:form>",
        ),
        "tests/workflows/views/test_catalog.py",
    ),
    **dict.fromkeys(
        (
            *("workflows/rehearsals/<int:pk>", "workflows/rehearsals/<int:pk>/cancellation"),
            *("workflows/<str:key>/rehearsals", "workflows/<str:key>/try", "workflows/<str:key>/try/<str:run>"),
            *("workflows/<str:key>/try/<str:run>/<str:act>", "workflows/<str:key>/samples/<int:pk>/removal"),
            *("workflows/<str:key>/runs", "workflows/<str:key>/runs/operation"),
            *("api/v1/workflows/<key>/rehearsals", "api/v1/workflows/<key>/rehearsals/<id>"),
            "api/v1/workflows/<key>/rehearsals/<id>/cancel",
        ),
        "tests/workflows/rehearsal/test_pages.py",
    ),
    f"{TICKET}/workflow": "tests/workflows/api/test_instances.py",
    **dict.fromkeys(
        (
            "api/v1/work-items",
            *(f"api/v1/work-items/<id>{verb}" for verb in ("", "/claim", "/release", "/assign", "/complete")),
        ),
        "tests/workflows/api/test_work_items.py",
    ),
    **dict.fromkeys(
        (
            "api/v1/external-tasks/lease",
            *(f"api/v1/external-tasks/<id>/{verb}" for verb in ("extend", "complete", "fail")),
        ),
        "tests/workflows/api/test_external_tasks.py",
    ),
    **dict.fromkeys(
        (
            *("api/v1/workflows", "api/v1/workflows/schema.json", "api/v1/workflows/import", "api/v1/workflows/<key>"),
            *(f"api/v1/workflows/<key>/{part}" for part in ("versions", "versions/<number>", "draft", "publish")),
            *(f"api/v1/workflows/<key>/{part}" for part in ("validate", "restore", "export")),
        ),
        "tests/workflows/api/test_definitions.py",
    ),
    **dict.fromkeys(
        (
            *("settings/forms", "settings/forms/new", "settings/forms/<str:key>", "forms/<str:key>/edit"),
            *(f"forms/<str:key>/{part}" for part in ("preview", "words", "undo", "redo", "publication", "versions")),
            *("forms/<str:key>/fields/<str:field>/uses", "forms/<str:key>/draft/removal"),
            *("forms/<str:key>/versions/<int:version>/restoration", "api/v1/request-types/<key>/proposals"),
        ),
        "tests/workflows/form_builder/test_builder.py",
    ),
    "api/v1/workflows/<key>/test-run": "tests/workflows/api/test_trials.py",
    **dict.fromkeys(("workflows/describe", "workflows/designs/<str:key>"), "tests/ai_assist/design/test_design.py"),
    **dict.fromkeys(
        (
            *("api/v1/workflows/operations.json", "api/v1/workflows/<key>/draft/operations"),
            *("api/v1/workflows/<key>/proposals", "api/v1/proposals/<key>"),
            *("api/v1/proposals/<key>/accept", "api/v1/proposals/<key>/dismiss"),
        ),
        "tests/workflows/api/test_operations.py",
    ),
    **dict.fromkeys(
        ("workflows/proposals/<str:key>", "workflows/proposals/<str:key>/dismissal"),
        "tests/workflows/views/test_proposals.py",
    ),
    **dict.fromkeys(
        (f"api/v1/automation-rules{part}" for part in ("", "/<id>", "/<id>/matches", "/<id>/runs")),
        "tests/workflows/automation/test_api.py",
    ),
    **dict.fromkeys(
        ("api/v1/workflow-rules", "api/v1/workflow-rules/<id>", "api/v1/workflow-rules/<id>/matches"),
        "tests/workflows/api/test_rules.py",
    ),
    **dict.fromkeys(
        (
            *("api/v1/instances", "api/v1/instances/<id>", "api/v1/workflows/<key>/migrate-all"),
            *(f"api/v1/instances/<id>/{verb}" for verb in ("operations", "messages", "migrate")),
        ),
        "tests/workflows/api/test_instances.py",
    ),
    # The knowledge base: every address with every role is tried there.
    **dict.fromkeys(
        (
            *("knowledge", "knowledge/new", "knowledge/gaps", "knowledge/gaps/<int:pk>/removal", "knowledge/reviews"),
            *(f"knowledge/categories{part}" for part in ("", "/<int:pk>", "/<int:pk>/removal")),
            *("knowledge/insert", "knowledge/files/<slug:key>", "knowledge/<slug:category>/<slug:slug>"),
            *(
                f"knowledge/articles/<int:pk>/{part}"
                for part in (
                    *(
                        "edit",
                        "draft",
                        "draft/removal",
                        "properties",
                        "files",
                        "files/<slug:key>/removal",
                        "publication",
                    ),
                    *("versions", "versions/<int:version>", "versions/<int:version>/restoration", "state", "review"),
                    *("translation", "removal", "rating", "insertion"),
                )
            ),
            *("portal/help", "portal/help/<slug:slug>", "portal/help/<slug:slug>/rating"),
        ),
        "tests/knowledge/views/test_rights.py",
    ),
    **dict.fromkeys(
        (
            *("api/v1/articles", "api/v1/articles/<id>", "api/v1/categories", "api/v1/categories/<key>"),
            *(f"api/v1/articles/<id>/{part}" for part in ("publish", "state", "versions", "versions/<number>")),
            *(f"api/v1/articles/<id>/{part}" for part in ("restore", "review", "translation", "rating", "uses")),
            *(f"api/v1/articles/<id>/{part}" for part in ("files", "files/<key>")),
        ),
        "tests/knowledge/api/test_articles.py",
    ),
}
