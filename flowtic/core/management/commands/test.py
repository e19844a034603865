"""`manage.py test`: the whole suite, on both databases and in a real browser, with the services that needs.

Each part is a pytest run of its own. Arguments that are not ours go to pytest.
"""

import argparse
import importlib.util
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Runs the test suite: SQLite, MariaDB, browser. Unknown arguments are handed to pytest."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Parse only what is ours: pytest has far more options than Django's parser could know."""
        parser = argparse.ArgumentParser(prog=f"{argv[0]} test", description=self.help, allow_abbrev=False)
        parser.add_argument("--all", action="store_true", help="slow tests too; a missing service is a failure")
        parser.add_argument("--coverage", action="store_true", help="the SQLite part alone; fails below the floor")
        parser.add_argument("-m", dest="marker", default="", metavar="EXPRESSION", help="pytest's marker expression")
        ours, for_pytest = parser.parse_known_args(argv[2:])
        sys.exit(self.handle(everything=ours.all, coverage=ours.coverage, marker=ours.marker, arguments=for_pytest))

    def handle(self, *args: Any, **options: Any) -> Any:
        root = Path(settings.BASE_DIR)
        if not importlib.util.find_spec("pytest") or not (root / "tests" / "services.py").exists():
            self.stderr.write("The tests need a checkout and its test packages: pip install -r requirements-dev.lock")
            return 1
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        sys.path.insert(0, str(root))
        from tests import parts, services

        missing = services.missing_services()
        with tempfile.TemporaryDirectory(prefix="flowtic-test-") as folder:
            without = {entry.name for entry in missing}
            with services.running(Path(folder), without=without) as found:
                run = parts.Run(root, Path(folder), found, everything=options["everything"])
                choose = run.measured if options["coverage"] else run.all
                results = choose(options["marker"], options["arguments"])
        sys.stdout.flush()
        print(parts.summary(results, missing, strict=options["everything"]), flush=True)
        return parts.exit_code(results, missing, strict=options["everything"])
