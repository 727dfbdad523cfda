"""Hazards of the end: a sidecar stops after the app, is started again whenever it ends, and nobody reads its exit code.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

import re

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.workloads import Probe
from sidecarlint.workloads.commands import behaviour
from sidecarlint.workloads.images import parse_image

_QUITS = r"quitquitquit|/(?:shutdown|quit|exit)\b|-s (?:quit|stop)\b|\bkill\b|\bpkill\b|\bkillall\b"


def inbound(case: Case) -> Hazard | None:
    """5.1: it is told to stop only once the app is gone, and goes on accepting until then."""
    if case.life.faces != "inbound":
        return None
    return Hazard("traffic enters the pod through it: while the pod stops it would go on accepting after the app is gone")


def pre_stop(case: Case) -> Hazard | None:
    """5.2: preStop runs when the pod begins to stop, at the same time as the app's."""
    hook = case.container.pre_stop
    if hook is None or not _makes_it_quit(hook, case):
        return None
    return Hazard("its preStop hook makes it quit when the pod begins to stop, before the app has stopped")


def _makes_it_quit(hook: Probe, case: Case) -> bool:
    does = behaviour(hook.command, None, parse_image(case.container.image)) if hook.command else None
    if does is not None and does.kills:
        return True
    # kill -0 asks whether a process lives; the parser knows it, the words do not.
    words = " ".join((*hook.command, hook.path)).replace("kill -0", "")
    return re.search(_QUITS, words) is not None


def still_told_to_quit(case: Case) -> Hazard | None:
    """5.13: a sidecar that is told to quit is started again, and OnFailure Jobs count that against backoffLimit."""
    if case.life.ends != "when-told" or case.untold.operations:
        return None
    if case.life.trick == "controller":
        return Hazard(f"{case.life.trick_with} anyway: only when it starts and stops would change")
    if case.life.trick == "annotation":
        return _ended_from_outside(case)
    if case.life.trick == "caller-unknown":
        return Hazard(f"{case.life.ends_because}: as a sidecar it would be started again whenever that happens")
    if case.before.pod.restart_policy == "OnFailure":
        return _counted(case)
    return Hazard(f"{case.life.ends_because}: as a sidecar it would be started again until the app has ended")


def _ended_from_outside(case: Case) -> Hazard:
    """Who acts from outside does so once the work is done, and then the pod of a sidecar is on its way already (5.3, 5.9). Some look for
    it in containerStatuses, where a sidecar is not (nrmitchi/k8s-controller-sidecars, handler.go)."""
    if case.life.trick_with == "its name":
        return Hazard(f"{case.life.ends_because}, and looks for it among the ordinary containers", True)
    return Hazard(f"{case.life.ends_because}, which a sidecar does not need: what does that may not find it there, or end it once more")


def _counted(case: Case) -> Hazard:
    limit = case.before.pod.backoff_limit
    if limit in (0, 1) and any(each.tells_to_quit for each in case.after().containers):
        said = f"as a sidecar it would be started again, and with backoffLimit {limit} that fails the Job"
        return Hazard(f"{case.life.ends_because}: {said}", True)
    return Hazard(f"{case.life.ends_because}: as a sidecar it would be started again, which counts against backoffLimit")


def ends_by_itself(case: Case) -> Hazard | None:
    """3.5: a sidecar that ends is started again, whatever its exit code; and then nobody can tell it from one that is to run once."""
    if case.life.trick != "self-timeout":
        return None
    return Hazard(
        "it ends by itself after some time, and as a sidecar it would be started again for ever: take the time limit away first", True
    )


def works_afterwards(case: Case) -> Hazard | None:
    """5.11: a sidecar is stopped when the app has ended, and what it still has to do must fit into the grace period."""
    if not case.before.pod.finite or case.life.ends != "when-told" or not case.life.seen.does.waits_for:
        return None
    from sidecarlint.lifecycle.natives.stopping import work_after

    for path in case.life.seen.does.waits_for:
        if work := work_after(path, case.life.seen):
            return Hazard(f"what it does once {path} is there ({work}) must fit into the pod's grace period, and it must handle SIGTERM")
    return None


def result_matters(case: Case) -> Hazard | None:
    """5.10: a sidecar's exit code never fails a pod; 3.5: one that ends is started again."""
    if case.before.pod.finite and case.life.ends in ("unknown", "when-done"):
        return Hazard("it may end by itself, and as a sidecar it would be started again and its exit code would no longer count")
    return None


def passes_on_a_result(case: Case) -> Hazard | None:
    """5.10: the exit code that a helper takes out of a file would no longer count, so the work that wrote it there could not fail."""
    if not case.before.pod.finite or not case.life.seen.does.waits_for:
        return None
    from sidecarlint.lifecycle.tricks.marker_files import passes_on

    file = passes_on(case.life.seen)
    return Hazard(f"it ends with the exit code that stands in {file}, which as a sidecar's would no longer count") if file else None


def failure_policy(case: Case) -> Hazard | None:
    """5.10: a sidecar that fails is started again, so the Job's podFailurePolicy no longer meets its exit code in the same way."""
    if case.container.name not in case.before.workload.failure_rules:
        return None
    return Hazard("the Job's podFailurePolicy speaks of its exit code, and as a sidecar it would be started again instead")


def exit_code_counts(case: Case) -> Hazard | None:
    """5.14: a rule that names no container is asked about sidecars too, which Kubernetes ends by a signal when the app has failed."""
    codes = case.moved.counted_exit_code if case.before.workload.open_failure_rules and case.moved is not None else ""
    if not codes:
        return None
    return Hazard(f"a rule of the Job's podFailurePolicy ({codes}) names no container, and could meet its exit code when it is stopped")


def no_time_to_stop(case: Case) -> Hazard | None:
    """5.1, 5.5: it is stopped after the app, and an app that sleeps through the grace period leaves it two seconds."""
    hooked = [other for other in case.others if other.part == "app" and other.seen.container.pre_stop is not None]
    if not hooked or not case.pod.grace_seconds:
        return None
    from sidecarlint.lifecycle.natives.stopping import sleeps_through

    sleeper = next((each for each in hooked if sleeps_through(each.seen, case.pod.grace_seconds)), None)
    if sleeper is None or sleeps_through(case.life.seen, case.pod.grace_seconds):
        return None
    return Hazard(
        f"the preStop hook of {sleeper.name} uses the grace period up: it would be stopped only then, and killed after two seconds"
    )


def still_blocked(case: Case) -> Hazard | None:
    """A move that was to let the work complete does not, as long as something else goes on; `meshes` speaks of what is injected."""
    if case.life.benefit != "completion" or case.before.pod.injected_blockers or case.after().pod.completes != "no":
        return None
    return Hazard("after the move another container still keeps the work from completing")
