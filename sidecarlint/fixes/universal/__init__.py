"""A helper as a universal pair, for clusters of which some nodes know sidecars and others do not (native-sidecars 1.12, 12.4).

In: a move that would be made. Out: what is done instead, as operations with hazards. Must not know: text.

The sidecar keeps the helper's name and lines, and what is added to them can be taken away again (`apart`). The half in `containers` is a
copy. It keeps the ports, so that a Service finds them by name in every version (7.2), and the probes: those that ask a port are answered by
whichever half runs the helper, since both share the pod's network; what runs a command does so only where this half runs the helper.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.documents import at
from sidecarlint.edits import LAST, Fields, Insert, Items, Operation, Plain, Refusal, Set, Substitute, Value, value_of
from sidecarlint.fixes.advice import advice
from sidecarlint.fixes.hazards import Case, Hazard
from sidecarlint.fixes.plan import Plan
from sidecarlint.fixes.universal import script
from sidecarlint.fixes.universal.hazards import OWN, hazards_of_pair, legacy_name, shell_of
from sidecarlint.lifecycle.pairs import VOLUME
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import FIRST_SEEN, SIDECARS

Decided = tuple[str, tuple[Hazard, ...], tuple[Operation, ...], str]
"""What is done, why it may not be, the operations, and what a person can do instead."""

_BEHIND = ("readinessProbe", "livenessProbe", "ports", "env", "envFrom", "args", "command", "image", "name")
_MOUNT = Fields((("name", VOLUME), ("mountPath", script.FOLDER)))
_STARTS = (("periodSeconds", Plain("1")), ("timeoutSeconds", Plain("10")), ("failureThreshold", Plain("30")))
"""Its script answers within three seconds, and is asked as soon as the container runs."""


def pair(case: Case, moving: Sequence[Operation], settings: Settings) -> Decided:
    """The pair in place of a move by these operations."""
    name, hazards = case.life.name, (*_nodes(settings), *hazards_of_pair(case))
    otherwise = f"Leave {name} where it is" if any(ask(case) in hazards for ask in OWN) else advice(case)
    title = _title(case, moving)
    if any(hazard.manual for hazard in hazards):
        return title, hazards, (), otherwise
    try:
        copy = _regular(case)
    except Refusal as refusal:
        return title, (Hazard(refusal.reason, True), *hazards), (), otherwise
    kept = (each for each in moving if not (isinstance(each, Set) and "startupProbe" in each.route))
    listed = (*case.pod.route, "containers")
    return title, hazards, (*kept, *_native(case), Insert(listed, case.container.position, copy)), otherwise


def noted(plan: Plan, settings: Settings) -> Plan:
    """The plan with what is true of every pair, and makes none less safe for those who ask for one. 1.13: a kubelet of 1.28 refuses every
    pod with a sidecar."""
    if plan.applicability == "manual" or (settings.nodes is not None and settings.nodes >= SIDECARS):
        return plan
    return plan._replace(hazards=(*plan.hazards, "a node of Kubernetes 1.28 refuses the pod (InitContainerRestartPolicyForbidden)"))


def _title(case: Case, moving: Sequence[Operation]) -> str:
    name = case.life.name
    waits = ", where the pod still does not start" if case.life.holds_up_start else ""
    hangs = ", where the work still does not complete" if case.life.holds_up_work else waits
    title = f"Write {name} as a universal pair: a sidecar, and {legacy_name(name)} for nodes that know none{hangs}"
    return title + ("; the sidecar waits for its file" if any(isinstance(each, Substitute) for each in moving) else "")


def _nodes(settings: Settings) -> Iterator[Hazard]:
    """1.13: neither half helps where the kubelet refuses the pod."""
    if settings.nodes is not None and FIRST_SEEN <= settings.nodes < SIDECARS:
        yield Hazard("the nodes run 1.28, whose kubelet refuses every pod with a sidecar: go to 1.29 first", True)


def _native(case: Case) -> Iterator[Operation]:
    """The helper's own lines become the sidecar's, with what can be taken away again."""
    route, name = case.life.route, case.life.name
    waits = script.PATIENCE_AT_ONCE if case.pod.restart_policy == "Never" else script.PATIENCE
    yield from (Insert((*route, "command"), 0, word) for word in _around(case, script.native(name, waits)))
    asked = Fields((("exec", Fields((("command", Items((shell_of(case.container), "-c", script.started(name)))),))), *_STARTS))
    yield Set((*route, "startupProbe"), asked, _BEHIND)
    yield Insert((*route, "volumeMounts"), LAST, _MOUNT, ("startupProbe", *_BEHIND))
    if VOLUME not in case.pod.volumes:
        yield Insert((*case.pod.route, "volumes"), LAST, Fields((("name", VOLUME), ("emptyDir", Fields(())))), ("containers",))


def _around(case: Case, text: str) -> tuple[str, ...]:
    """The words in front of a command line that make it the arguments of a script, which is called after the helper."""
    return shell_of(case.container), "-c", text, case.life.name


def _regular(case: Case) -> Fields:
    """The copy in `containers`. Raises a `Refusal` for what cannot be written again."""
    node = at(case.before.workload.owner.document.root, case.life.route)
    assert node is not None
    copied = value_of(node)
    assert isinstance(copied, Fields)
    wrapped = _around(case, script.unless_native(case.life.name))
    keys = [key for key, _ in copied.pairs]
    copied = _with(copied, "name", legacy_name(case.life.name))
    copied = _led(copied, ("command",), _around(case, script.regular(case.life.name, case.pod.restart_policy != "Always")))
    for hook in (("readinessProbe", "exec"), ("livenessProbe", "exec"), ("lifecycle", "preStop", "exec")):
        copied = _led(copied, (*hook, "command"), wrapped)
    mounts = _get(copied, "volumeMounts")
    copied = _with(copied, "volumeMounts", Items((*(mounts.items if isinstance(mounts, Items) else ()), _MOUNT)))
    pairs = tuple((key, value) for key, value in copied.pairs if key != "restartPolicy")
    return Fields(tuple(sorted(pairs)) if keys == sorted(keys) else pairs)


def _get(fields: Value | None, key: str) -> Value | None:
    return dict(fields.pairs).get(key) if isinstance(fields, Fields) else None


def _with(fields: Fields, key: str, value: Value) -> Fields:
    """The same mapping with another value for a key, which goes last where it is new."""
    return Fields(tuple({**dict(fields.pairs), key: value}.items()))


def _led(fields: Fields, route: tuple[str, ...], words: tuple[str, ...]) -> Fields:
    """The same mapping with words put in front of the list at a route, where there is one."""
    inner = _get(fields, route[0])
    if len(route) > 1:
        return _with(fields, route[0], _led(inner, route[1:], words)) if isinstance(inner, Fields) else fields
    return _with(fields, route[0], Items((*words, *inner.items))) if isinstance(inner, Items) else fields
