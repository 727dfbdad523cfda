"""Patterns of the configuration: which containers they mean, and which keys hold them."""

from pathlib import Path

import pytest

from sidecarlint import config
from sidecarlint.workloads.patterns import fitting
from tests.sketch import workload

# fmt: off
FITS = [
    ("log-forwarder", "shop/x:1", "log-forwarder"),
    ("log-forwarder", "shop/x:1", "*-forwarder"),
    ("a", "shop/x:1", "shop/x"),
    ("a", "registry.example/platform/logs/agent:2", "registry.example/platform/*"),
    ("a", "registry.example:5000/agent", "registry.example:5000/agent"),
    ("a", "shop/x@sha256:0123", "shop/x"),
    ("a", "shop/x:1@sha256:0123", "shop/?"),
    ("a", "busybox:1.36", "busybox"),
    ("a", "busybox:1.36", "docker.io/library/*"),
]
MISSES = [
    ("log-forwarder-2", "shop/x:1", "*-forwarder"),
    ("Log", "shop/x:1", "log"),
    ("a", "shop/x:1", "shop/x:1"),
    ("a", "shop/x:1", "x"),
    ("a", "", "*/*"),
    ("a", "other.example/platform/agent", "registry.example/platform/*"),
]
# fmt: on


@pytest.mark.parametrize(("name", "image", "pattern"), FITS)
def test_a_pattern_that_fits(name: str, image: str, pattern: str) -> None:
    container = workload("Deployment", f"{name}: {image}").pod.containers[0]
    assert fitting((pattern,), container) == pattern
    assert fitting(("nothing-like-it", pattern, "*"), container) == pattern


@pytest.mark.parametrize(("name", "image", "pattern"), MISSES)
def test_a_pattern_that_does_not(name: str, image: str, pattern: str) -> None:
    container = workload("Deployment", f"{name}: {image or 'none'}").pod.containers[0]
    assert fitting((pattern,), container) is None


def test_no_pattern_fits_nothing() -> None:
    assert fitting((), workload("Deployment", "a: app").pod.containers[0]) is None


def test_the_keys_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "lint" / "helpers").mkdir(parents=True)
    (tmp_path / "lint.toml").write_text('helpers = ["*-forwarder"]\napps = ["registry.example/web/*"]\nhelper-files = ["lint/helpers"]\n')
    settings = config.load(path=str(tmp_path / "lint.toml"))
    assert (settings.helpers, settings.apps) == (("*-forwarder",), ("registry.example/web/*",))
    assert settings.helper_files == (str(tmp_path / "lint" / "helpers"),), "it counts from the folder of its file"
    more = config.with_options(settings, {"helper_files": ("own.yaml",)})
    assert (more.helper_files, more.helpers) == ((*settings.helper_files, "own.yaml"), settings.helpers)
