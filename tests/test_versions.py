"""Which targets and nodes there are, which of them fit together, and what began and ended with which version."""

from pathlib import Path

import pytest

from sidecarlint import config
from sidecarlint.errors import ConfigError
from sidecarlint.settings import Settings
from sidecarlint.workloads import versions
from sidecarlint.workloads.versions import Windows, fixed_in, misfit, parse_target, parse_version, seen_by_nodes, show_version
from tests.conftest import Run

# fmt: off
TARGETS = [
    ("1.29", "1.29"), ("v1.33", "1.33"), ("1.33.6", "1.33.6"), ("1.37", "1.37"), ("1.52", "1.52"), ("2.0", "2.0"),
    ("1.28", ""), ("1.28.15", ""), ("1.9", ""), ("0.30", ""), ("newest", ""), ("", ""),
]
# Nodes, target, and what is said; "" where they fit.
FIT = [
    ("1.26", "1.29", ""), ("1.26.15", "1.29.4", ""), ("1.29", "1.29", ""), ("1.29.9", "1.29", ""), ("1.33", "1.36", ""),
    ("1.28", "1.31", ""),
    ("1.25", "1.29", "nodes of 1.25 do not fit the target 1.29: Kubernetes 1.29 allows nodes of 1.26 and later"),
    ("1.28", "1.32.1", "nodes of 1.28 do not fit the target 1.32.1: Kubernetes 1.32 allows nodes of 1.29 and later"),
    ("1.34", "1.33", "nodes of 1.34 do not fit the target 1.33: no node is newer than its API server"),
]
# The first version that has it, the last patch that has it, and the first that does not, for each stretch.
SPANS: list[tuple[str, Windows, list[tuple[str, str, str]]]] = [
    ("startupProbe fails once", versions.STUCK_AFTER_PROBE, [("1.29", "1.33.5", "1.33.6"), ("1.34", "1.34.1", "1.34.2")]),
    ("frozen status", versions.FROZEN_STATUS, [("1.29", "1.29.2", "1.29.3")]),
    ("no SIGTERM while starting", versions.DEAF_WHILE_STARTING, [("1.29", "1.29.7", "1.29.8"), ("1.30", "1.30.3", "1.30.4")]),
    ("stuck in Created", versions.STUCK_IN_CREATED,
     [("1.29", "1.29.8", "1.29.9"), ("1.30", "1.30.4", "1.30.5"), ("1.31", "1.31.0", "1.31.1")]),
    ("not restarted", versions.NOT_RESTARTED, [("1.35", "1.35.3", "1.35.4")]),
]
# What the configuration says, what the command line says, target and nodes then; or what is wrong.
GIVEN = [
    ("", [], "1.29", ""),
    ("", ["--target", "1.36"], "1.36", ""),
    ("", ["--nodes", "1.28"], "1.29", "1.28"),
    ("", ["--nodes", "1.30.2"], "1.30", "1.30.2"),
    ("", ["--target", "1.33", "--nodes", "1.30"], "1.33", "1.30"),
    ('target = "1.32"\n', ["--nodes", "1.30"], "1.32", "1.30"),
    ('target = "1.32"\nnodes = "1.31"\n', [], "1.32", "1.31"),
    ('nodes = "1.31"\n', [], "1.31", "1.31"),
    ('nodes = "1.28"\n', ["--target", "1.31"], "1.31", "1.28"),
]
WRONG = [
    ("", ["--target", "1.28"], "the target 1.28 is too old; native sidecars need an API server of 1.29 or later"),
    ("", ["--target", "new"], '"new" is no Kubernetes version; write it like 1.29 or 1.33.6'),
    ("", ["--nodes", "old"], '"old" is no Kubernetes version; write it like 1.29 or 1.33.6'),
    ("", ["--target", "1.29", "--nodes", "1.30"], "nodes of 1.30 do not fit the target 1.29: no node is newer than its API server"),
    ("", ["--nodes", "1.25"], "nodes of 1.25 do not fit the target 1.29: Kubernetes 1.29 allows nodes of 1.26 and later"),
    ('nodes = "1.28"\n', ["--target", "1.33"], "nodes of 1.28 do not fit the target 1.33: Kubernetes 1.33 allows nodes of 1.30 and later"),
]
# fmt: on


@pytest.mark.parametrize(("text", "shown"), TARGETS)
def test_a_target_is_an_api_server_that_knows_sidecars(text: str, shown: str) -> None:
    version = parse_target(text)
    assert (show_version(version) if version else "") == shown


@pytest.mark.parametrize(("nodes", "target", "why"), FIT)
def test_which_nodes_fit_a_target(nodes: str, target: str, why: str) -> None:
    assert misfit(version_of(nodes), version_of(target)) == why


@pytest.mark.parametrize(("windows", "spans"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS])
def test_what_is_so_in_some_versions_only(windows: Windows, spans: list[tuple[str, str, str]]) -> None:
    for first, last, fixed in spans:
        assert fixed_in(version_of(first), windows) == fixed_in(version_of(last), windows) == fixed
        assert fixed_in(version_of(fixed), windows) == ""
    assert fixed_in(version_of("1.28.15"), windows) == fixed_in(version_of("1.37"), windows) == ""


@pytest.mark.parametrize(("nodes", "said"), [
    ("1.26", "nodes of Kubernetes 1.26 wait in Init until it exits, and those of 1.28 reject the pod "
     "(InitContainerRestartPolicyForbidden)"),
    ("1.27.9", "nodes of Kubernetes 1.27.9 wait in Init until it exits, and those of 1.28 reject the pod "
     "(InitContainerRestartPolicyForbidden)"),
    ("1.28", "nodes of Kubernetes 1.28 reject the pod (InitContainerRestartPolicyForbidden)"),
    ("1.28.15", "nodes of Kubernetes 1.28 reject the pod (InitContainerRestartPolicyForbidden)"),
    ("1.29", ""),
    ("1.37", ""),
])  # fmt: skip
def test_what_nodes_make_of_a_sidecar(nodes: str, said: str) -> None:
    assert seen_by_nodes(version_of(nodes)) == said


def test_as_long_as_nobody_says_how_old_nodes_are_nothing_is_said_of_them() -> None:
    assert seen_by_nodes(None) == ""


@pytest.mark.parametrize(("text", "options", "target", "nodes"), GIVEN)
def test_target_and_nodes_of_a_run(tmp_path: Path, text: str, options: list[str], target: str, nodes: str) -> None:
    given = dict(zip([name.removeprefix("--") for name in options[::2]], options[1::2], strict=True))
    settings = config.with_options(configured(tmp_path, text), given)
    assert (settings.target, settings.nodes) == (version_of(target), version_of(nodes) if nodes else None)


@pytest.mark.parametrize(("text", "options", "message"), WRONG)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_cannot_be_asked_for_is_said_in_one_line(
    tmp_path: Path, run: Run, command: str, text: str, options: list[str], message: str
) -> None:
    (tmp_path / "sidecarlint.toml").write_text(text)
    done = run(command, *options, ".")
    assert (done.code, done.out, done.err) == (2, "", f"sidecarlint: {message}\n")


def test_a_configured_target_is_no_older_either(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, '# ours\ntarget = "1.28"\n')
    assert str(caught.value).endswith('sidecarlint.toml:2: "target" must be a Kubernetes version in quotes, 1.29 or later, such as "1.31"')


def configured(folder: Path, text: str) -> Settings:
    (folder / "sidecarlint.toml").write_text(text)
    return config.load(str(folder))


def version_of(text: str) -> tuple[int, int, int]:
    version = parse_version(text)
    assert version is not None
    return version
