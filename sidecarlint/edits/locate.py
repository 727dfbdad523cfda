"""A route to the very nodes that an edit would touch.

In: a document's tree and a route. Out: nodes, or a `Refusal` where the text at the route is not this place's own. Must
not know: Kubernetes.

What is written once and used in several places through an alias cannot be edited for one of them.
"""

from sidecarlint.documents import Node, Route, show, walk
from sidecarlint.edits.operations import Refusal

Pair = tuple[Node, Node]
"""A key of a mapping and its value."""


class Tree:
    """A document's tree, with the anchors that something refers to."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.shared = {id(node.target) for node in walk(root) if node.kind == "alias"}

    def find(self, route: Route) -> Node:
        """The node at a route that exists and is its own."""
        node = self.own(self.root)
        for step in route:
            node = self.own(self._item(node, step, route) if isinstance(step, int) else self._value(node, step, route))
        return node

    def pair(self, route: Route) -> Pair | None:
        """The key and value at a route that ends in a key; None when the mapping has no such key of its own."""
        if not route:
            raise Refusal("the list that a whole document is cannot be changed yet", self.root.start)
        mapping, key = self.find(route[:-1]), route[-1]
        if mapping.kind != "mapping":
            raise Refusal(f"{show(route[:-1])} is no mapping", mapping.start)
        found = [pair for pair in mapping.pairs if pair[0].text == key]
        if len(found) > 1:
            raise Refusal(f"the key {key} is given twice", found[1][0].start)
        return found[0] if found else None

    def own(self, node: Node) -> Node:
        """The node, which nothing else uses and which is written here."""
        if node.kind == "alias":
            raise Refusal(f"what stands here is written elsewhere and used through the alias *{node.text}", node.start)
        if id(node) in self.shared:
            raise Refusal(f"other places use this text through the anchor &{node.anchor}", node.start)
        return node

    def own_below(self, node: Node) -> None:
        """Refuses when something in the node is used elsewhere."""
        for each in walk(node):
            if each.kind != "alias":
                self.own(each)

    def _value(self, node: Node, key: str, route: Route) -> Node:
        found = [value for name, value in node.pairs if name.text == key] if node.kind == "mapping" else []
        if len(found) > 1:
            raise Refusal(f"the key {key} is given twice", found[1].start)
        if not found:
            raise Refusal(f"{show(route)} comes in through a merge key or is not there", node.start)
        return found[0]

    def _item(self, node: Node, index: int, route: Route) -> Node:
        if node.kind != "sequence" or index >= len(node.items):
            raise Refusal(f"{show(route)} is not there", node.start)
        return node.items[index]
