"""The importer: all good rows, no bad ones, never twice, never half."""

import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Department, User
from desk.commands import importing
from desk.importing import run as import_run
from desk.models import Comment, ImportRun, Ticket
from flowtic.core.models import Delivery, Event

DATA = Path(__file__).parent.parent / "data"
SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "tickets"


def run(tmp_path, path, *options):
    out = StringIO()
    report = tmp_path / "report.csv"
    try:
        call_command("import_tickets", str(path), "--report", str(report), *options, stdout=out)
        code = 0
    except CommandError as error:
        code = error.returncode
    bad = list(csv.reader(report.open()))[1:] if report.exists() else []
    return code, out.getvalue(), bad


def test_good_rows_come_in_and_bad_ones_are_reported_by_number(db, tmp_path):
    code, out, bad = run(tmp_path, DATA / "tickets_small.csv")
    assert (code, out.split(" in ")[0]) == (1, "2 imported, 0 skipped, 2 failed")
    assert bad == [["3", "neither subject nor text"], ["4", "unknown priority 'whatever'"]]

    first, second = Ticket.objects.order_by("pk")
    assert (first.subject, first.priority.key, first.department.name_en) == (
        "Printer on floor 3 prints blank pages",
        "high",
        "IT Support",
    )
    assert set(first.tags.values_list("name", flat=True)) == {"printer", "toner"}
    assert Comment.objects.get(ticket=first).body.startswith("Please take the transport lock")
    assert (second.subject, second.priority.key) == (
        "Mein Passwort ist abgelaufen und ich komme nicht ins Netz.",
        "low",
    )
    assert (second.requester.name, second.requester.state) == ("bernd muster", User.State.CONTACT)
    assert Event.objects.filter(name="ticket.created", machine="import").count() == 2
    assert not Delivery.objects.exists()


def test_json_lines_and_gzip(db, tmp_path):
    packed = tmp_path / "x.jsonl.gz"
    packed.write_bytes(gzip.compress((DATA / "tickets_small.jsonl").read_bytes()))
    code, out, bad = run(tmp_path, packed)
    assert (code, out.split(" in ")[0]) == (1, "1 imported, 0 skipped, 2 failed")
    assert [row for row, _reason in bad] == ["2", "3"]
    assert Ticket.objects.get().requester.email == "dora@example.test"


def test_a_dry_run_writes_nothing(db, tmp_path):
    code, out, _bad = run(tmp_path, DATA / "tickets_small.csv", "--dry-run")
    assert (code, out.split(" in ")[0]) == (1, "2 could be imported, 0 skipped, 2 failed")
    assert not Ticket.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_same_file_is_not_imported_twice(db, tmp_path):
    run(tmp_path, DATA / "tickets_small.csv")
    with pytest.raises(CommandError, match="already"):
        call_command("import_tickets", str(DATA / "tickets_small.csv"))
    code, out, _bad = run(tmp_path, DATA / "tickets_small.csv", "--resume")
    assert (code, out.split(" in ")[0]) == (0, "0 imported, 4 skipped, 0 failed")
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_is_resumed_without_loss_or_double(tmp_path, monkeypatch):
    path = tmp_path / "many.csv"
    path.write_text("subject,body\n" + "".join(f"S{n},text {n}\n" for n in range(25)))
    monkeypatch.setattr(import_run, "BATCH", 10)
    search_rows, calls = importing._search_rows, []

    def break_in_the_second_batch(tickets, drafts):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return search_rows(tickets, drafts)

    monkeypatch.setattr(importing, "_search_rows", break_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        call_command("import_tickets", str(path), stdout=StringIO())
    assert Ticket.objects.count() == 10
    code, out, _bad = run(tmp_path, path, "--resume")
    assert (code, out.split(" in ")[0]) == (0, "15 imported, 10 skipped, 0 failed")
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == sorted(f"S{n}" for n in range(25))


def test_a_mapping_file_names_columns_departments_and_priorities(db, tmp_path):
    path, mapping = tmp_path / "x.csv", tmp_path / "m.json"
    path.write_text("betreffzeile;text\n".replace(";", ",") + "Hallo,Welt\n")
    Department.objects.create(key="it", name_de="IT", name_en="IT")
    mapping.write_text('{"columns": {"subject": "betreffzeile", "department": "text"}, "departments": {"Welt": "it"}}')
    code, _out, bad = run(tmp_path, path, "--mapping", str(mapping))
    assert (code, bad) == (0, [])
    assert Ticket.objects.get().department.key == "it"


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"column": {}}', '{"columns": {"colour": "x"}}', '{"columns": {"subject": "missing"}}']
)
def test_a_wrong_mapping_is_refused_before_anything_is_written(db, tmp_path, text):
    mapping = tmp_path / "m.json"
    mapping.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_tickets", str(DATA / "tickets_small.csv"), "--mapping", str(mapping))
    assert not ImportRun.objects.exists()


@pytest.mark.skipif(not SHARED.exists(), reason="the real data sets are not on this machine")
@pytest.mark.parametrize("name", ["endava_topics", "bueck_german10"])
def test_real_data_comes_in_whole(db, tmp_path, name):
    code, _out, bad = run(tmp_path, SHARED / f"{name}.csv.gz")
    assert (code, bad) == (0, [])
    assert Ticket.objects.count() > 1500
