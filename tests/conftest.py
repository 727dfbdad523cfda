"""What tests of the whole program share: the program as a process, and manifests as objects by another library than ours."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests import helming
from tests.apiserver.build import Unavailable

CHECKOUT = Path(__file__).parent.parent
PROGRAM = (sys.executable, "-m", "sidecarlint")


class Done(NamedTuple):
    """A process that has ended: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program in `tmp_path`. Texts go in and out as UTF-8; further variables come from `env`."""

    def program(*arguments: str, stdin: str | bytes = b"", env: dict[str, str] | None = None, start: tuple[str, ...] = PROGRAM) -> Done:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        variables = environment() | (env or {})
        done = subprocess.run([*start, *arguments], cwd=tmp_path, env=variables, input=data, capture_output=True, timeout=120)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return program


@pytest.fixture
def with_helm(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts the real Helm on PATH, for this process and those that it starts; its folder. The test is skipped where there is none."""
    try:
        found = helming.folder()
    except Unavailable as why:
        pytest.skip(f"charts cannot be rendered: {why}")
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")
    return found


def environment() -> dict[str, str]:
    """The environment of a user who has this checkout, whatever the tests themselves were started with."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONUTF8", "COLUMNS", "GITHUB_ACTIONS")}
    return {**kept, "PYTHONPATH": str(CHECKOUT)}


def pure(text: str) -> list[Any]:
    """Every document of a text, by PyYAML's own parser. Scalars are texts; what YAML 1.1 takes for no text has its tag in front."""
    loader: Any = _Pure
    return list(yaml.load_all(text, Loader=loader))


class _Pure(
    yaml.reader.Reader,
    yaml.scanner.Scanner,
    yaml.parser.Parser,
    yaml.composer.Composer,
    yaml.constructor.BaseConstructor,
    yaml.resolver.Resolver,
):
    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)
        yaml.constructor.BaseConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)

    def construct_scalar(self, node: yaml.Node) -> str:
        return str(node.value) if node.tag == "tag:yaml.org,2002:str" else f"{node.tag} {node.value}"


def container(specification: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    """The container of that name in a list of a pod spec."""
    found = [each for each in specification.get(key, ()) if each.get("name") == name]
    assert len(found) == 1, f"{key} holds {len(found)} containers named {name}"
    return dict(found[0])
