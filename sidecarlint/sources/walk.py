"""Paths to files: which files the command line means.

In: paths and patterns of what to leave out. Out: `Found` and `Unreadable`. Must not know: what stands in a file.

Ignore files count as they do for git: nested ones, those above a named folder up to the root of its repository, and
`.git/info/exclude`. What was named is always wanted, ignored or not.
"""

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sidecarlint.errors import UsageError
from sidecarlint.sources.read import STDIN, Found, Unreadable, not_a_file, unreadable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_ENDINGS = (".yaml", ".yml", ".json")
_SKIPPED_FOLDERS = frozenset({".git", ".hg", ".terraform", ".tox", ".venv", "__pycache__", "node_modules", "venv"})
_NO_MANIFESTS = frozenset({
    "composer.json", "npm-shrinkwrap.json", "package-lock.json", "package.json", "pnpm-lock.yaml", "tsconfig.json", "values.schema.json",
})  # fmt: skip
_EMACS_LOCK = ".#"
# A name that could forge a line of a report, or that a report could not print.
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Matching takes time to the power of the stars. With five, one long file name of an untrusted folder costs minutes.
_COSTLY = re.compile(r"(?:\*+[^*]+){4}\*")
_MOST_PATTERNS = 1024 * 1024


class _Ignore(NamedTuple):
    """One ignore file's patterns. `base` is the real path that they count from, with a slash at its end."""

    base: str
    spec: "GitIgnoreSpec"


class _Folder(NamedTuple):
    """A folder to walk. `top`: the real path of the folder that was named, with a slash at its end."""

    path: str
    real: str
    top: str
    ignores: tuple[_Ignore, ...]
    excluded: "GitIgnoreSpec | None"


def find(paths: Sequence[str], exclude: Sequence[str] = ()) -> Iterator[Found | Unreadable]:
    """The files that `paths` mean: each file once, in the order of `paths`, a folder's in the order of their names.

    `exclude` holds patterns like those of a .gitignore in the working directory; they count for files found in folders, not
    for files that are named. Raises UsageError for a pattern that cannot be read, when the first file is asked for.
    """
    excluded = _excluded(exclude)
    seen: set[str] = set()
    for path in paths:
        yield from _named(path.replace(os.sep, "/"), excluded, seen)


def _named(path: str, excluded: "GitIgnoreSpec | None", seen: set[str]) -> Iterator[Found | Unreadable]:
    if _ODD.search(path):
        yield _odd_name(path)
        return
    try:
        is_folder = path != STDIN and stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        yield unreadable(path, error)
        return
    real = path if path == STDIN else os.path.realpath(path)
    if is_folder:
        shown = "" if path in (".", "./") else path
        yield from _walk(_Folder(shown, real, os.path.join(real, ""), _above(real), excluded), seen)
    elif _is_new(real, seen):
        yield Found(path, True)


def _walk(top: _Folder, seen: set[str]) -> Iterator[Found | Unreadable]:
    # A list of levels and not recursion: folders may nest deeper than Python calls may.
    levels = [_level(top, seen)]
    while levels:
        item = next(levels[-1], None)
        if item is None:
            levels.pop()
        elif isinstance(item, _Folder):
            levels.append(_level(item, seen))
        else:
            yield item


def _level(folder: _Folder, seen: set[str]) -> Iterator[_Folder | Found | Unreadable]:
    if not _is_new(folder.real, seen):
        return
    try:
        with os.scandir(folder.path or ".") as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield unreadable(folder.path or ".", error)
        return
    folder = folder._replace(ignores=_inside(folder.real, folder.ignores))
    for entry in entries:
        item = _child(folder, entry, seen)
        if item is not None:
            yield item


def _child(folder: _Folder, entry: "os.DirEntry[str]", seen: set[str]) -> _Folder | Found | Unreadable | None:
    path = posixpath.join(folder.path, entry.name)
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in _SKIPPED_FOLDERS if is_folder else not _may_be_manifest(entry.name):
            return None
        real = os.path.join(folder.real, entry.name)
        if _is_ignored(folder.ignores, real, is_folder) or _is_excluded(folder.excluded, path, is_folder):
            return None
        if _ODD.search(entry.name):
            return _odd_name(path)
        if is_folder:
            return folder._replace(path=path, real=real)
        return _file(path, real, seen) if entry.is_file(follow_symlinks=False) else _link(folder, path, seen)
    except OSError as error:
        return unreadable(path, error)


def _may_be_manifest(name: str) -> bool:
    return name.lower().endswith(_ENDINGS) and name not in _NO_MANIFESTS and not name.startswith(_EMACS_LOCK)


def _file(path: str, real: str, seen: set[str]) -> Found | None:
    return Found(path, False) if _is_new(real, seen) else None


def _link(folder: _Folder, path: str, seen: set[str]) -> Found | Unreadable | None:
    """A symbolic link, or something that is no file. Links to folders could lead round and round; others must stay inside."""
    mode, real = os.stat(path).st_mode, os.path.realpath(path)
    if stat.S_ISDIR(mode) or not real.startswith(folder.top):
        return None
    refusal = not_a_file(mode)
    return Unreadable(path, refusal) if refusal else _file(path, real, seen)


def _is_new(real: str, seen: set[str]) -> bool:
    if real in seen:
        return False
    seen.add(real)
    return True


def _odd_name(path: str) -> Unreadable:
    return Unreadable(ascii(path)[1:-1], "its name holds control characters or is not UTF-8; rename it or leave it out")


def _above(real: str) -> tuple[_Ignore, ...]:
    """The ignore files that stand over a named folder. None of them count where they ignore the folder: naming it overrules them."""
    folders = [real]
    while not os.path.lexists(os.path.join(folders[-1], ".git")):
        if os.path.dirname(folders[-1]) == folders[-1]:
            return ()
        folders.append(os.path.dirname(folders[-1]))
    ignores: tuple[_Ignore, ...] = ()
    for folder in reversed(folders[1:]):
        ignores = _inside(folder, ignores)
    return () if _is_ignored(ignores, real, True) else ignores


def _inside(real: str, above: tuple[_Ignore, ...]) -> tuple[_Ignore, ...]:
    """The ignore files that count inside a folder. A repository inside another has only its own, as for git."""
    if os.path.lexists(os.path.join(real, ".git")):
        above = _ignore_file(real, os.path.join(".git", "info", "exclude"))
    return above + _ignore_file(real, ".gitignore")


def _ignore_file(real: str, name: str) -> tuple[_Ignore, ...]:
    path = os.path.join(real, name)
    try:
        # As for git, a link does not count. It could also be a pipe that nobody writes to.
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ()
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as stream:
            lines = stream.read(_MOST_PATTERNS).split("\n")
    except OSError:
        return ()
    spec = _readable_spec([line for line in lines if line.strip() and line[0] != "#" and not _COSTLY.search(line)])
    return (_Ignore(os.path.join(real, ""), spec),) if spec else ()


def _readable_spec(lines: list[str]) -> "GitIgnoreSpec | None":
    """The patterns of an ignore file. As for git, a line that is no pattern is passed over."""
    readable = [line for line in lines if _problem(line) is None]
    return _spec(readable) if readable else None


def _problem(pattern: str) -> str | None:
    try:
        _spec((pattern,))
    except (ValueError, re.error) as error:
        return str(error)
    return None


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _excluded(patterns: Sequence[str]) -> "GitIgnoreSpec | None":
    for pattern in patterns:
        if problem := _problem(pattern):
            raise UsageError(f"the exclude pattern {pattern!r} cannot be read ({problem}); write it as in a .gitignore file")
    return _spec(pattern[1:] if pattern.startswith("./") else pattern for pattern in patterns) if patterns else None


def _is_ignored(ignores: tuple[_Ignore, ...], real: str, is_folder: bool) -> bool:
    """Whether the nearest ignore file that speaks of this path ignores it."""
    for base, spec in reversed(ignores):
        verdict = spec.check_file(real[len(base) :] + "/" * is_folder).include
        if verdict is not None:
            return verdict
    return False


def _is_excluded(excluded: "GitIgnoreSpec | None", path: str, is_folder: bool) -> bool:
    return excluded is not None and excluded.match_file(os.path.relpath(path) + "/" * is_folder)
