"""Every command line that README and docs print: run as printed, or marked with the reason why not."""

import re
import shlex
import subprocess

import pytest
from django.core.management import get_commands, load_command_class

from tests.api.live import ROOT, running_desk

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"(?P<note><!--[^>]*-->\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
SHELL = ("sh", "bash", "shell", "console")
NOT_RUN = re.compile(r"<!-- not run by tests/docs: (?P<reason>.{10,}) -->")
# Programs of the operating system that a block without a language may show; everything else there is output or a form.
PROGRAMS = ("curl ", "export ", "docker ", "bash ", "git ", "sudo ")
MANAGE = re.compile(r"manage\.py ([a-z_]+)((?: +(?:--?[a-z][\w-]*|\[[^\]\n]*\]|[^\s`|&;#()]+))*)")
TICKETS = """subject,body,queue,priority,answer,caller
Printer jams,Tray 2 again.,IT Support,medium,Please try tray 1.,rita@flowtic.example
No sound,The headset is silent.,IT Support,low,,new.person@flowtic.example
"""
FORMS = {"test", "up"}  # read by flowtic.bootstrap or with free words behind them


def blocks():
    for page in PAGES:
        for found in FENCE.finditer(page.read_text(encoding="utf-8")):
            if found["kind"] in SHELL:
                yield page.relative_to(ROOT), found["note"] or "", found["text"]


RUN = [(page, text) for page, note, text in blocks() if not NOT_RUN.search(note)]
MARKED = [(page, NOT_RUN.search(note)["reason"]) for page, note, _text in blocks() if NOT_RUN.search(note)]


def test_there_is_something_to_run():
    assert [str(page) for page, _text in RUN].count("README.md") >= 3
    assert len(MARKED) >= 4


@pytest.mark.parametrize(("page", "reason"), MARKED, ids=str)
def test_a_reason_that_names_a_test_is_true(page, reason):
    for name in re.findall(r"tests/\S+\.py", reason):
        assert (ROOT / name).is_file(), f"{page}: {name}"


def test_no_shell_lines_hide_in_other_blocks():
    """A block without a language would go unnoticed here."""
    for page in PAGES:
        for found in FENCE.finditer(page.read_text(encoding="utf-8")):
            if found["kind"] in SHELL:
                continue
            lines = [line for line in found["text"].splitlines() if line.lstrip().startswith(PROGRAMS)]
            assert lines == [], page.name


@pytest.mark.slow
def test_the_blocks_work_as_printed(tmp_path):
    """All of them in one desk, in their order; the files that they name lie beside them."""
    assert {str(page) for page, _text in RUN} >= {"README.md"}
    work = tmp_path / "work"
    work.mkdir()
    (work / "tickets.csv").write_text(TICKETS)
    (work / "manage.py").symlink_to(ROOT / "manage.py")
    (work / "docs").symlink_to(ROOT / "docs")
    (work / "examples").symlink_to(ROOT / "examples")
    with running_desk(tmp_path) as desk:
        environment = {**desk.environment, "FLOWTIC_PASSWORD": "correct horse battery 9", "PYTHONPATH": str(ROOT)}
        for page, text in RUN:
            script = text.replace("http://127.0.0.1:8000", desk.url)
            script = script.replace("curl -s ", "curl -sS --fail-with-body -w '\\n' ")
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=work, env=environment, capture_output=True, text=True, timeout=180, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{page}\n{text}\n{done.stdout}{done.stderr}"
            assert done.stdout.strip(), f"{page}: a line that says nothing\n{text}"


def mentions():
    for page in PAGES:
        for found in MANAGE.finditer(page.read_text(encoding="utf-8")):
            yield page.name, found[1], found[2]


def test_every_command_that_is_named_exists_with_its_options():
    commands, seen = get_commands(), set()
    for page, name, rest in mentions():
        if name in FORMS:
            continue
        assert name in commands, f"{page}: manage.py {name}"
        parser = load_command_class(commands[name], name).create_parser("manage.py", name)
        known = set(parser._option_string_actions)
        given = {word.strip("[],.") for word in re.split(r"[\s\[\]=]+", rest) if word.startswith("--")}
        assert given <= known, f"{page}: manage.py {name} {given - known}"
        seen.add(name)
    assert seen >= {"create_person", "create_token", "import_tickets", "audit_verify", "migrate", "check"}


def test_the_start_takes_the_options_it_is_shown_with():
    parser = load_command_class(get_commands()["up"], "up").create_parser("manage.py", "up")
    for _page, name, rest in mentions():
        if name == "up":
            given = {word for word in shlex.split(re.sub(r"[\[\]]", " ", rest)) if word.startswith("--")}
            assert given <= set(parser._option_string_actions), given
