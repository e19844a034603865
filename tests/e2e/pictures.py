"""Makes the pictures of docs/screens/ anew, from a demo desk of its own: small PNGs with few colours.

    python -m tests.e2e.pictures [FOLDER OF THE DEMO DESK] [--only list ticket …] [--to docs/screens]

The folder keeps the desk between two runs; without one it is made and thrown away.
"""

import argparse
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tests.e2e.demo_desk import chromium, enter, set_up

WINDOW = {"width": 1280, "height": 800}
COLOURS = 96
MOST_BYTES = 120_000
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"


@dataclass(frozen=True)
class Shot:
    """One picture: who opens which address, and what is typed then ("key=" a key, "text=" letters, "click=" clicked, "see=" waited for)."""

    name: str
    who: str
    path: str
    acts: tuple[str, ...] = ()
    size: str = "window"
    language: str = "en"
    theme: str = "light"


SHOTS = (
    Shot("login", "", "/accounts/login/"),
    Shot("sign-up", "", "/accounts/signup/"),
    Shot("waiting", "pia", "/pending"),
    Shot("my-work", "alan", "/work"),
    Shot("list", "alan", "/tickets?view=all", ("key=j", "key=j", "key=j")),
    Shot("list-phone", "alan", "/tickets?view=all", size="phone"),
    Shot("list-bulk", "alan", "/tickets?view=all", ("key=j", "key=x", "key=Shift+J", "key=Shift+J", "see=[data-bulk] summary")),
    Shot("list-filter", "alan", "/tickets?view=all", ("key=f", "see=#filter-choices .field, #filter-choices select")),
    Shot("peek", "alan", "/tickets?view=all", ("key=j", "key=Space", "see=#peek-title")),
    Shot("board", "lea", "/tickets?view=all&layout=board"),
    Shot("views", "alan", "/tickets/views"),
    Shot("ticket", "alan", "/tickets/{ticket}"),
    Shot("ticket-phone", "alan", "/tickets/{ticket}", size="phone"),
    Shot("ticket-history", "alan", "/tickets/{ticket}?panel=history"),
    Shot("new-ticket", "alan", "/tickets/new"),
    Shot("merge", "alan", "/tickets/{ticket}/merge?number={other}"),
    Shot("dispatch", "lea", "/dispatch"),
    Shot("palette", "alan", "/tickets/{ticket}", ("key=Control+k", "text=st", "see=#palette [role=option]")),
    Shot("shortcuts", "alan", "/me/shortcuts"),
    Shot("search", "alan", "/search?q=vpn"),
    Shot("notifications", "alan", "/notifications"),
    Shot("notification-settings", "alan", "/me/notifications"),
    Shot("profile", "alan", "/me/profile"),
    Shot("tokens", "alan", "/me/tokens"),
    Shot("knowledge", "alan", "/knowledge"),
    Shot("article", "alan", "{article}"),
    Shot("article-editor", "sven", "/knowledge/articles/{article_pk}/edit"),
    Shot("knowledge-gaps", "sven", "/knowledge/gaps"),
    Shot("assistant-panel", "alan", "/tickets/{suggested}?panel=assistant", ("see=#panel-body",)),
    Shot("assistant-trust", "sven", "/settings/assistant"),
    Shot("assistant-learned", "ada", "/settings/assistant/learned"),
    Shot("assistant-models", "ada", "/settings/assistant/models"),
    Shot("workflows", "ada", "/workflows"),
    Shot("workflow", "ada", "/workflows/{workflow}"),
    Shot("workflow-editor", "ada", "/workflows/{drafted}/edit?step={decision}"),
    Shot("workflow-editor-test", "ada", "/workflows/{drafted}/edit?step={decision}",
         ("click=#wf-dock > summary", "see=#wf-data", "click=[name=go][value=next]", "see=.we-trace")),
    Shot("workflow-editor-phone", "ada", "/workflows/{drafted}/edit", size="phone", language="de", theme="dark"),
    Shot("workflow-publish", "ada", "/workflows/{drafted}/publication"),
    Shot("workflow-compare", "ada", "/workflows/{drafted}/versions?from=1&to=0"),
    Shot("workflow-rehearsal", "ada", "/workflows/rehearsals/{rehearsal}"),
    Shot("form-builder", "ada", "/forms/{form}/edit"),
    Shot("runs", "ada", "/workflows/runs"),
    Shot("run", "ada", "/runs/{run}"),
    Shot("rules", "ada", "/workflows/rules"),
    Shot("approvals", "{approver}", "/approvals"),
    Shot("step", "{worker}", "/steps/{step}"),
    Shot("reports-promises", "lea", "/reports/promises"),
    Shot("reports-satisfaction", "lea", "/reports/satisfaction"),
    Shot("reports-workflows", "lea", "/reports/workflows"),
    Shot("absences", "lea", "/people/{lea_pk}/absences"),
    Shot("settings", "ada", "/settings"),
    Shot("people", "ada", "/settings/people"),
    Shot("people-pending", "ada", "/settings/people/pending"),
    Shot("departments", "ada", "/settings/departments"),
    Shot("statuses", "ada", "/settings/statuses"),
    Shot("transitions", "ada", "/settings/statuses/transitions"),
    Shot("promises", "ada", "/settings/sla"),
    Shot("canned-replies", "ada", "/settings/replies"),
    Shot("macros", "ada", "/settings/macros"),
    Shot("tags", "ada", "/settings/tags"),
    Shot("roles", "ada", "/settings/roles"),
    Shot("audit", "ada", "/settings/audit"),
    Shot("outbox", "ada", "/settings/outbox"),
    Shot("system", "ada", "/settings/system"),
    Shot("portal", "rita", "/portal"),
    Shot("portal-new", "rita", "/portal/new"),
    Shot("portal-ticket", "rita", "/portal/tickets/{ritas}"),
    Shot("portal-phone", "rita", "/portal/tickets/{ritas}", size="phone"),
    Shot("portal-help", "rita", "/portal/help"),
)  # fmt: skip


def names() -> dict[str, Any]:
    """What stands in braces in the addresses."""
    from accounts.models import User
    from ai_assist.models import Suggestion
    from desk.models import Ticket
    from knowledge.models import Article
    from workflows.models import Instance, WorkItem

    mine = Ticket.objects.filter(assignee__email="alan@flowtic.example").open()
    ritas = Ticket.objects.filter(requester__email="rita@flowtic.example")
    article = Article.objects.filter(state="active").order_by("pk").first()
    open_steps = WorkItem.objects.filter(state__in=WorkItem.OPEN).exclude(assignee=None).select_related("assignee")
    step = open_steps.order_by("kind", "pk").first()
    approval = open_steps.filter(kind="approval").first() or step
    suggested = Suggestion.objects.order_by("-pk").select_related("ticket").first()
    chatty = max(mine.order_by("pk"), key=lambda ticket: ticket.comments.count())
    return {
        "ticket": chatty.number,
        "other": mine.exclude(pk=chatty.pk).order_by("pk")[0].number,
        "ritas": max(ritas, key=lambda ticket: ticket.comments.filter(is_internal=False).count()).number,
        "suggested": suggested.ticket.number if suggested else chatty.number,
        "article": article.get_absolute_url(),
        "article_pk": article.pk,
        "workflow": Instance.objects.order_by("-pk").first().version.workflow.key,
        "run": Instance.objects.order_by("-pk").first().pk,
        "step": step.pk if step else 0,
        "worker": _key(step.assignee) if step else "alan",
        "approver": _key(approval.assignee) if approval else "lea",
        **_drafted(),
        "lea_pk": User.objects.get(email="lea@flowtic.example").pk,
    }


def _drafted() -> dict[str, Any]:
    """A workflow with a draft, its first condition, a rehearsal of the draft, and a form."""
    from datetime import timedelta

    from accounts.models import User
    from desk.models import RequestType
    from flowtic.core import clock, jobs
    from flowtic.core.actor import Actor
    from flowtic.core.models import Job
    from workflows.commands.editing import apply_operations
    from workflows.commands.rehearsals import rehearse_workflow
    from workflows.models import Rehearsal, Workflow

    ada = Actor(User.objects.get(email="ada@flowtic.example"))
    workflow = Workflow.objects.get(key="purchase")
    if workflow.draft is None:
        check = {"key": "check_stock", "kind": "form", "owner": {"strategy": "pull", "department": "purchasing"},
                 "name": {"de": "Lager prüfen", "en": "Look in the store"}, "due": {"within": "P1D"}}  # fmt: skip
        changes = [
            {"op": "add_step", "step": check, "before": "order"},
            {"op": "change_step", "key": "delivery", "values": {"due": {"within": "P5D"}}},
        ]
        workflow = apply_operations(ada, workflow, operations=changes)
        now = clock.now()
        rehearse_workflow(ada, workflow, number=None, since=now - timedelta(days=90), until=now)
        jobs.run(Job.objects.latest("pk").pk)
    steps = workflow.draft["steps"]
    return {
        "drafted": workflow.key,
        "decision": next(step["key"] for step in steps if step["kind"] == "decision"),
        "rehearsal": Rehearsal.objects.latest("pk").pk,
        "form": RequestType.objects.get(key="onboarding").key,
    }


def _key(person: Any) -> str:
    return str(person.email).partition("@")[0]


def take(browser: Any, url: str, shot: Shot, words: dict[str, Any]) -> bytes:
    more = {} if shot.size == "phone" else {"viewport": WINDOW}
    who = shot.who.format(**words)
    page = enter(browser, url, who, language=shot.language, theme=shot.theme, size=shot.size, **more)
    page.goto(shot.path.format(**words))
    page.wait_for_load_state("load")
    for act in shot.acts:
        kind, _equals, value = act.partition("=")
        if kind == "key":
            page.keyboard.press(value)
        elif kind == "text":
            page.keyboard.type(value)
        elif kind == "click":
            page.locator(value).first.click()
        else:
            page.locator(value).first.wait_for()
    page.wait_for_timeout(600)  # what comes after the page
    content: bytes = page.screenshot()
    page.context.close()
    return content


def small(content: bytes) -> bytes:
    """The picture with few colours, fewer where it would be too large."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in (COLOURS, 48, 24, 12):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", nargs="*", default=[], choices=[shot.name for shot in SHOTS], metavar="NAME")
    parser.add_argument("--to", type=Path, default=SCREENS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        set_up((options.folder or Path(spare)).resolve())
        from tests.e2e.asgi import streaming_server

        options.to.mkdir(parents=True, exist_ok=True)
        words = names()
        with streaming_server() as server, chromium() as browser:
            for shot in SHOTS:
                if options.only and shot.name not in options.only:
                    continue
                content = small(take(browser, server.url, shot, words))
                (options.to / f"{shot.name}.png").write_bytes(content)
                print(f"{shot.name}: {len(content) // 1000} KB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
