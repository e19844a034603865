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
NOBODY: frozenset[str] = frozenset()


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
    "accounts/login/": Access(get=VISITORS, post=VISITORS),
    "accounts/logout/": Access(get=LOGGED_IN, post=LOGGED_IN),
    "accounts/inactive/": Access(get=EVERYBODY),
    "accounts/signup/": Access(get=VISITORS, post=VISITORS),
    "pending": Access(get=frozenset({"pia"}), post=frozenset({"pia"}), body={"name": "Pia", "reason": "x"}),
    "me/profile": Access(get=ACTIVE, post=ACTIVE, body={"name": "New name"}),
    "me/profile/validate": Access(post=ACTIVE, body={"name": "x"}),
    "me/profile/avatar": Access(post=ACTIVE),
    "me/preferences": Access(post=LOGGED_IN, body={"theme": "dark"}),
    "me/tokens": Access(get=ACTIVE, post=ACTIVE, body={"name": "x", "scopes": ["tickets:read"], "lifetime": "30"}),
    "me/tokens/<int:pk>/revoke": Access(post=frozenset({"alan", "ada"})),
    "people/<int:pk>": Access(get=WORKERS | {"rita"}),
    "people/<int:pk>/card": Access(get=WORKERS | {"rita"}),
    "settings/people": Access(get=ADMINS),
    "settings/people/pending": Access(get=ADMINS),
    "settings/people/<int:pk>": Access(get=ADMINS),
    "settings/people/<int:pk>/approve": Access(post=ADMINS, body={"role": "user"}),
    "settings/people/<int:pk>/reject": Access(post=ADMINS, body={"reason": "x"}),
    "settings/people/<int:pk>/profile": Access(post=ADMINS, body={"name": "x"}),
    "settings/people/<int:pk>/role": Access(post=ADMINS, body={"role": "agent"}),
    "settings/people/<int:pk>/departments": Access(post=ADMINS),
    "settings/people/<int:pk>/suspend": Access(post=ADMINS, body={"reason": "x"}),
    "settings/people/<int:pk>/reactivate": Access(post=ADMINS),
    "settings/people/<int:pk>/picture": Access(post=ADMINS),
    "settings/departments": Access(get=ADMINS),
    "settings/departments/new": Access(get=ADMINS, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "settings/departments/<int:pk>": Access(get=ADMINS, post=ADMINS, body={"name_de": "x", "name_en": "x"}),
    "settings/domains": Access(get=ADMINS, post=ADMINS, body={"domain": "example.org", "role": "user"}),
    "settings/outbox": Access(get=ADMINS),
    # -- portal --------------------------------------------------------------------------------------------
    "portal": Access(get=ACTIVE),
    "portal/tickets": Access(get=ACTIVE),
    "portal/new": Access(get=ACTIVE, post=ACTIVE, body={"subject": "x", "description": "x"}),
    "portal/new/fields": Access(get=ACTIVE),
    "portal/tickets/<str:number>": Access(get=INVOLVED),
    "portal/tickets/<str:number>/comments": Access(post=INVOLVED, body={"body": "x"}),
    "portal/tickets/<str:number>/closure": Access(post=INVOLVED),
    "portal/tickets/<str:number>/reopening": Access(post=INVOLVED),
    "attachments/<str:key>": Access(get=INVOLVED),
    # -- root ------------------------------------------------------------------------------------------------
    "": Access(get=LOGGED_IN),
}

TICKET = "api/v1/tickets/<number>"
API = {
    "api/v1/tickets": Access(get=ACTIVE, post=ACTIVE, body={"subject": "x", "description": "x"}),
    TICKET: Access(get=INVOLVED, patch=INSIDE, body={"subject": "new"}),
    f"{TICKET}/comments": Access(get=INVOLVED, post=INVOLVED, body={"body": "x", "visibility": "public"}),
    f"{TICKET}/assignment": Access(put=INSIDE, body={"assignee": "me"}),
    f"{TICKET}/status": Access(put=INVOLVED, body={"status": "closed"}),
    f"{TICKET}/reopen": Access(post=INVOLVED),
    f"{TICKET}/events": Access(get=INVOLVED),
    f"{TICKET}/attachments": Access(get=INVOLVED),
    f"{TICKET}/watchers": Access(get=INSIDE, post=INSIDE, body={"person": "otto.fremd@example.test"}),
    f"{TICKET}/links": Access(get=INSIDE, post=INSIDE),
    f"{TICKET}/merge": Access(post=INSIDE),
    f"{TICKET}/split": Access(post=INSIDE),
    "api/v1/statuses": Access(get=ACTIVE),
    "api/v1/priorities": Access(get=ACTIVE),
    "api/v1/tags": Access(get=WORKERS),
    "api/v1/request-types": Access(get=ACTIVE, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
    "api/v1/me": Access(get=ACTIVE),
    "api/v1/people": Access(get=ACTIVE),
    "api/v1/people/<id>": Access(get=WORKERS | {"rita"}),
    "api/v1/departments": Access(get=ACTIVE, post=ADMINS, body={"key": "x", "name_de": "x", "name_en": "x"}),
}

# Addresses whose rights need an object or a state of their own: tested by name in the file given.
ELSEWHERE = {
    "api/v1/": "tests/api/test_errors.py",
    "api/v1/<path:rest>": "tests/api/test_errors.py",
    "api/v1/openapi.json": "tests/api/test_schemathesis.py",
    "api/v1/docs": "tests/api/test_errors.py",
    f"{TICKET}/attachments/<key>": "tests/api/test_attachments.py",
    f"{TICKET}/attachments/<key>/content": "tests/api/test_attachments.py",
    f"{TICKET}/watchers/<person>": "tests/api/test_relations.py",
    f"{TICKET}/links/<id>": "tests/api/test_relations.py",
    "api/v1/request-types/<key>": "tests/api/test_configuration.py",
    "api/v1/departments/<key>": "tests/api/test_people.py",
}
