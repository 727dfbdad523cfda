"""What Kubernetes refuses, overlooks or counts in pods with sidecars, by version: a pod in a few words, and what the model says."""

import pytest
import yaml

from sidecarlint.documents import documents
from sidecarlint.lifecycle import ContainerLife, lifecycle
from sidecarlint.workloads import Workload, workloads
from sidecarlint.workloads.quantities import show_quantity
from tests.sketch import CATALOGUE, life, services

SHOP = "shop: app"
NETWORK = "Deployment {spec: {hostNetwork: true}}"
APART = "affinity: {podAntiAffinity: {%sDuringSchedulingIgnoredDuringExecution: [{%stopologyKey: %s}%s]}}"
LABELLED = "Deployment {labels: {app: web}}"
SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 1, targetPort: %s}]}}"
RULES = "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"
RESIZE = "resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]"

# fmt: off
REFUSED = [
    ("another container of the pod has the same name", "two lists", "1.29",
     ["Pod", "t: app2 {list: sidecar}", "s: app {list: sidecar}", "s: app3"]),
    ("another container of the pod has the same name", "one list", "1.29", ["Pod", "s: app", "s: app2"]),
    ("", "a part of a container", "1.29", ["Pod", "s: app", "s: none"]),
    ("", "names of their own", "1.29", ["Pod", "s: app {list: sidecar}", "t: app"]),
    ("its preStop hook sleeps 45 seconds, longer than the pod's grace period of 30", "a long sleep", "1.30",
     ["Pod", "s: app {lifecycle: {preStop: {sleep: {seconds: 45}}}}"]),
    ("its preStop hook sleeps 9 seconds, longer than the pod's grace period of 8", "a given period", "1.30",
     ["Pod {spec: {terminationGracePeriodSeconds: 8}}", "s: app {list: sidecar, lifecycle: {preStop: {sleep: {seconds: 9}}}}", SHOP]),
    ("its postStart hook sleeps 45 seconds, longer than the pod's grace period of 30", "a long sleep after the start", "1.30",
     ["Pod", "s: app {lifecycle: {postStart: {sleep: {seconds: 45}}}}"]),
    ("Kubernetes 1.29 takes no sleep in a preStop hook unless its feature gate PodLifecycleSleepAction is on", "a sleep too early", "1.29",
     ["Pod", "s: app {lifecycle: {preStop: {sleep: {seconds: 5}}}}"]),
    ("Kubernetes 1.29 takes no sleep in a postStart hook unless its feature gate PodLifecycleSleepAction is on", "after the start", "1.29",
     ["Pod", "s: app {list: sidecar, lifecycle: {postStart: {sleep: {seconds: 5}}}}", SHOP]),
    ("", "a sleep by a command on 1.29", "1.29", ["Pod", "s: app {lifecycle: {preStop: {exec: {command: [sleep, '5']}}}}"]),
    ("", "a sleep", "1.30", ["Pod", "s: app {lifecycle: {postStart: {sleep: {seconds: 5}}}}"]),
    ("", "as long as the period", "1.30", ["Pod", "s: app {lifecycle: {preStop: {sleep: {seconds: 30}}}}"]),
    ("", "a long sleep by a command", "1.30", ["Pod", "s: app {lifecycle: {preStop: {exec: {command: [sleep, '45']}}}}"]),
    ("", "a patch", "1.30", ["Pod", "s: none {lifecycle: {preStop: {sleep: {seconds: 45}}}}"]),
    ("Kubernetes 1.32 takes no preStop sleep of 0 seconds", "no sleep", "1.32",
     ["Pod", "s: app {lifecycle: {preStop: {sleep: {seconds: 0}}}}"]),
    ("", "no sleep, later", "1.33", ["Pod", "s: app {lifecycle: {preStop: {sleep: {seconds: 0}}}}"]),
    ("Kubernetes 1.33 does not know its restartPolicyRules", "rules too early", "1.33",
     ["Pod", f"s: app {{restartPolicy: Never, {RULES}}}"]),
    ("", "rules that are dropped", "1.34", ["Pod", f"s: app {{restartPolicy: Never, {RULES}}}"]),
    ("", "rules", "1.35", ["Pod", f"s: app {{restartPolicy: Never, {RULES}}}"]),
    ("its restartPolicyRules need a restartPolicy beside them", "rules alone", "1.35", ["Pod", f"s: app {{{RULES}}}"]),
    ("Kubernetes 1.35 takes no restartPolicyRules beside restartPolicy: Always", "rules on a sidecar", "1.35",
     ["Pod", f"s: app {{list: sidecar, {RULES}}}", SHOP]),
    ("", "rules on a sidecar, later", "1.36", ["Pod", f"s: app {{list: sidecar, {RULES}}}", SHOP]),
]
# The word that is set, its text, the target and the pod. Of the container that is called s.
OTHERS = [
    ("sidecar_field", "startupProbe", "a probe on a plain one", "1.29",
     ["Pod", "s: app2 {list: init, startupProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("sidecar_field", "readinessProbe", "another probe", "1.29",
     ["Pod", "s: app2 {list: init, readinessProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("sidecar_field", "livenessProbe", "the third", "1.29", ["Pod", "s: app2 {list: init, livenessProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("sidecar_field", "lifecycle", "a hook on a plain one", "1.29",
     ["Pod", "s: app2 {list: init, lifecycle: {preStop: {exec: {command: [a]}}}}", SHOP]),
    ("", "", "a probe on a sidecar", "1.29", ["Pod", "s: app2 {list: sidecar, startupProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("", "", "a probe on a container", "1.29", ["Pod", "s: app2 {startupProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("", "", "a probe in a patch", "1.29", ["Pod", "s: none {list: init, startupProbe: {tcpSocket: {port: 1}}}", SHOP]),
    ("", "", "a probe without a question", "1.29", ["Pod", "s: app2 {list: init, startupProbe: {}}", SHOP]),
    ("dropped_resize", "resizePolicy", "on a sidecar", "1.32", ["Pod", f"s: app2 {{list: sidecar, {RESIZE}}}", SHOP]),
    ("dropped_resize", "resizePolicy", "on a plain one", "1.32", ["Pod", f"s: app2 {{list: init, {RESIZE}}}", SHOP]),
    ("", "", "on a sidecar, later", "1.33", ["Pod", f"s: app2 {{list: sidecar, {RESIZE}}}", SHOP]),
    ("", "", "on a container", "1.32", ["Pod", f"s: app2 {{{RESIZE}}}", SHOP]),
    ("unmapped_port", "443", "a hostPort", "1.36",
     ["Pod", "s: app2 {list: sidecar, ports: [1, {containerPort: 8443, hostPort: 443}]}", SHOP]),
    ("", "", "a hostPort that another maps", "1.36",
     ["Pod", "s: app2 {list: sidecar, ports: [{containerPort: 1, hostPort: 1}]}", "shop: app {ports: [{containerPort: 1, hostPort: 1}]}"]),
    ("", "", "a hostPort of a container", "1.36", ["Pod", "s: app2 {ports: [{containerPort: 1, hostPort: 1}]}", SHOP]),
    ("", "", "a hostPort on the host network", "1.36",
     [NETWORK, "s: app2 {list: sidecar, ports: [{containerPort: 8443, hostPort: 8443}]}", SHOP]),
    ("overlooked_port", "8443", "a port on the host network", "1.33.5", [NETWORK, "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("", "", "the same, later", "1.33.6", [NETWORK, "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("", "", "the same, in 1.34", "1.34", [NETWORK, "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("", "", "a port beside another's", "1.29", [NETWORK, "s: app2 {list: sidecar, ports: [8443]}", "shop: app {ports: [80]}"]),
    ("", "", "one pod on each node", "1.29", [NETWORK.replace("Deployment", "DaemonSet"), "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("", "", "kept apart by an affinity", "1.29",
     [NETWORK.replace("true", "true, " + APART % ("required", "", "kubernetes.io/hostname", "")),
      "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("overlooked_port", "8443", "kept apart by zone", "1.29",
     [NETWORK.replace("true", "true, " + APART % ("required", "", "topology.kubernetes.io/zone", "")),
      "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("overlooked_port", "8443", "kept apart where possible", "1.29",
     [NETWORK.replace("true", "true, " + APART % ("preferred", "podAffinityTerm: {", "kubernetes.io/hostname", "}")),
      "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
    ("", "", "a network of its own", "1.29", ["Deployment", "s: app2 {list: sidecar, ports: [8443]}", SHOP]),
]
SERVED = [
    ("the Service web (targetPort https)", "by its name", "https", "1.32", ["s: app2 {list: sidecar, ports: [https=8443]}", SHOP]),
    ("", "by its number", "8443", "1.32", ["s: app2 {list: sidecar, ports: [https=8443]}", SHOP]),
    ("", "later", "https", "1.33", ["s: app2 {list: sidecar, ports: [https=8443]}", SHOP]),
    ("", "another name", "http", "1.32", ["s: app2 {list: sidecar, ports: [https=8443]}", SHOP]),
    ("", "a name of the app too", "https", "1.32", ["s: app2 {list: sidecar, ports: [https=8443]}", "shop: app {ports: [https=443]}"]),
    ("", "a name of the app alone", "https", "1.32", ["s: app2 {list: sidecar, ports: [8443]}", "shop: app {ports: [https=443]}"]),
]
BIG = "i: app2 {list: init, resources: {requests: {cpu: 2, memory: 2Gi}}}"
SMALL = "resources: {requests: {cpu: 100m, memory: 512Mi}}"
RAISED = [
    ("2100m of cpu where 2 would do and 2560Mi of memory where 2Gi would do", "what wants to stand last",
     [f"s: k8s-sidecar {{list: sidecar, {SMALL}}}", BIG, SHOP]),
    ("2560Mi of memory where 2Gi would do", "only one of the two",
     [f"s: app3 {{list: sidecar, {SMALL}}}", BIG, "shop: app {resources: {requests: {cpu: 3}}}"]),
    ("", "behind it", [BIG, f"s: app3 {{list: sidecar, {SMALL}}}", SHOP]),
    ("", "an app that needs more",
     [f"s: app3 {{list: sidecar, {SMALL}}}", BIG, "shop: app {resources: {requests: {cpu: 3, memory: 3Gi}}}"]),
    ("", "what wants to stand first", [f"s: sql {{list: sidecar, {SMALL}}}", BIG, SHOP]),
    ("", "what an injector places", [f"s: istio {{list: sidecar, {SMALL}}}", BIG, SHOP]),
    ("", "a port that somebody may call", [f"s: app3 {{list: sidecar, ports: [80], {SMALL}}}", BIG, SHOP]),
    ("", "a shared volume", [f"s: app3 {{list: sidecar, mounts: [x], {SMALL}}}", BIG.replace("{", "{mounts: [x], ", 1), SHOP]),
    ("", "no requests", ["s: app3 {list: sidecar}", BIG, SHOP]),
]
POLICY = [
    ("In [137, 143]", "stopped by a signal", "{operator: In, values: [137, 143]}"),
    ("In [1, 137]", "one of several", "{operator: In, values: [1, 137]}"),
    ("NotIn [42]", "everything else", "{operator: NotIn, values: [42]}"),
    ("In [1, 2, 3, 4, ...]", "many", "{operator: In, values: [1, 2, 3, 4, 143]}"),
    ("", "a code of the program", "{operator: In, values: [42]}"),
    ("", "all but signals", "{operator: NotIn, values: [137, 143]}"),
    ("", "of one container", "{containerName: shop, operator: In, values: [137]}"),
    ("", "without values", "{operator: In}"),
]
# fmt: on
WORDS = ("sidecar_field", "dropped_resize", "unmapped_port", "overlooked_port")


def subject(sketch: list[str], target: str, port: str = "") -> ContainerLife:
    found = life(*sketch, target=target, references=services(SERVICE % port if port else ""))
    return [each for each in found.containers if each.name == "s"][-1]


@pytest.mark.parametrize(("words", "target", "sketch"), [(row[0], *row[2:]) for row in REFUSED], ids=[row[1] for row in REFUSED])
def test_why_a_pod_is_refused(words: str, target: str, sketch: list[str]) -> None:
    assert subject(sketch, target).refusal == words


def test_of_two_with_one_name_the_second_is_one_too_many() -> None:
    assert [bool(each.refusal) for each in life("Pod", "s: app {list: sidecar}", "s: app2", SHOP).containers] == [False, True, False]


@pytest.mark.parametrize(("word", "text", "target", "sketch"), [(*row[:2], *row[3:]) for row in OTHERS], ids=[row[2] for row in OTHERS])
def test_fields_and_ports(word: str, text: str, target: str, sketch: list[str]) -> None:
    found = subject(sketch, target)
    assert {each: getattr(found, each) for each in WORDS} == dict.fromkeys(WORDS, "") | ({word: text} if word else {})


@pytest.mark.parametrize(("words", "port", "target", "sketch"), [(row[0], *row[2:]) for row in SERVED], ids=[row[1] for row in SERVED])
def test_a_service_that_leads_to_a_sidecar(words: str, port: str, target: str, sketch: list[str]) -> None:
    assert subject([LABELLED, *sketch], target, port).lost_service == words


@pytest.mark.parametrize(("words", "containers"), [(row[0], row[2]) for row in RAISED], ids=[row[1] for row in RAISED])
def test_what_a_place_makes_a_pod_request(words: str, containers: list[str]) -> None:
    assert subject(["Deployment", *containers], "1.29").raised_requests == words


def job(policy: str, kind: str = "Job") -> Workload:
    spec = {
        "restartPolicy": "Never",
        "initContainers": [{"name": "s", "image": "side", "restartPolicy": "Always"}],
        "containers": [{"name": "shop", "image": "app"}],
    }
    rules = [{"action": "Ignore", "onPodConditions": []}, {"action": "FailJob", "onExitCodes": yaml.safe_load(policy)}]
    made = {"backoffLimit": 3, "podFailurePolicy": {"rules": rules}, "template": {"spec": spec}}
    within = {"jobTemplate": {"spec": made}} if kind == "CronJob" else made
    owner = {"apiVersion": "batch/v1", "kind": kind, "metadata": {"name": "a"}, "spec": within}
    return next(workloads(next(documents(yaml.safe_dump(owner)))))


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
@pytest.mark.parametrize(("words", "policy"), [(row[0], row[2]) for row in POLICY], ids=[row[1] for row in POLICY])
def test_an_exit_code_that_a_rule_counts(words: str, policy: str, kind: str) -> None:
    found = lifecycle(job(policy, kind), CATALOGUE, (1, 29, 0))
    assert found.containers[0].counted_exit_code == words
    assert found.pod.backoff_limit == 3
    routes = [sight.route for sight in found.containers[0].evidence if sight.route]
    assert [route[-4:] for route in routes] == ([("podFailurePolicy", "rules", 1, "onExitCodes")] if words else [])


@pytest.mark.parametrize(("amount", "resource", "text"), [
    (2 * 10**9, "cpu", "2"),
    (250 * 10**6, "cpu", "250m"),
    (1, "cpu", "1m"),
    (0, "cpu", "0"),
    (3 << 30, "memory", "3Gi"),
    (1536 << 20, "memory", "1536Mi"),
    (10**9, "memory", "1000000000"),
    (0, "memory", "0"),
])  # fmt: skip
def test_a_quantity_as_people_write_it(amount: int, resource: str, text: str) -> None:
    scale = 1 if resource == "cpu" else 10**9
    assert show_quantity(amount * scale, resource) == text
