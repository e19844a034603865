"""Every abuse case has a test or a reason (coverage.py), and every test named there exists."""

import functools
import re
from pathlib import Path

import pytest

from tests.abuse.coverage import TESTS
from tests.abuse.later import LATER

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
CASES = ROOT.parent / "shared" / "abuse_cases.yaml"


@functools.cache
def names_in(place):
    """Names of the tests in a file, or in all files of a folder."""
    path = ROOT / place
    files = [path] if path.is_file() else sorted(path.rglob("test_*.py"))
    return {name for file in files for name in NAME.findall(file.read_text(encoding="utf-8"))}


def test_every_case_is_tested_or_has_a_reason():
    if not CASES.exists():
        pytest.skip("the list of abuse cases is not beside the project")
    yaml = pytest.importorskip("yaml")
    known = {case["id"] for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))["cases"]}
    assert len(known) > 90
    assert known - TESTS.keys() - LATER.keys() == set()


def test_no_case_is_excused_and_tested():
    assert TESTS.keys() & LATER.keys() == set()
    assert all(len(reason) > 20 for reason in LATER.values())


@pytest.mark.parametrize("case", TESTS)
def test_the_names_in_a_case_exist(case):
    assert TESTS[case]
    for reference in TESTS[case]:
        place, _, name = reference.partition("::")
        assert name in names_in(place if "/" in place else f"tests/abuse/{place}"), reference


def test_every_abuse_test_is_in_the_table():
    listed = {name.partition("::")[2] for names in TESTS.values() for name in names}
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name != Path(__file__).name:
            assert names_in(str(path.relative_to(ROOT))) - listed == set(), path.name
