"""An outgoing call: through the guarded client, signed with a secret that is named, tried again by jobs."""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flowtic.core import clock, jobs, placeholders
from flowtic.core.errors import Invalid
from flowtic.core.events import record
from flowtic.core.models import Secret
from flowtic.core.outgoing import OutgoingError, OutgoingRequest
from flowtic.core.outgoing.addresses import clean_host
from workflows import events
from workflows.automation.actions.base import MAX_TEXT, WAITING, Action, Doing, Param, clean_choice

JOB = "workflows.automation_call"
METHODS = ("POST", "PUT", "PATCH")
MOST_HEADERS, TIMEOUT = 20, 15.0
_HEADER = re.compile(r"[A-Za-z0-9-]{1,80}")


class Webhook(Action):
    key, label, icon, outside = "webhook", gettext_lazy("Call an address (webhook)"), "link", True
    params = (
        Param("method", gettext_lazy("Method"), "select", lambda: [(one, one) for one in METHODS]),
        Param("url", gettext_lazy("Address"), help=gettext_lazy("https://…; placeholders only behind the host.")),
        Param(
            "secret", gettext_lazy("Signed with the secret"), "select",
            lambda: [("", _("not signed")), *((name, name) for name in Secret.objects.values_list("name", flat=True))],
            required=False,
        ),
        Param(
            "headers", gettext_lazy("Headers"), "text", required=False,
            help=gettext_lazy("One per line, e.g. Authorization: Bearer {{ secret.NAME }}"),
        ),
        Param(
            "body", gettext_lazy("Body"), "text", required=False,
            help=gettext_lazy("JSON with placeholders; empty: everything that is known of the ticket."),
        ),
    )  # fmt: skip

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        secret = spec.get("secret") or ""
        if not isinstance(secret, str) or (secret and not Secret.objects.filter(name=secret).exists()):
            raise Invalid(fields={"secret": _("This secret does not exist.")})
        return {
            "method": clean_choice({"method": spec.get("method") or "POST"}, "method", METHODS),
            "url": clean_url(spec.get("url")),
            "secret": secret,
            "headers": _clean_template(spec, "headers", _header_problem),
            "body": _clean_template(spec, "body", _body_problem),
        }

    def words(self, spec: dict[str, Any]) -> str:
        return _("call %(host)s") % {"host": host_of(str(spec.get("url", "")))}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        payload = {
            "run": doing.run.pk,
            "number": doing.number,
            "spec": spec,
            "values": self._values(doing),
            "attempt": 1,
        }
        jobs.enqueue(doing.actor, JOB, payload, queue="default")
        data = {"host": host_of(spec["url"]), "run": doing.run.pk}
        record(doing.actor, events.RULE_CALLED, doing.ticket, ticket_id=doing.ticket.pk, data=data)
        return WAITING

    def _values(self, doing: Doing) -> dict[str, Any]:
        """As it was when the rule acted; without what was written, which may be an internal note."""
        values = {name: value for name, value in doing.values.items() if name not in ("comment", "before")}
        link = f"{settings.BASE_URL}{reverse('desk:ticket', args=[doing.ticket.number])}"
        return {**values, "ticket": {**values["ticket"], "link": link}}


def clean_url(value: Any) -> str:
    """An address whose host is written out; the guard looks at where it leads when it is called. Raises Invalid."""
    text = value.strip() if isinstance(value, str) else ""
    wrong = ""
    try:
        parts = urlsplit(text)
        # A placeholder must not decide where the call goes.
        head = text.partition("://")[2].partition("/")[0].partition("?")[0]
        if parts.scheme not in ("http", "https") or not parts.hostname or "{" in head or "@" in head:
            wrong = _("Write a full address such as https://example.org/hook, without a name or password in it.")
        else:
            clean_host(parts.hostname)
            _port = parts.port
    except (ValueError, OutgoingError) as error:
        wrong = str(error) or _("This is no web address.")
    if not wrong and (len(text) > 2000 or re.search(r"[\x00-\x1f\x7f\\]", text)):
        wrong = _("The address has signs that do not belong there, or is too long.")
    problems = placeholders.check(text, secrets=True)
    if not wrong and problems:
        wrong = problems[0].message
    if wrong:
        raise Invalid(fields={"url": wrong})
    return text


def _clean_template(spec: dict[str, Any], name: str, problem: Any) -> str:
    value = spec.get(name) or ""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Invalid(fields={name: _("The text is too long.")})
    text = value.replace("\0", "").replace("\r\n", "\n").strip()
    problems = placeholders.check(text, secrets=name == "headers")
    wrong = problems[0].message if problems else problem(text)
    if wrong:
        raise Invalid(fields={name: wrong})
    return text


def _header_problem(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MOST_HEADERS:
        return _("At most %(n)d headers.") % {"n": MOST_HEADERS}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _HEADER.fullmatch(name.strip()) or not value.strip():
            return _("Write each header as “Name: value”.")
    return ""


def _body_problem(text: str) -> str:
    return "" if not text or text[:1] in "{[" else _("The body is JSON: an object or a list.")


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


def build(payload: dict[str, Any], rule: dict[str, Any], secrets: dict[str, str]) -> OutgoingRequest:
    """The request of a job. The other side tells repeats by the key, and who called by the signature:
    hex HMAC-SHA256 with the secret over "<unix time>.<body>"."""
    spec, values = payload["spec"], payload["values"]
    if spec["body"]:
        body = placeholders.fill(spec["body"], values, escape=lambda text: placeholders.as_json(text)[1:-1]).encode()
    else:
        known = {"rule": rule, "run": payload["run"], **values}
        body = placeholders.as_json(known).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Flowtic"}
    for line in (line for line in spec["headers"].split("\n") if line.strip()):
        name, _colon, value = line.partition(":")
        headers[name.strip()] = placeholders.fill(value.strip(), values, secrets).replace("\n", " ")
    headers["Idempotency-Key"] = f"flowtic-rule-{payload['run']}-{payload['number']}"
    if spec["secret"]:
        if spec["secret"] not in secrets:
            raise placeholders.CannotFill(_("There is no secret called %(name)s.") % {"name": spec["secret"]})
        moment = str(int(clock.now().timestamp()))
        signed = hmac.new(secrets[spec["secret"]].encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        headers["Flowtic-Signature"] = f"t={moment},v1={signed}"
    url = placeholders.fill(spec["url"], values, secrets, escape="url")
    return OutgoingRequest(spec["method"], url, headers, body, timeout=TIMEOUT)
