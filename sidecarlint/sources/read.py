"""Bytes to text: one file, or standard input.

In: a `Found`, or a stream. Out: `Source`, `Unreadable` or `Undecodable`. Must not know: YAML's meaning, or how a file was
found.

Nothing here waits for anybody but standard input: pipes and devices are refused, and files are opened without waiting.
"""

import codecs
import errno
import os
import re
import stat
import sys
from binascii import crc32
from typing import BinaryIO, Literal

from sidecarlint.values import NamedTuple

LIMIT = 64 * 1024 * 1024
"""The most bytes that one source may hold."""

STDIN = "-"
"""The path that stands for standard input."""

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be"]


class Found(NamedTuple):
    """A file to read. `path` is as people typed it, joined with `/`; `named`: typed itself, not found in a folder."""

    path: str
    named: bool


class Source(NamedTuple):
    """A named text as read. The `text` has its own line ends and no BOM; `digest` tells whether the bytes changed since."""

    path: str
    text: str
    encoding: Encoding
    bom: bool
    named: bool
    digest: bytes


def fresh(path: str) -> Source:
    """A source that is yet to be made: it has no bytes, so no digest of any."""
    return Source(path, "", "utf-8", False, False, b"")


class Unreadable(NamedTuple):
    """What could not be read, and in one line why and what to do. The run ends with exit code 2."""

    path: str
    message: str


class Undecodable(NamedTuple):
    """Bytes that are no text. Line and column are 1-based, the column in characters. `offset` is 0: no text to count in."""

    path: str
    message: str
    line: int
    column: int
    offset: int = 0


_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The same bytes begin UTF-16's and UTF-32's little-endian marks, so UTF-32 is asked first.
_UTF32 = re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff|\0\0\0[^\0]|[^\0]\0\0\0", re.DOTALL)
_LINE_END = r"\r\n|\n|\r"

_REASONS = {
    errno.ENOENT: "there is no such file or folder; check the spelling",
    errno.ENOTDIR: "there is no such file or folder: a part of the path is a file; check the spelling",
    errno.EACCES: "you have no permission to read it; grant it (chmod u+r, for a folder u+rx) or leave it out",
    errno.EPERM: "the system does not permit reading it; leave it out",
    errno.ELOOP: "its symbolic links lead in a circle; mend or remove them",
    errno.ENAMETOOLONG: "the path is longer than this system allows; start from a folder nearer to the file",
}
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def read(found: Found) -> Source | Unreadable | Undecodable:
    """Reads a file once, or standard input where the path is `-`. Never raises for what the file is or holds."""
    if found.path == STDIN:
        return Unreadable(STDIN, "standard input is closed; name a file") if sys.stdin is None else read_stdin(sys.stdin.buffer)
    try:
        status = os.stat(found.path)
        refusal = not_a_file(status.st_mode) or _too_big(status.st_size)
        return Unreadable(found.path, refusal) if refusal else _source(found, load(found.path, status.st_size))
    except OSError as error:
        return unreadable(found.path, error)


def read_stdin(stream: BinaryIO) -> Source | Unreadable | Undecodable:
    """Reads a stream to its end, as the source `-`."""
    try:
        return _source(Found(STDIN, True), _bounded(stream, 0))
    except OSError as error:
        return unreadable(STDIN, error)


def load(path: str, size: int) -> bytes:
    """A file's bytes, `size` of them expected; of a file that grows past the limit, one byte more than that. Raises OSError."""
    with open(path, "rb", opener=_open_without_waiting) as stream:
        return _bounded(stream, size)


def digest_of(data: bytes) -> bytes:
    """Tells a file that changed from one that did not: its length and checksum. hashlib costs 4 ms of every start."""
    return len(data).to_bytes(8, "big") + crc32(data).to_bytes(4, "big")


def bom_of(encoding: Encoding) -> bytes:
    """The byte order mark of an encoding."""
    return next(bom for bom, name in _BOMS if name == encoding)


def unreadable(path: str, error: OSError) -> Unreadable:
    """What the system said about a path, as a line that says what to do."""
    if error.errno == errno.ENOENT and os.path.islink(path):
        return Unreadable(path, "it is a symbolic link to what does not exist; mend or remove the link")
    return Unreadable(path, _REASONS.get(error.errno or 0) or f"it cannot be read ({error.strerror or error}); leave it out")


def not_a_file(mode: int) -> str | None:
    """Why something with this `st_mode` is not read; None for a regular file."""
    kind = _KINDS.get(stat.S_IFMT(mode), "neither file nor folder")
    return None if stat.S_ISREG(mode) else f"it is {kind} and not a file; leave it out, or send its text to standard input and name it -"


def _too_big(size: int) -> str | None:
    limit = f"sidecarlint reads up to {LIMIT >> 20} MiB; split it or leave it out"
    return f"it holds {size / (1 << 20):,.1f} MiB, and {limit}" if size > LIMIT else None


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _bounded(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size + 1)
    return data if len(data) <= size else data + stream.read(LIMIT - size)


def _source(found: Found, data: bytes) -> Source | Unreadable | Undecodable:
    if len(data) > LIMIT:
        return Unreadable(found.path, f"it holds more than {LIMIT >> 20} MiB, the most that sidecarlint reads; split it")
    if _UTF32.match(data):
        return Undecodable(found.path, "the file is UTF-32, which few tools read; save the file as UTF-8", 1, 1)
    encoding, bom = _encoding_of(data)
    body = data[len(bom_of(encoding)) :] if bom else data
    try:
        return Source(found.path, body.decode(encoding), encoding, bom, found.named, digest_of(data))
    except UnicodeDecodeError as error:
        return _undecodable(found.path, encoding, body, error.start)


def _encoding_of(data: bytes) -> tuple[Encoding, bool]:
    """By the byte order mark, or without one by where the first character's zero byte stands (YAML 1.2, 5.2)."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, True
    unmarked: dict[tuple[bool, ...], Encoding] = {(True, False): "utf-16-be", (False, True): "utf-16-le"}
    return unmarked.get(tuple(byte == 0 for byte in data[:2]), "utf-8"), False


def _undecodable(path: str, encoding: Encoding, body: bytes, start: int) -> Undecodable:
    lines = re.split(_LINE_END, body[:start].decode(encoding))
    problem = f"the byte 0x{body[start]:02X} in line {len(lines)} is not valid {encoding[:6].rstrip('-').upper()}"
    return Undecodable(path, f"{problem}; save the file as UTF-8", len(lines), len(lines[-1]) + 1)
