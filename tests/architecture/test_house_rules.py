"""The rules of the house that a machine can check (docs/architecture.md)."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from flowtic.core import command, events, policy

ROOT = Path(__file__).resolve().parents[2]
APPS = ("flowtic", "accounts", "knowledge", "desk", "workflows", "ai_assist")
PYTHON = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCE = {path: path.read_text(encoding="utf-8") for path in [*PYTHON, *TEMPLATES]}

# Commands that have no actor of their own: sign-up and confirmation happen before anybody is somebody.
WITHOUT_ACTOR = {"accounts.commands.people.register_person", "accounts.commands.people.confirm_email"}


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_module_has_one_subject(path):
    assert len(SOURCE[path].splitlines()) <= 400
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_are_short_and_clean(path):
    text = SOURCE[path]
    assert len(text.splitlines()) <= 150
    if "/mail/" in name(path) or "/email/" in name(path):
        return  # mail programs know no style sheets and run no scripts
    assert not re.search(r"\sstyle=", text), "inline style"
    assert not re.search(r"\son[a-z]+=|hx-on|\bjs:", text), "inline script"
    assert not re.search(r"""(src|href)=["']https?://""", text), "foreign host"
    assert "|safe" not in text, "only the sanitiser may call text safe"
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "nonce" in script, script


def test_every_form_that_posts_has_a_csrf_token():
    for path, text in SOURCE.items():
        for form in re.findall(r'<form\b[^>]*method="post".*?</form>', text, flags=re.DOTALL | re.IGNORECASE):
            # A form that only a script sends carries the token as a header.
            assert "csrf_token" in form or "data-js-only" in form, name(path)


def test_functions_are_short():
    long = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(SOURCE[path])):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > 60:
                    long[f"{name(path)}:{node.name}"] = lines
    assert long == {}


def test_a_command_takes_the_actor_first_and_the_rest_by_name():
    for dotted, function in command.registry.items():
        if not dotted.startswith(APPS):
            continue
        parameters = list(inspect.signature(function).parameters.values())
        if dotted not in WITHOUT_ACTOR:
            assert parameters[0].name == "actor", dotted
        positional = [item for item in parameters if item.kind is item.POSITIONAL_OR_KEYWORD]
        assert len(positional) <= 2, f"{dotted}: everything after the object is keyword-only"
        assert function.__doc__, dotted


def test_only_commands_write():
    """Doors never save a model of their own accord."""
    writes = re.compile(r"\.(save|create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)\(")
    for path in PYTHON:
        parts = path.relative_to(ROOT).parts
        if parts[0] == "flowtic" or "commands" in parts or path.name in {"seeds.py", "tokens.py", "admin.py"}:
            continue
        doors = {"views", "api", "forms", "management"} & set(parts) or path.stem in {"forms", "queries", "urls"}
        if doors:
            found = [line for line in SOURCE[path].splitlines() if writes.search(line)]
            lines = [line for line in found if "storage" not in line and "router." not in line]
            assert lines == [], name(path)


def test_dangerous_calls_are_not_used():
    banned = {
        r"\bmark_safe\(": set(),
        # Bearer tokens are not sent by browsers on their own.
        r"\bcsrf_exempt\b": {"flowtic/core/api_root.py"},
        r"\bTemplate\(|from_string\(": set(),
        r"\bpickle\b": set(),
        r"shell=True": set(),
        r"\b(deliver_events|run_job)\.delay\(": set(),
        # The search engines build their SQL from stems; every value is a parameter.
        r"\.extra\(|RawSQL\(": {"flowtic/core/search/mysql.py", "flowtic/core/search/sqlite.py"},
        r"fields = \"__all__\"|^\s+exclude = ": set(),
    }
    for pattern, allowed in banned.items():
        found = {name(path) for path in PYTHON if re.search(pattern, SOURCE[path], flags=re.MULTILINE)}
        assert {path for path in found if not _allowed(path, pattern)} <= allowed, pattern


def _allowed(path, pattern):
    """Where the call is the point of the module."""
    marked = {
        "flowtic/core/templatetags/ui.py",
        "flowtic/core/markdown.py",
        "desk/card_markup.py",
        "desk/row_markup.py",
        "flowtic/core/templatetags/frame.py",
    }
    return "mark_safe" in pattern and path in marked


def test_every_event_has_a_sentence_in_both_languages():
    for language in ("en", "de"):
        with translation.override(language):
            for kind in events.event_types().values():
                assert re.fullmatch(r"[a-z_]+\.[a-z_]+", kind.name)
                assert str(kind.sentence)


def test_every_subscriber_listens_to_declared_events():
    known = events.event_types()
    for key, (function, names) in events._subscribers.items():
        assert callable(function)
        assert set(names) <= set(known), key


def test_every_required_action_has_a_rule():
    used = set()
    for path in PYTHON:
        used |= set(re.findall(r"(?:require|allows)\(\s*[\w.]+,\s*\"([a-z_.]+)\"", SOURCE[path]))
    assert used
    assert used <= set(policy.actions())


def test_no_orm_signals_and_no_business_in_save():
    for path in PYTHON:
        assert not re.search(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b", SOURCE[path]), name(path)
    for model in apps.get_models():
        if model.__module__.startswith(("accounts.", "desk.")):
            assert "save" not in model.__dict__, model


def test_no_path_of_a_machine_and_no_registry_in_the_project():
    tracked = [*PYTHON, *TEMPLATES, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "pyproject.toml"]
    for path in tracked:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/home/\w|/work/|/root/|registry\.npmjs|files\.pythonhosted", text), name(path)
