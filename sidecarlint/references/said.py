"""The parts that objects of many kinds have in common: selectors, and words at their routes.

In: nodes. Out: `Whom`, routes. Must not know: what a kind of object means by them.
"""

from sidecarlint.documents import Node, Route, child, items, text_of, texts
from sidecarlint.references.mentions import Mention, Need, Pair, Whom
from sidecarlint.workloads import Object


def mention(found: Object, about: str, whom: Whom, names: tuple[str, ...], route: Route, detail: str = "") -> Mention:
    """Something that an object says at a route below itself."""
    return Mention(about, found.kind, found.name, found.namespace, whom, names, (*found.route, *route), detail)


def pairs_of(node: Node | None) -> tuple[Pair, ...]:
    """A mapping of texts, by key."""
    return tuple(sorted((key.text, text_of(value) or "") for key, value in (node.pairs if node else ())))


def selected(node: Node | None, namespaces: tuple[str, ...] | None = None) -> Whom:
    """Whom a label selector selects; an empty one selects all."""
    return Whom(labels=pairs_of(child(node, "matchLabels")), needs=_needs(node), namespaces=namespaces)


def _needs(node: Node | None) -> tuple[Need, ...]:
    return tuple(
        (text_of(child(each, "key")) or "", text_of(child(each, "operator")) or "", texts(child(each, "values")))
        for each in items(child(node, "matchExpressions"))
    )


def annotations_of(found: Object) -> dict[str, str]:
    """An object's annotations."""
    return dict(pairs_of(child(child(found.node, "metadata"), "annotations")))
