"""Rule files and helper files of a user's own: how they are tested, and what they do to the bundled ones."""

from pathlib import Path

import pytest

from sidecarlint import bundle
from sidecarlint.bench import known
from sidecarlint.settings import Settings
from sidecarlint.workloads.images import parse_image
from tests.conftest import CHECKOUT, Run

HELPER = """\
title: Company Gateway
role: proxy
images: [registry.example/platform/gateway]
certainty: certain
why: Certain, because it only passes on requests.
benefit: order
faces: outbound
where: first
where_why: Init containers need it, too.
sources: [https://wiki.example/gateway]
"""
RULE = """\
---
summary: A gateway is a helper
category: legacy-sidecar
severity: warning
since: "1.0"
subject: container
when: container.part == "helper" and container.role == "proxy"
message: "{{ container.name }} is a helper"
at: name
---
It is.

## Fails

```yaml
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: shop
    image: registry.example/shop:1
  - name: gateway # <-
    image: registry.example/platform/gateway:1
```

## Passes

```yaml
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: gateway
    image: registry.example/platform/gateway:1
```
"""
HOLDS = "ok    own-gateway (helper)\nok    gateway-is-helper (2 examples)\n1 rule, 2 examples: all hold\n"


def line(content: str) -> int:
    """The line of the rule file that holds this and nothing else."""
    return RULE.split("\n").index(content) + 1


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for folder in ("rules", "helpers"):
        (tmp_path / "lint" / folder).mkdir(parents=True)
    (tmp_path / "lint" / "rules" / "gateway-is-helper.md").write_text(RULE)
    (tmp_path / "lint" / "helpers" / "own-gateway.yaml").write_text(HELPER)
    return tmp_path


def test_an_example_counts_with_helper_files(here: Path, run: Run) -> None:
    alone = run("test", "lint/rules")
    assert alone.code == 1
    assert f"      missing: line {line('  - name: gateway # <-')}: no finding on this line\n" in alone.out
    done = run("test", "lint/rules", "--helper-files", "lint/helpers")
    assert (done.code, done.out, done.err) == (0, HOLDS, "")


def test_an_example_counts_with_the_configuration(here: Path, run: Run) -> None:
    (here / "sidecarlint.toml").write_text('rules = ["lint/rules"]\nhelper-files = ["lint/helpers"]\n')
    (here / "other.toml").write_text('rules = ["lint/rules"]\n')
    assert run("test").out == run("test", "lint/rules").out == HOLDS
    assert run("test", "--config", "other.toml").code == 1
    (here / "other.toml").write_text('helpers = ["gateway"]\nselect = ["nonsense"]\ntarget = "1.30"\n')
    said = RULE.replace('container.role == "proxy"', 'container.role == "said"')
    (here / "lint" / "rules" / "gateway-is-helper.md").write_text(said)
    assert run("test", "lint/rules", "--config", "other.toml").code == 0


def test_an_example_counts_with_own_kinds(here: Path, run: Run) -> None:
    (here / "sidecarlint.toml").write_text(
        'helper-files = ["lint/helpers"]\n[[kinds]]\nkind = "Shop"\ngroup = "shops.example"\npods = ["pod"]\n'
    )
    own = RULE.replace("apiVersion: v1\nkind: Pod", "apiVersion: shops.example/v1\nkind: Shop").replace("\nspec:", "\npod:")
    (here / "lint" / "rules" / "gateway-is-helper.md").write_text(own)
    assert run("test", "lint/rules").code == 0


def test_bundled_rules_run_as_they_ship(here: Path, run: Run) -> None:
    (here / "sidecarlint.toml").write_text('apps = ["*"]\nhelper-files = ["lint/helpers"]\n')
    done = run("test")
    assert (done.code, done.out.splitlines()[0]) == (0, "ok    own-gateway (helper)")


def test_broken_yaml_in_an_example_has_its_line(here: Path, run: Run) -> None:
    for content in ("  - name: gateway # <-", "  - name: gateway"):
        broken = RULE.replace(f"\n{content}\n", f"\n{content.replace('name:', 'name: a:')}\n")
        (here / "lint" / "rules" / "gateway-is-helper.md").write_text(broken)
        done = run("test", "lint/rules", "--helper-files", "lint/helpers")
        assert done.code == 1
        assert f"      broken: line {line(content)}: mapping values are not allowed" in done.out


def test_a_bundled_rule_that_is_replaced_is_named(here: Path, run: Run) -> None:
    (here / "lint" / "rules" / "legacy-tunnel.md").write_text(RULE)
    done = run("test", "lint/rules", "--helper-files", "lint/helpers")
    assert "ok    legacy-tunnel (2 examples)\n      replaces the bundled rule legacy-tunnel\n" in done.out
    same = (CHECKOUT / "rules" / "legacy-tunnel.md").read_text(encoding="utf-8")
    (here / "lint" / "rules" / "legacy-tunnel.md").write_text(same)
    assert "replaces" not in run("test", "lint/rules", "--helper-files", "lint/helpers").out


def test_a_bundled_helper_that_is_replaced_or_gone_before_is_named(here: Path, run: Run) -> None:
    (here / "lint" / "helpers" / "redis-exporter.yaml").write_text(HELPER.replace("gateway]", "redis]"))
    own = "gcr.io/cloud-sql-connectors/cloud-sql-proxy"
    (here / "lint" / "helpers" / "own-sql.yaml").write_text(HELPER.replace("registry.example/platform/gateway", own))
    shown = run("test", "lint/rules", "--helper-files", "lint/helpers").out
    assert f"ok    own-sql (helper)\n      goes before the bundled helper cloud-sql-proxy for {own}\n" in shown
    assert "ok    redis-exporter (helper)\n      replaces the bundled helper redis-exporter\n" in shown
    (here / "lint" / "helpers" / "redis-exporter.yaml").write_bytes((CHECKOUT / "rules" / "helpers" / "redis-exporter.yaml").read_bytes())
    assert "replaces" not in run("test", "lint/rules", "--helper-files", "lint/helpers").out


IMAGES = [
    ("images: [gcr.io/cloud-sql-connectors/cloud-sql-proxy]", "", (), "zz-own"),
    ("images: [gcr.io/cloud-sql-connectors/cloud-sql-proxy]", "cloud-sql-proxy", (), "zz-own"),
    ("images: [gcr.io/cloud-sql-connectors/cloud-sql-proxy]\nargv: [run]", "", (), "cloud-sql-proxy"),
    ("images: [gcr.io/cloud-sql-connectors/cloud-sql-proxy]\nargv: [run]", "", ("run",), "zz-own"),
    ("images: [gcr.io/cloud-sql-connectors/cloud-sql-proxy]\nnot_argv: [run]", "", ("run",), "cloud-sql-proxy"),
    ("images: [registry.example/other]", "", (), "cloud-sql-proxy"),
]


@pytest.mark.parametrize(("images", "name", "argv", "expected"), IMAGES)
def test_an_own_helper_goes_before_bundled_ones(tmp_path: Path, images: str, name: str, argv: tuple[str, ...], expected: str) -> None:
    (tmp_path / "zz-own.yaml").write_text(HELPER.replace("images: [registry.example/platform/gateway]", images))
    catalogue = known(Settings(helper_files=(str(tmp_path),)))
    match = catalogue.match(parse_image("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2"), name, argv)
    assert match is not None
    assert match.helper.id == expected


APART = [
    (HELPER, "registry.example/platform/gateway"),
    (HELPER.replace("platform/gateway]", "web]\ntails: [platform/gateway]"), None),
    (f"{HELPER}argv: [serve]\n", None),
    (f"{HELPER}not_argv: [serve]\n", None),
    (HELPER.replace("platform/gateway]", "gate]"), None),
]


@pytest.mark.parametrize(("other", "claim"), APART)
def test_two_own_helpers_of_one_image_are_refused(here: Path, run: Run, other: str, claim: str | None) -> None:
    (here / "two.yaml").write_text(other)
    done = run("check", "--helper-files", "lint/helpers", "--helper-files", "two.yaml", "lint/rules")
    said = f"two.yaml: {claim} is also an image of lint/helpers/own-gateway.yaml; only marks in `argv` could tell the two apart"
    assert (done.code, done.err) == ((2, f"sidecarlint: {said}\n") if claim else (0, ""))


def test_the_same_tail_is_the_same_image(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"{HELPER.replace('gateway]', name + ']')}tails: [platform/gateway]\n")
    with pytest.raises(Exception, match=r"two\.yaml: platform/gateway is also an image of .*one\.yaml"):
        bundle.own_helpers((str(tmp_path),))


def test_an_id_is_there_once_and_a_file_may_be_named_twice(here: Path, run: Run) -> None:
    assert run("check", "--helper-files", "lint/helpers", "--helper-files", "lint/helpers/own-gateway.yaml", "lint/rules").code == 0
    (here / "own-gateway.yaml").write_text(HELPER)
    done = run("check", "--helper-files", "lint/helpers", "--helper-files", "own-gateway.yaml", "lint/rules")
    said = "sidecarlint: own-gateway.yaml: the helper `own-gateway` is already in lint/helpers/own-gateway.yaml; ids are unique\n"
    assert (done.code, done.err) == (2, said)


def test_a_folder_without_helpers(here: Path, run: Run) -> None:
    (here / "empty").mkdir()
    for command in ("check", "test"):
        done = run(command, "--helper-files", "empty")
        assert (done.code, done.out, done.err) == (2, "", "sidecarlint: empty: there is no helper file (*.yaml) in this folder\n")
