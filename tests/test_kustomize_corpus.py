"""Every kustomization of the corpus, built by the real kubectl before and after `fix --unsafe`, and compared by another YAML library.

What is wanted is found in what is built: a helper that our own program would move there, in plain YAML. It counts as written when it is a
sidecar in the build afterwards, and as refused when a finding or a skipped file says why. None of our own code for edits or for comparing
is used here.

The corpus holds pods and what patches them, so most kustomizations name files that it leaves out. In a second copy of it something small
stands in their place, so that more of them can be built.
"""

import copy
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import pytest
import yaml

from sidecarlint.references import KUSTOMIZATIONS
from tests.conftest import CHECKOUT, PROGRAM, Done, environment
from tests.kustomizing import Stopped, build, named, needs_kubectl, pod_spec

CORPUS = CHECKOUT.parent / "shared" / "corpus"
LABELS = CORPUS / "labels" / "kustomize_patches.dev.jsonl"
LEAST_WRITTEN = 0.9
"""Of the moves that are wanted in kustomizations that build."""

LEAST_BUILT = 9
FOREIGN = ("the file says that it is generated", "the file is a vendored copy", "the file is vendored")
"""What was never to be written: what a generator made would be overwritten by it. These moves do not count."""

KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")

pytestmark = [needs_kubectl, pytest.mark.skipif(not LABELS.is_file(), reason="the corpus lies in ../shared/corpus, which is not here")]

Built = dict[tuple[str, str, str], dict[str, Any]]
"""Objects by kind, namespace and name."""


class Move(NamedTuple):
    """A helper that is wanted as a sidecar: the folder that is built, the object in it and the container."""

    root: str
    kind: str
    name: str
    container: str


class Pass(NamedTuple):
    """The corpus before and after: what each folder builds to, what is wanted there, and what `fix` has said."""

    roots: tuple[str, ...]
    before: dict[str, Built]
    after: dict[str, Built]
    wanted: tuple[Move, ...]
    fixed: dict[str, Any]


@pytest.fixture(scope="module", params=["as it is", "made whole"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pass:
    folder = tmp_path_factory.mktemp("kustomizations")
    holding = {path.relative_to(CORPUS / "dev").parts[0] for path in (CORPUS / "dev").rglob("*") if path.name in KUSTOMIZATIONS}
    for name in holding:
        shutil.copytree(CORPUS / "dev" / name, folder / "dev" / name, copy_function=shutil.copyfile)
    for path in [folder / "dev", *(folder / "dev").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for repository in (folder / "dev").iterdir():
        # Each is a tree of its own: what lies beside it belongs to somebody else.
        (repository / ".git").mkdir(exist_ok=True)
    if request.param == "made whole":
        for path in sorted((folder / "dev").rglob("*")):
            if path.name in KUSTOMIZATIONS:
                _make_whole(path)
    return _pass(folder / "dev")


STUB = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: stub-{}\n"
STUBS = {
    # by the key of a kustomization: what stands in place of a file that is left out
    "resources": STUB,
    "bases": STUB,
    "crds": "{{}}\n",
    "configurations": "nameReference: []\n",
}


def _make_whole(path: Path) -> None:
    """Puts something harmless in place of each file and folder that a kustomization names and that is not there."""
    try:
        found = yaml.safe_load(path.read_text())
    except yaml.YAMLError:
        return
    for key in (*STUBS, "components"):
        for name in (found if isinstance(found, dict) else {}).get(key) or ():
            place = Path(os.path.normpath(path.parent / str(name)))
            if "://" not in str(name) and not place.exists() and not name.startswith("github.com/"):
                _plant(place, key, str(crc32(str(place).encode())))
    for generated in (found if isinstance(found, dict) else {}).get("configMapGenerator") or ():
        for name in generated.get("files") or ():
            place = path.parent / name.split("=")[-1]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()


def _plant(place: Path, key: str, number: str) -> None:
    is_file = place.suffix in (".yaml", ".yml", ".json")
    place.parent.mkdir(parents=True, exist_ok=True)
    if is_file:
        place.write_text(STUBS.get(key, STUB).format(number))
        return
    place.mkdir()
    kind = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" if key == "components" else "resources: [stub.yaml]\n"
    (place / "kustomization.yaml").write_text(kind)
    (place / "stub.yaml").write_text(STUB.format(number))


def _pass(folder: Path) -> Pass:
    roots = tuple(sorted({str(path.parent.relative_to(folder)) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS}))
    before = _built(folder, roots)
    wanted = tuple(sorted(_wanted(folder.parent / "built", before)))
    done = program(folder, "fix", "--unsafe", "--format", "json", ".")
    assert done.code in (0, 1), done.err
    return Pass(roots, before, _built(folder, roots), wanted, json.loads(done.out))


def program(folder: Path, *arguments: str, stdin: str = "") -> Done:
    done = subprocess.run([*PROGRAM, *arguments], cwd=folder, env=environment(), input=stdin.encode(), capture_output=True, timeout=600)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def _built(folder: Path, roots: tuple[str, ...]) -> dict[str, Built]:
    found = dict[str, Built]()
    for root in roots:
        with suppress(Stopped):
            found[root] = {_key(each): each for each in build(folder / root) if each}
    return found


def _key(found: dict[str, Any]) -> tuple[str, str, str]:
    meta = found.get("metadata") or {}
    return str(found.get("kind")), str(meta.get("namespace", "")), str(meta.get("name", ""))


def _wanted(folder: Path, before: dict[str, Built]) -> Iterator[Move]:
    """The helpers that our program would move in what is built, if that were all that there is."""
    roots = {f"{number}.yaml": root for number, root in enumerate(before)}
    folder.mkdir()
    for name, root in roots.items():
        (folder / name).write_text("\n---\n".join(json.dumps(each) for each in before[root].values()))
    for finding in json.loads(program(folder, "check", "--info", "--format", "json", ".").out)["findings"]:
        fix, workload = finding["fix"] or {}, finding["workload"] or {}
        if fix.get("title", "").startswith("Move ") and fix["applicability"] != "manual" and workload["kind"] in KINDS:
            yield Move(roots[finding["location"]["path"]], workload["kind"], workload["name"], finding["container"])


def moved_in(before: Built, after: Built) -> dict[tuple[str, str, str], set[str]]:
    """The containers of each object that have left `containers` and become sidecars."""
    found = {}
    for key, each in before.items():
        if key[0] in KINDS and key in after:
            old, new = pod_spec(each), pod_spec(after[key])
            native = {one["name"] for one in new.get("initContainers") or () if one.get("restartPolicy") == "Always"}
            found[key] = {name for name in named(old, "containers") if name in native and name not in named(new, "containers")}
    return found


def meant(before: dict[str, Any], after: dict[str, Any], moved: set[str]) -> dict[str, Any]:
    """The object as it should be once these have moved. Only where they have gone among the init containers, and a new startupProbe, are
    taken from what is there."""
    wanted = copy.deepcopy(before)
    if not moved:
        return wanted
    pod, now = pod_spec(wanted), pod_spec(after)
    going = {each["name"]: each for each in pod["containers"] if each["name"] in moved}
    pod["containers"] = [each for each in pod["containers"] if each["name"] not in moved]
    inits = {each["name"]: each for each in pod.get("initContainers") or ()}
    for each in now["initContainers"]:
        if each["name"] in going:
            probe = {"startupProbe": each["startupProbe"]} if "startupProbe" in each else {}
            going[each["name"]] = {**going[each["name"]], "restartPolicy": "Always", **probe}
    staying = [name for name in named(now, "initContainers") if name in inits]
    assert staying == list(inits), "the init containers that were there keep their order"
    pod["initContainers"] = [going.get(name, inits.get(name)) for name in named(now, "initContainers")]
    return wanted


def test_what_was_built_is_built_to_what_is_meant(corpus: Pass) -> None:
    assert corpus.before.keys() - corpus.after.keys() == set()
    for root, before in corpus.before.items():
        after = corpus.after[root]
        assert after.keys() == before.keys(), root
        moved = moved_in(before, after)
        unlike = [key for key, each in before.items() if after[key] != meant(each, after[key], moved.get(key, set()))]
        assert unlike == [], root


def test_nothing_that_builds_has_a_container_in_both_lists(corpus: Pass) -> None:
    for root, after in corpus.after.items():
        for key, each in after.items():
            if key[0] in KINDS:
                both = set(named(pod_spec(each), "containers")) & set(named(pod_spec(each), "initContainers"))
                assert both <= set(named(pod_spec(corpus.before[root][key]), "initContainers")), (root, key)


def test_the_moves_that_are_wanted_are_written_or_refused_by_name(corpus: Pass, capsys: pytest.CaptureFixture[str]) -> None:
    written, left = list[Move](), list[Move]()
    for move in corpus.wanted:
        moved = moved_in(corpus.before[move.root], corpus.after[move.root])
        now = {name for (kind, _, called), names in moved.items() for name in names if (kind, called) == (move.kind, move.name)}
        (written if move.container in now else left).append(move)
    reasons = Counter(_refusal(corpus, move) for move in left)
    counts = len(corpus.roots), len(corpus.before), len(corpus.wanted), len(written), len(left)
    with capsys.disabled():
        print("\n{} kustomizations, {} that build; {} moves wanted in these, {} written, {} refused".format(*counts))
        for reason, count in reasons.most_common():
            print(f"  {count} refused: {reason}")
    assert counts[1] >= LEAST_BUILT
    assert [move for move in left if not _refusal(corpus, move)] == []
    foreign = sum(count for reason, count in reasons.items() if reason.startswith(FOREIGN))
    assert len(written) >= LEAST_WRITTEN * (len(corpus.wanted) - foreign)


def _refusal(corpus: Pass, move: Move) -> str:
    """What was said of a container that has not moved: by the finding that is left, or by the file that was skipped."""
    repository = move.root.split("/")[0]
    for finding in corpus.fixed["findings"]:
        near = finding["location"]["path"].startswith(f"{repository}/") and finding["container"] == move.container
        if near and finding["fix"] and finding["fix"]["hazards"]:
            return str(finding["fix"]["hazards"][0])
    skipped = corpus.fixed["summary"]["skipped"]
    return next((str(each["reason"]) for each in skipped if each["path"].startswith(f"{repository}/")), "")
