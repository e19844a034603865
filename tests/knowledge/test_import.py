"""`manage.py import_articles`: what comes out of the files, and that a second time changes nothing."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from flowtic.core.actor import Actor
from knowledge.commands import publish_article, save_draft, set_state
from knowledge.importing.html import to_markdown
from knowledge.importing.reading import CannotRead, read_page
from knowledge.models import Article, Category

DATA = Path(__file__).resolve().parents[1] / "data" / "articles"
MACHINE = Actor.system("test")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "kb" / "markdown_de"


def run(folder, **options):
    out, err = StringIO(), StringIO()
    try:
        call_command("import_articles", str(folder), stdout=out, stderr=err, **options)
        code = 0
    except CommandError as error:
        code = error.returncode
    return out.getvalue().strip().splitlines(), err.getvalue(), code


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DATA, tmp_path / "kb")
    return tmp_path / "kb"


def test_a_folder_becomes_articles(db, folder):
    lines, errors, code = run(folder)
    assert lines[-1] == "4 imported, 0 updated, 0 skipped, 3 failed"
    assert code == 1
    assert "failed: broken.md: the front matter is not YAML" in errors
    assert "failed: binary.md: not UTF-8" in errors
    assert "failed: empty.md: no text" in errors
    german = Article.objects.get(language="de", category__key="netz")
    assert (german.title, german.public, german.state, german.version) == (
        "WLAN: Verbindung bricht ab",
        True,
        "active",
        1,
    )
    assert "[die Seite](https://example.test/wlan)" in german.body
    assert "die andere Datei und" in german.body
    english = Article.objects.get(title="Wi-Fi keeps dropping")
    assert (english.original, english.language, english.public) == (german, "en", False)
    printer = Article.objects.get(title="Drucker einrichten")
    assert (printer.language, printer.category.key) == ("de", "imported")
    assert sorted(Category.objects.values_list("key", flat=True)) == ["imported", "netz"]


def test_the_second_time_nothing_changes(db, folder):
    run(folder)
    before = list(Article.objects.order_by("pk").values())
    lines, _errors, _code = run(folder)
    assert lines[-1] == "0 imported, 0 updated, 4 skipped, 3 failed"
    assert list(Article.objects.order_by("pk").values()) == before


def test_a_changed_file_updates_its_article_unless_people_wrote(db, folder, as_web, sven):
    run(folder)
    mine = Article.objects.get(title="Wi-Fi keeps dropping")
    draft = save_draft(as_web(sven), mine, rev=mine.draft_rev, body="Checked by people.")
    publish_article(as_web(sven), draft, note="")
    set_state(MACHINE, Article.objects.get(title="Drucker einrichten"), state="inactive")
    for name in ("de/netz/wlan.md", "en/wifi.md", "Drucker_einrichten.md"):
        path = folder / name
        path.write_text(path.read_text() + "\nMore from the file.\n")
    lines, _errors, _code = run(folder)
    assert lines[-1] == "0 imported, 1 updated, 3 skipped, 3 failed"
    assert "left alone: en/wifi.md: the article was changed since the last import" in lines
    assert "left alone: Drucker_einrichten.md: the article is inactive" in lines
    assert Article.objects.get(pk=mine.pk).body == "Checked by people."
    updated = Article.objects.get(title="WLAN: Verbindung bricht ab")
    assert (updated.version, "More from the file." in updated.body) == (2, True)


def test_drafts_and_dry_runs(db, folder):
    lines, _errors, _code = run(folder, dry_run=True)
    assert lines[-1] == "4 could be imported, 0 updated, 0 skipped, 3 failed"
    assert not Article.objects.exists()
    run(folder, draft=True, category="manual")
    assert set(Article.objects.values_list("state", flat=True)) == {"draft"}
    assert Category.objects.filter(key="manual").exists()


def test_files_outside_the_folder_are_left_alone(db, folder, tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n\nnot for import\n")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / ".hidden.md").write_text("# Hidden\n\nnot for import\n")
    run(folder)
    assert not Article.objects.filter(body__contains="not for import").exists()


def test_no_folder(db):
    with pytest.raises(CommandError):
        call_command("import_articles", "/nowhere/at/all")


def test_html_becomes_plain_markdown():
    title, text = to_markdown((DATA / "intranet.html").read_text())
    assert title == "Old intranet page"
    assert text.startswith(
        "# Mail on the phone\n\nOpen the **settings** & choose [mail](https://mail.example.test/a%20b)."
    )
    assert "- First\n   - Inner\n- Second" in text
    assert "| Server | Port |\n| --- | --- |\n| imap | 993 |" in text
    assert "```\ntelnet mail 25\nQUIT\n```" in text
    assert "2 \\* 3 \\_is\\_ \\<six\\>" in text
    for gone in ("alert", "javascript", "tracker", "color:red", "Home | News", "onclick"):
        assert gone not in text
    assert "Do not click" in text


@pytest.mark.parametrize("depth", [5_000])
def test_deep_html_is_no_bomb(depth):
    assert to_markdown("<div><ul><li><blockquote>" * depth + "end")[1].endswith("end")


def test_large_files_and_heads_are_refused(tmp_path):
    path = tmp_path / "big.md"
    path.write_text("x" * 1_000_001)
    with pytest.raises(CannotRead):
        read_page(path)
    path.write_text(f"---\ntitle: {'x' * 30_000}\n---\nText")
    with pytest.raises(CannotRead):
        read_page(path)


def test_a_rule_at_the_beginning_is_no_front_matter(tmp_path):
    path = tmp_path / "rule.md"
    path.write_text("---\njust words\n---\n\nText of the article")
    assert "Text of the article" in read_page(path).body


@pytest.mark.skipif(not SHARED.is_dir(), reason="the German manual is not beside the project")
def test_the_german_manual(db):
    lines, errors, code = run(SHARED, language="de")
    assert (errors, code) == ("", 0)
    number = len(list(SHARED.rglob("*.md")))
    assert lines[-1] == f"{number} imported, 0 updated, 0 skipped, 0 failed"
    assert set(Article.objects.values_list("language", flat=True)) == {"de"}
