"""Where a key stands in a configuration file: TOML's reader does not say.

In: a file's text and keys. Out: 1-based lines. Must not know: what keys mean.
"""

import re


def line_of(text: str, key: str, entry: str = "") -> int | None:
    """The line of a key, or of its table, or of an entry of its list where it stands there as it is."""
    name = rf"[\"']?{re.escape(key)}[\"']?[ \t]*"
    found = re.search(rf"^[ \t]*(?:{name}=|\[(?:tool\.sidecarlint\.)?{name}\])", text, re.MULTILINE)
    if found is None:
        return None
    listed = text.find(entry, found.end()) if entry else -1
    return text.count("\n", 0, max(found.start(), listed)) + 1


def line_in_table(text: str, name: str, index: int, key: str) -> int | None:
    """The line of a key in the table of that number among those of a name, such as [[kinds]], or else of the table."""
    heads = [found.start() for found in re.finditer(rf"^[ \t]*\[\[[^\]]*\b{name}[ \t]*\]\]", text, re.MULTILINE)]
    if index >= len(heads):
        return line_of(text, name)
    end = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text, text.find("\n", heads[index]))
    ahead = text.count("\n", 0, heads[index])
    return ahead + (line_of(text[heads[index] : end.start() if end else len(text)], key) or 1)
