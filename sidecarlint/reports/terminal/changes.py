"""What a fix changed in a workload, and what applying it does, in words that all formats for people share.

In: `Moved`s. Out: sentences and rows. Must not know: how anything was decided.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.reports.terminal.totals import count, listed, nothing

if TYPE_CHECKING:
    from sidecarlint.findings import Moved, Run
    from sidecarlint.waves import Wave
    from sidecarlint.workloads.rollouts import Rollout

COMPLETES = {"yes": "yes", "no": "no, it hangs", "unknown": "nothing known holds it up", "never-meant-to": "not meant to"}
"""Whether work completes, in few words."""


def order(steps: Sequence[Sequence[str]]) -> str:
    """Names in order, those that come together in brackets: `proxy -> (web, shop)`."""
    return " -> ".join(step[0] if len(step) == 1 else f"({', '.join(step)})" for step in steps) or "nothing"


def rows(moved: "Moved") -> Iterator[tuple[str, str, str]]:
    """What can be compared: its name, and how it was and is."""
    before, after = moved.before, moved.after
    yield "starts", order(before.starts), order(after.starts)
    yield "stops", order(before.stops), order(after.stops)
    if after.completes != "never-meant-to":
        yield "completes", COMPLETES[before.completes], COMPLETES[after.completes]
    then = dict(before.requests)
    for resource, amount in after.requests:
        yield f"requests {resource}", then.get(resource, "0"), amount


def applying(rollouts: Sequence["Rollout"]) -> list[str]:
    """What applying all of it does to what runs, as sentences; none where nothing happens."""
    pods = sum(each.pods or 0 for each in rollouts if not each.immutable)
    nodes = sum(1 for each in rollouts if each.per_node)
    unknown = sum(1 for each in rollouts if each.pods is None and not each.per_node)
    immutable = sum(1 for each in rollouts if each.immutable)
    starts = [f"{count(pods, 'pod')}"] * bool(pods) + [f"one on each node for {count(nodes, 'DaemonSet')}"] * bool(nodes)
    starts += [f"those that the controllers of {count(unknown, 'custom resource')} choose"] * bool(unknown)
    said = [f"Applying this starts pods anew: {listed(starts)}."] if starts else []
    one = "it is" if immutable == 1 else "they are"
    it = "It" if immutable == 1 else "They"
    if immutable:
        said.append(f"{count(immutable, 'object')} cannot be changed in place: {one} deleted and made anew. {it} will run again.")
    return said


def by_whom(wave: "Wave") -> str:
    """How much of a wave a program can do, as a sentence."""
    safe, unsafe, manual = (sum(getattr(each, kind) for each in wave.workloads) for kind in ("safe", "unsafe", "manual"))
    parts = [f"fix does {safe}"] if safe else []
    parts += [f"fix --unsafe does {unsafe}{' more' if safe else ''}"] if unsafe else []
    parts += [f"{manual} {'needs' if manual == 1 else 'need'} a person"] if manual else []
    much = f"{count(len(wave.workloads), 'workload')}, {count(safe + unsafe + manual, 'finding')}"
    return f"{much}: {listed(parts)}."


def command_of(wave: "Wave", given: Sequence[str]) -> str:
    """The command that does what can be done of a wave, with what `waves` was `given`; "" where nothing can."""
    if wave.options is None:
        return ""
    return " ".join(["sidecarlint fix", *wave.options, *map(_quoted, given)])


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)


def waiting(found: "Sequence[Wave]", run: "Run") -> str:
    """The last sentence: how much is to be done in all."""
    if not run.workloads:
        return nothing(run)
    workloads = sum(len(wave.workloads) for wave in found)
    if not workloads:
        return f"Nothing is to be moved in {count(run.sources, 'file')}, {count(run.workloads, 'workload')}."
    looked = f"{count(run.workloads, 'workload')} in {count(run.sources, 'file')}"
    number = sum(1 for wave in found if wave.workloads)
    waits = f"{workloads} of {looked} {'waits' if workloads == 1 else 'wait'} in {count(number, 'wave')}."
    return f"{waits} Apply {'it' if number == 1 else 'the first'}, let it settle, and ask again."
