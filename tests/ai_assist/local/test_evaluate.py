"""`manage.py ai_evaluate`: on files, on the desk, on the sets where they are."""

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ai_assist.local.evaluation import desk
from ai_assist.local.evaluation.retrieval import Shelf, Text, figures, ranks
from ai_assist.local.evaluation.writing import BEGIN, END, put_into
from ai_assist.models import LearnedModel
from tests.ai_assist.local.desk import SUBJECTS, solved_tickets, text_of

DATA = settings.BASE_DIR.parent / "shared" / "data"


def evaluate(*arguments):
    said = io.StringIO()
    call_command("ai_evaluate", *map(str, arguments), stdout=said)
    return said.getvalue()


def written(path, number, seed, *, columns=("subject", "body", "queue", "priority", "language")):
    chance = random.Random(seed)
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "wt", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        for at in range(number):
            queue = list(SUBJECTS)[at % 3]
            language = ("de", "en")[at % 2]
            subject, body = chance.choice(SUBJECTS[queue][language]), text_of(chance, language)
            table.writerow([subject, body, queue, chance.choice(["low", "high"]), language][: len(columns)])
    return path


def test_two_files(tmp_path):
    train, test = written(tmp_path / "train.csv.gz", 500, 1), written(tmp_path / "test.csv", 120, 2)
    found = json.loads(evaluate("--train", train, "--test", test, "--target", "queue", "--json"))
    assert found["accuracy"] > 0.95
    assert found["top_3"] == 1.0
    assert found["macro_f1"] > 0.95
    assert found["coverage"] > 0.8
    assert found["precision"] > 0.9
    assert 0 <= found["ece"] < 0.2
    assert found["parts"]["test"] == found["rows"] <= 120
    assert set(found["recall"]) == set(SUBJECTS)
    assert set(found["languages"]) == {"de", "en"}
    table = evaluate("--train", train, "--test", test, "--target", "queue")
    assert f"{found['accuracy'] * 100:.1f} %" in table


def test_noise_is_called_noise(tmp_path):
    train = written(tmp_path / "train.csv", 600, 3)
    found = json.loads(evaluate("--train", train, "--target", "priority", "--json"))
    assert (found["coverage"], found["precision"], found["threshold"]) == (0.0, None, None)


def test_lines_of_json(tmp_path):
    path = tmp_path / "t.jsonl"
    rows = [
        {"subject": f"{'vpn' if n % 2 else 'urlaub'} {chr(97 + n % 26)}{n}", "body": "", "queue": n % 2}
        for n in range(300)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert json.loads(evaluate("--train", path, "--target", "queue", "--json"))["values"] == 2


def test_clear_errors(tmp_path):
    with pytest.raises(CommandError, match="--train and --target"):
        evaluate("--test", tmp_path / "x.csv", "--target", "queue")
    with pytest.raises(CommandError, match="No such file"):
        evaluate("--train", tmp_path / "x.csv", "--target", "queue")
    bare = written(tmp_path / "bare.csv", 10, 1, columns=("subject", "body"))
    with pytest.raises(CommandError, match="row 1 has no column 'queue'"):
        evaluate("--train", bare, "--target", "queue")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"not compressed")
    with pytest.raises(CommandError, match=r"broken\.csv\.gz"):
        evaluate("--train", broken, "--target", "queue")
    train = written(tmp_path / "train.csv", 60, 1)
    with pytest.raises(CommandError, match="no row is left"):
        evaluate("--train", train, "--test", train, "--target", "queue")
    with pytest.raises(CommandError, match="No set is in"):
        evaluate("--articles", "--data", tmp_path)


@pytest.mark.django_db
def test_on_the_desk_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "MOST_QUESTIONS", 40)
    assert "Too few closed tickets" in evaluate()
    solved_tickets(190)  # so few that the index of an uncommitted desk is not asked
    found = json.loads(evaluate("--json"))
    assert found["closed"] == 190
    assert found["routing"]["department"]["accuracy"] > 0.9
    assert found["similar"]["recall_at_5"] > 0.8
    assert found["duration"]["tickets"] > 100
    assert desk.stored() == found
    assert not LearnedModel.objects.exists()
    (tmp_path / "models" / desk.FILE).write_text("{")
    assert desk.stored() == {}


def test_a_report_keeps_what_people_wrote(tmp_path):
    path = tmp_path / "quality.md"
    found = {"questions": 8, "documents": 9, "recall_at_1": 0.5, "recall_at_5": 0.75, "mrr": 0.6}
    put_into(path, {"articles": {"help pages, de": found}, "similar": {"one": found}})
    path.write_text(path.read_text().replace(BEGIN, f"Mine.\n{BEGIN}") + "Also mine.\n")
    put_into(path, {"similar": {"two": found}})
    text = path.read_text()
    assert "| two | 8 / 9 | 50.0 % | 75.0 % | 0.60 | – |" in text
    assert "| one |" not in text
    # A part that was not judged again keeps its figures, with the baseline beside them.
    assert "| help pages, de | 8 / 9 | 50.0 % | 75.0 % | 0.60 | .33 / .66 / .47 |" in text
    assert text.index("### Articles") < text.index("### Similar")
    assert text.index("Mine.") < text.index(BEGIN) < text.index(END) < text.index("Also mine.")


def test_finding_in_memory():
    shelf = Shelf([Text("Drucker", "Papierstau im Drucker"), Text("VPN", "Zertifikat erneuern"), Text("", "Urlaub")])
    found = ranks(shelf, [("Mein Zertifikat", lambda at: at == 1), ("Nichts davon", lambda at: at == 2)])
    assert found == [1, None]
    assert figures(found, 3) == {"questions": 2, "documents": 3, "recall_at_1": 0.5, "recall_at_5": 0.5, "mrr": 0.5}


@pytest.mark.skipif(not DATA.is_dir(), reason="the published sets are not beside this checkout")
def test_durations_of_the_log():
    found = json.loads(evaluate("--duration", "--json"))["duration"]["servicenow, last week"]
    assert found["incidents"] > 1000
    assert found["coverage"] == pytest.approx(0.8, abs=0.06)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the published sets are not beside this checkout")
@pytest.mark.parametrize(("name", "accuracy", "top"), [("itsm8500", 0.683, 0.861), ("endava_topics", 0.83, 0.968)])
def test_not_below_the_baselines(name, accuracy, top):
    path: Path = DATA / "tickets" / f"{name}.csv.gz"
    found = json.loads(evaluate("--train", path, "--target", "queue", "--json"))
    assert found["accuracy"] > accuracy - 0.03
    assert found["top_3"] > top - 0.03
