"""The examples of docs/api.md work as printed, against a desk of their own."""

import json
import re
import subprocess

import pytest

from tests.api.live import ROOT, running_desk


@pytest.mark.slow
def test_the_examples_work_as_printed(tmp_path):
    script = re.search(r"```sh\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)[1]
    # `python3` of the examples is the one that runs this test; every answer goes on a line of its own.
    script = script.replace("steps.txt", str(tmp_path / "steps.txt"))
    script = script.replace("curl -s ", "curl -sS --fail-with-body -w '\\n' ")
    with running_desk(tmp_path) as desk:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:8000", desk.url)],
            cwd=ROOT,
            env=desk.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr

    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    created, queue, claimed, note, reply, *_middle, closed, history = answers
    assert queue["results"][0]["number"] == created["number"]
    assert claimed["assignee"]["email"] == "alan@flowtic.example"
    assert note["visibility"] == "internal"
    assert [item["name"] for item in reply["attachments"]] == ["steps.txt"]
    assert closed["status"]["key"] == "closed"
    assert len(history["results"]) >= 9
