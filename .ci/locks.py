"""The lock files hold what pyproject.toml asks for: same packages, versions and markers as uv resolves now.

Hashes are not compared: a wheel that is uploaded later for a locked version adds one without anybody's doing.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import tree
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUNTIME, DEV = "requirements.lock", "requirements-dev.lock"


def main() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"]
    extra = [*project["project"]["optional-dependencies"]["mysql"], *project["dependency-groups"]["dev"]]
    problems = unmet(RUNTIME, wanted) + unmet(DEV, wanted + extra)
    # Markers may differ: a tool of the development set can want a package where the product does not.
    problems += [f"{entry} is in {RUNTIME} but not so in {DEV}" for entry in versions(RUNTIME) - versions(DEV)]
    if problems:
        tree.fail("\n".join(problems))
    uv = shutil.which("uv")
    if uv is None or subprocess.run([uv, "--version"], check=False, capture_output=True).returncode:
        tree.skip("uv is not installed, so nobody resolved anew (versions do satisfy pyproject.toml)")
    resolve(uv)
    print("the locks are current")


def pins(name: str) -> set[str]:
    return entries((tree.ROOT / name).read_text())


def versions(name: str) -> set[str]:
    return {entry.split(";")[0].strip() for entry in pins(name)}


def entries(lock: str) -> set[str]:
    """`name==version ; marker` of every entry of a lock's text."""
    return set(re.findall(r"^([a-z0-9][^\s]*==[^\\\n]*?)\s*\\?$", lock, re.MULTILINE))


def unmet(lock: str, wanted: list[str]) -> list[str]:
    versions = {canonicalize_name(pin.split("==")[0]): pin.split("==")[1].split(";")[0].strip() for pin in pins(lock)}
    problems = []
    for text in wanted:
        requirement = Requirement(text)
        version = versions.get(canonicalize_name(requirement.name))
        if version is None:
            problems.append(f"{lock} lacks {requirement.name}")
        elif not requirement.specifier.contains(version, prereleases=True):
            problems.append(
                f"{lock} holds {requirement.name} {version}, pyproject.toml asks for {requirement.specifier}"
            )
    return problems


def resolve(uv: str) -> None:
    """Resolve anew, keeping the locked versions where they fit, and compare."""
    common = [uv, "pip", "compile", "pyproject.toml", "--universal", "--no-header", "--no-annotate", "--quiet"]
    options = ["--generate-hashes", f"--python-version={sys.version_info.major}.{sys.version_info.minor}"]
    with tempfile.TemporaryDirectory(prefix="flowtic-locks-") as folder:
        for lock, more in ((RUNTIME, []), (DEV, ["--extra", "mysql", "--group", "dev", "-c", RUNTIME])):
            fresh = Path(folder) / lock
            shutil.copy(tree.ROOT / lock, fresh)
            command = [*common, *options, *more, "-o", str(fresh)]
            done = subprocess.run(command, cwd=tree.ROOT, check=False, text=True, capture_output=True)
            if done.returncode:
                if re.search(r"connect|network|timed out|dns|resolve host", done.stderr, re.IGNORECASE):
                    tree.skip(f"no network to resolve {lock} anew (versions do satisfy pyproject.toml)")
                tree.fail(f"{' '.join(command)} failed:\n{done.stderr}")
            if changed := sorted(entries(fresh.read_text()) ^ pins(lock)):
                tree.fail(f"{lock} is not what pyproject.toml resolves to:\n  " + "\n  ".join(changed))


if __name__ == "__main__":
    main()
