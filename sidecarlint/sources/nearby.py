"""Files of certain names around a source, wherever the run was pointed at.

In: a path. Out: paths of neighbours, read only. Must not know: what stands in them.
"""

import os
import stat

from sidecarlint.sources.walk import SKIPPED_FOLDERS


def holds_above(path: str, names: tuple[str, ...]) -> str | None:
    """The top of the tree to look through when a file of these names lies beside `path` or in a folder above it, else None.

    The top is the root of the Git repository, or without one the folder above the topmost that holds such a file.
    """
    folder, topmost = os.path.dirname(os.path.realpath(path)), None
    while True:
        if any(os.path.isfile(os.path.join(folder, name)) for name in names):
            topmost = folder
        parent = os.path.dirname(folder)
        if os.path.exists(os.path.join(folder, ".git")):
            return folder if topmost else None
        if parent == folder:
            return os.path.dirname(topmost) if topmost else None
        folder = parent


def repository(path: str) -> str | None:
    """The root of the Git repository that a file is in, as a real path, or None."""
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.exists(os.path.join(folder, ".git")):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    return folder


def vendored(path: str) -> str | None:
    """Why a file belongs to somebody else, as the rest of a sentence that starts with "the file"; None when it is the user's own.

    Of the folders above the file those below the current one count: who stands in a vendored folder and asks for a change means it.
    """
    folder, name = os.path.split(short(path))
    if name == "gotk-components.yaml":
        return "is written by flux install; change what that is told"
    while folder and folder != os.path.dirname(folder):
        above = os.path.dirname(folder)
        if os.path.basename(folder) == "vendor":
            return "is a vendored copy; change it where it comes from"
        if os.path.basename(above) == "charts" and _is_chart(folder) and _is_chart(os.path.dirname(above)):
            return "is vendored from a chart; change that chart's values, or its source"
        folder = above
    return None


def _is_chart(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "Chart.yaml"))


def named_below(top: str, names: tuple[str, ...]) -> list[str]:
    """Every file of these names in a tree, sorted. Symlinked folders are not entered."""
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        found += [os.path.join(folder, name) for name in names if name in files]
    return sorted(found)


_LARGEST = 1024 * 1024


def holding_below(top: str, endings: tuple[str, ...], marks: tuple[bytes, ...]) -> list[str]:
    """Every file in a tree whose name has one of these endings and that holds one of these marks, sorted. Large ones are passed over, as
    are symlinks."""
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        paths = (os.path.join(folder, name) for name in files if name.endswith(endings))
        found += [path for path in paths if _holds(path, marks)]
    return sorted(found)


def _holds(path: str, marks: tuple[bytes, ...]) -> bool:
    try:
        about = os.lstat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            return False
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError:
        return False
    return any(mark in content for mark in marks)


def short(path: str) -> str:
    """A path as people read it: from the current folder on, or whole where it leads out of that."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
