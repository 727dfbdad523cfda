"""Which lists of containers a chart takes from its values, and which list of init containers stands beside each.

In: the texts of templates. Out: `Spliced`, by the path of the values. Must not know: values, what stands on disk.

Two thirds of all helpers in charts come from such a list (helm-kustomize A1, A4). What the templates show counts for more than what a
key is called.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sidecarlint.documents import Document, Node, text_of, walk
from sidecarlint.documents.templates import Arm, around, template_documents
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.kinds import BUILT_IN
from sidecarlint.workloads.valued import Path

_WANTED = re.compile(r"ontainers['\"]?[ \t]*:")
_VALUES = r"\.Values\.(\w+(?:\.\w+)*)"
_BARE_DOT = r"(?:^|[\s(])\.(?=[\s)|]|$)"
_ENDS = ("Job", "CronJob")
_CONTROL = ("if", "else", "end", "range", "with", "define", "block")


class Spliced(NamedTuple):
    """One list of values that a pod of a chart takes its containers from. `into`: the list that the same pod takes its init containers
    from, None for none. `finite`: the pod is meant to end; `timed`: and something may end it that the template does not spell out.
    `why` is the reason why a move between the two is not for us, or ""."""

    into: Path | None
    finite: bool = False
    why: str = ""
    timed: bool = False


class _Taken(NamedTuple):
    """A list of values that stands in a template. `under`: the openers of the blocks around it."""

    path: Path
    under: tuple[str, ...]


def spliced(templates: Iterable[str]) -> dict[Path, Spliced]:
    """What the templates of one chart say of the lists in its values. A path that several pods take is said of all of them."""
    found: dict[Path, list[Spliced]] = defaultdict(list)
    for text in templates:
        for document in template_documents(text, _WANTED):
            for path, each in _in_document(text, document):
                found[path].append(each)
    return {path: _agreed(path, each) for path, each in found.items()}


def _agreed(path: Path, found: Sequence[Spliced]) -> Spliced:
    first = found[0]
    if len({each.into for each in found}) > 1:
        why = f"the chart takes {'.'.join(path)} for several pods, which take their init containers from different lists"
        return Spliced(None, first.finite, why)
    why = next((each.why for each in found if each.why), "")
    return Spliced(first.into, all(each.finite for each in found), why, any(each.timed for each in found))


def _in_document(text: str, document: Document) -> Iterator[tuple[Path, Spliced]]:
    if document.root is None or document.problem is not None:
        return
    kind, timed = _kind(document.root), _is_timed(document.root)
    for spec in walk(document.root):
        if spec.kind == "mapping" and any(key.text == "containers" for key, _ in spec.pairs):
            init = list(_taken(text, spec, "initContainers", document.end))
            for each in _taken(text, spec, "containers", document.end):
                yield each.path, _beside(each, init, kind)._replace(timed=timed or bool(spec.open))


def _is_timed(root: Node) -> bool:
    return any(key.text == "activeDeadlineSeconds" for node in walk(root) for key, _ in node.pairs)


def _kind(root: Node) -> str:
    return next((text_of(value) or "" for key, value in root.pairs if key.text == "kind"), "")


def _beside(each: _Taken, init: Sequence[_Taken], kind: str) -> Spliced:
    own = [other for other in init if other.path[:-1] == each.path[:-1]]
    fitting = own or list(init)
    if kind and kind not in BUILT_IN and "{{" not in kind:
        return Spliced(None, False, f"the chart writes it into a {kind}, whose definition may not know sidecars")
    if not fitting:
        return Spliced(None, kind in _ENDS, f"the chart takes no init containers from its values beside {'.'.join(each.path)}")
    if len({other.path for other in fitting}) > 1:
        return Spliced(None, kind in _ENDS, f"the chart takes the init containers beside {'.'.join(each.path)} from several lists")
    return Spliced(fitting[0].path, kind in _ENDS, _condition(each, fitting))


def _condition(each: _Taken, init: Sequence[_Taken]) -> str:
    """What else must hold before the chart writes the init containers: one of the places has to ask for nothing but the list itself."""
    asked = [_others(each, other) for other in init]
    if not all(asked):
        return ""
    return f"the chart writes {'.'.join(init[0].path)} only under {{{{ {asked[0][0]} }}}}"


def _others(each: _Taken, init: _Taken) -> list[str]:
    own = ".Values." + ".".join(init.path)
    return [words for words in init.under if words not in each.under and own not in words]


def _taken(text: str, spec: Node, key: str, end: int) -> Iterator[_Taken]:
    """The lists of values of which actions write the items of a list."""
    pairs = sorted(spec.pairs, key=lambda pair: pair[0].outset)
    for index, (name, value) in enumerate(pairs):
        if name.text != key:
            continue
        stop = pairs[index + 1][0].outset if index + 1 < len(pairs) else max(end, value.end)
        for words in dict.fromkeys(word for node in (value, *_whole_items(value)) for word in node.open):
            for start in _places(text, words, name.end, stop):
                yield from _from(words, around(text, start))


def _whole_items(value: Node) -> list[Node]:
    return [item for item in value.items if item.kind == "scalar"] if value.kind == "sequence" else []


def _places(text: str, words: str, start: int, stop: int) -> Iterator[int]:
    at = text.find(words, start, stop)
    while at >= 0:
        yield at
        at = text.find(words, at + 1, stop)


def _from(words: str, arms: Sequence[Arm]) -> Iterator[_Taken]:
    inner = words.strip("{}- \t\r\n")
    if inner.split(" ", 1)[0] in _CONTROL:
        return
    path = _only_path(inner)
    holder = next((arm for arm in reversed(arms) if arm.word in ("with", "range")), None)
    if path is None and holder is not None and re.search(_BARE_DOT, inner) and not re.search(_VALUES, inner):
        path = _only_path(holder.words) if holder.word == "with" else None
    if path is not None:
        yield _Taken(path, tuple(" ".join(arm.words.split()) for arm in arms))


def _only_path(words: str) -> Path | None:
    """The one list of values that an action speaks of; None where it speaks of several, or of none."""
    found = {tuple(path.split(".")) for path in re.findall(_VALUES, words)}
    return next(iter(found)) if len(found) == 1 else None


def below(name: str, found: Mapping[Path, Spliced]) -> dict[Path, Spliced]:
    """What a chart below another one says, as the values of the latter have it."""
    return {
        (name, *path): each._replace(into=(name, *each.into) if each.into is not None else None, why=each.why)
        for path, each in found.items()
    }
