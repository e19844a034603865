"""Every abuse case has a test or a reason (coverage.py), and every test named there exists."""

import functools
import re
from pathlib import Path

import pytest

from tests.abuse.coverage import LATER, TESTS

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "abuse_cases.yaml"


@functools.cache
def tests_of(file):
    return set(re.findall(r"^def (test_\w+)\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


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
def test_the_tests_of_a_case_exist(case):
    assert TESTS[case]
    for reference in TESTS[case]:
        file, _, name = reference.partition("::")
        file = file if "/" in file else f"tests/abuse/{file}"
        assert name in tests_of(file), reference


def test_every_abuse_test_is_in_the_table():
    listed = {name.partition("::")[2] for names in TESTS.values() for name in names}
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name != Path(__file__).name:
            assert tests_of(str(path.relative_to(ROOT))) - listed == set(), path.name
