"""Paths and standard input to texts, and a rewritten text back into its file.

In: paths, a stream, a rewritten text. Out: `Found`, then `Source`, `Unreadable` or `Undecodable`; a file replaced in one
step. Must not know: YAML's meaning.
"""

from sidecarlint.sources.read import LIMIT, STDIN, Encoding, Found, Source, Undecodable, Unreadable, digest_of, fresh, read, read_stdin
from sidecarlint.sources.walk import find, fits, pattern_problem
from sidecarlint.sources.write import encoded, write

__all__ = [
    "LIMIT",
    "STDIN",
    "Encoding",
    "Found",
    "Source",
    "Undecodable",
    "Unreadable",
    "digest_of",
    "encoded",
    "find",
    "fits",
    "fresh",
    "pattern_problem",
    "read",
    "read_stdin",
    "write",
]
