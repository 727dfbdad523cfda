"""The real kustomize, as kubectl brings it, for tests that hold ours to it."""

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH, so nothing can be built")

SPECS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}


class Stopped(Exception):
    """kustomize refuses to build, with its own words."""


def build(folder: Path) -> list[dict[str, Any]]:
    """The objects that a kustomization makes. Raises Stopped."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise Stopped(done.stderr)
    return list(yaml.safe_load_all(done.stdout))


def pod_spec(found: dict[str, Any]) -> dict[str, Any]:
    """The pod spec of a workload."""
    for step in SPECS.get(found["kind"], ("spec", "template", "spec")):
        found = found[step]
    return found


def pods(folder: Path) -> dict[str, dict[str, Any]]:
    """The pod specs that a kustomization makes, by the names of their workloads. Raises Stopped."""
    return {each["metadata"]["name"]: pod_spec(each) for each in build(folder) if each["kind"] in ("Deployment", "CronJob")}


def named(pod: dict[str, Any], key: str) -> list[str]:
    """The names of a pod's containers in a list, in order."""
    return [each["name"] for each in pod.get(key) or ()]


def plant(folder: Path, files: dict[str, str]) -> None:
    """Writes files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
