"""What the API server says of Pods, version by version: a table. Sections are those of native-sidecars.md.

`tests/test_apiserver_words.py` asks Kubernetes itself whether all of it is so.
"""

from sidecarlint.values import NamedTuple


class Row(NamedTuple):
    """What the API server says of a Pod, on which versions and with which feature gates.

    `inits` and `containers` are what stands in the mappings of containers, with ` | ` between two. `words` are those of the one
    refusal behind its `field`, where "..." stands for anything. REFUSED_BY_NAME: the object has a field that the version does not know.
    KEPT or DROPPED: the Pod is taken, with the field or without it. `versions` are from the first on and before the second ("" for no
    end), `gates` those that are not as the version has them by default. `spec` is what else the pod spec holds.
    """

    inits: str
    containers: str
    field: str
    words: str
    versions: tuple[str, str] = ("", "")
    gates: str = ""
    spec: str = ""


KEPT, DROPPED, REFUSED_BY_NAME = "kept", "dropped", "unknown field"
OLD, MIDDLE, NEW = ("", "1.34"), ("1.34", "1.35"), ("1.35", "")
"""Before, on and after the one version that drops a container's own restartPolicy without a word (native-sidecars 2.1)."""

APP = "name: app"
ONLY_SIDECARS = "Forbidden: may not be set for init containers without restartPolicy=Always"
NOT_IN_CONTAINERS = "Forbidden: may not be set for non-init containers"
ONLY_ALWAYS = 'Unsupported value: "{}": supported values: "Always"'
ONE_OF_THREE = 'Unsupported value: "{}": supported values: "Always", "Never", "OnFailure"'
NEEDS_POLICY = "Required value: must specify restartPolicy when restart rules are used"
NO_RULES = "Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always"
TOO_LONG = "Invalid value: {}: must be {} and less than terminationGracePeriodSeconds (30)"
NO_HANDLER = "Required value: must specify a handler type"
RULES = "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"
RESIZE = "resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]"
PROBE = "{tcpSocket: {port: 1}}"
HOOK = "lifecycle: {preStop: {exec: {command: [a]}}}"
SLEEP_0, SLEEP_20, SLEEP_60 = (f"name: app, lifecycle: {{preStop: {{sleep: {{seconds: {seconds}}}}}}}" for seconds in (0, 20, 60))
AFTER_START = "name: app, lifecycle: {postStart: {sleep: {seconds: %s}}}"
INIT, CONTAINER = "spec.initContainers[0]", "spec.containers[0]"
FIRST = ("", "1.33")
SLEEPS, RESIZES, RESTARTS = "PodLifecycleSleepAction=true", "InPlacePodVerticalScaling=true", "ContainerRestartRules=true"

ROWS = {
    # 2.5: probe-on-plain-init
    "a probe of start": Row(f"name: a, startupProbe: {PROBE}", APP, f"{INIT}.startupProbe", ONLY_SIDECARS),
    "a probe of readiness": Row(f"name: a, readinessProbe: {PROBE}", APP, f"{INIT}.readinessProbe", ONLY_SIDECARS),
    "a probe of life": Row(f"name: a, livenessProbe: {PROBE}", APP, f"{INIT}.livenessProbe", ONLY_SIDECARS),
    "a hook": Row(f"name: a, {HOOK}", APP, f"{INIT}.lifecycle", ONLY_SIDECARS),
    "a probe of a sidecar": Row(f"name: a, restartPolicy: Always, startupProbe: {PROBE}", APP, "startupProbe", KEPT),
    "a hook of a sidecar": Row(f"name: a, restartPolicy: Always, {HOOK}", APP, "lifecycle", KEPT),
    # 2.1, 2.2: sidecar-restart-policy
    "a sidecar": Row("name: a, restartPolicy: Always", APP, "restartPolicy", KEPT),
    "a sidecar behind a gate": Row("name: a, restartPolicy: Always", APP, "restartPolicy", DROPPED, FIRST, "SidecarContainers=false"),
    "a probe of a sidecar behind a gate": Row(
        f"name: a, restartPolicy: Always, startupProbe: {PROBE}",
        APP,
        f"{INIT}.startupProbe",
        ONLY_SIDECARS,
        FIRST,
        "SidecarContainers=false",
    ),
    "Always of an app": Row("", "name: app, restartPolicy: Always", f"{CONTAINER}.restartPolicy", NOT_IN_CONTAINERS, OLD),
    "Always of an app, the second": Row(
        "", "name: app | name: b, restartPolicy: Always", "spec.containers[1].restartPolicy", NOT_IN_CONTAINERS, OLD
    ),
    "Always of an app on 1.34": Row("", "name: app, restartPolicy: Always", "restartPolicy", DROPPED, MIDDLE),
    "Always of an app from 1.35 on": Row("", "name: app, restartPolicy: Always", "restartPolicy", KEPT, NEW),
    "Never of an app": Row("", "name: app, restartPolicy: Never", f"{CONTAINER}.restartPolicy", NOT_IN_CONTAINERS, OLD),
    "Never of an app on 1.34": Row("", "name: app, restartPolicy: Never", "restartPolicy", DROPPED, MIDDLE),
    "Never of an app from 1.35 on": Row("", "name: app, restartPolicy: Never", "restartPolicy", KEPT, NEW),
    "OnFailure of an init": Row("name: a, restartPolicy: OnFailure", APP, f"{INIT}.restartPolicy", ONLY_ALWAYS.format("OnFailure"), OLD),
    "OnFailure of an init on 1.34": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", DROPPED, MIDDLE),
    "OnFailure of an init from 1.35 on": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", KEPT, NEW),
    "OnFailure behind a gate": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", KEPT, MIDDLE, RESTARTS),
    "a policy that is none": Row("", "name: app, restartPolicy: always", f"{CONTAINER}.restartPolicy", ONE_OF_THREE.format("always"), NEW),
    "a policy that is none on 1.34": Row("", "name: app, restartPolicy: always", "restartPolicy", DROPPED, MIDDLE),
    "a policy of an init that is none, old": Row(
        "name: a, restartPolicy: always", APP, f"{INIT}.restartPolicy", ONLY_ALWAYS.format("always"), OLD
    ),
    "a policy of an init that is none on 1.34": Row("name: a, restartPolicy: always", APP, "restartPolicy", DROPPED, MIDDLE),
    "a policy of an init that is none": Row(
        "name: a, restartPolicy: always", APP, f"{INIT}.restartPolicy", ONE_OF_THREE.format("always"), NEW
    ),
    # 2.3, 2.4: container-refused
    "rules, too old": Row("", f"name: app, {RULES}", "restartPolicyRules", REFUSED_BY_NAME, OLD),
    "rules on 1.34": Row("", f"name: app, {RULES}", "restartPolicyRules", DROPPED, MIDDLE),
    "rules behind a gate": Row("", f"name: app, restartPolicy: Never, {RULES}", "restartPolicyRules", KEPT, MIDDLE, RESTARTS),
    "rules": Row("", f"name: app, restartPolicy: Never, {RULES}", "restartPolicyRules", KEPT, NEW),
    "rules without a policy": Row("", f"name: app, {RULES}", f"{CONTAINER}.restartPolicy", NEEDS_POLICY, NEW),
    "rules of an init without a policy": Row(f"name: a, {RULES}", APP, f"{INIT}.restartPolicy", NEEDS_POLICY, NEW),
    "rules of a sidecar on 1.35": Row(
        f"name: a, restartPolicy: Always, {RULES}", APP, f"{INIT}.restartPolicyRules", NO_RULES, ("1.35", "1.36")
    ),
    "rules of a sidecar": Row(f"name: a, restartPolicy: Always, {RULES}", APP, "restartPolicyRules", KEPT, ("1.36", "")),
    # 2.6: sidecar-resize-policy
    "resizePolicy behind a gate": Row(
        f"name: a, restartPolicy: Always, {RESIZE}",
        APP,
        f"{INIT}.resizePolicy",
        "Invalid value: ...: must not be set for init containers",
        FIRST,
        RESIZES,
    ),
    "resizePolicy, too old": Row(f"name: a, restartPolicy: Always, {RESIZE}", APP, "resizePolicy", DROPPED, FIRST),
    "resizePolicy of an app, too old": Row("", f"name: app, {RESIZE}", "resizePolicy", DROPPED, FIRST),
    "resizePolicy": Row(f"name: a, restartPolicy: Always, {RESIZE}", APP, "resizePolicy", KEPT, ("1.33", "")),
    # 2.8: container-refused
    "a name twice": Row("name: app", APP, f"{INIT}.name", 'Duplicate value: "app"'),
    "a name twice in one list": Row("", "name: app | name: app", "spec.containers[1].name", 'Duplicate value: "app"'),
    "no app": Row("name: a", "", "spec.containers", "Required value"),
    # 2.12: container-refused. A grace period that is not said is 30 seconds.
    "a sleep, too old": Row("", SLEEP_20, f"{CONTAINER}.lifecycle.preStop", NO_HANDLER, ("", "1.30")),
    "a sleep after the start, too old": Row("", AFTER_START % 20, f"{CONTAINER}.lifecycle.postStart", NO_HANDLER, ("", "1.30")),
    "a sleep of a sidecar, too old": Row(
        "name: a, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 5}}}",
        APP,
        f"{INIT}.lifecycle.preStop",
        NO_HANDLER,
        ("", "1.30"),
    ),
    "a sleep by a command": Row("", "name: app, lifecycle: {preStop: {exec: {command: [sleep, '20']}}}", "lifecycle", KEPT),
    "a sleep after the start": Row("", AFTER_START % 20, "sleep", KEPT, ("1.30", "")),
    "a long sleep after the start": Row(
        "", AFTER_START % 60, f"{CONTAINER}.lifecycle.postStart.sleep", TOO_LONG.format(60, "non-negative"), ("1.33", "")
    ),
    "a sleep behind a gate": Row("", SLEEP_20, "sleep", KEPT, ("", "1.30"), SLEEPS),
    "a sleep": Row("", SLEEP_20, "sleep", KEPT, ("1.30", "")),
    "a long sleep behind a gate": Row(
        "", SLEEP_60, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(60, "greater than 0"), ("", "1.30"), SLEEPS
    ),
    "a long sleep": Row("", SLEEP_60, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(60, "non-negative"), ("1.33", "")),
    "no sleep behind a gate": Row(
        "", SLEEP_0, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(0, "greater than 0"), ("", "1.30"), SLEEPS
    ),
    "no sleep": Row("", SLEEP_0, "sleep", KEPT, ("1.33", "")),
}

HOST_PORT = "ports: [{containerPort: 80, hostPort: 81}]"
RESTARTING = "resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]"
HALF_A_CPU = "resources: {requests: {cpu: 500m}}"
FURTHER = {
    # 2.9: sidecar-host-port and sidecar-port-clash find what nobody refuses
    "a hostPort twice": Row(f"name: a, restartPolicy: Always, {HOST_PORT}", f"name: app, {HOST_PORT}", "hostPort", KEPT),
    "a hostPort twice in one list": Row(
        "", f"name: app, {HOST_PORT} | name: b, {HOST_PORT}", "spec.containers[1].ports[0].hostPort", 'Duplicate value: "TCP//81"'
    ),
    "another port of the host": Row(f"name: a, restartPolicy: Always, {HOST_PORT}", APP, "hostPort", KEPT, spec="hostNetwork: true"),
    "another port of the host, app": Row(
        "",
        f"name: app, {HOST_PORT}",
        f"{CONTAINER}.ports[0].hostPort",
        "Invalid value: 81: must match `containerPort` when `hostNetwork` is true",
        spec="hostNetwork: true",
    ),
    # 2.6: a resizePolicy on its way into initContainers
    "a restart in a pod without": Row(
        f"name: a, restartPolicy: Always, {RESTARTING}",
        APP,
        f"{INIT}.resizePolicy",
        "Invalid value: \"RestartContainer\": must be 'NotRequired' when ...`restartPolicy` is 'Never'",
        ("1.33", ""),
        spec="restartPolicy: Never",
    ),
    "a restart of a plain init": Row(
        f"name: a, {RESTARTING}",
        APP,
        f"{INIT}.resizePolicy[0].restartPolicy",
        "Invalid value: \"RestartContainer\": must not be set to 'RestartContainer' for non-sidecar initContainers",
        ("1.36", ""),
    ),
    # 2.11: what a pod asks for counts its sidecars
    "a pod's own request": Row(
        f"name: a, restartPolicy: Always, {HALF_A_CPU}",
        f"name: app, {HALF_A_CPU}",
        "spec.resources.requests[cpu]",
        'Invalid value: "900m": must be greater than or equal to aggregate container requests of 1',
        ("1.34", ""),
        spec="resources: {requests: {cpu: 900m}}",
    ),
}
"""What no rule calls refused, but plans and hazards count on."""
ALL = ROWS | FURTHER
