"""Template variables across a move: what is read in the moved lines must be what it was, and nobody may miss what they set.

In: a page, the moved lines, where they go. Out: nothing, or a `Refusal`. Must not know: Kubernetes, YAML.
"""

import re
from collections.abc import Iterator

from sidecarlint.documents.templates.actions import Action
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.templates.page import Page, shown

_NAME = r"\$\w+"
_SETS = r"(?P<names>\$\w+(?:\s*,\s*\$\w+)?)\s*:?="


def check(page: Page, start: int, end: int, target: int) -> None:
    """Refuses to move the lines from `start` to `end` to `target` where a variable would mean something else."""
    inside, outside = page.inside(start, end), [each for each in page.actions if not start <= each.start < end]
    set_inside = {name for each in inside for name in set_by(each)}
    read = {name for each in inside for name in _names(each)} - set_inside
    low, high = min(start, target), max(end, target)
    for each in outside:
        between = low <= each.start < high
        if any(name in read for name in set_by(each)) and (between or not _reaches(page, each, start, target)):
            name = next(name for name in set_by(each) if name in read)
            raise Refusal(f"it reads {name}, which {shown(each)} sets between the two lists; set it above both first", each.start)
        lost = [name for name in _names(each) if name in _kept(page, inside, start, end)]
        if lost and each.start > low:
            raise Refusal(f"it sets {lost[0]}, which {shown(each)} reads behind it; set it above both first", each.start)


def _reaches(page: Page, setter: Action, start: int, target: int) -> bool:
    """Whether what sets a variable that can be seen at the old place can be seen at the new one."""
    if setter.start > start:
        return True
    scopes = [block for block in page.blocks if block.heads[0].start < setter.start < block.end.end]
    scopes += [page.block_of(setter)] if setter.kind == "open" else []
    return all(not block.heads[0].start < start < block.end.end or block.heads[0].start < target < block.end.end for block in scopes)


def _kept(page: Page, inside: list[Action], start: int, end: int) -> set[str]:
    """The variables whose value is still there behind the lines that set it."""
    kept = set()
    for each in inside:
        own = [block for block in page.around(each.start) if start <= block.heads[0].start < end]
        if each.kind == "silent" and (not own or ":=" not in each.words.split('"')[0]):
            kept |= set(set_by(each))
    return kept


def set_by(action: Action) -> list[str]:
    """The variables that an action sets."""
    words = re.match(rf"(?:(?:range|with|if|else if|else with)\s+)?{_SETS}", action.words) if action.kind != "comment" else None
    return re.findall(_NAME, words["names"]) if words else []


def _names(action: Action) -> Iterator[str]:
    if action.kind != "comment":
        yield from re.findall(_NAME, action.bare)
