"""Kubernetes' own validation on what `fix` writes: what the API server took before, it takes after.

Nothing here is judged by code of ours: `tests/apiserver` is Kubernetes' decoding, defaulting, dropping and validation, of several
versions. `SIDECARLINT_KUBERNETES=all` asks all of them; otherwise only the newest is asked.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecarlint import bundle, pipeline
from sidecarlint.rulebook import Example
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import Version, parse_version
from tests.comments_of import hashes
from tests.conftest import CHECKOUT
from tests.kubernetes import ASKED, NEWEST, Answer, Refusal, refusals, validate, validate_all
from tests.test_migrations import PAIRS

FIXTURES = CHECKOUT / "fixtures"
CORPUS = CHECKOUT.parent / "shared" / "corpus" / "dev"
MAIN = [version for version in ("1.29", "1.33", NEWEST) if version in ASKED]
"""The first version with native sidecars on, the first with all that belongs to them, and the newest."""
WAYS = {"safe": (False, Settings()), "unsafe": (True, Settings())}
"""Ways to fix: whether unsafe fixes are applied, and what else the command line asks for."""
LEAST_VALID = {FIXTURES: 100, CORPUS: 300}
"""How many documents of a folder must be valid before, so that a test of them says something."""
COMMENT_GOES = {
    "legacy/customers.yaml",
    "sidecars/fare-rules.yaml",
    "sidecars/parcel-labels.yaml",
    "workarounds/job-quit-call.yaml",
    "kustomize-moves/init-list-to-fill/before/overlays/production/kustomization.yaml",
    # It goes into a patch in another file.
    "kustomize-brought/brought-beside/before/prod/tickets.yaml",
    *(f"migration/{name}.before{Path(pair.name).suffix}" for name, pair in PAIRS.items() if pair.loses),
}
"""Where a comment is about a line that the fix removes, and goes with it."""
SEED = """\
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - {name: migrate, image: registry.example/migrate:1}
      - {name: proxy, image: registry.example/proxy:1, restartPolicy: Always}
      containers:
      - {name: report, image: registry.example/report:1}
"""


def version_of(text: str) -> Version:
    version = parse_version(text)
    assert version, f"{text} is no version"
    return version


# What fix writes.


@pytest.mark.parametrize("version", MAIN)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("folder", [FIXTURES, CORPUS], ids=["fixtures", "corpus"])
def test_what_was_valid_stays_valid(folder: Path, way: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not folder.is_dir():
        pytest.skip("the corpus lies in ../shared/corpus, which is not here")
    monkeypatch.chdir(folder)
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml")
    before = dict(zip(paths, validate_all([text_of(Path(path)) for path in paths], version), strict=True))
    given = pipeline.Input(tuple(paths), io.BytesIO())
    unsafe, asked = WAYS[way]
    mending = pipeline.fix(given, asked._replace(target=version_of(version)), unsafe, show_only=True)
    after = dict(
        zip((each.path for each in mending.rewritten), validate_all([each.new for each in mending.rewritten], version), strict=True)
    )
    assert {each.path for each in mending.rewritten if hashes(each.old) - hashes(each.new)} <= COMMENT_GOES, "comments are gone"
    for path, answers in after.items():
        # A JSON patch is no object. A merge is half of one.
        assert _is_patch(folder / path) or worse(before[path], answers) == [], f"{path}: {version} refuses what fix made of it"
    valid = sum(each.outcome == "valid" for answers in before.values() for each in answers)
    rewritten = sum(each.outcome == "valid" for path in after for each in before[path])
    print(f"\n{version}: {valid} documents of {len(paths)} files were valid before, {rewritten} of them in {len(after)} rewritten files")
    assert valid >= LEAST_VALID[folder]
    assert rewritten > 0


def _is_patch(path: Path) -> bool:
    near = path.parent / "kustomization.yaml"
    said = near.read_text(encoding="utf-8") if near.is_file() else ""
    return f"path: {path.name}" in said or f"patchesStrategicMerge:\n  - {path.name}" in said


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")


def worse(before: list[Answer], after: list[Answer]) -> list[str]:
    """What is refused after a rewrite and was not before: objects that were valid, and new reasons against all others."""
    faults = [f"{old.kind} {old.name} is {new.outcome}: {new.errors}" for old, new in zip(before, after, strict=True) if is_worse(old, new)]
    return faults + [f"new: {' '.join(reason)}" for reason in refusals(after) - refusals(before)]


def is_worse(old: Answer, new: Answer) -> bool:
    return place(old) != place(new) or (old.outcome == "valid" and new.outcome != "valid")


def place(answer: Answer) -> tuple[Any, ...]:
    return answer.document, answer.item, answer.kind, answer.name


@pytest.mark.parametrize("version", ASKED)
def test_what_rules_show_as_fixed_is_no_worse(version: str) -> None:
    """At each version that runs what the example is written for. Selectors, which have nothing to do with a pod's life, are filled in."""
    examples = [each for rule in bundle.bundled().rules for each in bundle.whole(rule).examples if each.fixed and fits(each, version)]
    old = validate_all([completed(each.text) for each in examples], version)
    new = validate_all([completed(each.fixed or "") for each in examples], version)
    for example, before, after in zip(examples, old, new, strict=True):
        assert worse(before, after) == [], f"{version} refuses:\n{example.fixed}"
    valid = sum(all(each.outcome in ("valid", "unknown-kind") for each in answers) for answers in old)
    print(f"\n{version}: {valid} of {len(examples)} examples with a fix were valid before")
    assert valid > 30


def fits(example: Example, version: str) -> bool:
    return version_of(version) >= version_of(example.target or "1.29")


def completed(text: str) -> str:
    return "\n---\n".join(json.dumps(complete(each)) for each in yaml.safe_load_all(text))


def complete(found: Any) -> Any:
    if isinstance(found, dict) and found.get("kind") in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        found["spec"].setdefault("selector", {"matchLabels": {"app": "a"}})
        meta = found["spec"]["template"].setdefault("metadata", {})
        meta["labels"] = {**found["spec"]["selector"]["matchLabels"], **(meta.get("labels") or {})}
    return found


# How the objects of a text are told apart.


POD = "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {containers: [{name: a, image: b}]}}\n"
A, B = POD % "a", POD % "b"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing\n---\n", []),
        (A, [(0, None, "a")]),
        (f"---\n{A}", [(0, None, "a")]),
        (f"# why\n--- # a\n{A}---\n{B}", [(0, None, "a"), (1, None, "b")]),
        (f"%YAML 1.1\n---\n{A}...\n---\n# none\n---\n{B}", [(0, None, "a"), (2, None, "b")]),
        (f"{A}--- {B}", [(0, None, "a"), (1, None, "b")]),
        (f"{A}---\r\n{B}", [(0, None, "a"), (1, None, "b")]),
        (f"---{A}", [(0, None, "")]),
        (f"apiVersion: v1\nkind: List\nitems:\n- {A}- {B}---\n{A}", [(0, 0, "a"), (0, 1, "b"), (1, None, "a")]),
        ("apiVersion: v1\nkind: List\nitems: []\n", []),
        (json.dumps(yaml.safe_load(A)) + "\n" + json.dumps(yaml.safe_load(B)), [(0, None, "a"), (1, None, "b")]),
        (json.dumps(yaml.safe_load(A)) + "\n---\n" + json.dumps(yaml.safe_load(B)), [(0, None, "a"), (1, None, "b")]),
        ("data: |\n  ---\n  a\n", [(0, None, "")]),
        ("a\x00b", [(0, None, "")]),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("version", ASKED)
def test_objects_are_told_apart(text: str, found: list[tuple[int, int | None, str]], version: str) -> None:
    answers = validate(text, version)
    assert [(each.document, each.item, each.name) for each in answers] == found
    assert all(each.outcome == ("valid" if each.name else "unknown-kind" if text.startswith("data") else "undecodable") for each in answers)


# Edits that are wrong.


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("restartPolicy: Never", "restartPolicy: Sometimes", 'Unsupported value: "Sometimes"'),
        ("name: proxy", "name: report", 'Duplicate value: "report"'),
        ("      - {name: report, image: registry.example/report:1}", "        []", "Required value"),
        ("migrate:1}", "migrate:1, startupProbe: {httpGet: {port: 80}}}", "Forbidden: may not be set for init containers without"),
        ("restartPolicy: Always", "restartpolicy: Always", 'unknown field "spec.template.spec.initContainers[1].restartpolicy"'),
        ("restartPolicy: Always", "restartPolicy: Always, restartPolicy: Always", "already set in map"),
        ("      initContainers:\n", "      initContainers:\n      - {name: proxy}\n", 'Duplicate value: "proxy"'),
        ("image: registry.example/proxy:1, ", "", "Required value"),
        ("restartPolicy: Never", "restartPolicy: Always", 'valid values: "OnFailure", "Never"'),
        ("apiVersion: batch/v1", "apiVersion: v1", None),
        ("kind: Job", "kind: job", None),
    ],
    ids=lambda value: str(value).strip()[:40],
)
@pytest.mark.parametrize("version", ASKED)
def test_a_wrong_edit_is_refused(old: str, new: str, refused: str | None, version: str) -> None:
    assert old in SEED
    (before,), (after,) = validate_all([SEED, SEED.replace(old, new, 1)], version)
    assert before.outcome == "valid", before.errors
    if refused is None:
        assert after.outcome == "unknown-kind"
    else:
        assert [each.detail for each in after.errors if refused in each.detail], after


def test_a_rewrite_that_makes_it_worse_is_seen() -> None:
    (before,), (after,) = validate(SEED, NEWEST), validate(SEED.replace("Always", "Sometimes"), NEWEST)
    assert worse([before], [before]) == []
    assert len(worse([before], [after])) == 2
    assert len(worse([after], [after._replace(errors=(*after.errors, Refusal("spec", "FieldValueForbidden", "Forbidden: no")))])) == 1
