"""What the portal installs is named, explained and locked."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEVELOPERS_ONLY = {ROOT / "coordination" / "ui" / "messages.py"}
"""Run by bin/messages and bin/test, never by the portal at work."""
LOCKED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": PROJECT["project"]["dependencies"]
    + PROJECT["dependency-groups"]["dev"],
}


def name_of(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def entries(file: str) -> dict[str, str]:
    """Each locked package with the lines that belong to it."""
    text = (ROOT / file).read_text()
    parts = re.split(r"(?m)^(?=[A-Za-z0-9])", re.sub(r"(?m)^ *#.*\n", "", text))
    return {name_of(part): part for part in parts if part.strip()}


def test_every_direct_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for requirement in LOCKED["requirements-dev.txt"]:
        (line,) = [line for line in lines if line.strip().startswith(f'"{requirement}"')]
        assert re.search(r",\s+# \S.{10,}", line), f"{requirement} carries no comment"


@pytest.mark.parametrize("file", LOCKED)
def test_every_locked_package_is_pinned_and_carries_hashes(file):
    for name, entry in entries(file).items():
        assert "==" in entry.splitlines()[0], f"{name} is not pinned"
        assert "--hash=sha256:" in entry, f"{name} has no hash"


@pytest.mark.parametrize("file", LOCKED)
def test_every_direct_dependency_is_locked(file):
    assert {name_of(requirement) for requirement in LOCKED[file]} <= set(entries(file))


@pytest.mark.parametrize("file", LOCKED)
def test_the_locked_files_name_no_registry(file):
    assert not re.search(
        r"(?m)^\s*(--?(i|f|index|extra|find|trusted)|.*https?:)", (ROOT / file).read_text()
    )


def test_the_two_files_lock_the_same_versions():
    runtime, dev = entries("requirements.txt"), entries("requirements-dev.txt")
    for name, entry in runtime.items():
        assert entry.splitlines()[0] == dev[name].splitlines()[0]


def test_every_package_that_the_portal_imports_is_a_direct_dependency():
    import sys
    from importlib.metadata import packages_distributions

    direct = {name_of(requirement) for requirement in LOCKED["requirements.txt"]}
    ours = {"coordination", "forums", "training", "cases"}
    known = packages_distributions()
    for app in ours:
        for file in set((ROOT / app).rglob("*.py")) - DEVELOPERS_ONLY:
            for module in re.findall(r"(?m)^\s*(?:from|import) ([A-Za-z_]\w*)", file.read_text()):
                if module in ours or module in sys.stdlib_module_names:
                    continue
                offered = {name_of(name) for name in known.get(module, [])}
                assert offered & direct, f"{file.relative_to(ROOT)} imports {module}"
