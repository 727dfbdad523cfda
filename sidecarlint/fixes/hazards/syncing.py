"""Fields of a container that Argo CD leaves out when it compares: what an entry leads to once the container has moved.

In: a `Case`. Out: a `Hazard` or None. Must not know: text. Facts: helm-kustomize B6.

A pointer that leads nowhere is no error for Argo CD. The difference shows from then on, and self-healing undoes what somebody has set; one
that leads to another container hides that one's differences.
"""

from typing import TYPE_CHECKING

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.references.mentions import Mention, speaking

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.ignoring import Spoken


def ignored_differences(case: Case) -> Hazard | None:
    """The first entry that no longer leads to where it does today, with the number of the others."""
    found = speaking(case.references, case.before.workload, "ignores")
    told = [(each, said) for each in found if (said := _said(case, each)) is not None]
    changed = [(each, words) for each, said in told if (words := _changed(case, said)) and not _stays(case, said, [one for _, one in told])]
    if not changed:
        return None
    first, words = changed[0]
    more = f"; {len(changed) - 1} more of its entries change like that" if len(changed) > 1 else ""
    return Hazard(f"{first.title(case.references.path)} ignores {_short(first.detail)}, {words}{more}")


def _said(case: Case, entry: Mention) -> "Spoken | None":
    from sidecarlint.references.kustomize.ignoring import spoken

    workload = case.before.workload
    return spoken(entry.detail, workload.pod.route[len(workload.owner.route) :])


def _changed(case: Case, said: "Spoken") -> str:
    """What is different about what an entry leads to, "" for nothing."""
    name, before, after = case.life.name, *(_listed(case, said.key, later) for later in (False, True))
    if said.number is not None:
        was, now = (each[said.number] if said.number < len(each) else "" for each in (before, after))
        return "" if was == now else f"which is {now or 'nothing'} from now on, and {was or 'nothing'} today"
    lost = name in before and name not in after and said.name in ("", name)
    return f"which no longer finds {name}" if lost else ""


def _stays(case: Case, said: "Spoken", others: "list[Spoken]") -> bool:
    """Whether an entry that looks for the container is beside one that finds the same field of it afterwards."""
    found = [each for each in others if each.key != said.key and each.rest == said.rest and each.number is None]
    return said.number is None and any(each.name in ("", case.life.name) for each in found)


def _listed(case: Case, key: str, later: bool) -> list[str]:
    pod = (case.after() if later else case.before).workload.pod
    return [each.name for each in (pod.containers if key == "containers" else pod.init_containers)]


_LONGEST = 80


def _short(path: str) -> str:
    return path if len(path) <= _LONGEST else path[: _LONGEST - 1] + "…"
