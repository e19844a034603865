"""Times the search alone, without HTTP and templates, on the database that the environment names.

    python benchmarks/load.py 100000 BENCH_FOLDER TOKEN_FILE      (fills it)
    python benchmarks/search_micro.py [--rounds 15] [question ...]

For each reader (support, agent, requester) and question: the first page newest first, the count up to 1,000, and
what the same list costs without a question. Milliseconds, median of the rounds; then the cost of writing.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.db import connection, transaction

from accounts.models import User
from desk.models import Ticket
from desk.models.ticket import inside_q
from flowtic.core import search
from flowtic.core.actor import Actor

QUESTIONS = [
    *("", "Quarzhammer", "FT-2026-000777", "Druckerkonto", "xyzzy nichts", "Rechnung", "Drucker", "Server", "und"),
    *("Rechnung Drucker", '"Rechnung liegt bei"', "Raum Heizung Quarzhammer", "Leitung Rechnung Anfrage Beleg Kunde"),
]
PAGE, CAP = 26, 1000
TEXT = "Der Netzwerkdrucker im zweiten Stock meldet Fehler E-403 und die Rechnung liegt bei. " * 8  # about 100 words
FAR_ID = 10**12  # documents of no ticket, removed again


def milliseconds(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    times, result = [], None
    for _ in range(rounds):
        begin = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), result


def readers() -> dict[str, tuple[Actor, dict[str, Any]]]:
    chosen = {
        name: Actor(User.objects.filter(role__in=roles, state="active").order_by("pk").last(), "web")
        for name, roles in {"support": ("support", "admin"), "agent": ("agent",)}.items()
    }
    someone = Ticket.objects.order_by("-pk").first()
    assert someone is not None
    someone.requester.state = "active"  # here only: a contact cannot search
    chosen["requester"] = Actor(someone.requester, "web")
    return {
        "support": (chosen["support"], {"internal": True}),
        "agent": (chosen["agent"], {"internal_q": inside_q(chosen["agent"])}),
        "requester": (chosen["requester"], {}),
    }


def read(questions: list[str], rounds: int) -> None:
    print(f"{'reader':10} {'question':38} {'rows':>5} {'page ms':>8} {'count':>6} {'count ms':>9}")
    for name, (actor, options) in readers().items():
        tickets = Ticket.objects.visible_to(actor).order_by("-updated_at", "-pk")

        def found(text: str, wanted: int, tickets: Any = tickets, options: Any = options) -> Any:
            return search.filter_by_text(tickets, "ticket", text, wanted=wanted, **options)

        for text in questions:
            page, rows = milliseconds(lambda text=text: list(found(text, PAGE).values_list("pk")[:PAGE]), rounds)
            counting, count = milliseconds(lambda text=text: search.count_matches(found(text, CAP), CAP), 3)
            print(f"{name:10} {text[:38]:38} {len(rows):5} {page:8.2f} {count:6} {counting:9.2f}", flush=True)


def write(rounds: int) -> None:
    ids = iter(range(FAR_ID, FAR_ID + 10 * rounds))

    def create() -> None:
        with transaction.atomic():
            search.index_document("ticket", next(ids), title="Drucker", public=TEXT)

    def comment() -> None:
        with transaction.atomic():
            search.append_text("ticket", FAR_ID, public=TEXT[:250])

    for name, work in (("new ticket of 100 words", create), ("comment of 30 words", comment)):
        before = time.process_time()
        wall, _result = milliseconds(work, 5 * rounds)
        print(f"{name}: {wall:.2f} ms, {(time.process_time() - before) / 5 / rounds * 1000:.2f} ms CPU in this process")
    for object_id in range(FAR_ID, next(ids)):
        search.remove_document("ticket", object_id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*", default=QUESTIONS)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    print(f"{connection.vendor}, {Ticket.objects.count()} tickets")
    read(options.questions, options.rounds)
    write(options.rounds)


if __name__ == "__main__":
    main()
