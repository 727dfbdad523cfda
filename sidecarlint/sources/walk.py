"""Paths to files: which files the command line means.

In: paths and patterns of what to leave out. Out: `Found` and `Unreadable`. Must not know: what stands in a file.

Ignore files count as they do for git: nested ones, those above a named folder up to the root of its repository, and
`.git/info/exclude`. What was named is always wanted, ignored or not.
"""

import os
import posixpath
import re
import stat
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from sidecarlint.errors import UsageError
from sidecarlint.sources.charts import is_partial
from sidecarlint.sources.read import STDIN, Found, Unreadable, not_a_file, unreadable
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from pathspec import Pattern

_ENDINGS = (".yaml", ".yml", ".json")
SKIPPED_FOLDERS = frozenset({".git", ".hg", ".terraform", ".tox", ".venv", "__pycache__", "node_modules", "venv"})
"""Folders that are never entered: what stands in them was installed or made, and not written by hand."""
_NO_MANIFESTS = frozenset({
    "composer.json", "npm-shrinkwrap.json", "package-lock.json", "package.json", "pnpm-lock.yaml", "tsconfig.json", "values.schema.json",
})  # fmt: skip
_EMACS_LOCK = ".#"
# A name that could forge a line of a report, or that a report could not print.
_ODD = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
_LAST_SLASH = "/+ *$"
_LONGEST_PATTERN = 4096
_MOST_STARS = 4
_LARGEST_IGNORE_FILE = 1024 * 1024


class _Pattern(NamedTuple):
    """One line of an ignore file. `last`: what it asks of a path's last name; `depth`: how many slashes, None for any number."""

    folders_only: bool
    depth: int | None
    whole: "Pattern"
    last: "Pattern"


class _Ignore(NamedTuple):
    """One ignore file. `base`: the real path that its patterns count from, with a slash at its end."""

    base: str
    patterns: tuple[_Pattern, ...]


class _Folder(NamedTuple):
    """A folder to walk. `top`: the real path of the folder that was named, with a slash at its end."""

    path: str
    real: str
    top: str
    ignores: tuple[_Ignore, ...]
    excluded: _Ignore | None


def find(paths: Sequence[str], exclude: Sequence[str] = (), force: bool = False) -> Iterator[Found | Unreadable]:
    """The files that `paths` mean: each file once, in the order of `paths`, a folder's in the order of their names.

    `exclude` holds patterns like those of a .gitignore in the working directory; they count for files found in folders, and with `force`
    for files that are named. Raises UsageError for a pattern that cannot be read, when the first file is asked for.
    """
    excluded = _excluded(exclude)
    seen: set[str] = set()
    for path in paths:
        name = path.replace(os.sep, "/")
        if not (force and path != STDIN and _leads_through(excluded, name)):
            yield from _named(name, excluded, seen)


def fits(base: str, patterns: Sequence[str], path: str) -> bool:
    """Whether a file fits patterns like those of a .gitignore in the folder `base`, itself or by a folder that it stands in."""
    real, found = os.path.realpath(path), _ignore(os.path.join(base, ""), patterns)
    if not real.startswith(found.base):
        return False
    steps = list(accumulate(real[len(found.base) :].split(os.sep), posixpath.join))
    return any(_verdict(found, step, step != steps[-1]) is True for step in steps)


def _named(path: str, excluded: _Ignore | None, seen: set[str]) -> Iterator[Found | Unreadable]:
    if _is_odd(path):
        yield _odd_name(path)
        return
    try:
        is_folder = path != STDIN and stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        yield unreadable(path, error)
        return
    real = path if path == STDIN else os.path.realpath(path)
    if is_folder and not _leads_through(excluded, path):
        shown = "" if path in (".", "./") else path
        yield from _walk(_Folder(shown, real, os.path.join(real, ""), _above(real), excluded), seen)
    elif not is_folder and _is_new(real, seen):
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
        real = os.path.join(folder.real, entry.name)
        if entry.name in SKIPPED_FOLDERS if is_folder else not (_may_be_manifest(entry.name) or is_partial(real)):
            return None
        if _is_ignored(folder.ignores, real, is_folder) or _is_excluded(folder.excluded, path, is_folder):
            return None
        if _is_odd(entry.name):
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


def _is_odd(name: str) -> bool:
    return not name.isprintable() and re.search(_ODD, name) is not None


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
    for folder, below in pairwise(reversed(folders)):
        ignores = _inside(folder, ignores)
        if _is_ignored(ignores, below, True):
            return ()
    return ignores


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
            lines = stream.read(_LARGEST_IGNORE_FILE).split("\n")
    except OSError:
        return ()
    patterns = [line for line in lines if line.strip() and line[0] != "#" and not _is_costly(line)]
    return (_lenient_ignore(os.path.join(real, ""), patterns),) if patterns else ()


def _is_costly(pattern: str) -> bool:
    """Matching takes time to the power of the stars: with five, one long file name of an untrusted folder costs minutes."""
    stars = pattern.replace("/**", "/*").replace("**/", "*/").count("*")
    return stars > _MOST_STARS or len(pattern) > _LONGEST_PATTERN


def _lenient_ignore(base: str, patterns: list[str]) -> _Ignore:
    """As for git, a line that is no pattern is passed over."""
    try:
        return _ignore(base, patterns)
    except (ValueError, re.error):
        return _ignore(base, [pattern for pattern in patterns if pattern_problem(pattern) is None])


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern cannot be read, or None."""
    try:
        _ignore("", (pattern,))
    except (ValueError, re.error) as error:
        return str(error)
    return None


def _ignore(base: str, lines: Sequence[str]) -> _Ignore:
    from pathspec import GitIgnoreSpec

    stems = [re.sub(_LAST_SLASH, "", line) for line in lines]
    only = (line != stem for line, stem in zip(lines, stems, strict=True))
    whole = GitIgnoreSpec.from_lines(stems).patterns
    last = GitIgnoreSpec.from_lines("/" + stem.removeprefix("!").rpartition("/")[2] for stem in stems).patterns
    return _Ignore(base, tuple(map(_Pattern, only, map(_depth, stems), whole, last)))


def _depth(stem: str) -> int | None:
    body = stem.removeprefix("!")
    return body.lstrip("/").count("/") if "/" in body and "**" not in body else None


def _excluded(patterns: Sequence[str]) -> _Ignore | None:
    for pattern in patterns:
        if problem := pattern_problem(pattern):
            raise UsageError(f"the exclude pattern {pattern!r} cannot be read ({problem}); write it as in a .gitignore file")
    return _ignore("", [pattern[1:] if pattern.startswith("./") else pattern for pattern in patterns]) if patterns else None


def _is_ignored(ignores: tuple[_Ignore, ...], real: str, is_folder: bool) -> bool:
    """Whether the nearest ignore file that speaks of this path ignores it."""
    for ignore in reversed(ignores):
        verdict = _verdict(ignore, real[len(ignore.base) :], is_folder)
        if verdict is not None:
            return verdict
    return False


def _is_excluded(excluded: _Ignore | None, path: str, is_folder: bool) -> bool:
    return excluded is not None and _verdict(excluded, os.path.relpath(path), is_folder) is True


def _leads_through(excluded: _Ignore | None, path: str) -> bool:
    """Whether what is named is excluded, or lies in a folder that is."""
    steps = list(accumulate(os.path.relpath(path).split(os.sep), posixpath.join)) if excluded else []
    folders = [step != steps[-1] or os.path.isdir(path) for step in steps]
    return any(_is_excluded(excluded, step, is_folder) for step, is_folder in zip(steps, folders, strict=True) if _is_name(step))


def _is_name(step: str) -> bool:
    return posixpath.basename(step) not in (".", "..")


def _verdict(ignore: _Ignore, path: str, is_folder: bool) -> bool | None:
    """What the last pattern that speaks of this path says, as in git."""
    depth, name = path.count("/"), posixpath.basename(path)
    for pattern in reversed(ignore.patterns):
        if (is_folder or not pattern.folders_only) and _speaks_of(pattern, path, depth, name):
            return pattern.whole.include
    return None


def _speaks_of(pattern: _Pattern, path: str, depth: int, name: str) -> bool:
    """pathspec also matches what lies below a match. Here that says nothing: the folder above was judged before, and entered."""
    fits = pattern.depth in (None, depth) and pattern.last.match_file(name)
    return bool(fits and pattern.whole.match_file(path))
