"""The German catalogue is complete: every text of the sources is in it, translated, and compiled."""

import gettext
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

DOMAINS = ("django", "djangojs")
IGNORED = (
    "--ignore=tests/*",
    "--ignore=node_modules/*",
    "--ignore=static/*",
    "--ignore=var/*",
    "--ignore=benchmarks/*",
)


def main() -> None:
    if not shutil.which("xgettext"):
        tree.skip("gettext is not installed (apt-get install gettext), so nobody checked the translations")
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="flowtic-translations-") as name:
        copy = Path(name)
        tree.copy_to(copy)
        for domain in DOMAINS:
            path = Path("locale", "de", "LC_MESSAGES", f"{domain}.po")
            if domain == "djangojs" and not (tree.ROOT / path).exists():
                continue
            collect(copy, domain)
            problems += compare(copy / path, tree.ROOT / path)
    if problems:
        tree.fail(f"{len(problems)} problems in locale/de:\n  " + "\n  ".join(problems[:60]))
    print("locale/de is complete")


def collect(copy: Path, domain: str) -> None:
    command = [sys.executable, "manage.py", "makemessages", "--locale=de", f"--domain={domain}", "--no-location"]
    done = subprocess.run([*command, *IGNORED], cwd=copy, check=False, text=True, capture_output=True)
    if done.returncode:
        tree.fail(f"makemessages failed:\n{done.stdout}{done.stderr}")


def compare(collected: Path, committed: Path) -> list[str]:
    """What is missing, superfluous, untranslated, guessed or not compiled."""
    if not committed.exists():
        return [f"{committed.name} does not exist; makemessages has not been run"]
    wanted, present = entries(collected), entries(committed)
    problems = [f"not in the catalogue: {text}" for text in wanted.keys() - present.keys()]
    problems += [f"no longer used: {text}" for text in present.keys() - wanted.keys()]
    for text, block in present.items():
        if "#, fuzzy" in block or re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            problems.append(f"marked as a guess (fuzzy): {text}")
        elif re.search(r'^msgstr(?:\[\d\])? ""\n(?!")', block + "\n", re.MULTILINE):
            problems.append(f"not translated: {text}")
    return sorted(problems) + stale(committed)


def entries(path: Path) -> dict[str, str]:
    """Each entry's block of text by its msgid (with context), without the header and without obsolete ones."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        key = re.search(
            r'^(?:msgctxt .*\n(?:".*"\n)*)?msgid .*\n(?:".*"\n)*(?:msgid_plural .*\n(?:".*"\n)*)?', block, re.MULTILINE
        )
        if key and not key.group().startswith('msgid ""\nmsgstr') and "Project-Id-Version" not in block:
            found[re.sub(r'"\n"', "", key.group()).replace("\n", " ").strip()] = block
    return found


def stale(committed: Path) -> list[str]:
    """Whether the compiled file says something else than the catalogue."""
    compiled = committed.with_suffix(".mo")
    if not compiled.exists():
        return [f"{compiled.name} is missing: run compilemessages and commit it"]
    with tempfile.NamedTemporaryFile(suffix=".mo") as fresh:
        subprocess.run(["msgfmt", "--check-format", "-o", fresh.name, str(committed)], check=True)
        with open(fresh.name, "rb") as left, open(compiled, "rb") as right:
            same = gettext.GNUTranslations(left)._catalog == gettext.GNUTranslations(right)._catalog  # noqa: SLF001
    return [] if same else [f"{compiled.name} is older than {committed.name}: run compilemessages and commit it"]


if __name__ == "__main__":
    main()
