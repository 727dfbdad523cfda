"""How Kubernetes stops a pod, step by step: hooks, signals, and whose turn it is.

In: the members of a pod that are left. Out: steps. Must not know: text, spans, files, how a life is drawn. Facts: native-sidecars 5.

All preStop hooks begin at once (5.2). The regular containers get SIGTERM when their own hook is done, a sidecar when besides all
regular ones and all sidecars behind it have ended (5.1). When the grace period is over first, whoever is left gets two seconds (5.5).
"""

from collections.abc import Sequence

from sidecarlint.lifecycle.timeline.crew import Member, names_of
from sidecarlint.lifecycle.timeline.values import Deed, Step, deeds


def stopping(opening: Step, regular: Sequence[Member], sidecars: Sequence[Member], grace: int, closing: Deed) -> tuple[Step, ...]:
    """The steps from `opening`, which says why, to `closing`. `regular` is empty where all of those have ended by themselves."""
    lost = [each for each in sidecars if each.lost is not None and regular]
    waves = [wave for wave in (list(regular), *([each] for each in reversed(sidecars) if each not in lost)) if wave]
    hooked = names_of([each for each in (*sidecars, *regular) if each.hook])
    steps = [[*opening, *deeds(("hook", hooked))]]
    if lost:
        steps.append([each.lost for each in lost if each.lost is not None])
    for index, wave in enumerate(waves):
        _signal(wave, steps, first=index == 0, waited=bool(lost))
        if any(each.deaf or each.sleeps for each in wave):
            return _closed([*steps, *_out_of_time(wave, waves[index + 1 :], grace)], closing)
        steps.append([Deed("ends", names_of(wave))])
    return _closed(steps, closing)


def _closed(steps: Sequence[Sequence[Deed]], closing: Deed) -> tuple[Step, ...]:
    return (*(tuple(step) for step in steps[:-1]), (*steps[-1], closing))


def _signal(wave: Sequence[Member], steps: list[list[Deed]], first: bool, waited: bool) -> None:
    """SIGTERM at once, or when the hook is done; by the turn of a later wave its hook has had its time."""
    told = [each for each in wave if not each.sleeps]
    after_hook = [each for each in told if each.hook and first]
    steps[0 if first else -1] += deeds(("sigterm", names_of([each for each in told if each not in after_hook])))
    if after_hook:
        if not waited:
            steps.append([])
        steps[-1].append(Deed("sigterm", names_of(after_hook), "hook"))


def _out_of_time(wave: Sequence[Member], waves: Sequence[Sequence[Member]], grace: int) -> list[list[Deed]]:
    """5.5. Who has had its SIGTERM and lives on is killed now; who has not gets it now."""
    told = [each for each in wave if not each.sleeps]
    left = [each for each in wave if each.sleeps] + [each for behind in waves for each in behind]
    over = [*_ended(told), Deed("grace", detail=str(grace)), *_killed(told), *deeds(("hurried", names_of(left)))]
    return [over, [*_ended(left), *_killed(left)]] if left else [over]


def _ended(members: Sequence[Member]) -> Step:
    return deeds(("ends", names_of([each for each in members if not each.deaf])))


def _killed(members: Sequence[Member]) -> Step:
    return deeds(("killed", names_of([each for each in members if each.deaf])))
