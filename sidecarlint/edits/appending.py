"""Lines behind the end of a text: a define in a partial of a chart, a value of its own in values.

In: a text, what is to stand behind it. Out: `Change`s, proven, or a `Refusal`. Must not know: why.

All that was there stays as it was, so what has to be shown is only that the end was a place for it.
"""

from collections import Counter
from collections.abc import Sequence

from sidecarlint.documents import Document, documents
from sidecarlint.documents.comments import comments
from sidecarlint.edits.operations import Append, Refusal, Set
from sidecarlint.edits.shapes import apply, settle, shape
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout


def appended(text: str, ends: Sequence[Append]) -> list[Change]:
    """The change that puts all of it behind the text, in its order and each once."""
    added = ""
    for each in dict.fromkeys(ends):
        added += _lines(text + added, each)
    return [Change(len(text), len(text), added)] if added else []


def _lines(text: str, end: Append) -> str:
    newline = Layout(text).newline(max(0, len(text) - 1)) if text else "\n"
    lines = end.text.replace("\r\n", "\n").replace("\n", newline)
    if lines.strip() in text:
        return ""
    if end.taken in text:
        raise Refusal(f"{end.taken.strip()} stands in it already, and says something else", text.index(end.taken))
    added = lines.lstrip("\r\n") if not text.strip() else lines if text.endswith(("\n", "\r")) else newline + lines
    if end.means is not None and (reason := _why_not(text, text + added, end.means)):
        raise Refusal(f"{'.'.join(map(str, end.means.route))} cannot be put behind its end, {reason}; write it there by hand", len(text))
    return added


def _why_not(old: str, new: str, means: Set) -> str | None:
    """Why the new text does not mean the old one with the key, as the end of a sentence."""
    before, after = (list(documents(each)) for each in (old, new))
    if len(after) != 1 or len(before) > 1:
        return "as it holds several documents"
    first = before[0] if before else None
    if after[0].problem is not None or after[0].root is None or (first is not None and first.problem is not None):
        return "as it would not be readable"
    wanted = shape(first.root) if first is not None and first.root is not None else ["mapping", after[0].root.tag, None, []]
    found = shape(after[0].root)
    if wanted[0] != "mapping":
        return "as it is no mapping"
    settle(wanted := apply(wanted, [means]), found)
    lost = _said(old, first) - _said(new, after[0])
    return "as it would change what stands there" if found != wanted or lost else None


def _said(text: str, document: Document | None) -> "Counter[str]":
    return Counter(each.text for each in comments(text, document)) if document is not None else Counter()
