"""Kustomizations built by kubectl or kustomize, where one of them is installed, and copies of what they are built from.

In: folders, new texts of files. Out: `Built`, or `Failed` with the reason. Must not know: YAML's meaning, why a text is new.

No flag is given that lets kustomize run other programs: no helm, no exec functions, no containers, no plugins. Nothing is fetched either:
what leads to a network is closed for it.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from sidecarlint.sources.programs import program, run
from sidecarlint.sources.read import LIMIT
from sidecarlint.sources.walk import SKIPPED_FOLDERS
from sidecarlint.values import NamedTuple

SECONDS = 60
"""How long one build may take."""

_MOST_FILES, _LARGEST = 20_000, 256 * 1024 * 1024
"""How many files a copy may hold, and how many bytes."""
_LONGEST = 240
"""How many characters of kustomize's own words are repeated."""

_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_CLOSED = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}
"""Remote bases are fetched by Git or by HTTP: Git may speak no protocol, and nobody listens on the discard port."""


class Built(NamedTuple):
    """The text that kustomize prints."""

    text: str


class Failed(NamedTuple):
    """Why something was not built or not copied, as a part of a sentence in one line: of a build kustomize's own telling words."""

    reason: str


class Builder(NamedTuple):
    """A program that builds kustomizations: the words ahead of the folder."""

    argv: tuple[str, ...]

    def build(self, folder: str) -> Built | Failed:
        """What the kustomization in a folder makes. Never raises for what it holds."""
        from tempfile import TemporaryDirectory

        real = os.path.realpath(folder)
        with TemporaryDirectory(prefix="sidecarlint-") as home:
            done = run([*self.argv, real], home, seconds=SECONDS, environment=_environment(home))
        if done.code == 0 and len(done.out) <= LIMIT:
            return Built(done.out)
        if done.code == 0:
            return Failed(f"what it makes is larger than {LIMIT // 1024 // 1024} MiB")
        return Failed(_telling(done.err))


def builder(no_exec: bool) -> Builder | None:
    """kubectl or kustomize as they are on PATH; None where neither is, or where nothing may be run."""
    for name, verb in (("kubectl", "kustomize"), ("kustomize", "build")) if not no_exec else ():
        if path := program(name):
            return Builder((path, verb))
    return None


def _environment(home: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_CLOSED, **{name.lower(): value for name, value in _CLOSED.items() if "PROXY" in name}, "HOME": home}


_SAID = r"(?s)(?:err=(?:\"|<)|^error: |^Error: )(.*?)(?:\"|>)?\s*\Z"
_DEEPER = r"(?s).*recursed (?:accumulation of|merging from) path '[^']*': (.*)"
"""Each folder on the way puts its own words in front."""
_FROM = r"(?s)accumulating resources: (?:accumulation err=')?accumulating resources from '([^']*)': "
_MEANINGS = (
    # what kustomize says behind `_FROM`, and what it means: {0} is what the kustomization names
    (r".*failed to run '[^']*git .*", "{0} is remote, and nothing is fetched"),
    (r".*dial tcp 127\.0\.0\.1:9.*", "{0} is remote, and nothing is fetched"),
    (r"(.*)': must build at directory: .*file is not directory.*", "{0}: {1}"),
    (r".*new root '[^']*' cannot be absolute.*", "{0} is an absolute path, which kustomize does not take for a folder"),
    (r".*not a valid directory: .*no such file.*", "{0} does not exist"),
    (r".*': must build at directory: (.*)", "{0}: {1}"),
    (r"(.*)", "{0}: {1}"),
)
"""A resource is tried as a file first, then as a folder or a remote one. Only one of the complaints means something."""
_LOST = r"evalsymlink failure on '([^']*)' : lstat [^:]*: no such file"


def _telling(said: str) -> str:
    """The part of kustomize's words that says what is wrong."""
    found = re.search(_SAID, said, re.MULTILINE)
    words = " ".join((found[1] if found else said).replace('\\"', '"').split()) or "it says no reason"
    if deeper := re.fullmatch(_DEEPER, words):
        words = deeper[1]
    if resource := re.match(_FROM, words):
        rest = words[resource.end() :]
        words = next(says.format(resource[1], *fits.groups()) for sign, says in _MEANINGS if (fits := re.fullmatch(sign, rest)))
    words = words.rpartition("`: ")[2] if words.startswith("trouble configuring") else words
    lost = re.search(_LOST, words)
    words = f"{lost[1]} does not exist" if lost else words
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0] + " ..."


# Copies


class Staged(NamedTuple):
    """A copy of folders. `top` is the copy of the top of their tree; `outside` are the links in them that lead out of it, which are left
    out."""

    top: str
    outside: tuple[str, ...]
    original: str

    def at(self, folder: str) -> str:
        """Where a folder of the tree stands in the copy."""
        return os.path.join(self.top, os.path.relpath(os.path.realpath(folder), self.original))

    def as_known(self, words: str) -> str:
        """What was said of the copy, said of the tree: nobody has ever seen the copy."""
        return words.replace(self.top, self.original)


@contextmanager
def staged(top: str, folders: Collection[str], texts: Mapping[str, str]) -> Iterator[Staged | Failed]:
    """A copy of folders of the tree at `top`, with all that is below them, for as long as the context lasts. `texts` are new texts by path;
    those that lie outside of the tree are passed over. `Failed` where there is too much to copy."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="sidecarlint-") as place:
        copy = _Copy(os.path.realpath(top), os.path.realpath(place))
        failed = copy.take(folders) or copy.write(texts)
        yield failed or Staged(copy.into, tuple(copy.outside), copy.top)


class _Copy:
    """A copy in the making. All paths but `into` and those in it are real paths of the tree."""

    def __init__(self, top: str, into: str) -> None:
        self.top, self.into = top, into
        self.outside = list[str]()
        self._done = set[str]()
        self._left_files, self._left_bytes = _MOST_FILES, _LARGEST

    def take(self, places: Collection[str]) -> Failed | None:
        """Copies files and folders, and what links in them lead to. A folder inside of another is copied once."""
        ahead = sorted((os.path.realpath(place) for place in places), reverse=True)
        try:
            while ahead:
                place = ahead.pop()
                if place not in self._done and self._is_inside(place):
                    self._done.add(place)
                    ahead += self._one(place)
                    if self._left_files < 0 or self._left_bytes < 0:
                        return Failed(f"there are more than {_MOST_FILES} files, or {_LARGEST // 1024 // 1024} MiB, to copy for it")
        except OSError as error:
            return Failed(f"{error.filename} cannot be copied ({error.strerror or error})")
        return None

    def write(self, texts: Mapping[str, str]) -> Failed | None:
        """Puts texts in place of files' own."""
        for path, text in ((os.path.realpath(each), text) for each, text in texts.items()):
            try:
                self._write(path, text)
            except OSError as error:
                return Failed(f"{path} cannot be written in a copy ({error.strerror or error})")
        return None

    def _write(self, path: str, text: str) -> None:
        if self._is_inside(path):
            os.makedirs(os.path.dirname(self._target(path)), exist_ok=True)
            with open(self._target(path), "wb") as stream:
                stream.write(text.encode())

    def _one(self, place: str) -> list[str]:
        """Copies one place, and gives those that have to be copied too."""
        if os.path.islink(place):
            return self._link(place)
        if os.path.isfile(place):
            self._file(place)
        elif os.path.isdir(place):
            os.makedirs(self._target(place), exist_ok=True)
            return [os.path.join(place, name) for name in sorted(os.listdir(place)) if name not in SKIPPED_FOLDERS]
        return []

    def _link(self, place: str) -> list[str]:
        real = os.path.realpath(place)
        if not self._is_inside(real):
            self.outside.append(place)
            return []
        os.makedirs(os.path.dirname(self._target(place)), exist_ok=True)
        os.symlink(self._target(real), self._target(place))
        return [real]

    def _file(self, place: str) -> None:
        from shutil import copyfile

        size = os.path.getsize(place)
        self._left_files, self._left_bytes = self._left_files - 1, self._left_bytes - size * (size <= LIMIT)
        if size <= LIMIT:
            os.makedirs(os.path.dirname(self._target(place)), exist_ok=True)
            copyfile(place, self._target(place))

    def _is_inside(self, place: str) -> bool:
        return place == self.top or place.startswith(os.path.join(self.top, ""))

    def _target(self, place: str) -> str:
        return os.path.join(self.into, os.path.relpath(place, self.top))
