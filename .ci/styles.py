"""Built CSS and vendored scripts are what the sources give: builds them in a copy and compares."""

import filecmp
import shutil
import subprocess
import tempfile
from pathlib import Path

import tree

THEME = Path("flowtic", "theme", "static_src")


def main() -> None:
    source = next(
        (
            path.parent
            for path in (tree.ROOT / "flowtic" / "theme").rglob("package.json")
            if "node_modules" not in path.parts
        ),
        None,
    )
    if source is None:
        tree.fail("flowtic/theme holds no package.json")
    npm = shutil.which("npm")
    if npm is None:
        tree.skip("npm is not installed, so nobody checked that static/ is what flowtic/theme builds")
    with tempfile.TemporaryDirectory(prefix="flowtic-styles-") as name:
        copy = Path(name)
        tree.copy_to(copy)
        theme = copy / source.relative_to(tree.ROOT)
        for command in ([npm, "ci", "--no-audit", "--no-fund"], [npm, "run", "build"]):
            done = subprocess.run(command, cwd=theme, check=False, text=True, capture_output=True)
            if done.returncode:
                tree.fail(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        stale = different(copy / "static", tree.ROOT / "static")
    if stale:
        tree.fail("Not what the sources build (npm ci && npm run build, then commit):\n  " + "\n  ".join(stale))
    print("static/ is what flowtic/theme builds")


def different(built: Path, present: Path) -> list[str]:
    """Names below static/ whose contents differ or that only one side has."""
    names = {path.relative_to(folder) for folder in (built, present) for path in folder.rglob("*") if path.is_file()}
    return sorted(
        str(name)
        for name in names
        if not (built / name).is_file()
        or not (present / name).is_file()
        or not filecmp.cmp(built / name, present / name, shallow=False)
    )


if __name__ == "__main__":
    main()
