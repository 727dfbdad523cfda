"""The call of a define that gives an item, moved to another list: the define stays as it is, since others may call it too.

In: a template's text, a masked document of it, `Call`s, the bodies of defines. Out: `Templated`, or a `Refusal`. Must not know:
Kubernetes.

A define gives one open item, so a line behind the call becomes its last key (helm-kustomize.md, A3).
"""

import re
from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, is_null
from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates import template_documents
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.documents.templates.blocks import blocks
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import Call, Refusal
from sidecarlint.edits.splice import Change, ordered
from sidecarlint.edits.style import Layout
from sidecarlint.edits.templates.moving import Gives, Templated, check_left, placed
from sidecarlint.edits.templates.page import Page, shown
from sidecarlint.edits.templates.units import called, gathered

Bodies = Callable[[str], Sequence[str]]
"""What stands in the defines of a name, in all files of a chart."""

_CALL = r'include\s+"(?P<name>[^"]+)"'
_GIVES_LINES = r"\|\s*nindent\s+\d+\s*$"


def call_moved(text: str, document: Document, call: Call, bodies: Bodies, gives: Gives) -> Templated:
    """The changes that move a call. A `Refusal` where what it calls is not seen to be one item."""
    action = next((each for each in Page(text).actions if each.start == call.start), None)
    if action is not None:
        _check_call(action, bodies)
    return calls_moved(text, document, [call], gives)


def calls_moved(text: str, document: Document, calls: Sequence[Call], gives: Gives) -> Templated:
    """The changes that move calls of which is known that each gives one item. All of them leave one list for one place of another."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    if len({(each.route, each.key, each.before) for each in calls}) != 1:
        raise Refusal("something else would change with it; run again once the first is done", document.start)
    page, tree, first = Page(text), Tree(document.root), calls[0]
    wanted = {each.start: each for each in calls}
    found, source = [each for each in page.actions if each.start in wanted], tree.pair(first.route)
    if len(found) != len(calls) or source is None or (source[1].kind != "sequence" and not is_null(source[1])) or source[1].flow:
        raise Refusal("no call of a define stands in a block list here", first.start)
    units = gathered(page, source[0].outset, [called(page, source[0].outset, each) for each in found])
    check_left(page, source, units)
    lines = [_line(page, each, wanted[each.start].line) for each in found]
    done = placed(page, tree, first.route, first.key, first.before, units, lines, gives)
    return Templated(ordered([each for each in done.changes if text[each.start : each.end] != each.text]), done.needs)


def _line(page: Page, action: Action, line: str) -> Change:
    """The key below a call, in the column of the keys that it gives."""
    row = page.row(action.start)
    # Ahead of the line's end, where no neighbour begins.
    end = row.start + len(page.text[row.start : row.end].rstrip("\r\n"))
    return Change(end, end, f"{Layout(page.text).newline(row.start)}{' ' * (page.lands(action) + 2)}{line}")


def _check_call(action: Action, bodies: Bodies) -> None:
    """Refuses what is not known to give one item, whatever the values are."""
    name = re.match(_CALL, action.words)
    if name is None or not re.search(_GIVES_LINES, action.words) or action.trims_right:
        raise Refusal(f"{shown(action)} is no plain call of a define with nindent; move it by hand", action.start)
    found = bodies(name["name"])
    if len(found) != 1:
        where = "in no file" if not found else f"in {len(found)} files"
        raise Refusal(
            f"the define {name['name']} stands {where} of the chart, so what it gives is not seen; move the call by hand", action.start
        )
    if reason := _why_not_one(found[0]):
        raise Refusal(f"the define {name['name']} {reason}; move the call by hand", action.start)


def _why_not_one(body: str) -> str | None:
    """Why the body of a define is not one item, as the rest of a sentence about it."""
    read = [each for each in template_documents(body) if each.root is not None]
    root = read[0].root if len(read) == 1 else None
    if root is None or root.kind != "sequence" or root.flow:
        return "gives something else than a container"
    if len(root.items) != 1:
        return f"gives {len(root.items)} containers, or one of them"
    found = actions(body)
    known = blocks(found) if not isinstance(found, Problem) else found
    around = [] if isinstance(known, Problem) else [each for each in known if each.heads[0].start < root.items[0].outset < each.end.end]
    if around:
        return f"gives it only under {shown(around[0].heads[0])}"
    dash = body.rfind("-", 0, root.items[0].outset)
    if root.items[0].kind != "mapping" or body[body.rfind("\n", 0, dash) + 1 : dash].strip(" ") or dash - body.rfind("\n", 0, dash) != 1:
        return "does not begin with a dash in its first column"
    keys = [name.text for name, _ in root.items[0].pairs]
    return "has a restartPolicy of its own" if "restartPolicy" in keys else None
