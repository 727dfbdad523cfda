"""Kubernetes objects in a few words: a kind, a route, and a pod at the route."""

import json
import re
from typing import Any

from sidecarlint.documents import documents
from sidecarlint.settings import OwnKind
from sidecarlint.workloads import Workload, workloads

TEMPLATE = "spec.template.spec"
STEP = re.compile(r"\[(\d+)\]|([^.\[]+)")
SQL: dict[str, Any] = {"name": "proxy", "image": "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1"}
POD: dict[str, Any] = {"containers": [{"name": "app", "image": "registry.example/app:1"}, SQL]}


def found(text: str, own: tuple[OwnKind, ...] = ()) -> list[Workload]:
    """The workloads of a text. `own`: the kinds that the configuration names."""
    return [each for document in documents(text) for each in workloads(document, own)]


def obj(api_version: str, kind: str, route: str = "", pod: Any = POD, **spec: Any) -> str:
    """An object as JSON, with a pod at a route such as `spec.tasks[0].template.spec`, and more of its spec."""
    whole: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    put(whole, [int(index) if index else key for index, key in STEP.findall(route)], pod)
    return json.dumps(whole)


def put(into: Any, route: list[int | str], value: Any) -> None:
    if not route:
        return
    for step, after in zip(route, [*route[1:], None], strict=True):
        new: Any = value if after is None else [] if isinstance(after, int) else {}
        if isinstance(step, int):
            into.extend({} for _ in range(step + 1 - len(into)))
            into[step] = into[step] or new
        elif after is None:
            into[step] = {**into.get(step, {}), **new}
        else:
            into.setdefault(step, new)
        into = into[step]
