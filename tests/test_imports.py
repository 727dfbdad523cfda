"""The plan of the house, held by the imports: rooms in their order, libraries in their rooms, and nothing on the way that is not used."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sidecarlint

CHECKOUT = Path(__file__).parent.parent
PACKAGE = CHECKOUT / "sidecarlint"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOMS = [*re.findall(r"^(\w+) {2,}\S", sidecarlint.__doc__ or "", re.MULTILINE), "__main__"]
"""The rooms in order, from the one place that states them: the map in the package's docstring."""

LIBRARIES = {
    "ruamel": {"documents"},
    "_ruamel_yaml": {"documents"},
    "click": {"cli"},
    "jinja2": {"rulebook", "fixes"},
    "jsonschema": {"catalogue", "rulebook"},
    "pathspec": {"sources"},
    "tree_sitter": {"workloads"},
    "tree_sitter_bash": {"workloads"},
    "subprocess": {"sources"},
}
"""The rooms that may know each library. What is not listed and not of the standard library may be imported nowhere."""

FINDING = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: logs, emptyDir: {}}]
  containers:
  - name: web
    image: registry.example/web:1
    volumeMounts: [{name: logs, mountPath: /logs}]
  - name: reader
    image: busybox:1.36
    command: [sh, -c, "tail -f /logs/access.log"]
    volumeMounts: [{name: logs, mountPath: /logs}]
"""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("sidecarlint.")}
    return used - {room(path), "__version__"}


def test_every_room_is_on_the_map() -> None:
    assert len(ROOMS) == len(set(ROOMS))
    assert set(ROOMS) == {room(path) for path in MODULES} - {"__init__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rooms_above_its_own(path: Path) -> None:
    """With it no two rooms can import each other, also not by a detour."""
    row = ROOMS.index(room(path)) if room(path) in ROOMS else 0
    assert [name for name in sorted(rooms_of(path)) if ROOMS.index(name) >= row] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)} - {"sidecarlint"}
    foreign = {name for name in used if name not in sys.stdlib_module_names or name in LIBRARIES}
    assert {name for name in foreign if room(path) not in LIBRARIES.get(name, set())} == set()


def test_each_library_is_where_the_table_says() -> None:
    used = {(name.split(".")[0], room(path)) for path in MODULES for name in imports(path)}
    stale = {library for library in LIBRARIES.keys() - {"subprocess"} if not any((library, each) in used for each in LIBRARIES[library])}
    assert stale == set()


def test_no_module_dumps_yaml_and_none_uses_what_can() -> None:
    """A rewrite is a set of text ranges: nothing that emits YAML may come near."""
    emitting = re.compile(r"\b(?:emit|serialize|represent|dump_all|safe_dump)\b|\byaml\.dump|YAML\(\)\.dump")
    text = {path: path.read_text(encoding="utf-8") for path in MODULES}
    assert [str(path) for path, code in text.items() if emitting.search(code)] == []
    assert {name for path in MODULES for name in imports(path) if name.split(".")[0] == "yaml"} == set()
    taken = {name for path in MODULES for name in imports(path) if name.startswith(("ruamel", "_ruamel"))}
    errors = {"ruamel.yaml.error.MarkedYAMLError", "ruamel.yaml.error.YAMLError"}
    assert taken <= {"_ruamel_yaml.CParser", "ruamel", "ruamel.yaml.YAML", *errors}


UNUSED = {
    "asyncio", "dataclasses", "difflib", "hashlib", "html", "importlib.resources", "jinja2", "jsonschema", "pathlib", "pathspec",
    "ruamel.yaml.emitter", "ruamel.yaml.main", "subprocess", "tempfile", "tomllib",
    "sidecarlint.config.files", "sidecarlint.mending", "sidecarlint.inspection", "sidecarlint.examples", "sidecarlint.rulebook.reading",
    "sidecarlint.catalogue.reading", "sidecarlint.references.kustomize", "sidecarlint.documents.recover", "sidecarlint.edits.proof",
    "sidecarlint.rendering", "sidecarlint.sources.helm", "sidecarlint.sources.programs",
    "sidecarlint.reports.json", "sidecarlint.reports.concise", "sidecarlint.reports.terminal.diff", "sidecarlint.proving",
    "sidecarlint.edits.outcomes", "sidecarlint.sources.building",
}  # fmt: skip
"""What a plain `check` has no use for, and so must not pay for."""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules in memory after a run of the program in a folder."""
    code = "import sys; from sidecarlint.__main__ import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments", [("check", "pod.yaml"), ("check", "."), ("check",), ("check", "--select", "legacy-log-reader", "pod.yaml")]
)
def test_a_plain_check_imports_only_what_it_uses(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "pod.yaml").write_text(FINDING)
    loaded(tmp_path, "rules")
    modules = loaded(tmp_path, *arguments)
    assert "sidecarlint.fixes" in modules
    assert UNUSED & modules == set()


def test_what_is_left_out_is_imported_where_it_is_used(tmp_path: Path) -> None:
    """Otherwise the list of what a check leaves out would be a list of names that nothing has."""
    (tmp_path / "pod.yaml").write_text(FINDING)
    (tmp_path / ".gitignore").write_text("vendor/\n")
    (tmp_path / "sidecarlint.toml").write_text('target = "1.33"\n')
    seen = loaded(tmp_path, "fix", ".") | loaded(tmp_path, "test") | loaded(tmp_path, "inspect", "--format", "concise")
    assert {"pathspec", "tempfile", "tomllib", "jinja2", "sidecarlint.mending", "sidecarlint.edits.proof"} <= seen
    assert {"sidecarlint.config.files", "sidecarlint.inspection", "sidecarlint.examples", "sidecarlint.reports.concise"} <= seen
    assert "sidecarlint.rulebook.reading" in seen
