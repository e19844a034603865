"""The parts of a test run (SQLite, MariaDB, browser): what each one runs, under which settings, and how it ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.services import Missing

# pytest's exit codes that mean that nothing went wrong: all passed, nothing was selected.
PASSED, NOTHING_SELECTED, INTERRUPTED = 0, 5, 2
STOP_WITHIN = 30.0
# Each part ends with what took longest: the place to look when the whole becomes slow.
SLOWEST = ("--durations=30", "--durations-min=1.5")
# Per cent of lines and branches that the SQLite part has to go through; `manage.py test --coverage` fails below.
COVERAGE_FLOOR = 85


@dataclass(frozen=True)
class Part:
    name: str
    marker: str
    processes: int
    service: str = ""  # left out when this one is missing


PARTS = (
    Part("SQLite", "not browser and not mysql_only", 2),
    Part("MariaDB", "not browser", 2, "MariaDB"),
    Part("browser", "browser", 0, "Chromium"),
)


@dataclass(frozen=True)
class Result:
    part: Part
    code: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    left_out: bool = False

    @property
    def is_good(self) -> bool:
        return self.code in (PASSED, NOTHING_SELECTED)

    def __str__(self) -> str:
        if self.left_out:
            return f"{self.part.name:<9} LEFT OUT, {self.part.service} is missing"
        note = "" if self.is_good else f", pytest ended with {self.code}"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{self.part.name:<9} {counts} in {self.seconds:.0f} s{note}"


class Run:
    """One run of `manage.py test`."""

    def __init__(self, root: Path, folder: Path, found: dict[str, str], *, everything: bool) -> None:
        self.root, self.folder, self.found, self.everything = root, folder, found, everything

    def all(self, marker: str, arguments: Sequence[str]) -> list[Result]:
        results: list[Result] = []
        for part in PARTS:
            if part.service and not self._has(part.service):
                results.append(Result(part, left_out=True))
                continue
            results.append(self.one(part, marker, arguments))
            if results[-1].code == INTERRUPTED:
                break
        return results

    def measured(self, marker: str, arguments: Sequence[str]) -> list[Result]:
        """The SQLite part alone, counting what it goes through: a run of its own, because counting costs time."""
        wanted = ["--cov", "--cov-branch", "--cov-report=term", f"--cov-fail-under={COVERAGE_FLOOR}"]
        return [self.one(PARTS[0], marker, [*wanted, *arguments])]

    def _has(self, service: str) -> bool:
        return {"MariaDB": "FLOWTIC_TEST_MYSQL_URL", "Chromium": "FLOWTIC_TEST_CHROMIUM"}[service] in self.found

    def one(self, part: Part, marker: str, arguments: Sequence[str]) -> Result:
        print(f"\n======== {part.name} ========", flush=True)
        report = self.folder / f"{part.name}.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            self.expression(part, marker),
            f"--junitxml={report}",
            *SLOWEST,
        ]
        if part.processes:
            command += ["-n", str(part.processes), "--dist=worksteal"]
        began = time.monotonic()
        code = run_to_its_end([*command, *arguments], self.root, self.environment(part))
        passed, failed, skipped = count(report)
        return Result(part, code, passed, failed, skipped, time.monotonic() - began)

    def expression(self, part: Part, marker: str) -> str:
        terms = [part.marker, "" if self.everything else "not slow", marker]
        return " and ".join(f"({term})" for term in terms if term)

    def environment(self, part: Part) -> dict[str, str]:
        """The caller's environment without its Flowtic: a test run never sees somebody's real desk."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FLOWTIC_") and name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
        }
        own = {
            "FLOWTIC_TEST": "1",
            "FLOWTIC_DATA_DIR": str(self.folder / f"data-{part.name}"),
            "COVERAGE_FILE": str(self.folder / "coverage"),
        }
        if part.service == "MariaDB":
            own["DATABASE_URL"] = self.found["FLOWTIC_TEST_MYSQL_URL"]
        if part.service == "Chromium":
            # The live server and the browser's driver share one thread that runs an event loop.
            own["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        return inherited | self.found | own


def run_to_its_end(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """The exit code. Stopped from outside, pytest is asked to stop too, so that its tests can clean up."""
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            return process.wait()
        except BaseException:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def count(report: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) of a JUnit report; all zero when pytest did not get that far."""
    try:
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest just now
    except (OSError, ET.ParseError):
        return 0, 0, 0
    passed = failed = skipped = 0
    for suite in suites:
        total, bad, left = (
            int(suite.get("tests", 0)),
            int(suite.get("failures", 0)) + int(suite.get("errors", 0)),
            int(suite.get("skipped", 0)),
        )
        passed, failed, skipped = passed + total - bad - left, failed + bad, skipped + left
    return passed, failed, skipped


def summary(results: Sequence[Result], missing: Sequence[Missing], *, strict: bool) -> str:
    lines = ["", "======== summary ========", *(str(result) for result in results)]
    lines += [f"!! {'MISSING' if strict else 'LEFT OUT'}: {entry}" for entry in missing]
    totals = [sum(getattr(result, name) for result in results) for name in ("passed", "failed", "skipped")]
    return "\n".join([*lines, "{} passed, {} failed, {} skipped".format(*totals)])


def exit_code(results: Sequence[Result], missing: Sequence[Missing], *, strict: bool) -> int:
    """The first bad code of pytest; 5 when no part found a test; 1 when --all missed a service."""
    for result in results:
        if not result.is_good:
            return result.code
    if strict and missing:
        return 1
    ran = [result for result in results if not result.left_out]
    return NOTHING_SELECTED if all(result.code == NOTHING_SELECTED for result in ran) else 0
