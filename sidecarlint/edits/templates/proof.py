"""The proof for a template: masked and read again it means what was planned, under the conditions that it was under.

In: the old document, the operations, the new text. Out: a reason why not, or None. Must not know: Kubernetes, or how the edits were
made.

What an action gives is not known without rendering. So every value and every action has to be there once, as it was, and below the same
conditions but for those that the rewrite itself has put around it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Document, Node, walk
from sidecarlint.documents.comments import comments
from sidecarlint.documents.templates.actions import Action
from sidecarlint.edits.operations import Operation, Refusal, Versions
from sidecarlint.edits.shapes import Shape, apply, settle, shape
from sidecarlint.edits.templates.page import Page
from sidecarlint.edits.templates.shifting import INDENT


def why_not(
    old_text: str, old: Sequence[Document], new_text: str, new: Sequence[Document], by: dict[int, Sequence[Operation]]
) -> str | None:
    """The reason why `new_text` is not the old template with the operations, by document number, carried out; or None."""
    if any(isinstance(each, Versions) for one in by.values() for each in one):
        return _versions(old_text, old, new_text, by)
    if len(new) != len(old):
        return f"the template had {len(old)} documents and would have {len(new)}"
    try:
        pages = Page(old_text), Page(new_text)
    except Refusal as refusal:
        return refusal.reason
    added = _added(*pages)
    if isinstance(added, str):
        return added
    for before, after in zip(old, new, strict=True):
        if reason := _document(pages, before, after, by.get(before.number, ()), added):
            return f"document {before.number + 1}: {reason}"
    if Counter(_given(pages[0], added)) != Counter(_given(pages[1], added)):
        return "an action would stand under other conditions"
    return None


def _versions(old_text: str, old: Sequence[Document], new_text: str, by: dict[int, Sequence[Operation]]) -> str | None:
    """Two versions are right where the template, read for clusters without sidecars, is what it was, and read for others what is planned.
    What else is planned in other documents holds in both."""
    from sidecarlint.documents.templates import template_documents
    from sidecarlint.edits.templates.guarded import guarded, read_as, settled

    written = [(number, each) for number, one in by.items() for each in one if isinstance(each, Versions)]
    for native in (False, True):
        text, meant = new_text, dict(by)
        for number, each in written:
            document = next(one for one in old if one.number == number)
            text = read_as(text, guarded(old_text, document, each.operations, each.chart, each.name).define, each, native)
            meant[number] = each.operations if native else ()
        # Other containers may have two versions already.
        before = settled(old_text, written[0][1].chart, native)
        if reason := why_not(before, template_documents(before), text, template_documents(text), meant):
            return f"where sidecars are {'wanted' if native else 'not wanted'}, {reason}"
    return None


def _added(old: Page, new: Page) -> Counter[str] | str:
    """The openers that are new; a reason where anything else is, or where something is lost."""
    before, after = (Counter(_words(each) for each in page.actions) for page in (old, new))
    lost, more = before - after, after - before
    if lost:
        return f"an action would be lost: {next(iter(lost))}"
    openers = sum(count for words, count in more.items() if words.startswith("if "))
    if set(more) - {"end"} - {words for words in more if words.startswith("if ")} or openers != more["end"]:
        return f"an action would be doubled: {next(iter(more))}"
    return Counter({words: count for words, count in more.items() if words != "end"})


def _words(action: Action) -> str:
    """An action's words, whatever column it indents to."""
    return INDENT.sub(r"\g<function>#", " ".join(action.words.split()))


def _document(pages: tuple[Page, Page], old: Document, new: Document, operations: Sequence[Operation], added: Counter[str]) -> str | None:
    if old.root is None or new.root is None or old.problem is not None or new.problem is not None:
        same = pages[0].text[old.start : old.end] == pages[1].text[new.start : new.end]
        return None if same and not operations else "it would not be readable"
    try:
        wanted = apply(_shape(old.root), operations)
    except (LookupError, StopIteration, TypeError):
        return "an operation has no place in it"
    found = _shape(new.root)
    settle(wanted, found)
    if found != wanted:
        return "it would not mean what was planned"
    if not _same(Counter(_guarded(pages[0], old.root, added)), Counter(_guarded(pages[1], new.root, added)), operations):
        return "something would stand under other conditions"
    before, after = (Counter(each.text for each in comments(page.text, one)) for page, one in zip(pages, (old, new), strict=True))
    if before != after:
        return f"a comment would be lost or doubled: {next(iter((before - after) or (after - before)))}"
    return None


def _shape(node: Node) -> Shape:
    """A node's meaning. Columns in the words of actions follow the lines, so they are none of it."""
    found = shape(node)
    ahead = [found]
    while ahead:
        one = ahead.pop()
        if one[0] == "scalar" and "{{" in str(one[3][1]):
            one[3][1] = INDENT.sub(r"\g<function>#", one[3][1])
        elif one[0] == "mapping":
            ahead += [each for pair in one[3] for each in pair]
        elif one[0] == "sequence":
            ahead += one[3]
    return found


def _same(old: "Counter[tuple[str, ...]]", new: "Counter[tuple[str, ...]]", operations: Sequence[Operation]) -> bool:
    """Whether values stand under the same conditions, but for those that the operations change or bring."""
    changed = sum((old - new).values())
    return changed <= sum(not hasattr(each, "item") for each in operations) and (not changed or len(operations) > 0)


def _guarded(page: Page, root: Node, added: "Counter[str]") -> "Iterator[tuple[str, ...]]":
    """Every value of a document with the conditions around it."""
    for node in walk(root):
        for _, value in node.pairs:
            if value.kind == "scalar" and value.text:
                yield (INDENT.sub(r"\g<function>#", value.text), *_conditions(page, value.outset, added))
        for item in node.items:
            if item.kind == "scalar" and item.text:
                yield (INDENT.sub(r"\g<function>#", item.text), *_conditions(page, item.outset, added))


def _given(page: Page, added: "Counter[str]") -> "Iterator[tuple[str, ...]]":
    """Every action that prints something or sets a variable with the conditions around it."""
    for each in page.actions:
        if each.kind in ("output", "silent"):
            yield (_words(each), *_conditions(page, each.start, added))


def _conditions(page: Page, offset: int, added: "Counter[str]") -> tuple[str, ...]:
    found = []
    for block in page.around(offset):
        number = block.arm_at(offset)
        words = _words(block.heads[0])
        if words not in added:
            found.append(f"{words} {number}")
    # Who is asked the same twice answers the same.
    return tuple(each for at, each in enumerate(found) if not each.startswith("if ") or each not in found[:at])
