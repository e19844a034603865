"""The one search over tickets, articles and people at full size, on the database that the environment names.

    FLOWTIC_DATA_DIR=/tmp/search-100k python benchmarks/search_all.py [--tickets 100000] [--articles 5000] [--rounds 20]

The database is migrated and filled first (MariaDB: DATABASE_URL=mysql://...), for `--minutes` at the longest; what a
run before left is filled on, a full one is used as it is. Per reader and question: the whole answer of /search
for all kinds with ranking and snippets, without HTTP and templates; wall p50, p95 and worst and CPU p50 in ms, and the
same for `best_matches` of a ticket-long text.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Department, Membership, User
from desk.models import Comment, Participant, Priority, Status, Ticket
from desk.search import KIND
from desk.unified_search_page import SearchPage
from flowtic.core import search
from flowtic.core.actor import Actor
from flowtic.core.maintenance import refresh_statistics
from knowledge.models import Article, Category

QUESTIONS = [
    *("Drucker", "Quarzhammer", "FT-2025-054321", "status:open Rechnung", "Netzwerk Ausfall Standort"),
    *(
        '"Rechnung liegt bei"',
        "printer offline",
        "created:>2025-01-01 priority:urgent Server",
        "Pasword",
        "Anna Becker",
    ),
]
DEPARTMENTS, AGENTS, REQUESTERS, BATCH = 10, 40, 2_000, 1_000
# The commonest first: a word's share falls with its place.
_TEXT = """
    Server Rechnung Drucker Konto Fehler Anmeldung Netzwerk Passwort Rechner Kunde Bestellung Zugriff Datei Mail Update
    printer account error login network password invoice order access file laptop screen offline customer monitor
    Ausfall Standort Leitung Vertrag Lieferung Lizenz Telefon Kamera Zertifikat Browser Ordner Freigabe Urlaub Raum
    license shipment contract phone camera certificate folder share meeting room heating browser restart timeout cable

    Drucker Server Konto Rechner Kabel Lizenz Zugang Vertrag Fehler Ordner Dienst Platz Schrank Karte

    Netzwerk Büro Kunden Lager Etiketten Projekt Sicherungs Mail Firmen Reise Labor Wartungs Werk Test

    Anna Jonas Mia Paul Lena Felix Emma Ben Clara Max Sofia Erik Marie Tom Nina Jan

    Becker Schmidt Weber Koch Richter Klein Wolf Neumann Schwarz Braun Krüger Hofmann Lange Krause Vogel
"""
WORDS, HEADS, FIRST, NAMES, SURNAMES = (part.split() for part in _TEXT.split("\n\n"))
START = timezone.now()
MACHINE = random.Random(20261121)  # noqa: S311  (the same texts in every run)


def sentence(length: int) -> str:
    weights = [1 / (n + 3) for n in range(len(WORDS))]
    words = MACHINE.choices(WORDS, weights, k=length)
    compound = f"{MACHINE.choice(FIRST)}{MACHINE.choice(HEADS).lower()}"
    rare = f"{MACHINE.choice('BDFGKLMNPRST')}{''.join(MACHINE.choices('aeioulnrst', k=6))}"
    return " ".join([*words, compound, rare, f"K{MACHINE.randrange(100_000):05d}"])


def people() -> tuple[list[Department], list[User], list[User]]:
    if not Department.objects.filter(key="bench0").exists():
        _new_people()
    found = list(User.objects.filter(email__endswith="@bench.example").order_by("pk"))
    return list(Department.objects.filter(key__startswith="bench").order_by("pk")), found[:AGENTS], found[AGENTS:]


@transaction.atomic
def _new_people() -> None:
    departments = [
        Department.objects.create(key=f"bench{n}", name_de=f"Bereich {n}", name_en=f"Area {n}")
        for n in range(DEPARTMENTS)
    ]
    User.objects.bulk_create(
        User(
            name=f"{MACHINE.choice(NAMES)} {MACHINE.choice(SURNAMES)}",
            email=f"person{n}@bench.example",
            role="support" if n == 0 else "agent" if n < AGENTS else "user",
            state="active",
        )
        for n in range(AGENTS + REQUESTERS)
    )
    for n in range(1, AGENTS):
        agent = User.objects.get(email=f"person{n}@bench.example")
        for step in range(3):
            Membership.objects.create(department=departments[(n + step) % DEPARTMENTS], user=agent)


def fill(tickets: int, articles: int, minutes: float) -> None:
    """Up to so many of both, in batches; stops after the time given."""
    departments, agents, requesters = people()
    until = time.monotonic() + minutes * 60
    made = {
        "departments": departments,
        "agents": agents,
        "requesters": requesters,
        "statuses": list(Status.objects.all()),
        "priorities": list(Priority.objects.all()),
    }
    if not Article.objects.exists():
        _articles(articles)
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(newest + 1, tickets + 1, BATCH):
        if time.monotonic() > until:
            break
        MACHINE.seed(start)
        with transaction.atomic():
            _tickets(range(start, min(start + BATCH, tickets + 1)), tickets, START, made)
    refresh_statistics()


@transaction.atomic
def _articles(number: int) -> None:
    category = Category.objects.create(key="bench", name_de="Bank", name_en="Bench")
    Article.objects.bulk_create(
        (
            Article(
                key=f"bench{n}", category=category, language="de", title=sentence(3), slug=f"bench-{n}", version=1,
                body="\n\n".join(sentence(40) for _ in range(4)), state="active" if n % 10 else "inactive",
                public=n % 20 == 0, created_at=START, updated_at=START - timedelta(days=n % 900),
            )
            for n in range(1, number + 1)
        ),
        batch_size=500,
    )  # fmt: skip
    search.index_many("article", ((a.pk, a.title, a.body, "") for a in Article.objects.order_by("pk")), new=True)


def _tickets(numbers: range, total: int, now: Any, made: dict[str, Any]) -> None:
    rows, comments = [], []
    for n in numbers:
        status = made["statuses"][n % len(made["statuses"])] if n > total * 0.9 else _closed(made["statuses"])
        created = now - timedelta(hours=(total - n) / total * 24 * 900)
        rows.append(
            Ticket(
                pk=n, number=f"FT-{created.year}-{n:06d}", subject=sentence(4), description=sentence(45),
                requester=made["requesters"][n % REQUESTERS], department=made["departments"][n % DEPARTMENTS],
                assignee=made["agents"][n % AGENTS] if n % 3 else None, status=status, is_open=status.is_open,
                priority=made["priorities"][n % len(made["priorities"])], created_at=created,
                updated_at=created + timedelta(hours=n % 90),
            )
        )  # fmt: skip
        texts = (sentence(20), sentence(15) + (" Rechnung liegt bei." if n % 40 == 0 else ""))
        comments += [
            Comment(ticket_id=n, author=made["agents"][n % AGENTS], body=text, is_internal=m == 1, via="web",
                    created_at=created)
            for m, text in enumerate(texts)
        ]  # fmt: skip
    if numbers[0] % 30_000 < BATCH:
        rows[0].subject += " Quarzhammer"  # three or four of all
    Ticket.objects.bulk_create(rows)
    Comment.objects.bulk_create(comments)
    Participant.objects.bulk_create(
        Participant(ticket=t, person=t.requester, level="public", reason="requester", created_at=t.created_at)
        for t in rows
    )
    texts_of = zip(rows, comments[::2], comments[1::2], strict=True)
    search.index_many(KIND, _documents(texts_of), new=True)


def _closed(statuses: list[Status]) -> Status:
    return next(status for status in statuses if status.key == "closed")


def _documents(rows: Any) -> Iterator[tuple[int, str, str, str]]:
    for ticket, reply, note in rows:
        yield ticket.pk, f"{ticket.number} {ticket.subject}", f"{ticket.description}\n{reply.body}", note.body


Times = list[tuple[float, float]]  # wall and CPU of this process


def timed(work: Callable[[], Any], rounds: int) -> tuple[Times, Any]:
    times, result = [], work()
    for _ in range(rounds):
        begin, busy = time.perf_counter(), time.process_time()
        result = work()
        times.append(((time.perf_counter() - begin) * 1000, (time.process_time() - busy) * 1000))
    return times, result


def _line(reader: str, text: str, times: Times, found: str) -> None:
    walls, busy = sorted(wall for wall, _cpu in times), sorted(cpu for _wall, cpu in times)
    p50, p95 = walls[len(walls) // 2], walls[min(len(walls) - 1, round(len(walls) * 0.95))]
    figures = f"{p50:8.1f} {p95:8.1f} {walls[-1]:8.1f} {busy[len(busy) // 2]:8.1f}"
    print(f"{reader:10} {text[:44]:44} {found:>12} {figures}", flush=True)


def measure(rounds: int) -> None:
    rita = User.objects.filter(role="user", email__endswith="@bench.example").order_by("pk")[7]
    readers = {
        "support": User.objects.get(email="person0@bench.example"),
        "agent": User.objects.get(email="person1@bench.example"),
        "requester": rita,
    }
    print(f"{connection.vendor}, {Ticket.objects.count()} tickets, load {os.getloadavg()[0]:.1f}")
    print(f"{'reader':10} {'question':44} {'found':>12} {'p50':>8} {'p95':>8} {'worst':>8} {'CPU p50':>8}")
    for name, person in readers.items():
        everything: Times = []
        for text in QUESTIONS:
            times, page = timed(lambda text=text, person=person: _asked(person, text), rounds)
            everything += times
            _line(name, text, times, " ".join(part.answer.count_text for part in page.everything))
        _line(name, "all questions", everything, "")
    for length in (30, 200, 2_000):
        text = sentence(length)
        rows = Ticket.objects.filter(is_open=False)
        times, found = timed(lambda text=text, rows=rows: search.best_matches(rows, KIND, text, internal=True), rounds)
        _line("support", f"best_matches, {length} words", times, str(len(found)))


def _asked(person: User, text: str) -> SearchPage:
    page = SearchPage(Actor(person, "web"), text)
    _all = page.parts, page.meant, page.tabs
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--minutes", type=float, default=8, help="for filling the database")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    begin = time.perf_counter()
    fill(options.tickets, options.articles, options.minutes)
    print(f"filled in {time.perf_counter() - begin:.0f} s", flush=True)
    measure(options.rounds)


if __name__ == "__main__":
    main()
