"""Local clones of what kustomizations include from elsewhere: which folder a remote reference leads to.

In: the paths of `--context`, a reference such as `github.com/org/repo//path?ref=v1`. Out: paths. Must not know: what stands in them.

Nothing is fetched and git is never run: a clone is known by the URLs of its remotes in `.git/config`, or by the name of its folder. Which
version it is at is not looked at.
"""

import os
import re
from collections.abc import Sequence

from sidecarlint.values import NamedTuple

_SCHEME = r"^(?:git::)?(?:\w+://)?(?:[\w.-]+@)?"
_RAW = r"^raw\.githubusercontent\.com/([^/]+)/([^/]+)/[^/]+/(.+)$"
_REPOSITORY = 2
"""How many names after the host tell a repository where nothing else parts it from the path in it."""


class Reference(NamedTuple):
    """A repository, as `host/org/repo` in small letters, and a path in it, "" for its top."""

    repository: str
    path: str


def reference(written: str) -> Reference:
    """What a remote reference names. `?ref=` and other parameters are left out."""
    bare = re.sub(_SCHEME, "", written.split("?", 1)[0])
    bare = re.sub(r"^([\w.-]+):(?!\d)", r"\1/", bare).strip("/")
    raw = re.match(_RAW, bare)
    if raw:
        return Reference(f"github.com/{raw[1]}/{raw[2]}".lower(), raw[3])
    whole, path = bare, ""
    for mark in ("//", ".git/"):
        if mark in bare:
            whole, path = bare.split(mark, 1)
            break
    else:
        names = bare.split("/")
        whole, path = "/".join(names[: _REPOSITORY + 1]), "/".join(names[_REPOSITORY + 1 :])
    return Reference(whole.removesuffix(".git").strip("/").lower(), path.strip("/"))


class Clone(NamedTuple):
    """A folder that may be a clone: its real path, and the repositories that its remotes name."""

    folder: str
    repositories: frozenset[str]


def clones(paths: Sequence[str]) -> tuple[Clone, ...]:
    """The clones among folders and the folders directly in them."""
    found = [os.path.realpath(path) for path in paths if os.path.isdir(path)]
    inner = [os.path.join(folder, name) for folder in found for name in sorted(os.listdir(folder)) if name != ".git"]
    return tuple(Clone(each, _repositories(each)) for each in dict.fromkeys((*found, *(each for each in inner if os.path.isdir(each)))))


def _repositories(folder: str) -> frozenset[str]:
    try:
        with open(os.path.join(folder, ".git", "config"), encoding="utf-8", errors="replace") as config:
            urls = re.findall(r"^\s*url\s*=\s*(\S+)", config.read(), re.MULTILINE)
    except OSError:
        return frozenset()
    return frozenset(reference(url).repository for url in urls)


def resolved(written: str, known: Sequence[Clone]) -> str:
    """The real path that a remote reference leads to in one of the clones; "" where it leads to none. A clone of that repository goes
    before a folder that only has its name."""
    asked = reference(written)
    called = os.path.basename(asked.repository)
    named = [each for each in known if asked.repository in each.repositories]
    alike = [each for each in known if not each.repositories and os.path.basename(each.folder).lower() == called]
    for each in (*named, *alike):
        place = os.path.realpath(os.path.join(each.folder, asked.path))
        if os.path.exists(place) and (place == each.folder or place.startswith(os.path.join(each.folder, ""))):
            return place
    return ""


def clone_at(folder: str) -> Clone:
    """A folder as the clone that it may be."""
    real = os.path.realpath(folder)
    return Clone(real, _repositories(real))


def leads_into(written: str, own: Clone) -> str:
    """The real path that a remote reference leads to in one's own repository; "" where it leads to none. The same repository has other
    owners where it was forked, so its name decides."""
    asked = reference(written)
    names = {os.path.basename(each) for each in own.repositories} | {os.path.basename(own.folder).lower()}
    place = os.path.realpath(os.path.join(own.folder, asked.path))
    inside = place == own.folder or place.startswith(os.path.join(own.folder, ""))
    return place if inside and os.path.basename(asked.repository) in names and os.path.exists(place) else ""
