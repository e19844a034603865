"""`manage.py up`: the whole system on one machine, with SQLite and without Redis if nothing else is configured."""

import argparse
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from flowtic.core.first_start import demo_logins, prepare
from flowtic.processes import warm, web
from flowtic.processes.child import Child
from flowtic.processes.claims import AlreadyRunning, PortTaken, claim_folder, open_port
from flowtic.processes.probe import answers
from flowtic.processes.supervisor import Supervisor

QUEUES = ("default", "long")
# Migrating and loading the demo are done by then; what remains is the start of one Python process.
READY_WITHIN = 120.0


class Command(BaseCommand):
    help = "Starts everything: migrations, demo content at the first start, web, workers and schedule. Ctrl-C stops it."
    requires_system_checks: list[str] = []  # run by `prepare`, in a process whose memory is given back

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--no-demo", action="store_true", help="start empty: no demo people and tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        try:
            # Both stay open as long as this process lives.
            claim = claim_folder(Path(settings.DATA_DIR), f"http://{host}:{port}")
            listener = open_port(host, port)
        except (AlreadyRunning, PortTaken) as error:
            raise CommandError(str(error)) from error
        port = listener.getsockname()[1]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if not os.environ.get("FLOWTIC_BASE_URL"):
            # Links in mails name the address that was asked for, also in the children.
            os.environ["FLOWTIC_BASE_URL"] = settings.BASE_URL = url.replace("//0.0.0.0:", "//127.0.0.1:")
        with claim, listener:
            self.run(Supervisor(), listener.fileno(), host, port, url, demo=not options["no_demo"])

    def run(self, supervisor: Supervisor, fd: int, host: str, port: int, url: str, *, demo: bool) -> None:
        code = supervisor.run_forked(lambda: prepare(demo=demo))
        if supervisor.stopping:
            return
        if code:
            raise CommandError("The database could not be prepared; the lines above say why.")
        warm.load()
        try:
            supervisor.start(children(fd))
            self.wait_until_ready(supervisor, host, port)
            if not supervisor.stopping:
                self.announce(url)
            supervisor.run()
        finally:
            self.stdout.write("Stopping …")
            supervisor.stop()
            self.stdout.write("Everything is stopped.")

    def wait_until_ready(self, supervisor: Supervisor, host: str, port: int) -> None:
        until = time.monotonic() + READY_WITHIN
        while not supervisor.stopping and not answers(host, port, "/health/live"):
            if supervisor.is_hopeless("web") or time.monotonic() > until:
                raise CommandError("The web process does not come up; the lines above say why.")
            supervisor.tick(0.1)

    def announce(self, url: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nFlowtic is ready: {url}"))
        logins = demo_logins()
        connections.close_all()
        if logins:
            self.stdout.write("Demo logins:")
        for role, email, password in logins:
            self.stdout.write(f"  {role:<8} {email:<32} {password}")
        self.stdout.write("Ctrl-C stops everything.\n")
        self.stdout.flush()


def children(fd: int) -> list[Child]:
    """The processes of one machine: web processes that share the open port, one worker per queue, the schedule."""
    workers = [Child(f"worker {queue}", "flowtic.processes.worker", [queue], warm=True) for queue in QUEUES]
    return [*web.children(fd), *workers, Child("schedule", "flowtic.core.scheduler", warm=True)]


def port_number(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port number (0 to 65535)")
    return int(text)
