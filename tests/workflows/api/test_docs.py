"""The examples of docs/api.md about workflows work as printed, against a desk of their own."""

import json
import re
import subprocess

import pytest

from tests.api.live import ROOT, running_desk


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_examples_work_as_printed(tmp_path):
    text = (ROOT / "docs/api.md").read_text().partition("## Workflows and robots")[2]
    script = re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1]
    script = script.replace("curl -s ", "curl -sS --fail-with-body -w '\\n' ")
    with running_desk(tmp_path) as desk:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:8000", desk.url)],
            cwd=ROOT,
            env=desk.environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    made, checked, tried, published, started, claimed, completed, longer, ordered, runs, story = answers
    assert (made["key"], checked, published["number"]) == ("docs-laptop", {"valid": True, "findings": []}, 1)
    assert (tried["status"], tried["end"], tried["unused"]) == ("finished", "closed", [])
    assert (started["status"], claimed["state"], completed["outcome"]) == ("running", "claimed", "ok")
    assert (longer["state"], ordered["state"]) == ("claimed", "completed")
    assert runs["results"][0]["status"] == "finished"
    assert [item["state"] for item in story["items"]] == ["completed", "completed"]
