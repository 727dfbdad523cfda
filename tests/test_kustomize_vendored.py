"""Helpers of bases that cannot be edited: moved by a patch in a kustomization of one's own."""

from pathlib import Path

import pytest

from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from tests.kustomize_trees import BROUGHT, applied, built, files, moved, planned, planted
from tests.kustomizing import Stopped, needs_kubectl, plant
from tests.test_kustomize_brought import JOB, PROXY, inner

HOLDING = JOB.replace("      INITS\n", "") + f"      - {PROXY}\n"
CONTEXT = Settings(context=("clones",))


@needs_kubectl
def test_a_vendored_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = planted("vendored-base", tmp_path)
    monkeypatch.chdir(tree)
    before = built(tree / "prod")
    (found,) = planned(Path())
    assert found.finding.location.path == "vendor/beacon/beacon.yaml"
    assert found.plan is not None
    applied(found.plan.elsewhere)
    assert files(tree) == files(BROUGHT / "vendored-base" / "after")
    assert built(tree / "prod") == moved(before, "cloud-sql-proxy", {})
    assert planned(Path()) == []


@needs_kubectl
def test_a_base_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is built from the clone, as no test may fetch anything."""
    tree = planted("remote-base", tmp_path)
    monkeypatch.chdir(tree)
    assert planned(Path("tower")) == []
    (found,) = planned(Path("tower"), CONTEXT)
    place, text = found.finding.location, (tree / "tower/kustomization.yaml").read_text()
    assert text[place.start : place.end] == "github.com/example-weather/weather-station//deploy?ref=v7.0.3"
    assert (found.finding.rule, found.finding.container) == ("legacy-log-shipper", "log-shipper")
    before = local_build(tree)
    assert found.plan is not None
    applied(found.plan.elsewhere)
    assert files(tree / "tower") == files(BROUGHT / "remote-base" / "after" / "tower")
    assert local_build(tree) == moved(before, "log-shipper", {"tower-station": 1})
    assert planned(Path("tower"), CONTEXT) == []


def local_build(tree: Path) -> dict[tuple[str, str], dict[str, object]]:
    text = (tree / "tower/kustomization.yaml").read_text()
    plant(tree, {"local/kustomization.yaml": text.replace("github.com/example-weather/weather-station//", "../clones/weather-station/")})
    plant(tree, {"local/kustomization.yaml": (tree / "local/kustomization.yaml").read_text().replace("?ref=v7.0.3", "")})
    return built(tree / "local")


@needs_kubectl
@pytest.mark.parametrize("change", ["order", "init containers"])
def test_a_base_that_changes_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    tree = planted("vendored-base", tmp_path)
    monkeypatch.chdir(tree)
    (found,) = planned(Path())
    assert found.plan is not None
    applied(found.plan.elsewhere)
    base = tree / "vendor/beacon/beacon.yaml"
    more = "      - {name: NEW, image: registry.example/new:1}\n"
    above = "      initContainers:\n" + more if change == "init containers" else ""
    below = more if change == "order" else ""
    base.write_text(base.read_text().replace("      containers:\n", f"{above}      containers:\n{below}"))
    with pytest.raises(Stopped, match="test"):
        built(tree / "prod")


def tree(folder: Path, patches: str, base: str = HOLDING, rest: str = "") -> list[Planned]:
    (folder / ".git").mkdir(exist_ok=True)
    plant(folder, {"vendor/kit/job.yaml": base, "vendor/kit/kustomization.yaml": "resources: [job.yaml]\n"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../vendor/kit]\n{'patches:' if patches else ''}\n{patches}{rest}"})
    return planned(folder)


# fmt: off
REASONS: dict[str, tuple[str, str]] = {
    "a later patch by index": (inner("op: add, path: POD/containers/1/tty, value: true"),
        "over/kustomization.yaml speaks of the containers of Job/load by their index"),
    "a later patch by name": (inner("containers: [{name: proxy, tty: true}]"),
        "over/kustomization.yaml would build more than proxy of Job/load differently"),
    "what may be for it": (inner("op: remove, path: POD/containers/1", target="{labelSelector: tier=batch}"),
        "what over/kustomization.yaml makes of Job/load cannot be followed"),
}
# fmt: on


@pytest.mark.parametrize(("patches", "reason"), REASONS.values(), ids=REASONS)
def test_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patches: str, reason: str) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = tree(Path(), patches)
    fix = found.finding.fix
    assert fix is not None
    assert (found.plan, fix.applicability) == (None, "manual")
    assert any(reason in hazard for hazard in fix.hazards), fix.hazards


@needs_kubectl
@pytest.mark.parametrize(
    "patches", ["", inner("containers: [{name: load, tty: true}]"), inner("op: add, path: POD/containers/0/tty, value: true")]
)
def test_patches_that_stay_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patches: str) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = tree(Path(), patches)
    before = built(tmp_path / "over")
    assert found.plan is not None
    assert (found.plan.applicability, "belongs to somebody else" in found.plan.hazards[-1]) == ("unsafe", True)
    applied(found.plan.elsewhere)
    assert built(tmp_path / "over") == moved(before, "proxy", {})


def test_a_base_that_nobody_takes_in_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = tree(Path(), "")
    assert found.plan is not None
    (tmp_path / "over/kustomization.yaml").write_text("resources: []\n")
    (found,) = planned(Path())
    assert found.finding.fix is not None
    assert (found.plan, found.finding.fix.hazards) == (None, ("the file is a vendored copy; change it where it comes from",))


def test_what_is_moved_already_is_settled_in_every_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one build that has it among the containers, there is still something to find."""
    monkeypatch.chdir(tmp_path)
    (found,) = tree(Path(), "")
    assert found.plan is not None
    applied(found.plan.elsewhere)
    assert planned(Path()) == []
    plant(tmp_path, {"other/kustomization.yaml": "resources: [../vendor/kit]\n"})
    (found,) = planned(Path())
    assert found.plan is not None
    assert [each.path for each in found.plan.elsewhere] == ["other/kustomization.yaml"]
