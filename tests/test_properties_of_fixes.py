"""Properties of `fix`: random pods in random styles, through the whole program. What is written is what was meant, by other readers than
ours; the rest is left as it was, with a reason. The examples are the same in every run."""

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from sidecarlint import pipeline
from sidecarlint.findings import Mending
from sidecarlint.settings import Settings
from tests.comments_of import hashes
from tests.random_pods import KINDS, Pod, pods
from tests.refused_pods import TRAITS, refused

PODS, OF_EACH = 250, 22
QUIET = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def load(pod: Pod, data: bytes) -> list[Any]:
    """The objects of a file, every scalar a text."""
    text = data.decode("utf-8-sig")
    return [json.loads(text)] if pod.name.endswith(".json") else list(yaml.load_all(text, yaml.BaseLoader))


def fix(path: Path) -> Mending:
    return pipeline.fix(pipeline.Input((str(path),), io.BytesIO()), Settings(target=(1, 33, 0)), True, False)


def spec_of(objects: list[Any]) -> dict[str, Any]:
    found = next(each for each in objects if isinstance(each, dict) and "kind" in each)
    for step in KINDS[found["kind"]][1]:
        found = found[step]
    return dict(found)


def with_spec(objects: list[Any], spec: dict[str, Any]) -> list[Any]:
    """The objects with another pod in them, by value."""
    return json.loads(json.dumps(objects).replace(json.dumps(spec_of(objects)), json.dumps(spec))) if spec != spec_of(objects) else objects


def check_moved(pod: Pod, before: list[Any], after: list[Any]) -> None:
    """All helpers are sidecars now, in their order, and nothing else is any different."""
    old, new = spec_of(before), spec_of(after)
    moved = [{**each, "restartPolicy": "Always"} for each in old["containers"] if each["name"] in pod.helpers]
    there = old.get("initContainers") or []
    there = there if isinstance(there, list) else []
    assert [each for each in new["initContainers"] if each["name"] in pod.helpers] == moved
    assert [each for each in new["initContainers"] if each["name"] not in pod.helpers] == there
    assert new["containers"] == [each for each in old["containers"] if each["name"] not in pod.helpers]
    assert with_spec(before, {}) == with_spec(after, {})
    left = ("containers", "initContainers")
    assert {key: value for key, value in old.items() if key not in left} == {key: value for key, value in new.items() if key not in left}


def check_text(before: bytes, after: bytes) -> None:
    old, new = before.decode("utf-8"), after.decode("utf-8")
    assert hashes(new) == hashes(old)
    assert set(re.findall(r"\r\n|\n|\r", new)) <= set(re.findall(r"\r\n|\n|\r", old))
    assert old.startswith("\ufeff") == new.startswith("\ufeff")


def outcome(pod: Pod, path: Path) -> str:
    """Fixes the pod's file and holds what must be true of it; gives the reason why nothing was written, or nothing."""
    before = pod.text.encode()
    path.write_bytes(before)
    objects = load(pod, before)
    mending = fix(path)
    after = path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert not [each.reason for each in mending.run.skipped if "bug of sidecarlint" in each.reason], pod.text
    if after == before:
        assert not mending.rewritten
        fixes = [finding.fix for finding in mending.run.findings if finding.fix is not None and "reader" in (finding.container or "")]
        assert {each.applicability for each in fixes} <= {"manual"}
        reasons = [each.reason for each in mending.run.skipped] + [hazard for each in fixes for hazard in each.hazards[:1]]
        assert reasons, pod.text
        return reasons[0]
    check_moved(pod, objects, load(pod, after))
    check_text(before, after)
    assert not fix(path).rewritten
    assert path.read_bytes() == after
    return ""


def outcomes(strategy: Any, count: int, folder: Path) -> Counter[str]:
    seen: Counter[str] = Counter()
    folder.mkdir(exist_ok=True)

    @settings(QUIET, max_examples=count)
    @given(strategy)
    def one(pod: Pod) -> None:
        path = folder / pod.name
        seen[outcome(pod, path)] += 1
        path.unlink()

    one()
    return seen


def test_a_pod_is_fixed_as_meant_or_left_with_a_reason(tmp_path: Path) -> None:
    seen = outcomes(pods(), PODS, tmp_path / "pods")
    print(f"fixed: {seen['']} of {seen.total()}; left: {dict(seen - Counter({'': seen['']}))}")
    assert seen.total() >= PODS
    assert seen[""] >= 0.8 * seen.total()


@pytest.mark.parametrize(("trait", "reason"), [(trait, reason) for trait, (_, reason) in TRAITS.items()], ids=TRAITS)
def test_what_cannot_be_fixed_is_left_with_its_reason(trait: str, reason: str, tmp_path: Path) -> None:
    seen = outcomes(refused(trait), OF_EACH, tmp_path / "pods")
    matching = sum(count for told, count in seen.items() if re.search(reason, told))
    print(f"{trait}: {matching} of {seen.total()} left for that reason")
    assert matching == seen.total() >= 20, seen
