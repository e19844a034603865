"""The parts of a test run (SQLite, MariaDB, browser): what each one runs, under which settings, and how it ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.services import Missing

# pytest's exit codes that mean that nothing went wrong: all passed, nothing was selected.
PASSED, FAILED, INTERRUPTED, NOTHING_SELECTED = 0, 1, 2, 5
STOP_WITHIN = 30.0
# Each part ends with what took longest: the place to look when the whole becomes slow.
SLOWEST = ("--durations=30", "--durations-min=1.5")
# Per cent of lines and branches that the SQLite part has to go through; `manage.py test --coverage` fails below.
COVERAGE_FLOOR = 85
# So few failures are tried a second time before they count; see docs/decisions/0010-unsteady-tests.md.
REPEATED_AT_MOST = 3


@dataclass(frozen=True)
class Part:
    name: str
    marker: str
    processes: int
    service: str = ""  # left out when this one is missing
    ordinary: str = "not slow"  # what a run without --all keeps to


PARTS = (
    Part("SQLite", "not browser and not mysql_only", 2),
    Part("MariaDB", "not browser", 2, "MariaDB", "not slow and not once"),
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
    unsteady: tuple[str, ...] = ()  # failed, and passed when they were repeated

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
            results.append(self.steady(part, marker, arguments))
            if results[-1].code == INTERRUPTED:
                break
        return results

    def steady(self, part: Part, marker: str, arguments: Sequence[str]) -> Result:
        """As `one`, and a handful of failures gets a second chance, alone: passed then, they are named, not counted."""
        first = self.one(part, marker, [*arguments, *self.remembering(part)])
        if first.code != FAILED or not 0 < first.failed <= REPEATED_AT_MOST:
            return first
        names = failures(self.report(part))
        again = self.one(replace(part, processes=0), marker, [*arguments, *self.remembering(part), "--last-failed"])
        seconds = first.seconds + again.seconds
        if again.code != PASSED or again.passed < first.failed:
            return replace(first, seconds=seconds)
        return replace(
            first, code=PASSED, passed=first.passed + first.failed, failed=0, seconds=seconds, unsteady=names
        )

    def remembering(self, part: Part) -> list[str]:
        return ["-o", f"cache_dir={self.folder / f'cache-{part.name}'}"]

    def report(self, part: Part) -> Path:
        return self.folder / f"{part.name}.xml"

    def measured(self, marker: str, arguments: Sequence[str]) -> list[Result]:
        """The SQLite part alone, counting what it goes through: a run of its own, because counting costs time."""
        wanted = ["--cov", "--cov-branch", "--cov-report=term", f"--cov-fail-under={COVERAGE_FLOOR}"]
        return [self.one(PARTS[0], marker, [*wanted, *arguments])]

    def _has(self, service: str) -> bool:
        return {"MariaDB": "FLOWTIC_TEST_MYSQL_URL", "Chromium": "FLOWTIC_TEST_CHROMIUM"}[service] in self.found

    def one(self, part: Part, marker: str, arguments: Sequence[str]) -> Result:
        print(f"\n======== {part.name} ========", flush=True)
        report = self.report(part)
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
        terms = [part.marker, "" if self.everything else part.ordinary, marker]
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


def failures(report: Path) -> tuple[str, ...]:
    """The tests that failed, as `file or class::name`."""
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - written by pytest just now
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    return tuple(sorted({f"{case.get('classname')}::{case.get('name')}" for case in bad}))


def summary(results: Sequence[Result], missing: Sequence[Missing], *, strict: bool) -> str:
    lines = ["", "======== summary ========", *(str(result) for result in results)]
    lines += [f"!! {'MISSING' if strict else 'LEFT OUT'}: {entry}" for entry in missing]
    lines += [f"!! UNSTEADY: {name} failed and passed when repeated" for one in results for name in one.unsteady]
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
