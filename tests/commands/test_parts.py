"""How `manage.py test` chooses, counts and judges its parts."""

import pytest

from tests import parts
from tests.parts import PARTS, Result, Run
from tests.services import Missing

SQLITE, MARIADB, BROWSER = PARTS
REPORT = '<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>'


def test_report_is_counted(tmp_path):
    (tmp_path / "a.xml").write_text(REPORT)
    assert parts.count(tmp_path / "a.xml") == (4, 3, 3)
    assert parts.count(tmp_path / "absent.xml") == (0, 0, 0)


def test_last_line_is_the_sum():
    results = [Result(SQLITE, 0, 5, 0, 1), Result(MARIADB, 1, 4, 2, 0), Result(BROWSER, left_out=True)]
    text = parts.summary(results, [Missing("Chromium", "not installed")], strict=False)
    assert text.splitlines()[-1] == "9 passed, 2 failed, 1 skipped"
    assert "!! LEFT OUT: Chromium: not installed" in text
    assert "browser   LEFT OUT, Chromium is missing" in text


@pytest.mark.parametrize(
    ("codes", "strict", "missing", "expected"),
    [
        ((0, 0, 0), False, (), 0),
        ((0, 1, 0), False, (), 1),
        ((0, 5, 0), False, (), 0),
        ((5, 5, 5), False, (), 5),
        ((0, 0, 3), False, (), 3),
        ((0, 0, 0), False, ("Redis",), 0),
        ((0, 0, 0), True, ("Redis",), 1),
        ((0, 0, 0), True, (), 0),
    ],
)
def test_exit_code(codes, strict, missing, expected):
    results = [Result(part, code) for part, code in zip(PARTS, codes, strict=True)]
    assert parts.exit_code(results, [Missing(name, "") for name in missing], strict=strict) == expected


def make_run(tmp_path, *, everything=False):
    found = {"FLOWTIC_TEST_MYSQL_URL": "mysql://a", "FLOWTIC_TEST_CHROMIUM": "/usr/bin/chromium"}
    return Run(tmp_path, tmp_path, found, everything=everything)


def test_marker_expressions(tmp_path):
    run = make_run(tmp_path)
    assert run.expression(SQLITE, "") == "(not browser and not mysql_only) and (not slow)"
    assert run.expression(BROWSER, "a or b") == "(browser) and (not slow) and (a or b)"
    assert make_run(tmp_path, everything=True).expression(MARIADB, "") == "(not browser)"
    assert run.expression(MARIADB, "") == "(not browser) and (not slow and not once)"


def test_tests_never_see_the_callers_desk(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://production")
    monkeypatch.setenv("REDIS_URL", "redis://production")
    monkeypatch.setenv("FLOWTIC_EMAIL_URL", "smtp://production")
    monkeypatch.setenv("FLOWTIC_DATA_DIR", "/srv/production")
    environment = make_run(tmp_path).environment(SQLITE)
    assert "production" not in "".join(environment.values())
    assert environment["FLOWTIC_TEST"] == "1"
    assert "DATABASE_URL" not in environment
    assert make_run(tmp_path).environment(MARIADB)["DATABASE_URL"] == "mysql://a"


def test_part_without_its_service_is_left_out(tmp_path, monkeypatch):
    run = Run(tmp_path, tmp_path, {}, everything=False)
    monkeypatch.setattr(Run, "one", lambda self, part, *_: Result(part))
    assert [result.left_out for result in run.all("", [])] == [False, True, True]


def test_interrupted_run_goes_no_further(tmp_path, monkeypatch):
    run = make_run(tmp_path)
    monkeypatch.setattr(Run, "one", lambda self, part, *_: Result(part, parts.INTERRUPTED))
    assert len(run.all("", [])) == 1


def test_coverage_is_the_sqlite_part_alone(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(parts, "run_to_its_end", lambda command, *_rest: asked.append(command) or 0)
    (result,) = make_run(tmp_path).measured("", ["tests/desk"])
    (command,) = asked
    assert result.part is SQLITE
    assert {"--cov", "--cov-branch", f"--cov-fail-under={parts.COVERAGE_FLOOR}", "tests/desk"} <= set(command)
    assert parts.exit_code([Result(SQLITE, 1)], [], strict=False) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("tested", "code"), [("assert double(2) == 4", 0), ("pass", 1)])
def test_too_little_coverage_is_a_failure(tmp_path, tested, code):
    """A small project through the real thing: half of it untested ends badly although every test passed."""
    lines = "".join(f"    number += {n} - {n}\n" for n in range(30))
    (tmp_path / "thing.py").write_text(f"def double(number):\n{lines}    return number * 2\n")
    (tmp_path / "test_thing.py").write_text(f"from thing import double\n\ndef test_it():\n    {tested}\n")
    marks = "markers = ['browser', 'mysql_only', 'slow']\npythonpath = ['.']\n"
    settings = f"[tool.pytest.ini_options]\n{marks}[tool.coverage.run]\nbranch = true\nsource = ['thing']\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    (result,) = make_run(tmp_path).measured("", ["-p", "no:django", "-p", "no:cacheprovider"])
    assert (result.part.name, result.code, result.passed) == ("SQLite", code, 1)


FAILING = (
    '<testsuites><testsuite errors="0" failures="{bad}" skipped="0" tests="9">'
    '<testcase classname="tests.a" name="good"/>{cases}</testsuite></testsuites>'
)
CASE = '<testcase classname="tests.a" name="bad{0}"><failure/></testcase>'


@pytest.mark.parametrize(
    ("bad", "again", "code", "runs"),
    [
        (1, (0, 1, 0), 0, 2),  # passed when repeated
        (1, (1, 0, 1), 1, 2),  # failed again
        (2, (0, 1, 0), 1, 2),  # one of two was not found again
        (4, (0, 4, 0), 1, 1),  # too many for chance
        (0, (0, 0, 0), 0, 1),
    ],
)
def test_a_handful_of_failures_is_repeated_and_named(tmp_path, monkeypatch, bad, again, code, runs):
    asked = []

    def pretend(command, *_rest):
        asked.append(command)
        failed, total = (bad, 9) if len(asked) == 1 else (again[2], again[1] + again[2])
        cases = "".join(CASE.format(number) for number in range(failed))
        text = FAILING.format(bad=failed, cases=cases).replace('tests="9"', f'tests="{total}"')
        (tmp_path / "SQLite.xml").write_text(text)
        return int(failed > 0)

    monkeypatch.setattr(parts, "run_to_its_end", pretend)
    result = make_run(tmp_path).steady(SQLITE, "", ["tests/desk"])
    assert (result.code, len(asked)) == (code, runs)
    assert [("--last-failed" in command, "-n" in command) for command in asked[1:]] == [(True, False)] * (runs - 1)
    assert result.unsteady == (("tests.a::bad0",) if runs == 2 and code == 0 else ())
    text = parts.summary([result], [], strict=False)
    assert ("!! UNSTEADY: tests.a::bad0 failed and passed when repeated" in text) is bool(result.unsteady)
    assert text.splitlines()[-1] == "9 passed, 0 failed, 0 skipped" if code == 0 else "failed" in text


@pytest.mark.slow
def test_a_race_is_told_from_a_fault(tmp_path, monkeypatch):
    """Through the real pytest with two workers: one test fails only the first time, one always."""
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\nmarkers = ['browser', 'mysql_only', 'slow']\n")
    race = "import pathlib\n\ndef test_race():\n    seen = pathlib.Path('seen')\n    known = seen.exists()\n"
    (tmp_path / "test_race.py").write_text(f"{race}    seen.touch()\n    assert known\n\ndef test_good():\n    pass\n")
    result = make_run(tmp_path).steady(SQLITE, "", ["-p", "no:django"])
    assert (result.code, result.passed, result.failed) == (0, 2, 0)
    assert [name.rpartition("::")[2] for name in result.unsteady] == ["test_race"]
    (tmp_path / "test_fault.py").write_text("def test_fault():\n    assert False\n")
    result = make_run(tmp_path).steady(SQLITE, "", ["-p", "no:django"])
    assert (result.code, result.passed, result.failed, result.unsteady) == (1, 2, 1, ())
