"""Whether a shell stops at the first command that fails: `sh -e`, `bash -o errexit`, `set -euo pipefail`.

In: the words of a simple command. Out: yes, no, or nothing said. Must not know: how a script runs.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from sidecarlint.workloads.commands.statements import Word

_LETTERS = r"[-+][a-zA-Z]*e[a-zA-Z]*"


def starts_strict(words: Sequence[Word]) -> bool:
    """Whether a shell's own options make it stop: those up to the one that brings the script."""
    texts = [word.text for word in words[1:]]
    last = next((index for index, text in enumerate(texts) if re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*", text)), len(texts) - 1)
    return _said(texts[: last + 1]) is True


def turned_strict(argv: Sequence[str]) -> bool | None:
    """What a `set` command says of it: on, off, or nothing (None), as any other command does."""
    return _said(argv[1:]) if argv[0] == "set" and argv[1:2] != ["--"] else None


def _said(options: Sequence[str]) -> bool | None:
    said = None
    for option, following in pairwise((*options, "")):
        if option[:2] == "--" or option[:1] not in ("-", "+"):
            continue
        if re.fullmatch(_LETTERS, option) or (option[1:].endswith("o") and following == "errexit"):
            said = option[0] == "-"
    return said
