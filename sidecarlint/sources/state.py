"""Notes that one run leaves for the next, each held by the run that wrote it for as long as that lives.

In: bytes. Out: `Note`s in a folder of the user's own. Must not know: what a note says.

The folder is never in a tree that is read: a tree from elsewhere could hold a forged note. So a folder or a note that others could have
written is passed over.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sidecarlint.values import NamedTuple

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NAME = "sidecarlint"
_PREFIX, _SUFFIX = "group-", ".json"
_TURN, _PATIENCE, _PAUSE = "turn", 30.0, 0.02
"""The file that who writes holds, and for how many seconds others wait for it, and how long between two tries."""
_FAR = 1 << 40
"""Behind all that a note holds: Windows keeps others from reading what is locked."""


class Note(NamedTuple):
    """A note that is open and held. What it says counts once all of it is on the disk."""

    path: str
    handle: int

    def write(self, data: bytes) -> None:
        """Puts the whole note on the disk. Raises OSError."""
        with open(self.handle, "wb", closefd=False) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(self.handle)
        settle(os.path.dirname(self.path))

    def read(self) -> bytes:
        """What the note says."""
        os.lseek(self.handle, 0, os.SEEK_SET)
        with open(self.handle, "rb", closefd=False) as stream:
            return stream.read()

    def close(self) -> None:
        """Lets go of the note, which stays for the next run."""
        os.close(self.handle)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While this lasts, no other run writes what notes of the same folder tell of. Raises OSError when another one does not end."""
        handle = os.open(os.path.join(os.path.dirname(self.path), _TURN), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for(handle)
            yield
        finally:
            os.close(handle)

    def remove(self) -> None:
        """Takes the note away."""
        if sys.platform == "win32":
            # What is open cannot be removed there.
            os.close(self.handle)
        with suppress(OSError):
            os.unlink(self.path)
        if sys.platform != "win32":
            os.close(self.handle)


def new_note() -> Note:
    """An empty note in the first folder that takes one. Raises the last folder's OSError."""
    failed = OSError("there is no folder for notes")
    for folder in _folders():
        try:
            _make(folder)
            return _new_in(folder)
        except OSError as error:
            failed = error
    raise failed


def left_notes() -> Iterator[Note]:
    """The notes of runs that do not live any more, the oldest first. Who takes one removes or closes it."""
    for folder in _folders():
        if _is_own(folder):
            for path in sorted(_listed(folder), key=lambda path: (_age(path), path)):
                note = _held(path)
                if note is not None:
                    yield note


def settle(folder: str) -> None:
    """Puts on the disk which files a folder holds, where the system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _folders() -> tuple[str, ...]:
    """Where notes may lie, the best first. A path that is not absolute does not count (XDG Base Directory Specification)."""
    from tempfile import gettempdir

    base, home = os.environ.get("XDG_STATE_HOME", ""), os.path.expanduser("~")
    states = [base] if os.path.isabs(base) else [os.path.join(home, ".local", "state")] if os.path.isabs(home) else []
    user = f"-{os.getuid()}" if sys.platform != "win32" else ""
    return (*(os.path.join(state, _NAME) for state in states), os.path.join(gettempdir(), _NAME + user))


def _make(folder: str) -> None:
    os.makedirs(os.path.dirname(folder), mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    if not _is_own(folder):
        raise PermissionError(f"{folder} is not a folder of yours alone")


def _is_own(path: str) -> bool:
    """Whether something is there that nobody else could have written. In the folder for temporary files everybody may write."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    if os.path.islink(path):
        return False
    return sys.platform == "win32" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def _new_in(folder: str) -> Note:
    """A note gets the name by which it is found once it is held: nobody ever finds a new one free."""
    from tempfile import mkstemp

    # What is open has its name for good on Windows, where who finds it free only makes this one fail.
    handle, path = mkstemp(prefix=_PREFIX, suffix=_SUFFIX if sys.platform == "win32" else ".new", dir=folder)
    try:
        _lock(handle)
        named = os.path.splitext(path)[0] + _SUFFIX
        if named != path:
            os.rename(path, named)
        return Note(named, handle)
    except BaseException:
        os.close(handle)
        with suppress(OSError):
            os.unlink(path)
        raise


def _listed(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(_PREFIX) and name.endswith(_SUFFIX)]
    except OSError:
        return []


def _age(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0


def _held(path: str) -> Note | None:
    """The note at a path, held; None where its run still lives, where it is gone by now, or where it is not the user's own."""
    if not _is_own(path) or not os.path.isfile(path):
        return None
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        _lock(handle)
        if sys.platform == "win32" or os.path.samestat(os.fstat(handle), os.stat(path)):
            return Note(path, handle)
    except OSError:
        pass
    os.close(handle)
    return None


def _wait_for(handle: int) -> None:
    from time import monotonic, sleep

    until = monotonic() + _PATIENCE
    while True:
        try:
            return _lock(handle)
        except OSError as error:
            if monotonic() > until:
                raise OSError(error.errno, "another run of sidecarlint is writing and does not end") from error
            sleep(_PAUSE)


def _lock(handle: int) -> None:
    """Holds a file until it is closed or its process has ended, however that ends. Raises OSError at once when somebody else has it, and
    where nothing can be held; then the next folder is tried."""
    if sys.platform == "win32":
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
