"""Several files replaced together: all of them, or none.

In: `Source`s as they were read, with their new texts. Out: the files; sentences about what an earlier run has left. Must not know: why the
texts changed.

All new files are laid ready first, and a note in the user's state folder says which belong together, with the old bytes. Only then are
they put in place, one by one. A run that dies in between leaves the note, and the next one completes or undoes what it finds. It touches
only files whose bytes are still exactly the old or the new ones.
"""

import os
from collections.abc import Sequence
from contextlib import suppress

from sidecarlint.errors import WriteError, listed
from sidecarlint.sources.nearby import short
from sidecarlint.sources.read import Source, load
from sidecarlint.sources.state import Note, left_notes, new_note, settle
from sidecarlint.sources.write import Staged, discard, encoded, laid_beside, put, stage, unchanged, why, write
from sidecarlint.values import NamedTuple

_NO_NOTE = "what changes together has to be noted first, and {}; set XDG_STATE_HOME to a folder of yours. The file is as it was."
_AND_OTHERS = "{} So {} {}, which would change with it."
_KEPT = "{} But {} could not be changed back ({}): run sidecarlint fix again, which tries that first."
_COMPLETED = "a fix that was interrupted is complete now: {} {} still missing"
_UNDONE = "a fix that was interrupted is undone: {} {} as before"
_OTHERS = "{} {} changed by somebody else since a fix was interrupted, so look at {}"
_STAYS = "a fix that was interrupted could not be undone in {} ({}): make that possible and run again"


class _Noted(NamedTuple):
    """One file of a group, by real paths: the one that is replaced, the new one beside it, the old bytes, None where there was no file, and
    the new ones' digest."""

    target: str
    staged: str
    old: bytes | None
    after: str

    @property
    def state(self) -> str:
        """Whether the file is `old` or `new`; `other` when it is neither, or is no file of its own any more."""
        data = _bytes_of(self.target)
        if data is None and self.old is None and not os.path.lexists(self.target):
            return "old"
        return "other" if data is None else "old" if data == self.old else "new" if _digest(data) == self.after else "other"

    @property
    def is_ready(self) -> bool:
        """Whether the new file still lies beside the old one: then it was never put in place."""
        data = _bytes_of(self.staged)
        return data is not None and _digest(data) == self.after


def write_all(changes: Sequence[tuple[Source, str]]) -> None:
    """Replaces the texts of several sources, as `write` does with one. Raises WriteError, naming the file, with all of them as they were.

    Who is killed meanwhile leaves some old and some new files, and a note by which `recover` makes one whole of them.
    """
    wanted = [(source, text) for source, text in changes if text != source.text]
    if len(wanted) < 2:
        for source, text in wanted:
            write(source, text)
        return
    staged = list[Staged]()
    try:
        staged += (stage(source, text) for source, text in wanted)
        _put_all([_noted(each, text) for each, (_, text) in zip(staged, wanted, strict=True)], staged)
    except WriteError as error:
        raise _with_others(error, wanted) from error
    finally:
        for each in staged:
            discard(each.temporary)


def recover() -> tuple[str, ...]:
    """Completes or undoes what runs that were killed have left half done, as sentences about it; none where there is nothing."""
    return tuple(said for note in left_notes() for said in _recovered(note))


def _put_all(files: Sequence[_Noted], staged: Sequence[Staged]) -> None:
    first = staged[0].source
    note = _written(files, first)
    left: tuple[str, str] | None = None
    try:
        with note.turn():
            try:
                _put_each(staged)
            except BaseException as error:
                left = _undone(files)
                if left is not None and isinstance(error, WriteError):
                    raise WriteError(_KEPT.format(error, *left), error.path) from error
                raise
    except OSError as error:
        raise WriteError(f"{first.path}: {error.strerror or error}; run again. The file is as it was.", first.path) from error
    finally:
        if left is None:
            note.remove()
        else:
            note.close()


def _put_each(staged: Sequence[Staged]) -> None:
    for each in staged:
        put(each)
    for folder in sorted({os.path.dirname(each.target) for each in staged}):
        settle(folder)


def _noted(staged: Staged, text: str) -> _Noted:
    """A file as the note tells of it. What was changed by somebody else is noticed before anything is put in place."""
    return _Noted(staged.target, staged.temporary, unchanged(staged), _digest(encoded(staged.source, text)))


def _written(files: Sequence[_Noted], first: Source) -> Note:
    from base64 import b64encode
    from json import dumps

    olds = [b64encode(each.old).decode() if each.old is not None else None for each in files]
    told = [{"target": each.target, "staged": each.staged, "old": old, "after": each.after} for each, old in zip(files, olds, strict=True)]
    note = None
    try:
        note = new_note()
        note.write(dumps({"files": told}).encode())
    except OSError as error:
        if note is not None:
            note.remove()
        raise WriteError(f"{first.path}: {_NO_NOTE.format(error.strerror or error)}", first.path) from error
    return note


def _with_others(error: WriteError, wanted: Sequence[tuple[Source, str]]) -> WriteError:
    others = [source.path for source, _ in wanted if source.path != error.path]
    return WriteError(_AND_OTHERS.format(error, "is" if len(others) == 1 else "are", listed(others)), error.path)


def _recovered(note: Note) -> list[str]:
    files = _read(note.read())
    try:
        with note.turn():
            said, left = _made_whole(files)
    except OSError as error:
        said, left = [], (listed(short(each.target) for each in files), str(error.strerror or error))
    if left is not None:
        note.close()
        return [_STAYS.format(*left)]
    for each in files:
        _tidy(each)
    note.remove()
    return said


def _made_whole(files: Sequence[_Noted]) -> tuple[list[str], tuple[str, str] | None]:
    if _is_whole(files):
        return [], None
    said = _completed(files)
    return (said, None) if said else _gone_back(files)


def _read(data: bytes) -> tuple[_Noted, ...]:
    """The files of a note. One that was not written to its end says nothing: nothing was put in place then."""
    from base64 import b64decode
    from json import loads

    try:
        told = loads(data)["files"]
        olds = [b64decode(each["old"]) if each["old"] is not None else None for each in told]
        return tuple(_Noted(each["target"], each["staged"], old, each["after"]) for each, old in zip(told, olds, strict=True))
    except (ValueError, KeyError, TypeError):
        return ()


def _is_whole(files: Sequence[_Noted]) -> bool:
    """Whether nothing was put in place, or all: whatever has happened to the files since then is no longer a matter of the fix."""
    states = {each.state for each in files}
    return states in ({"old"}, {"new"}) or not ("old" in states or any(each.is_ready for each in files))


def _completed(files: Sequence[_Noted]) -> list[str]:
    """Puts in place what still lies ready, when with it all files are new."""
    rest = [each for each in files if each.state != "new"]
    if any(each.state != "old" or not each.is_ready for each in rest):
        return []
    try:
        for each in rest:
            os.replace(each.staged, each.target)
    except OSError:
        return []
    return [_COMPLETED.format(listed(short(each.target) for each in rest), "was" if len(rest) == 1 else "were")]


def _gone_back(files: Sequence[_Noted]) -> tuple[list[str], tuple[str, str] | None]:
    """Puts the old bytes back in place of the new ones. What was not put in place before somebody else changed it is as it should be.
    Gives back what is to be told, and the file where that failed with the reason."""
    undone = [short(each.target) for each in files if each.state == "new"]
    others = [short(each.target) for each in files if each.state == "other" and (undone or not each.is_ready)]
    left = _undone(files)
    told = [_UNDONE.format(listed(undone), "is" if len(undone) == 1 else "are")] if undone else []
    told += [_OTHERS.format(listed(others), "was" if len(others) == 1 else "were", "it" if len(others) == 1 else "them")] if others else []
    return ["; ".join(told)] if told else [], left


def _undone(files: Sequence[_Noted]) -> tuple[str, str] | None:
    """Puts the old bytes back wherever the new ones stand; a file where that fails, and why."""
    failed = None
    for each in files:
        try:
            if each.state == "new":
                _put_back(each)
        except OSError as error:
            failed = short(each.target), why(error)
    return failed


def _put_back(each: _Noted) -> None:
    if each.old is None:
        os.unlink(each.target)
        return
    temporary = laid_beside(each.target, each.old, os.stat(each.target))
    try:
        os.replace(temporary, each.target)
    finally:
        discard(temporary)


def _tidy(each: _Noted) -> None:
    """Removes what lies ready and is not needed any more, if it is still what was laid there."""
    if each.is_ready:
        with suppress(OSError):
            discard(each.staged)


def _bytes_of(path: str) -> bytes | None:
    """The bytes of a file that lies at its real path; None where there is none, or where links lead elsewhere by now."""
    try:
        return load(path, os.path.getsize(path)) if os.path.realpath(path) == path and os.path.isfile(path) else None
    except OSError:
        return None


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()
