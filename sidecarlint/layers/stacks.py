"""A list in values, with what stands against the move of a helper out of it.

In: values, what is known of their chart, the values over and under them. Out: `Given`. Must not know: files, lifecycles.

Helm replaces lists and merges mappings, so a list that another layer sets as well is not moved (helm-kustomize A4). The list that a
helper leaves stays, as `[]`, so it goes on hiding what is under it.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, at, is_null
from sidecarlint.references.charts.lists import Spliced
from sidecarlint.references.charts.releases import Layer, Parameter
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.valued import USUAL, Given, Path, beside

_GUESS = "the chart is not here: that it takes init containers from {into} is a guess by the name"
_UNTOLD = "no template of the chart shows what it does with {own}: that it takes init containers from {into} is a guess by the name"
UNRENDERED = "it was not rendered, so that the chart passes restartPolicy on is not proven"
_NO_NAME = "the list of init containers beside {own} has another name in every chart, and the chart is not here; look it up there"
_PARENT = "the chart takes the init containers beside {own} from {into}; move it there by hand"
_OVER_OWN = "{where} sets {own} as well and hides this list; move the helpers of both by hand"
_OVER_INTO = "{where} sets {into}, and Helm replaces lists, so that the helper would be gone with it; move it by hand"
_UNDER = "{where} sets {into}, and Helm replaces lists, so that the list in {here} would hide that one; move it by hand"
_HIDDEN = "{where} may set {into} as well, and Helm replaces lists; look there first, then move it by hand"
_INDEX = "{title} counts on a place in the list; change it with the move by hand"
_PARAMETER = "{title} sets the list as well; move the helpers by hand"
_DEFAULT = "it is a default of the chart: who installs it with {into} of their own would be without the helper"
_BESIDE = "{where} sets {own} or {into} as well: of two files that are used together only one list counts"


class Chart(NamedTuple):
    """What is known of the chart that takes values. `folder` is where it is, "" when it is not here. `words`: the usual keys of lists that
    its templates speak of at all, None where not all of them are here."""

    name: str
    folder: str
    lists: dict[Path, Spliced]
    words: frozenset[str] | None = None

    def may_take(self, path: Path) -> bool:
        """Whether it may make containers of the list at a path. What no template speaks of is for nobody."""
        return path in self.lists or self.words is None or path[-1] in self.words


class Stack(NamedTuple):
    """The layers around a mapping of values, and `besides` those that may be used with it or in its place.

    `here` is how people find the values, `hidden` says what else may set the same keys and is not to be seen, `parameters` are single
    values that are laid over all. `default`: they are the chart's own, over which its users lay theirs.
    """

    here: str
    under: tuple[Layer, ...] = ()
    over: tuple[Layer, ...] = ()
    besides: tuple[Layer, ...] = ()
    hidden: str = ""
    parameters: tuple[Parameter, ...] = ()
    default: bool = False


def given(values: Node | None, path: Path, chart: Chart, stack: Stack) -> Given:
    """The list at a path with what is known of the one beside it, and why the move between the two is not for us."""
    own, known = ".".join(path), chart.lists.get(path)
    into = known.into if known is not None else None
    if known is not None and into is None:
        return Given(path, "", known.finite, known.timed, known.why)
    if known is not None and into is not None and into[:-1] != path[:-1]:
        return Given(path, "", known.finite, known.timed, known.why or _PARENT.format(own=own, into=".".join(into)))
    key = into[-1] if into is not None else beside(values, path)
    if not key:
        return Given(path, USUAL[path[-1]][0], why=_NO_NAME.format(own=own))
    beyond = ".".join((*path[:-1], key))
    guess = UNRENDERED if known is not None else (_UNTOLD if chart.folder else _GUESS).format(own=own, into=beyond)
    why = (known.why if known is not None else "") or _hidden(values, path, (*path[:-1], key), stack)
    doubts = (guess, *_used_beside(path, (*path[:-1], key), stack))
    finite, timed = (known.finite, known.timed) if known is not None else (False, False)
    return Given(path, key, finite, timed, why, doubts)


def _hidden(values: Node | None, own: Path, into: Path, stack: Stack) -> str:
    """Why another layer stands against the move, or "". The list that is left stays, as `[]`, so it goes on hiding what is under it."""
    words = {"own": ".".join(own), "into": ".".join(into), "here": stack.here}
    for layer in stack.over:
        if layer.values is None:
            return _HIDDEN.format(where=layer.where, **words)
        for path, said in ((own, _OVER_OWN), (into, _OVER_INTO)):
            if _sets(layer, path):
                return said.format(where=layer.where, **words)
    if parameter := _parameter(stack, (words["own"], words["into"])):
        return parameter
    if at(values, into) is not None and not is_null(at(values, into)):
        return ""
    for layer in stack.under:
        if layer.values is None:
            return _HIDDEN.format(where=layer.where, **words)
        if _sets(layer, into) and _is_filled(layer, into):
            return _UNDER.format(where=layer.where, **words)
    return _HIDDEN.format(where=stack.hidden, **words) if stack.hidden else ""


def _parameter(stack: Stack, lists: tuple[str, str]) -> str:
    """What is said against a move by a parameter that leads into one of the two lists, or is one of them."""
    for each in stack.parameters:
        if each.name in lists:
            return _PARAMETER.format(title=each.title)
        if each.name.startswith(tuple(f"{path}{mark}" for path in lists for mark in "[.")):
            return _INDEX.format(title=each.title)
    return ""


def _used_beside(own: Path, into: Path, stack: Stack) -> Iterator[str]:
    if stack.default:
        yield _DEFAULT.format(into=".".join(into))
    for layer in stack.besides:
        if layer.values is None or _sets(layer, own) or _sets(layer, into):
            yield _BESIDE.format(where=layer.where, own=".".join(own), into=".".join(into))
            return


def _sets(layer: Layer, path: Path) -> bool:
    return at(layer.values, path) is not None


def _is_filled(layer: Layer, path: Path) -> bool:
    found = at(layer.values, path)
    return found is not None and not is_null(found) and bool(found.items or found.pairs or found.text)
