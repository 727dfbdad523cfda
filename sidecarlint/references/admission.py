"""Admission policies that look at `spec.containers` and never at init containers.

In: an `Object`. Out: `Mention`s `admits` (names: every word that it compares with), and `constrains` with `enforces` for Gatekeeper
(detail: the constraint's kind). Must not know: workloads.

A policy is not run here. It counts as one that passes over sidecars when it speaks of containers and nowhere of init containers.
"""

import re
from collections.abc import Iterator

from sidecarlint.documents import Node, child, items, text_of, texts, walk
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import mention
from sidecarlint.workloads import Object

_READS = r"\.containers\b|\[['\"]containers['\"]\]"
_ANCHOR = r"[=^<X+]?\((\w+)\)"
"""How Kyverno writes a key that asks for something: =(initContainers)."""
_WORD = r"[a-z0-9][a-z0-9-]{0,62}"
_QUOTED = rf"[\"'`]({_WORD})[\"'`]"
_MOST_WORDS = 200
_SAYS_NOTHING = ("message", "description", "messageExpression")
_PODS = {"Pod", "*", "pods", "*/*", "pods/*"}


def expressions(found: Object) -> Iterator[Mention]:
    """A policy of CEL expressions."""
    spec = child(found.node, "spec")
    words = _words_of_reader(spec)
    if words is not None:
        yield mention(found, "admits", _matched(spec), words, ("spec",))


def _matched(spec: Node | None) -> Whom:
    """What its rules match, as resources; all where a rule matches pods."""
    rules = items(child(child(spec, "matchConstraints"), "resourceRules"))
    resources = tuple(each for rule in rules for each in texts(child(rule, "resources")))
    return Whom(kinds=() if _PODS & set(resources) else resources, namespaces=())


def kyverno(found: Object) -> Iterator[Mention]:
    """Each rule that validates is a policy of its own. What is said of Pods is said of all that make them."""
    for index, rule in enumerate(items(child(child(found.node, "spec"), "rules"))):
        words = _words_of_reader(child(rule, "validate"))
        if words is not None:
            yield mention(found, "admits", _wanted(rule, found), words, ("spec", "rules", index))


def _wanted(rule: Node, found: Object) -> Whom:
    asked, spared = list(_resources(child(rule, "match"))), list(_resources(child(rule, "exclude")))
    kinds = {each.rpartition("/")[2] for node in asked for each in texts(child(node, "kinds"))}
    spaces = tuple(each for node in asked for each in texts(child(node, "namespaces")))
    beyond = tuple(each for node in spared for each in texts(child(node, "namespaces")))
    own = None if found.kind == "Policy" else spaces
    return Whom(kinds=() if not kinds or _PODS & kinds else tuple(sorted(kinds)), namespaces=own, beyond=beyond)


def _resources(node: Node | None) -> Iterator[Node]:
    for each in (node, *items(child(node, "any")), *items(child(node, "all"))):
        resources = child(each, "resources")
        if resources is not None:
            yield resources


def template(found: Object) -> Iterator[Mention]:
    """What a kind of Gatekeeper's constraints looks at. It is in force only where there is a constraint."""
    spec = child(found.node, "spec")
    kind = text_of(child(child(child(child(spec, "crd"), "spec"), "names"), "kind"))
    words = _words_of_reader(child(spec, "targets"))
    if kind and words is not None:
        yield mention(found, "enforces", Whom(namespaces=()), words, ("spec", "targets"), kind)


def constraint(found: Object) -> Iterator[Mention]:
    """Whom a constraint is for, and the words of its parameters."""
    spec = child(found.node, "spec")
    match = child(spec, "match")
    kinds = tuple(each for item in items(child(match, "kinds")) for each in texts(child(item, "kinds")))
    spaces, beyond = texts(child(match, "namespaces")), texts(child(match, "excludedNamespaces"))
    whom = Whom(kinds=() if _PODS & set(kinds) else kinds, namespaces=spaces, beyond=beyond)
    parameters = child(spec, "parameters")
    words = tuple(sorted({each.text for each in walk(parameters) if re.fullmatch(_WORD, each.text)})) if parameters else ()
    yield mention(found, "constrains", whom, words, ("spec", "match"), found.kind)


def _words_of_reader(node: Node | None) -> tuple[str, ...] | None:
    """The words with which something that looks only at ordinary containers compares; None for anything else."""
    keys, values = set[str](), list[str]()
    for key, value in _scalars(node):
        keys.add(key)
        values.append(value)
    said = "\n".join(values)
    if any("nitContainers" in each for each in (*keys, said)):
        return None
    if "containers" not in keys and re.search(_READS, said) is None:
        return None
    return tuple(sorted({*re.findall(_QUOTED, said), *(each for each in values if re.fullmatch(_WORD, each))}))[:_MOST_WORDS]


def _scalars(node: Node | None) -> Iterator[tuple[str, str]]:
    """Every value that means something, with its key; and every key with nothing."""
    stack: list[tuple[str, Node]] = [("", node)] if node is not None else []
    while stack:
        key, each = stack.pop()
        if each.kind == "scalar" and key not in _SAYS_NOTHING:
            yield key, each.text
        for name, value in each.pairs:
            bare = re.fullmatch(_ANCHOR, name.text)
            said = bare[1] if bare else name.text
            yield said, ""
            stack.append((said, value))
        stack += [(key, item) for item in each.items]
