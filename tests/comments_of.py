"""The comments of a text, counted by other means than our own."""

import re
from collections import Counter

from ruamel.yaml import YAML


def hashes(text: str) -> Counter[str]:
    """Everything from a # to the end of its line, inside block scalars too: nothing of it may get lost."""
    return Counter(found.strip() for found in re.findall(r"(?<!\S)#[^\r\n]*", text))


def scanned(text: str) -> Counter[str]:
    """The comments that ruamel's pure scanner hangs on its tokens: as tokens of their own, or as words for a block scalar's header."""
    found: dict[tuple[int, int], str] = {}
    for token in YAML(pure=True).scan(text):
        for part in getattr(token, "_comment", None) or ():
            for kept in part if isinstance(part, list) else [part]:
                if kept is not None:
                    words, mark = (kept, token.start_mark) if isinstance(kept, str) else (kept.value, kept.start_mark)
                    found |= {(mark.index, line.start()): line[0].rstrip() for line in re.finditer(r"#[^\r\n]*", words)}
    return Counter(found.values())
