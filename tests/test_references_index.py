"""What is found of many objects: the same, in the same order, as when all of them are gone through."""

from pathlib import Path

import pytest

from sidecarlint.references.index import Indexed, indexed
from sidecarlint.references.services import Service
from tests.conftest import Run

SHOP, WEB, API = ("part-of", "shop"), ("app", "web"), ("app", "api")


def service(name: str, *selector: tuple[str, str]) -> Service:
    return Service(name, "", selector, ())


SERVICES = (service("all", SHOP), service("web", SHOP, WEB), service("api", SHOP, API), service("any"), service("web-2", WEB, SHOP))


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((SHOP, WEB), ["all", "web", "any", "web-2"]),
        ((WEB,), ["web", "any", "web-2"]),
        ((API, SHOP), ["all", "api", "any"]),
        ((SHOP,), ["all", "any"]),
        ((), ["any"]),
        ((("app", "other"),), ["any"]),
    ],
)
def test_what_can_ask_for_labels_is_found_below_its_rarest(labels: tuple[tuple[str, str], ...], names: list[str]) -> None:
    """What stands below a common label is found too where the rare one is missing: it is compared later."""
    assert [each.name for each in indexed(SERVICES).near(labels)] == names


def test_the_index_is_kept_and_the_things_are_what_they_were() -> None:
    things = indexed(SERVICES)
    assert indexed(things) is things
    assert things == SERVICES
    assert Indexed[Service](()).near((WEB,)) == []


PAIR = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop-{n}}}
spec:
  selector: {{matchLabels: {{app: shop-{n}}}}}
  template:
    metadata: {{labels: {{app: shop-{n}, part-of: shop}}}}
    spec:
      containers:
      - name: shop
        image: registry.example/shop:1
        command: [sh, -c, "until nc -z localhost 5432; do sleep 1; done; exec /shop"]
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--port=5432, "project:region:db"]
        ports:
        - {{name: pg, containerPort: {port}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: shop-{n}}}
spec:
  podSelector: {{matchLabels: {{app: shop-{n}, part-of: shop}}}}
  ingress:
  - ports:
    - port: pg
"""


@pytest.mark.parametrize("apart", [True, False], ids=["a source each", "one source"])
def test_many_policies_are_led_like_few(run: Run, tmp_path: Path, apart: bool) -> None:
    """Behind the tenth label all pods are read at once; the answers are those of a search for each."""
    texts = [PAIR.format(n=n, port=5400 + n) for n in range(14)]
    for number, text in enumerate(texts if apart else ["".join(texts)]):
        (tmp_path / f"shop-{number:02}.yaml").write_text(text)
    told = run("check", "--format", "concise", "--info", "--select", "legacy-proxy", ".")
    run("fix", "--unsafe", "--select", "legacy-proxy", ".")
    assert told.code == 1
    written = "".join(path.read_text() for path in sorted(tmp_path.glob("*.yaml")))
    assert [f"port: {5400 + n}\n" in written for n in range(14)] == [True] * 14
    assert "port: pg" not in written
