"""Pods in a few words, for tables.

A sketch is a line for the object and one for each container:

    Job Never {labels: {app: web}}          kind, pod restartPolicy, and more of the pod or its object
    migrate: app {list: init} $ ./migrate   name, image, more of the container, and `$` with a shell script or `>` with args

Images have short names. Fields have short forms: `ports: [8080, http=80]`, `mounts: [logs, conf:ro]` (the volume's name is its
path below /), `env: {A: b}`, `list: init | sidecar`; all others are written as Kubernetes has them.
`policy: name` on a Job is a podFailurePolicy that speaks of a container's exit code, `codes: [143]` one of these exit codes;
`deadline: 60` its activeDeadlineSeconds, `backoff: 0` its backoffLimit.
"""

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import yaml

from sidecarlint import bundle
from sidecarlint.catalogue import Catalogue
from sidecarlint.documents import documents
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.references import References, read_references
from sidecarlint.workloads import Workload, objects, workloads
from sidecarlint.workloads.versions import parse_version

IMAGES = {
    "sql": "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0",
    "rbac": "quay.io/brancz/kube-rbac-proxy:v0.18.0",
    "reload": "quay.io/prometheus-operator/prometheus-config-reloader:v0.75.0",
    "fluent-bit": "cr.fluentbit.io/fluent/fluent-bit:3.0",
    "istio": "docker.io/istio/proxyv2:1.24.0",
    "jaeger": "jaegertracing/jaeger-agent:1.57",
    "git-sync": "registry.k8s.io/git-sync/git-sync:v4.2.3",
    "k8s-sidecar": "quay.io/kiwigrid/k8s-sidecar:1.27.4",
    "vault": "hashicorp/vault:1.17",
    "oauth2": "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0",
    "pg-exporter": "quay.io/prometheuscommunity/postgres-exporter:v0.15.0",
    "registrar": "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0",
    "livenessprobe": "registry.k8s.io/sig-storage/livenessprobe:v2.12.0",
    "provisioner": "registry.k8s.io/sig-storage/csi-provisioner:v4.0.0",
    "socat": "alpine/socat",
    "none": "",
    "app": "registry.example/app:1",
}
CATALOGUE = Catalogue(bundle.bundled().helpers)
_CONTAINER = re.compile(r"\s*([\w-]+): (\S*)(?: (\{.*?\})(?= [$>]|$))?(?: ([$>]) (.*))?", re.DOTALL)


def workload(*lines: str) -> Workload:
    """The workload of a sketch."""
    document = next(documents(json.dumps(_object(*lines))))
    return next(workloads(document))


def life(*lines: str, target: str = "1.29", references: References = References()) -> Lifecycle:  # noqa: B008
    """The lifecycle of a sketch's pods."""
    version = parse_version(target)
    assert version is not None
    return lifecycle(workload(*lines), CATALOGUE, version, references)


def services(text: str) -> References:
    """The references of a YAML text."""
    return read_references(each for document in documents(text) for each in objects(document))


def _object(head: str, *containers: str) -> dict[str, Any]:
    kind, policy, more = re.fullmatch(r"(\w+)(?: (Always|OnFailure|Never))?(?: (\{.*\}))?", head).groups()  # type: ignore[union-attr]
    given: dict[str, Any] = yaml.safe_load(more) if more else {}
    volumes: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {"initContainers": [], "containers": []}
    for line in containers:
        into, container = _container(line, volumes)
        lists[into].append(container)
    volumes.update(given.get("volumes", {}))
    spec = {"volumes": [{"name": name, **kind} for name, kind in volumes.items()], **lists, **given.get("spec", {})}
    spec.update({"restartPolicy": policy} if policy else {})
    meta = {"labels": given.get("labels", {}), "annotations": given.get("annotations", {})}
    return _owner(kind, {"name": given.get("name", "web"), "namespace": given.get("namespace", "")}, meta, spec, given)


def _owner(kind: str, named: dict[str, str], meta: dict[str, Any], spec: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": {**named, **meta}, "spec": spec}
    template: dict[str, Any] = {"template": {"metadata": meta, "spec": spec}}
    codes = {"containerName": given.get("policy"), "operator": "In", "values": given.get("codes", [42])}
    rule = {"action": "FailJob", "onExitCodes": {key: value for key, value in codes.items() if value}}
    template |= {"podFailurePolicy": {"rules": [rule]}} if {"policy", "codes"} & given.keys() else {}
    template |= {"activeDeadlineSeconds": given["deadline"]} if "deadline" in given else {}
    template |= {"backoffLimit": given["backoff"]} if "backoff" in given else {}
    inner = {"jobTemplate": {"spec": template}} if kind == "CronJob" else template
    return {"apiVersion": "batch/v1" if kind.endswith("Job") else "apps/v1", "kind": kind, "metadata": named, "spec": inner}


def _container(line: str, volumes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    found = _CONTAINER.fullmatch(line)
    assert found, line
    name, image, more, sign, words = found.groups()
    fields: dict[str, Any] = yaml.safe_load(more) if more else {}
    kind = fields.pop("list", "")
    made: dict[str, Any] = {"name": name, "image": IMAGES.get(image, image)}
    made |= {"restartPolicy": "Always"} if kind == "sidecar" else {}
    made |= {"$": {"command": ["sh", "-c", words]}, ">": {"args": shlex.split(words or "")}}.get(sign, {})
    for key, value in fields.items():
        made |= _FIELDS[key](value) if key in _FIELDS else {key: value}
    for mount in made.get("volumeMounts", ()):
        volumes.setdefault(mount["name"], {"emptyDir": {}})
    return "initContainers" if kind else "containers", made


def _ports(listed: list[Any]) -> dict[str, Any]:
    return {"ports": [each if isinstance(each, dict) else _port(str(each)) for each in listed]}


def _port(text: str) -> dict[str, Any]:
    name, _, number = text.rpartition("=")
    return {"containerPort": int(number), **({"name": name} if name else {})}


def _mounts(listed: list[str]) -> dict[str, Any]:
    split = [each.partition(":") for each in listed]
    return {"volumeMounts": [{"name": name, "mountPath": f"/{name}", "readOnly": flag == "ro"} for name, _, flag in split]}


def _env(given: dict[str, str]) -> dict[str, Any]:
    return {"env": [{"name": name, "value": str(value)} for name, value in given.items()]}


def _capabilities(added: list[str]) -> dict[str, Any]:
    return {"securityContext": {"capabilities": {"add": added}}}


_FIELDS: dict[str, Callable[[Any], dict[str, Any]]] = {"ports": _ports, "mounts": _mounts, "env": _env, "adds": _capabilities}
