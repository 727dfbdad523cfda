"""Git, as far as it tells which files were touched since a commit, and what they were before.

In: the name of a commit, or nothing. Out: `Since`. Must not know: YAML's meaning, what is looked for in a file.

What counts is the working tree against the last commit that it shares with the base: what was committed since, what is staged, what is
neither, and files that git does not know yet.
"""

import os
from collections.abc import Iterator

from sidecarlint.errors import UsageError
from sidecarlint.sources.programs import Ran, program, run
from sidecarlint.values import NamedTuple

_NO_GIT = "git is not installed, so nobody can say what was changed; leave out --changed"
_NO_REPOSITORY = "this is no git repository, so nobody can say what was changed; leave out --changed"
_NO_COMMIT = 'there is no commit "{}"; fetch it, or write the base with an equals sign: --changed=origin/main'
_NO_BASE = "there is no branch to compare with; name one: --changed=origin/main"
_SHALLOW = "this clone is shallow, and the last commit that it shares with {} is not in it; fetch all of it, as with fetch-depth: 0"
_APART = "this branch shares no commit with {}; name another base"
_USUAL = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


class Touched(NamedTuple):
    """A file that was touched. `path` is its real path now, `before` its path in the repository at the base, None where it is new."""

    path: str
    before: str | None


class Since(NamedTuple):
    """What was touched since a commit. `top` is the real path of the repository's folder; `base` the commit, `named` as people named it."""

    top: str
    base: str
    named: str
    touched: tuple[Touched, ...]

    def before(self, each: Touched) -> str | None:
        """The text of a file at the base, None where it was none."""
        if each.before is None:
            return None
        done = _git(self.top, "show", "--no-textconv", f"{self.base}:{each.before}")
        return done.out if done.code == 0 else None


def since(base: str, folder: str = ".") -> Since:
    """What was touched since the base; "" is the branch that a pull request goes to, as far as the environment or the clone tells.

    Raises UsageError where there is no git, no repository, no such commit, or no common one.
    """
    if program("git") is None:
        raise UsageError(_NO_GIT)
    found = _git(folder, "rev-parse", "--show-toplevel")
    if found.code:
        raise UsageError(_NO_REPOSITORY)
    top = os.path.realpath(found.out.rstrip("\n"))
    named = base or _usual(top)
    if _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}").code:
        raise UsageError(_NO_COMMIT.format(named))
    shared = _git(top, "merge-base", named, "HEAD")
    if shared.code:
        shallow = _git(top, "rev-parse", "--is-shallow-repository").out.strip() == "true"
        raise UsageError((_SHALLOW if shallow else _APART).format(named))
    commit = shared.out.strip()
    return Since(top, commit, named, tuple(sorted((*_changed(top, commit), *_unknown(top)))))


def _usual(top: str) -> str:
    """The base of a pull request, as its CI names it, or else the main branch."""
    target = os.environ.get("GITHUB_BASE_REF") or os.environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    for name in (f"origin/{target}", target) if target else _USUAL:
        if name and _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").code == 0:
            return name
    raise UsageError(_NO_COMMIT.format(f"origin/{target}") if target else _NO_BASE)


def _changed(top: str, commit: str) -> Iterator[Touched]:
    """Renames are followed; what was deleted is touched no more."""
    done = _git(top, "diff", "--name-status", "--find-renames", "--no-ext-diff", "-z", commit, "--")
    words = iter(done.out.split("\0"))
    for status in words:
        if status[:1] in ("R", "C"):
            before, path = next(words), next(words)
            yield Touched(os.path.join(top, path), before)
        elif status:
            path = next(words)
            if status != "D":
                yield Touched(os.path.join(top, path), None if status == "A" else path)


def _unknown(top: str) -> Iterator[Touched]:
    done = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    yield from (Touched(os.path.join(top, path), None) for path in done.out.split("\0") if path)


def _git(folder: str, *words: str) -> Ran:
    return run(["git", "--no-optional-locks", "-c", "core.quotePath=false", *words], folder)
