"""A copy of the working tree (what git tracks, or would) where a check may build without touching the original."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77


def copy_to(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def skip(reason: str) -> NoReturn:
    print(f"!! SKIPPED: {reason}")
    sys.exit(SKIPPED)


def fail(reason: str) -> NoReturn:
    print(reason)
    sys.exit(1)
