"""What reaches the browser: budgets, the pinned htmx, icons that exist, templates the content policy lets through."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HTMX = STATIC / "vendor" / "htmx" / "htmx.min.js"


def packed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_style_sheet_stays_in_its_budget() -> None:
    assert packed(STATIC / "css" / "dist" / "styles.css") <= 20 * 1024


def test_scripts_of_a_page_stay_in_their_budget() -> None:
    """60 KB for what every page loads together with the modules of its own."""
    common = {HTMX, STATIC / "vendor" / "htmx" / "hx-preload.min.js", *modules("app.js")}
    for template in TEMPLATES:
        named = re.findall(r"static 'js/([\w-]+\.js)'", template.read_text())
        own = set().union(*(modules(name) for name in named)) if named else set()
        assert packed(*(common | own)) <= 60 * 1024, template


def modules(name: str) -> set[Path]:
    """A module with everything that it imports."""
    found: set[Path] = set()
    waiting = [STATIC / "js" / name]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            imported = re.findall(r"""(?:from|import)\s*\(?\s*["']\./([\w-]+\.js)["']""", file.read_text())
            waiting += [file.parent / one for one in imported]
    return found


def test_vendored_htmx_is_the_pinned_one_and_knows_the_names_we_use() -> None:
    package = json.loads((ROOT / "flowtic" / "theme" / "static_src" / "package.json").read_text())
    text = HTMX.read_text()
    assert package["devDependencies"]["htmx.org"] == "4.0.1"
    assert '"4.0.1"' in text or "'4.0.1'" in text
    used = "htmx-config noSwap includeIndicatorCSS hx-status: htmx:config:request htmx:before:swap htmx:after:swap"
    for name in f"{used} htmx:response:error htmx:finally:request htmx:confirm".split():
        assert name in text, name


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    asked = {name for file in TEMPLATES for name in re.findall(r'{%\s*icon\s+"([\w-]+)"', file.read_text())}
    assert {f"i-{name}" for name in asked} <= drawn
    kinds = "new pending_assignment assigned in_progress waiting_requester waiting_approval resolved closed rejected"
    assert {f"s-{kind}" for kind in kinds.split()} <= drawn


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_template_needs_nothing_the_content_policy_forbids(file: Path) -> None:
    if file.relative_to(ROOT / "templates").parts[0] == "mail":
        pytest.skip("mail clients know no content policy")
    text = re.sub(r"{#.*?#}", "", file.read_text())
    assert not re.search(r"\sstyle=", text), "style attribute"
    assert not re.search(r"\son[a-z]+=", text), "inline handler"
    assert "hx-on" not in text
    assert not re.search(r"hx-(vals|headers)=['\"]js:", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag, tag
        assert 'nonce="{{ request.csp_nonce }}"' in tag, tag


def test_modules_import_only_files_that_exist() -> None:
    for module in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'from "\./([\w.]+)"|import "\./([\w.]+)"', module.read_text()):
            assert (STATIC / "js" / "".join(name)).is_file(), (module.name, name)
