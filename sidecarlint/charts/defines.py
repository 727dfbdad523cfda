"""What the defines of a chart may give.

In: texts of templates. Out: whether an action may give a key. Must not know: where the texts come from.
"""

import re
from collections.abc import Iterable

from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates.actions import actions
from sidecarlint.documents.templates.blocks import blocks

_INCLUDES = re.compile(r'(?:include|template)\s+"(?P<name>[^"]+)"')
_ANY = re.compile(r"\btoYaml|tplvalues|\btpl\b|\bfromYaml|\bmerge|\.Files\b")


class Defines:
    """The defines of a chart and of those that it depends on, by name; of two with one name both."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._bodies: dict[str, list[str]] = {}
        for text in texts:
            for name, body in _defines(text):
                self._bodies.setdefault(name, []).append(body)

    def bodies(self, name: str) -> tuple[str, ...]:
        """What stands in the defines of a name; more than one where several files have it."""
        return tuple(self._bodies.get(name, ()))

    def gives(self, words: str, key: str) -> bool:
        """Whether an action with these words may give a key. One of which nothing is known may."""
        return self._gives(words, re.compile(rf"(?m)^[ \t]*(?:\{{\{{.*\}}\}})?{re.escape(key)}[ \t]*:"), set())

    def _gives(self, words: str, key: "re.Pattern[str]", seen: set[str]) -> bool:
        names = _INCLUDES.findall(words)
        if not names:
            return True
        for name in (each for each in names if each not in seen):
            seen.add(name)
            if name not in self._bodies or any(self._body_gives(body, key, seen) for body in self._bodies[name]):
                return True
        return False

    def _body_gives(self, body: str, key: "re.Pattern[str]", seen: set[str]) -> bool:
        if key.search(body):
            return True
        found = actions(body)
        if isinstance(found, Problem):
            return True
        printed = [each for each in found if each.kind == "output"]
        literal = "".join(
            body[start:end]
            for start, end in zip([0, *(each.end for each in found)], [*(each.start for each in found), len(body)], strict=True)
        )
        if not literal.strip() and any(_ANY.search(each.words) and not _INCLUDES.search(each.words) for each in printed):
            return True
        return any(self._gives(each.words, key, seen) for each in printed if _INCLUDES.search(each.words))


def _defines(text: str) -> Iterable[tuple[str, str]]:
    found = actions(text) if "{{" in text else ()
    known = blocks(found) if not isinstance(found, Problem) else found
    for block in known if not isinstance(known, Problem) else ():
        name = re.match(r'(?:define|block)\s+"(?P<name>[^"]+)"', block.heads[0].words)
        if name is not None:
            start, end = block.arms[0]
            yield name["name"], text[start:end]
