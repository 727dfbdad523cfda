"""How much a script insists on an answer: for ever, once, or not at all.

In: the words of a command line and a call in it. Out: yes or no. Must not know: who answers, text positions in files.

Only what is plainly written counts. A loop that may be left another way, or a failure that is waved through, insists on nothing.
"""

import re
from collections.abc import Sequence

from sidecarlint.workloads.commands import Call

QUIT_PATH = re.compile(r"(?:^|/)(?:quitquitquit|quit|shutdown|exit)/?$", re.IGNORECASE)
"""Paths of calls that end whoever takes them: they are made when the work is done, and wait for nobody's start."""

# Where a command may begin, so that a word inside an echo is not taken for one.
_BEGINS = r"(?:^|[;&|\n({]|\b(?:do|then|else)\s)\s*"
_LEFT_ANOTHER_WAY = re.compile(
    rf"{_BEGINS}(?:if|case|for|exit|return|break|timeout|trap|eval|let)\b|\s-(?:gt|ge|lt|le|eq|ne)\s|\(\(|\|\||&&|\bexpr\b|\s--\s"
    r"|\s--?timeout\b|(?<![&>])&(?![&>\d])"
)
_REDIRECT = re.compile(r"\d*>>?\s*&?\s*[\w/.-]+|&>>?\s*[\w/.-]+")
_FAILS_TOO = re.compile(r"\|\|\s*exit\b(?:\s+[1-9]\d*)?")
_JOINED = re.compile(r"[;&|!\n]|\bif\b|\bwhile\b")
_WAVED_THROUGH = re.compile(r"[^\n;]*?\|\|\s*(?!exit\b|return\b|break\b)")
_ASKS = re.compile(r"(?:\bif|\belif|\bwhile|\buntil|!)\s*$")
_BACKGROUND = re.compile(r"(?<![&>])&(?![&>\d])")
_PATIENT = re.compile(r"\bsleep\b|--retry\b|--waitretry\b|--tries\b")


def insists(words: Sequence[str], call: Call) -> bool:
    """Whether a hook fails, or never returns, as long as this call of its is not answered."""
    text = words[call.place.index]
    return waits_for_ever(words, call) if call.waits else not _JOINED.search(_REDIRECT.sub("", _FAILS_TOO.sub("", text)))


def waits_for_ever(words: Sequence[str], call: Call) -> bool:
    """Whether a script goes on only when this call is answered, however long that takes."""
    return call.waits and not _LEFT_ANOTHER_WAY.search(_REDIRECT.sub("", words[call.place.index]))


def minds(words: Sequence[str], call: Call) -> bool:
    """Whether a script needs this call to be answered, and does not wave its failure through: `|| true`, `if curl …`."""
    if QUIT_PATH.search(call.path):
        return False
    text = words[call.place.index]
    before, after = text[: call.place.start], _REDIRECT.sub("", text[call.place.end :])
    return not (_WAVED_THROUGH.match(after) or _ASKS.search(before))


def is_patient(words: Sequence[str]) -> bool:
    """Whether a command line sleeps or tries again: what it calls may come up meanwhile."""
    return any(_PATIENT.search(word) for word in words)


def starts_others(words: Sequence[str]) -> bool:
    """Whether a script has jobs in the background, which may be what it calls."""
    return any(_BACKGROUND.search(_REDIRECT.sub("", word)) for word in words)
