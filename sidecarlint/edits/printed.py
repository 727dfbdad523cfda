"""The objects of two texts that are to be compared, in pairs.

In: texts of many documents, as helm or kustomize print them. Out: pairs of shapes with their `Identity`, or `Unlike`. Must not know: what
the two are compared for.

Objects are found by apiVersion, kind, namespace and name, in whatever order they are printed. A plain scalar that every YAML version reads
as a string is that string: printers put quotes where they like.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache

from sidecarlint.documents import documents, split
from sidecarlint.edits.shapes import Shape, shape
from sidecarlint.edits.unlike import pair_of, reach
from sidecarlint.values import NamedTuple

_NO_STRING = r"""(?ix)  ~? | null | true | false | yes | no | on | off | y | n | = | << | [-+]?\.inf | \.nan
    | [-+]?0[xob][0-9a-f_]+ | [-+]?[0-9.][0-9_.:]*(?:e[-+]?[0-9_.]+)? | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"""
"""What some YAML version takes for something else than a string, when it stands without quotes."""


class Unlike(Exception):
    """The first difference, as a sentence."""


class Identity(NamedTuple):
    """What an object is called, "" for what it does not say."""

    version: str
    kind: str
    namespace: str
    name: str

    @property
    def title(self) -> str:
        """As people are told of it: `Deployment web`."""
        return " ".join(each for each in (self.kind or "an object without kind", self.name) if each)


def matched(before: str, after: str, spoken: Collection[str]) -> Iterator[tuple[Identity, Shape, Shape]]:
    """The objects of both texts in pairs. What is printed in the same words, and is not spoken of, need not be read."""
    common = Counter(_chunks(before)) & Counter(_chunks(after))
    known = Counter({text: count for text, count in common.items() if not any(word in text for word in spoken)})
    old, new = _objects(before, Counter(known)), _objects(after, known)
    for identity in dict.fromkeys((*old, *new)):
        ours, theirs = old.get(identity, []), new.get(identity, [])
        if len(ours) != len(theirs):
            raise Unlike(f"{identity.title} would be {'lost' if len(ours) > len(theirs) else 'new'}")
        yield from ((identity, *both) for both in zip(ours, theirs, strict=True))


def _chunks(text: str) -> Iterator[str]:
    return (text[chunk.start : chunk.end] for chunk in split(text))


def _objects(text: str, known: Counter[str]) -> dict[Identity, list[Shape]]:
    """The objects of a text by what they are called, without those that are known already."""
    found = dict[Identity, list[Shape]]()
    rest = []
    for chunk in _chunks(text):
        known[chunk] -= 1
        rest += [chunk] if known[chunk] < 0 else []
    for chunk in rest:
        for document in documents(chunk):
            if document.problem is not None:
                raise Unlike(f"what comes out cannot be read: {document.problem.message}")
            if document.root is not None:
                for each in _unfolded(settled(shape(document.root))):
                    found.setdefault(_identity(each), []).append(each)
    return found


def _unfolded(found: Shape) -> Iterator[Shape]:
    """The object, or those of a list of objects; nothing for a document without content."""
    listed = pair_of(found, "items") if _text(found, "kind").endswith("List") else None
    if listed is not None and listed[1][0] == "sequence":
        items, listed[1][3] = listed[1][3], []
        yield from items
    if found[0] != "scalar" or found[3] != [True, ""]:
        yield found


def _identity(found: Shape) -> Identity:
    metadata = reach(found, ("metadata",)) or found
    return Identity(_text(found, "apiVersion"), _text(found, "kind"), _text(metadata, "namespace"), _text(metadata, "name"))


def _text(mapping: Shape, key: str) -> str:
    value = reach(mapping, (key,))
    return str(value[3][1]) if value is not None and value[0] == "scalar" else ""


@lru_cache(maxsize=1)
def _no_string() -> "re.Pattern[str]":
    return re.compile(_NO_STRING)


def settled(found: Shape) -> Shape:
    """The same where no string is plain: also one that is new, of which it is open whether it stands in quotes."""
    ahead = [found]
    while ahead:
        each = ahead.pop()
        if each[0] == "scalar":
            each[3][0] = bool(each[3][0]) and _no_string().fullmatch(each[3][1]) is not None
            each[3][1] = "" if each[3] in ([True, "~"], [True, "null"]) else each[3][1]
        elif each[0] == "mapping":
            ahead += [one for pair in each[3] for one in pair]
        elif each[0] == "sequence":
            ahead += each[3]
    return found
