"""A rewritten text back into its file: the old file or the new one, never a mixture.

In: the `Source` as it was read, and its new text. Out: the file, replaced in one step. Must not know: why the text changed, or which
other files change with it.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from sidecarlint.errors import WriteError
from sidecarlint.sources.read import STDIN, Source, bom_of, digest_of, load
from sidecarlint.values import NamedTuple

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "your disk quota is used up; free some space and run again",
    errno.EACCES: "its folder may not be written to; grant it (chmod u+w) or leave the file out",
    errno.EPERM: "the system does not permit replacing it; leave the file out",
    errno.EROFS: "it is on a read-only file system; leave the file out",
    errno.EEXIST: "somebody else has made it meanwhile; run again",
    errno.ENOENT: "it was removed or renamed since it was read; run again",
}
_CHANGED = "it was changed by somebody else since it was read; run again"
_LOCKED = "it is read-only; make it writable (chmod u+w) or leave it out"


_NEW = 0o666
"""The mode that a new file has, but for what the user's mask takes away."""


class Staged(NamedTuple):
    """A new file that lies ready beside the one that it is to replace, if there is one yet. Both are real paths."""

    source: Source
    target: str
    temporary: str


def write(source: Source, text: str) -> None:
    """Replaces a source's text in its file; nothing is touched where the text is the same.

    Encoding, BOM, mode and, where permitted, owner stay; a symbolic link stays a link to the file that is replaced. Raises
    WriteError with the file as it was: read-only, changed since it was read, a full disk, a folder that takes no new file.
    """
    if text == source.text:
        return
    staged = stage(source, text)
    try:
        put(staged)
    finally:
        discard(staged.temporary)


def stage(source: Source, text: str) -> Staged:
    """Lays a source's new text ready, complete and on the disk. Raises WriteError, and leaves nothing, where that is not possible."""
    if source.path == STDIN:
        raise _refused(source, "standard input cannot be written to")
    with _told(source):
        target = os.path.realpath(source.path)
        status = os.stat(target) if source.digest else None
        if status is not None and not _is_writable(target, status):
            raise _refused(source, _LOCKED)
        return Staged(source, target, laid_beside(target, encoded(source, text), status))


def laid_beside(target: str, data: bytes, status: os.stat_result | None) -> str:
    """A new file with these bytes in the folder of another one, with that one's owner and mode, or with those of any new file where there
    is none yet; its path. Raises OSError."""
    from tempfile import mkstemp

    # In the same folder, as a file moves in one step only within a file system; its name ends like no manifest's.
    handle, temporary = mkstemp(prefix=".sidecarlint-", suffix=".new", dir=os.path.dirname(target))
    try:
        _fill(handle, data)
        _dress(temporary, status) if status is not None else os.chmod(temporary, _NEW & ~_mask())
    except BaseException:
        discard(temporary)
        raise
    return temporary


def put(staged: Staged) -> None:
    """Puts the new file in the old one's place. Raises WriteError with the file as it was."""
    unchanged(staged)
    with _told(staged.source):
        os.replace(staged.temporary, staged.target)


def unchanged(staged: Staged) -> bytes | None:
    """The bytes of the file that is to be replaced, None where there is none yet. Raises WriteError when they are not those that were
    read."""
    with _told(staged.source):
        if not staged.source.digest:
            if os.path.lexists(staged.target):
                raise FileExistsError(errno.EEXIST, "")
            return None
        data = load(staged.target, os.stat(staged.target).st_size)
        if digest_of(data) != staged.source.digest:
            raise _refused(staged.source, _CHANGED)
        return data


@contextmanager
def _told(source: Source) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refused(source, why(error)) from error


def why(error: OSError) -> str:
    """What the system said when a file was written, as a line that says what to do."""
    return _REASONS.get(error.errno or 0) or f"it cannot be written ({error.strerror or error})"


def _is_writable(target: str, status: os.stat_result) -> bool:
    """By the mode's bits too: root may write to every file, but one without any write bit is meant to stay as it is."""
    effective = os.access in os.supports_effective_ids
    return bool(status.st_mode & 0o222) and os.access(target, os.W_OK, effective_ids=effective)


def encoded(source: Source, text: str) -> bytes:
    """A text as bytes, in the encoding and with the byte order mark that its source had."""
    return (bom_of(source.encoding) if source.bom else b"") + text.encode(source.encoding)


def _fill(handle: int, data: bytes) -> None:
    with open(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _dress(temporary: str, status: os.stat_result) -> None:
    """Gives the new file the old one's owner and mode, in this order: a change of owner takes bits from the mode."""
    if not _give_to(temporary, status.st_uid, status.st_gid):
        _give_to(temporary, -1, status.st_gid)
    os.chmod(temporary, stat.S_IMODE(status.st_mode))


def _mask() -> int:
    """What new files of this process may not be."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _give_to(path: str, user: int, group: int) -> bool:
    if not hasattr(os, "chown"):
        return True
    try:
        os.chown(path, user, group)
    except PermissionError:
        return False
    return True


def discard(temporary: str) -> None:
    """Removes a file that lies ready, if it still does."""
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return


def _refused(source: Source, reason: str) -> WriteError:
    return WriteError(f"{source.path}: {reason}. The file is as it was.", source.path)
