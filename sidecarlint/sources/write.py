"""A rewritten text back into its file: the old file or the new one, never a mixture.

In: the `Source` as it was read, and its new text. Out: the file, replaced in one step. Must not know: why the text changed.
"""

import errno
import os
import stat

from sidecarlint.errors import WriteError
from sidecarlint.sources.read import STDIN, Source, bom_of, digest_of, load

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "your disk quota is used up; free some space and run again",
    errno.EACCES: "its folder may not be written to; grant it (chmod u+w) or leave the file out",
    errno.EPERM: "the system does not permit replacing it; leave the file out",
    errno.EROFS: "it is on a read-only file system; leave the file out",
    errno.ENOENT: "it was removed or renamed since it was read; run again",
}
_CHANGED = "it was changed by somebody else since it was read; run again"
_LOCKED = "it is read-only; make it writable (chmod u+w) or leave it out"


def write(source: Source, text: str) -> None:
    """Replaces a source's text in its file; nothing is touched where the text is the same.

    Encoding, BOM, mode and, where permitted, owner stay; a symbolic link stays a link to the file that is replaced. Raises
    WriteError with the file as it was: read-only, changed since it was read, a full disk, a folder that takes no new file.
    """
    if text == source.text:
        return
    if source.path == STDIN:
        raise _refused(source, "standard input cannot be written to")
    try:
        _replace(source, os.path.realpath(source.path), text)
    except OSError as error:
        raise _refused(source, _REASONS.get(error.errno or 0) or f"it cannot be written ({error.strerror or error})") from error


def _replace(source: Source, target: str, text: str) -> None:
    from tempfile import mkstemp

    status = os.stat(target)
    if not _is_writable(target, status):
        raise _refused(source, _LOCKED)
    # In the same folder, as a file moves in one step only within a file system; its name ends like no manifest's.
    handle, temporary = mkstemp(prefix=".sidecarlint-", suffix=".new", dir=os.path.dirname(target))
    try:
        _fill(handle, encoded(source, text))
        _dress(temporary, status)
        if digest_of(load(target, status.st_size)) != source.digest:
            raise _refused(source, _CHANGED)
        os.replace(temporary, target)
    finally:
        _remove(temporary)


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


def _give_to(path: str, user: int, group: int) -> bool:
    if not hasattr(os, "chown"):
        return True
    try:
        os.chown(path, user, group)
    except PermissionError:
        return False
    return True


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return


def _refused(source: Source, reason: str) -> WriteError:
    return WriteError(f"{source.path}: {reason}. The file is as it was.")
