"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit as the README says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
LEGACY, NATIVE = (CHECKOUT / "fixtures" / name / "web-access-log.yaml" for name in ("legacy", "native"))
NO_MANIFEST = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n"


class Repository:
    """A git repository of manifests beside a clone of sidecarlint, with a HOME that holds nothing."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "manifests"
        (folder / "home").mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON"))}
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", "A"), ("EMAIL", "a@example.com"))}
        self.env = {**kept, **who, "HOME": str(folder / "home"), "GIT_CONFIG_NOSYSTEM": "1"}

    def git(self, *words: str, cwd: Path | None = None) -> str:
        return subprocess.run(["git", *words], cwd=cwd or self.path, env=self.env, check=True, capture_output=True, text=True).stdout

    def pre_commit(self, *words: str) -> tuple[int, str]:
        """Its exit code and what it printed."""
        done = subprocess.run([sys.executable, "-m", "pre_commit", *words], cwd=self.path, env=self.env, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def hook(self, name: str) -> tuple[int, str]:
        """Runs one hook on all files."""
        return self.pre_commit("run", "--color=never", "--all-files", name)

    def commit(self, folder: Path) -> None:
        self.git("init", "-q", cwd=folder)
        self.git("add", "-A", cwd=folder)
        self.git("commit", "-q", "-m", "first", cwd=folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    listed = made.git("ls-files", "--cached", "--others", "--exclude-standard", cwd=CHECKOUT).splitlines()
    for name in listed:
        if (CHECKOUT / name).is_file():
            (tmp_path / "sidecarlint" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, tmp_path / "sidecarlint" / name)
    made.commit(tmp_path / "sidecarlint")
    made.path.mkdir()
    (made.path / ".pre-commit-config.yaml").write_text(config_of_the_readme())
    (made.path / "web.yaml").write_bytes(LEGACY.read_bytes())
    (made.path / "workflow.yaml").write_text(NO_MANIFEST)
    made.commit(made.path)
    return made


def config_of_the_readme() -> str:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    (config,) = re.findall(r"^```yaml\n(repos:\n.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    return str(config)


def skip_without_index() -> None:
    """pre-commit installs the hook with pip, and pip builds it with hatchling from its index."""
    words = ["install", "-q", "--dry-run", "--no-deps", "--ignore-installed", "hatchling"]
    tried = subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"pip cannot install from its index: {(tried.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def test_check_fails_fix_mends_and_then_both_pass(repository: Repository) -> None:
    skip_without_index()
    code, output = repository.pre_commit("autoupdate", "--bleeding-edge")
    assert code == 0, output
    commit = repository.git("rev-parse", "HEAD", cwd=repository.path.parent / "sidecarlint").strip()
    assert f"rev: {commit}\n" in (repository.path / ".pre-commit-config.yaml").read_text()

    code, output = repository.hook("sidecarlint")
    assert code == 1, output
    assert "warning[legacy-log-reader]" in output
    assert "--> web.yaml:23:11  Deployment/web" in output
    assert "workflow.yaml" not in output
    assert "web.yaml" not in repository.git("status", "--short")

    code, output = repository.hook("sidecarlint-fix")
    assert code == 1, output
    assert "files were modified by this hook" in output
    assert "fixed" in output
    assert (repository.path / "web.yaml").read_bytes() == NATIVE.read_bytes()

    repository.git("add", "web.yaml")
    for name in ("sidecarlint-fix", "sidecarlint"):
        code, output = repository.hook(name)
        assert code == 0, output
    assert (repository.path / "web.yaml").read_bytes() == NATIVE.read_bytes()
    assert "workflow.yaml" not in repository.git("status", "--short")
