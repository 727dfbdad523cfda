"""How much a script insists on an answer: for ever, once, or not at all.

In: the words of a command line and a call in it. Out: yes or no. Must not know: who answers, text positions in files.

Only what is plainly written counts. A loop that may be left another way, or a failure that is waved through, insists on nothing.
"""

import re
from collections.abc import Sequence

from sidecarlint.workloads.commands import Call

QUIT_PATH = r"(?i)(?:^|/)(?:quitquitquit|quit|shutdown|exit)/?$"
"""Paths of calls that end whoever takes them: they are made when the work is done, and wait for nobody's start."""

# Where a command may begin, so that a word inside an echo is not taken for one.
_BEGINS = r"(?:^|[;&|\n({]|\b(?:do|then|else)\s)\s*"
_LEFT_ANOTHER_WAY = re.compile(
    rf"{_BEGINS}(?:if|case|for|exit|return|break|timeout|trap|eval|let)\b|\s-(?:gt|ge|lt|le|eq|ne)\s|\(\(|\|\||&&|\bexpr\b|\s--\s"
    r"|\s--?timeout\b|(?<![&>])&(?![&>\d])"
)
_REDIRECT = r"\d*>>?\s*&?\s*[\w/.-]+|&>>?\s*[\w/.-]+"
_FAILS_TOO = r"\|\|\s*exit\b(?:\s+[1-9]\d*)?"
_JOINED = r"[;&|!\n]|\bif\b|\bwhile\b"
_WAVED_THROUGH = r"[^\n;]*?\|\|\s*(?!exit\b|return\b|break\b)"
_ASKS = r"(?:\bif|\belif|\bwhile|\buntil|!)\s*$"
_BACKGROUND = r"(?<![&>])&(?![&>\d])"
_PATIENT = r"\bsleep\b|--retry\b|--waitretry\b|--tries\b"


def insists(words: Sequence[str], call: Call) -> bool:
    """Whether a hook fails, or never returns, as long as this call of its is not answered."""
    text = words[call.place.index]
    return waits_for_ever(words, call) if call.waits else not re.search(_JOINED, re.sub(_REDIRECT, "", re.sub(_FAILS_TOO, "", text)))


def waits_for_ever(words: Sequence[str], call: Call) -> bool:
    """Whether a script goes on only when this call is answered, however long that takes."""
    return call.waits and not _LEFT_ANOTHER_WAY.search(re.sub(_REDIRECT, "", words[call.place.index]))


def minds(words: Sequence[str], call: Call) -> bool:
    """Whether a script needs this call to be answered, and does not wave its failure through: `|| true`, `if curl …`."""
    if re.search(QUIT_PATH, call.path):
        return False
    text = words[call.place.index]
    before, after = text[: call.place.start], re.sub(_REDIRECT, "", text[call.place.end :])
    return not (re.match(_WAVED_THROUGH, after) or re.search(_ASKS, before))


def is_patient(words: Sequence[str]) -> bool:
    """Whether a command line sleeps or tries again: what it calls may come up meanwhile."""
    return any(re.search(_PATIENT, word) for word in words)


def starts_others(words: Sequence[str]) -> bool:
    """Whether a script has jobs in the background, which may be what it calls."""
    return any(re.search(_BACKGROUND, re.sub(_REDIRECT, "", word)) for word in words)
