"""Who ends a helper's process from outside: a kill in a shared process namespace, kubectl, a controller (native-sidecars 10).

In: a `Scene`. Out: `Trick`s. Must not know: text, spans, files.
"""

import re
from collections.abc import Iterator

from sidecarlint.lifecycle.injected import killer
from sidecarlint.lifecycle.seen import Seen, Sight, plain_name, sight_at
from sidecarlint.lifecycle.tricks.trick import DOUBT, IDLE, Scene, Trick, failing, is_done, mentions, short, where
from sidecarlint.workloads.commands import Deed
from sidecarlint.workloads.images import parse_image

_KUBECTL = re.compile(r"\b(?:kubectl|oc)\b[^;&|\n]*?\s(?:exec|delete)(?=\s|$)[^;&|\n]*")
# What a controller may be told by, of a pod that writes it on itself.
_MARKING = re.compile(r"\b(?:kubectl|oc)\b[^;&|\n]*?\s(?:annotate|label|patch)(?=\s|$)[^;&|\n]*")
_HOOK = re.compile(r"\b(?:p?kill|killall)\b|quitquitquit|/shutdown\b")
# Containers that whoever adds them also ends, by their names: Airflow's KubernetesPodOperator, once it has read the task's result.
_ENDED = {"airflow-xcom-sidecar": "Airflow"}
_CONTAINER = re.compile(r"(?:-c|--container)[ =]+([\w-]+)")
# How a pod speaks of itself or of its Job.
_ITSELF = re.compile(r"\$[({]*(?:MY_|K8S_)?(?:HOSTNAME|hostname|POD|JOB)")
# Variables of the helper itself that tell a controller to end it when the Job's other containers have ended, and their values.
_VARIABLES = {
    "KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT": "true",
    "KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT_WITH_IMAGE": "",
    "ECI_CONTAINER_TYPE": "sidecar",
}


def kills(scene: Scene) -> Iterator[Trick]:
    """Another container that kills the helper's process; without a shared process namespace a kill reaches nobody else."""
    for other in scene.others:
        aimed = [deed for deed in other.does.killed if _is_aimed(deed, other, scene)]
        if not aimed:
            continue
        name, words, reached = other.container.name, short(aimed[0].target), [deed.reached for deed in aimed]
        target = "it" if words == "pid" or words.startswith("$") else words
        if not scene.workload.pod.shared_processes:
            if words != "pid":
                said = f"{name} kills {target}, but sees no processes of other containers without shareProcessNamespace"
                yield Trick(IDLE, name, words, sights=(sight_at(said, other.container, aimed[0].place),))
            continue
        sight = sight_at(f"{name} kills it through the shared process namespace", other.container, aimed[0].place)
        yield Trick("process-kill" if is_done(reached) else DOUBT, name, words, failing(reached), (sight,))


def _is_aimed(deed: Deed, other: Seen, scene: Scene) -> bool:
    """Whether a kill may be meant for the helper: by its name, or for nobody's whose name is seen."""
    if deed.target == "pid" or deed.target.startswith(("$", "`")):
        return True
    if _is_called(deed.target, scene.each):
        return True
    return not any(_is_called(deed.target, each) for each in scene.seen if each is not scene.each)


def _is_called(target: str, each: Seen) -> bool:
    wanted = plain_name(target.rpartition("/")[2])
    image = parse_image(each.container.image).repository.rpartition("/")[2]
    names = [image, *(argv[0].rpartition("/")[2] for argv in each.does.programs), *(" ".join(argv) for argv in each.does.programs)]
    return bool(wanted) and any(wanted in plain_name(name) for name in names)


def may_see_it(scene: Scene) -> Iterator[Trick]:
    """An app that sees the helper's processes and of which little is known; the kubelet, which does not start it again."""
    hidden = (other for other in scene.others if other.does.ends == "unknown" and other.known is None)
    if scene.workload.pod.shared_processes and (other := next(hidden, None)) is not None:
        said = f"{other.container.name} sees its processes, and what it does is not known"
        yield Trick(DOUBT, sights=(Sight(said, other.container.route),))
    probe = scene.each.container.liveness_probe
    if scene.workload.pod.restart_policy == "Never" and probe is not None and probe.kind == "exec":
        yield Trick(DOUBT, sights=(Sight("its livenessProbe may have it ended, and it would not be started again", probe.route),))


def hooks(scene: Scene) -> Iterator[Trick]:
    """A postStart hook that leaves something behind which may end it: its own, or one of a container that sees its processes."""
    near = scene.others if scene.workload.pod.shared_processes else ()
    for other in (scene.each, *near):
        hook = other.container.post_start
        if hook is not None and _HOOK.search(" ".join((*hook.command, hook.path))):
            whose = "its" if other is scene.each else "the"
            said = f"{whose} postStart hook{'' if other is scene.each else f' of {other.container.name}'} may have it ended"
            yield Trick(DOUBT, sights=(Sight(said, hook.route),))


def marks(scene: Scene) -> Iterator[Trick]:
    """A pod that writes on itself that its work is done, for a controller that nobody sees here."""
    for other in scene.others:
        for found, sight in mentions(other, _MARKING):
            if _ITSELF.search(found.group()):
                said = f"{other.container.name} marks its own pod with kubectl, and a controller may act on that"
                yield Trick(DOUBT, other.container.name, short(found.group()), sights=(sight._replace(message=said),))


def kubectl(scene: Scene) -> Iterator[Trick]:
    """kubectl exec or delete, in the pod's own commands. What it is aimed at must be this container, or its own pod or owner."""
    owner = scene.workload.owner.name
    for other in (*scene.others, scene.each):
        for found, sight in _kubectl(other):
            named, name = _CONTAINER.search(found), other.container.name
            if named is not None and named[1] != scene.each.container.name:
                continue
            sure = named is not None or _ITSELF.search(found) or (len(owner) > 2 and owner in found)
            said = "it ends its own pod with kubectl" if other is scene.each else f"{name} may end it with kubectl"
            yield Trick("kubectl" if sure else DOUBT, name, short(found), sights=(sight._replace(message=said),))


def _kubectl(other: Seen) -> Iterator[tuple[str, Sight]]:
    for found, sight in mentions(other, _KUBECTL):
        yield found.group(), sight
    for argv in (other.words, *other.does.programs):
        if _KUBECTL.fullmatch(" ".join(argv)):
            yield " ".join(argv), where(other, argv[0])


def controllers(scene: Scene) -> Iterator[Trick]:
    """What a controller in the cluster reads: an annotation that lists the helper, or a variable of its own."""
    container = scene.each.container
    if container.name in _ENDED:
        said = f"{_ENDED[container.name]} ends a container of this name when the task is done"
        yield Trick("annotation", "", "its name", sights=(Sight(said, (*container.route, "name")),))
    if key := killer(scene.workload, container.name):
        yield Trick("annotation", "", key, sights=(Sight(f"the annotation {key} has it ended", container.route),))
    for variable in container.env:
        if variable.name in _VARIABLES and _VARIABLES[variable.name] in ("", variable.value):
            yield Trick("annotation", "", variable.name, sights=(Sight(f"its variable {variable.name} has it ended", variable.route),))
