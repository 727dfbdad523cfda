"""Command lines to statements: wrappers taken off, and scripts in place of the words that hold them.

In: a command line's words. Out: `Statement`s. Must not know: what the programs in them do, trees of the grammar.
"""

import re

from sidecarlint.workloads.commands.argv import SHELLS, name_of
from sidecarlint.workloads.commands.statements import Statement, Word, narrow
from sidecarlint.workloads.commands.strictness import starts_strict
from sidecarlint.workloads.commands.wrappers import handed_over, unwrap

LONGEST_SCRIPT = 16384
"""Scripts of more characters stay opaque: on broken text the grammar's cost grows with the square of its length, here to a second."""
DEEPEST_SCRIPT = 3
"""How many scripts deep a script is read, and how many functions deep it is followed."""

# Simple words need no grammar, and so no import of it.
_SIMPLE = r"(?a)\s*(?!\w+=|(?:if|while|until|for|case|select|function)\b)[\w./:=@%+,-]+(?: +[\w./:=@%+,-]+)*\s*"


def parse(script: Word, arguments: tuple[Word, ...] = ()) -> Statement:
    """The statements of a script. `arguments` are its $0, $1 and so on."""
    if re.fullmatch(_SIMPLE, script.text):
        return _simple(script)
    if len(script.text) > LONGEST_SCRIPT:
        return Statement("opaque", script.place)
    from sidecarlint.workloads.commands.grammar import read

    return read(script, arguments)


def _simple(script: Word) -> Statement:
    words = []
    for found in re.finditer(r"\S+", script.text):
        place = narrow(script, found.start(), found.end())
        words.append(Word(found.group(), place, place if script.body else None))
    first, last = words[0].place, words[-1].place
    return Statement("command", first._replace(end=last.end), tuple(words))


def expanded(statement: Statement, depth: int = 0) -> Statement:
    """The same with wrappers taken off and with scripts in place of the words that hold them: `sh -c`, `su -c`, `eval`, `trap`."""
    parts = tuple(expanded(each, depth) for each in statement.parts)
    inner = tuple(expanded(each, depth) for each in statement.inner)
    statement = statement._replace(parts=parts, inner=inner)
    if statement.kind != "command" or not statement.words:
        return statement
    words, wrappers = unwrap(statement.words)
    words, behind = handed_over(words)
    statement = statement._replace(words=words, wrappers=wrappers)
    if behind:
        return statement._replace(parts=(_deeper(Statement("command", statement.place, behind), depth),))
    kind, script, arguments = _script(words, statement.stdin) if words else ("", None, ())
    if script is None:
        return statement
    return statement._replace(kind=kind, parts=(_deeper(script, depth, arguments),), strict=kind == "script" and starts_strict(words))


def _deeper(inside: Statement | Word, depth: int, arguments: tuple[Word, ...] = ()) -> Statement:
    if depth == DEEPEST_SCRIPT:
        return Statement("opaque", inside.place)
    return expanded(parse(inside, arguments) if isinstance(inside, Word) else inside, depth + 1)


def _script(words: tuple[Word, ...], stdin: Word | None) -> tuple[str, Word | None, tuple[Word, ...]]:
    """What to do with a script in a command's words, the word that holds it, and its arguments; no word where it holds none."""
    name = name_of(words[0].text)
    if name in SHELLS:
        return _of_shell(words, stdin)
    if name in ("su", "runuser"):
        at = next((index for index, word in enumerate(words) if word.text in ("-c", "--command")), len(words))
        return "script", (words[at + 1] if at + 1 < len(words) else None), ()
    rest = words[2:] if len(words) > 1 and words[1].text == "--" else words[1:]
    if name == "trap" and len(rest) > 1 and rest[0].text != "-":
        return "trap", rest[0], ()
    return ("sequence", rest[0], ()) if name == "eval" and len(rest) == 1 and "$" not in rest[0].text else ("", None, ())


def script_of(words: tuple[Word, ...]) -> Word | None:
    """The word that holds the script that a shell is started with; None for any other command."""
    return _of_shell(words, None)[1] if words and name_of(words[0].text) in SHELLS else None


def _of_shell(words: tuple[Word, ...], stdin: Word | None) -> tuple[str, Word | None, tuple[Word, ...]]:
    shell, words, letters = words[0], words[1:], ""
    while words and words[0].text[:1] in ("-", "+"):
        option, words = words[0].text, words[1:]
        letters += option if option[:2] != "--" else ""
        if (option[:2] != "--" and option[-1] in "oO") or option in ("--rcfile", "--init-file"):
            words = words[1:]
    if "c" in letters:
        return ("script", words[0], words[1:]) if words else ("", None, ())
    if words and words[0].text == "/dev/stdin":
        return "script", stdin, words
    return ("script", stdin, (shell, *words)) if not words or "s" in letters else ("", None, ())
