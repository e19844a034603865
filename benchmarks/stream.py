"""Idle streams: what N open browsers cost a web process, and how soon a change reaches all of them.

    FLOWTIC_DATA_DIR=… python benchmarks/stream.py [N=200] [SECONDS=30]

Starts a web process on a port of its own over the database that the environment names (it must be migrated), makes
people and sessions for the streams, and prints processor share, memory and delay. Budget: 10 % of a core, 200 MB, 1 s.
"""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from accounts.commands import create_person
from accounts.models import Department, User
from desk.commands import add_comment, create_ticket
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.processes.probe import answers

PORT = int(os.environ.get("FLOWTIC_BENCH_PORT") or 8790)
PER_PERSON = 5
CHANGES = 20
MACHINE = Actor.system("benchmark")
TICK = os.sysconf("SC_CLK_TCK")


def agents(number: int) -> list[User]:
    department = Department.objects.active().order_by("pk").first()
    assert department is not None
    made = []
    for index in range(number):
        email = f"stream{index}@bench.example"
        person = User.objects.filter(email=email).first()
        if person is None:
            password = f"bench-pass-{index}-flowtic"
            inside = {department: False}
            name = f"Stream {index}"
            person = create_person(MACHINE, email=email, name=name, role="agent", password=password, departments=inside)
        made.append(person)
    return made


def cookie(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def used(pid: int) -> tuple[float, float]:
    """Seconds of processor time and resident megabytes of the process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def listen(given: str, arrived: list[float], ready: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    request = f"GET /events?topics=me,tickets HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nCookie: {given}\r\n\r\n"
    writer.write(request.encode())
    status = await reader.readline()
    assert b"200" in status, status
    while line := await reader.readline():
        if line.startswith(b"event: begun"):
            ready.release()
        elif b'"ticket.noted"' in line:
            arrived.append(time.monotonic())
    writer.close()


def change(ticket: Ticket, number: int) -> float:
    add_comment(MACHINE, ticket, body=f"Change {number}", internal=True)
    done = time.monotonic()
    connections.close_all()
    return done


async def measure(pid: int, cookies: list[str], ticket: Ticket, seconds: float) -> None:
    before = used(pid)[1]
    arrived: list[float] = []
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(listen(one, arrived, ready)) for one in cookies]
    for _ in cookies:
        await asyncio.wait_for(ready.acquire(), 60)
    await asyncio.sleep(3)
    start, began = used(pid)[0], time.monotonic()
    await asyncio.sleep(seconds)
    busy = (used(pid)[0] - start) / (time.monotonic() - began)
    print(f"{len(cookies)} idle streams: {busy:.1%} of one core, {used(pid)[1]:.0f} MB ({before:.0f} MB without)")
    delays = []
    for number in range(CHANGES):
        arrived.clear()
        done = await asyncio.to_thread(change, ticket, number)
        async with asyncio.timeout(10):
            while len(arrived) < len(cookies):
                await asyncio.sleep(0.01)
        delays.append(max(arrived) - done)
    worst = f"{max(delays):.2f} s"
    print(f"a change reaches the last of them after {statistics.median(delays):.2f} s (median), {worst} (worst)")
    for task in tasks:
        task.cancel()


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    people = agents(-(-number // PER_PERSON))
    cookies = [cookie(people[index // PER_PERSON]) for index in range(number)]
    department = people[0].memberships.get().department
    requester = User.objects.filter(role="user", state="active").first() or people[0]
    ticket = create_ticket(
        MACHINE, subject="Benchmark of the stream", description="-", requester=requester, department=department
    )
    connections.close_all()
    asyncio.run(run(cookies, ticket, seconds))


async def run(cookies: list[str], ticket: Ticket, seconds: float) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "flowtic.processes.web", "127.0.0.1", str(PORT), cwd=ROOT
    )
    try:
        while not await asyncio.to_thread(answers, "127.0.0.1", PORT, "/health/live"):
            await asyncio.sleep(0.2)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        await measure(int(children[0]), cookies, ticket, seconds)
    finally:
        server.terminate()
        await server.wait()


if __name__ == "__main__":
    main()
