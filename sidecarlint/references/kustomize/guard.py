"""Whether a kustomization speaks of an object, read with suspicion: in doubt it does.

In: a `Kustomization`, a workload or an object's kind and name. Out: yes or no. Must not know: in which order things are applied.

This keeps a base from being rewritten alone. What a patch does exactly is the matter of `pods` and `breaches`.
"""

import re
from collections.abc import Collection, Iterator

from sidecarlint.documents import documents
from sidecarlint.references.kustomize.values import Kustomization, Patch, Speech
from sidecarlint.workloads import Workload, objects

_ACTION = "{{"
_NAME = "/metadata/name"


def touches(each: Kustomization, workload: Workload, renamed: bool) -> bool:
    """Whether it speaks of this workload's containers. `renamed`: names may have got a prefix or a suffix."""
    owner = workload.owner
    if workload.in_values and owner.kind == "Kustomization":
        return _speaks_of_charts(each, workload)
    if workload.in_values:
        # What a list is called there is the chart's affair.
        return speaks_of(each, owner.kind, owner.name, renamed)
    return _gives_name(each, owner.kind) or any(
        "ontainers" in said.text and _is_for(said, owner.kind, owner.name, renamed) for said in _speeches(each)
    )


def may_speak(patch: Patch, names: Collection[str]) -> bool:
    """Whether a patch over what a chart renders may go wrong when containers of these names become the last of the init containers."""
    said = rf"containers/\d|initContainers|\bname['\"]?\s*:\s*['\"]?(?:{'|'.join(map(re.escape, names))})(?![\w.-])"
    return not patch.text or ("ontainers" in patch.text and re.search(said, patch.text) is not None)


def _speaks_of_charts(each: Kustomization, workload: Workload) -> bool:
    """Whether it may speak of containers in what kustomize has a chart render: nobody sees whose pods these are."""
    names = [one.name for one in workload.pod.containers]
    others = (*each.speeches, *(Speech(".".join(field.steps), "", "") for replaced in each.replaced for field in replaced.fields))
    return any(may_speak(patch, names) for patch in each.patches) or any("ontainers" in said.text for said in others)


def speaks_of(each: Kustomization, kind: str, name: str, renamed: bool) -> bool:
    """Whether it speaks of the object of this kind and name."""
    return any(_is_for(said, kind, name, renamed) for said in _speeches(each))


def says_more(each: Kustomization, workload: Workload, renamed: bool) -> bool:
    """Whether it speaks of this workload's containers in another way than by patches and by what replacements write to."""
    owner = workload.owner
    said = any("ontainers" in said.text and _is_for(said, owner.kind, owner.name, renamed) for said in each.speeches)
    return said or _gives_name(each, owner.kind)


def _gives_name(each: Kustomization, kind: str) -> bool:
    """Whether a patch gives objects of a kind another name: later ones look for them by that."""
    return any(_NAME in patch.text and patch.target is not None and _fits(patch.target.kind, kind) for patch in each.patches)


def _speeches(each: Kustomization) -> Iterator[Speech]:
    for patch in each.patches:
        target = patch.target
        yield Speech(patch.text, target.kind if target else "", target.name if target else "")
    for replaced in each.replaced:
        fields = "\n".join(".".join(field.steps) for field in replaced.fields)
        yield Speech(fields, replaced.select.kind or ".*", replaced.select.name or ".*")
    yield from each.speeches


def _is_for(said: Speech, kind: str, name: str, renamed: bool) -> bool:
    if said.kind or said.name:
        return _fits(said.kind, kind) and (renamed or _fits(said.name, name))
    named = [each for document in documents(said.text) for each in objects(document)]
    return not named or any(each.kind == kind and _is_called(each.name, name, renamed) for each in named)


def _is_called(said: str, name: str, renamed: bool) -> bool:
    return _fits(said, name) if _ACTION in name else name in said if renamed else name == said


def _fits(pattern: str, text: str) -> bool:
    """A name in a template is what its actions make of it: then the literal rest of it decides, and an expression is in doubt."""
    if _ACTION in text:
        literal = ".*".join(map(re.escape, re.split(r"\{\{.*?\}\}", text)))
        return re.fullmatch(r"[\w.-]+", pattern) is None or re.fullmatch(literal, pattern) is not None
    try:
        return not pattern or re.fullmatch(pattern, text) is not None
    except re.error:
        return True
