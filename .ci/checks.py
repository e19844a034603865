#!/usr/bin/env python3
"""Everything that must hold before a change is taken: linters, types, contracts, generated files, and all tests.

    bash .ci/run              everything
    bash .ci/run ruff mypy    only these steps
    bash .ci/run --list       their names

Needs nothing but Python 3.11: it builds the project's environment first. A step that can not run here (no npm,
no network) says so loudly and is not counted as passed.
"""

import importlib.util
import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77
PACKAGES = [name for name in ("flowtic", "accounts", "desk", "workflows") if (ROOT / name).is_dir()]
SOURCES = [*PACKAGES, "tests", "manage.py", ".ci"]


@dataclass
class Step:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 0
    seconds: float = 0.0
    output: str = ""

    @property
    def verdict(self) -> str:
        return {0: "ok", SKIPPED: "SKIPPED"}.get(self.code, f"FAILED ({self.code})")

    def run(self, environment: dict[str, str], *, live: bool = False) -> None:
        began = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env=environment | self.environment,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=None if live else subprocess.PIPE,
            stderr=None if live else subprocess.STDOUT,
        )
        self.code, self.output, self.seconds = done.returncode, done.stdout or "", time.monotonic() - began


def in_environment() -> None:
    """Go on inside the project's own environment, built if need be."""
    spec = importlib.util.spec_from_file_location("flowtic_bootstrap", ROOT / "flowtic" / "bootstrap.py")
    bootstrap = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bootstrap)
    bootstrap.ensure_environment(ROOT, [str(Path(__file__).resolve()), *sys.argv[1:]])


def steps() -> list[Step]:
    """The steps that only read, two at a time; the tests follow alone, they use both cores themselves."""
    python, bin_folder = sys.executable, Path(sys.executable).parent

    def tool(name: str, *arguments: str) -> list[str]:
        return [str(bin_folder / name), *arguments]

    def manage(*arguments: str) -> list[str]:
        return [python, "manage.py", *arguments]

    production = {
        "FLOWTIC_BASE_URL": "https://desk.example.org",
        "FLOWTIC_ALLOWED_HOSTS": "desk.example.org",
        "FLOWTIC_SECRET_KEY": secrets.token_urlsafe(64),
        "FLOWTIC_EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
        "FLOWTIC_DEFAULT_FROM_EMAIL": "Help desk <desk@example.org>",
    }
    return [
        Step("mypy", tool("mypy")),
        Step("ruff-format", tool("ruff", "format", "--check", *SOURCES)),
        Step("ruff", tool("ruff", "check", *SOURCES)),
        Step("imports", tool("lint-imports")),
        Step("djlint", tool("djlint", "templates", "--lint", "--quiet")),
        Step("migrations", manage("makemigrations", "--check", "--dry-run")),
        Step("deploy", manage("check", "--deploy", "--fail-level", "WARNING"), production),
        Step("styles", [python, ".ci/styles.py"]),
        Step("translations", [python, ".ci/translations.py"]),
        Step("locks", [python, ".ci/locks.py"]),
        Step("tests", manage("test")),
    ]


def clean_environment(folder: str) -> dict[str, str]:
    """The caller's environment without its Flowtic, and a data folder that is thrown away."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLOWTIC_") and name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    return kept | {"FLOWTIC_DATA_DIR": folder}


def report(step: Step) -> None:
    print(f"-------- {step.name}: {step.verdict}, {step.seconds:.1f} s", flush=True)
    if step.code and step.output:
        print(step.output.rstrip(), flush=True)


def run_quiet_steps(wanted: list[Step], environment: dict[str, str]) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        for step, done in [(step, pool.submit(step.run, environment)) for step in wanted]:
            done.result()
            report(step)


def main() -> int:
    in_environment()
    everything, names = steps(), sys.argv[1:]
    if names == ["--list"]:
        print("\n".join(step.name for step in everything))
        return 0
    if unknown := set(names) - {step.name for step in everything}:
        print(f"No such step: {', '.join(sorted(unknown))}. Names: .ci/run --list", file=sys.stderr)
        return 2
    wanted = [step for step in everything if not names or step.name in names]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="flowtic-ci-") as folder:
        environment = clean_environment(folder)
        run_quiet_steps([step for step in wanted if step.name != "tests"], environment)
        for step in wanted:
            if step.name == "tests":
                step.run(environment, live=True)
                report(step)
    print(f"\n======== .ci/run, {time.monotonic() - began:.0f} s ========")
    for step in wanted:
        print(f"{step.name:<14}{step.seconds:>7.1f} s  {step.verdict}")
    return 1 if any(step.code not in (0, SKIPPED) for step in wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
