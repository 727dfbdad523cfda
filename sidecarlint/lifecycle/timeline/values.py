"""The life of a pod as a sequence of steps: what happens to which container, and what it waits for.

In: nothing. Out: `Deed`, `Row`, `Timeline`. Must not know: how any of it is found out, how it is drawn.
"""

from sidecarlint.values import NamedTuple


class Deed(NamedTuple):
    """Something that happens at a step. What a kind says of the containers named, and of `detail` and `by`:

    starts        they start; `detail` is what holds the next one back: exit, running, a hook or a probe by its name, or ""
    up            what of them held the next one back, `detail`, holds it back no longer
    done          these plain init containers have exited with 0
    repeats       these finish, and are started again each time (2.2, 3.5)
    waits         these wait for `by` in their own command
    early         these init containers use `by`, which starts only after them
    races         these use `by`, which runs and need not be up (3.3)
    stuck         they get no further, because of `detail`: the pod never starts
    refused       the API server takes no pod with them, because of `detail`

    exits         these apps have done their work and end
    stays         these never end
    doubt         nothing shows that these end
    open          these sidecars stop once the others have ended, if they do
    deadline      the pod has reached its deadline of `detail` seconds, and has failed
    quits         `by` ends these sidecars by `detail`; they may be started again (5.13)
    and the tricks of `ContainerLife.trick`: what ends these legacy helpers today, with `trick_by` and `trick_with`; `fragile`: not done
    when the work fails, so that the pod hangs just then

    late          these sidecars have their work still before them, `detail`, when they are told to stop (5.11)
    told          the pod is told to stop
    hook          their preStop hooks begin
    lost          these sidecars have ended too early: `detail` in the preStop hook of `by`, or in their own
    sigterm       they get SIGTERM
    hurried       they get SIGTERM, and two seconds (5.5)
    grace         the grace period of `detail` seconds is over
    ends          they have ended
    killed        they are killed
    gone          nothing is left of the pod
    complete      all that the pod waits for has ended, and its work is done
    """

    kind: str
    names: tuple[str, ...] = ()
    detail: str = ""
    by: str = ""
    fragile: bool = False


def deeds(*given: tuple[str, tuple[str, ...]]) -> "Step":
    """Deeds by kind and names, without those that happen to nobody."""
    return tuple(Deed(kind, names) for kind, names in given if names)


Step = tuple[Deed, ...]
"""What happens at the same time, or cannot be told apart in time."""


class Row(NamedTuple):
    """A container. `part`: app, helper, init, sidecar or injected. `note`: why nothing happens to it, "" where something does."""

    name: str
    part: str
    note: str = ""


class Timeline(NamedTuple):
    """A pod's life. No step says how long it takes: steps only come one after the other.

    rows      the containers in the order of the manifest, init containers first, then what injectors add
    outcome   completes, may-not-complete, never-completes, fails (at its deadline), runs (until it is stopped), never-starts,
              refused (by the API server) or unclear (only a part of the pod is there)
    because   whom the outcome waits for, or who stands against it, by name
    work      the regular containers: those whose end is the end of the work
    sidecars  the native sidecars, in the order in which they start
    """

    kind: str
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    outcome: str
    because: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    sidecars: tuple[str, ...] = ()
