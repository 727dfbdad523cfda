"""Helm, where it is installed: charts rendered as it renders them.

In: a chart's folder, values files, a Kubernetes version. Out: `Rendered`, or `Failed` with the reason. Must not know: YAML's meaning, what
is looked for in a rendering.

Nothing of the user's Helm is seen: no plugins, no repositories, no registries. Nothing is fetched; what a chart depends on has to lie in
its folder `charts`. Callers ask `Settings.no_exec` first.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from sidecarlint.sources.programs import program, run
from sidecarlint.sources.read import LIMIT
from sidecarlint.values import NamedTuple

CHECKSUMS = (("**", "annotations", "checksum/*"),)
"""Where charts say that another object has changed, as routes from an object: what stands there is another one after any move."""

SECONDS = 60
"""How long one rendering may take."""

_MOST_FILES, _LARGEST = 10_000, 128 * 1024 * 1024
"""How many files a chart may hold to be copied, and how many bytes."""
_LONGEST = 240
"""How many characters of Helm's own words are repeated."""
_SKIPPED = frozenset({".git"})


class Helm(NamedTuple):
    """Helm's program, and the version that it says it is, such as v3.19.0."""

    path: str
    version: str


class Rendered(NamedTuple):
    """The text that `helm template` prints."""

    text: str


class Failed(NamedTuple):
    """Why a chart was not rendered, in one line: Helm's own telling line, and what to do where that is known.

    `refuses_version`: the chart says itself that it is not for that version of Kubernetes. `missing`: the charts that it depends on and
    that are not in its folder `charts`, for whatever values.
    """

    reason: str
    refuses_version: bool = False
    missing: tuple[str, ...] = ()

    @property
    def cause(self) -> str:
        """The reason without what to do, for who has changed something himself."""
        return self.reason.removesuffix(_NAME_ONE).removesuffix(_NAME_THEM)


def helm() -> Helm | None:
    """Helm as it is on PATH; None where it is not, or does not work."""
    path = program("helm")
    version = _version(path) if path is not None else None
    return Helm(path, version) if path is not None and version is not None else None


@cache
def _version(path: str) -> str | None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="sidecarlint-") as home:
        done = run([path, "version", "--template", "{{.Version}}"], home, seconds=SECONDS, environment=_environment(home))
    return done.out.strip() if done.code == 0 and done.out.strip() else None


def render(
    tool: Helm, chart: str, values: Sequence[str] = (), version: tuple[int, int, int] | None = None, name: str = "release"
) -> Rendered | Failed:
    """What `helm template` makes of a chart with these values files, the later over the earlier, for a version of Kubernetes.

    Hooks are rendered, tests and custom resource definitions are not. Never raises for what the chart holds.
    """
    from tempfile import TemporaryDirectory

    # Real paths: no name is taken for an option or an address.
    folder, files = os.path.realpath(chart), [os.path.realpath(each) for each in values]
    argv = [tool.path, "template", name, folder, "--skip-tests"]
    argv += [word for each in files for word in ("--values", each)]
    argv += ["--kube-version", "v{}.{}.{}".format(*version)] if version is not None else []
    with TemporaryDirectory(prefix="sidecarlint-") as home:
        done = run(argv, home, seconds=SECONDS, environment=_environment(home))
    if done.code == 0 and len(done.out) <= LIMIT:
        return Rendered(done.out)
    if done.code == 0:
        return Failed(f"its rendering is larger than {LIMIT // 1024 // 1024} MiB")
    return _failed(done.err, folder)


def _environment(home: str) -> dict[str, str]:
    """The user's, without what leads to a configuration, a plugin or a cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "XDG_", "KUBE"))}
    own = {f"HELM_{each}_HOME": os.path.join(home, each.lower()) for each in ("CACHE", "CONFIG", "DATA")}
    return {**kept, **own, "HOME": home, "HELM_PLUGINS": os.path.join(home, "plugins")}


_NAME_THEM = ": name a file with the values that it needs with --values"
_NAME_ONE = ": name a file that has them with --values"
_MISSING = r"missing in charts/ directory: (.+)"
_ADVICE = (
    # what Helm says, what it means (the groups in braces), and whether the chart is not for the version
    (r"chart requires kubeVersion: (.+?) which is incompatible", "it is only for Kubernetes {}", 1),
    (r"(?s)values don't meet the specifications of the schema\(s\).*?\n- ([^\n]+)",
     f"its values do not fit its schema ({{}}){_NAME_THEM}", 0),
    (r"execution error at \(([^)]*)\): (.+)", f"it asks for values of its own ({{1}}, {{0}}){_NAME_ONE}", 0),
    (r"at <([^>]*)>: nil pointer evaluating", f"it asks for values that are not there ({{}}){_NAME_ONE}", 0),
)  # fmt: skip


def _failed(said: str, folder: str) -> Failed:
    # The folder may be a copy that the user has never seen.
    said = said.replace(os.path.join(folder, ""), "").replace(folder, os.path.basename(folder))
    if found := re.search(_MISSING, said):
        reason = "charts that it depends on are not in its folder charts ({}): run helm dependency build"
        return Failed(reason.format(_cut(found[1])), missing=tuple(each.strip() for each in found[1].split(",")))
    for sign, meaning, refuses in _ADVICE:
        if found := re.search(sign, said):
            return Failed(_cut(meaning.format(*map(_cut, found.groups()))), bool(refuses))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = next((line for line in lines if line.startswith("Error: ")), lines[-1] if lines else "it says no reason")
    return Failed(f"helm: {_cut(telling.removeprefix('Error: '))}")


def _cut(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0] + " ..."


@contextmanager
def staged(chart: str, texts: Mapping[str, str]) -> Iterator[str | Failed]:
    """A copy of a chart's folder for as long as the context lasts, in which files have other texts: by their paths, in the chart or outside
    of it (values files). Where a file stands in the copy `staged_at` tells. `Failed` where the chart is too large to be copied."""
    from tempfile import TemporaryDirectory

    source = os.path.realpath(chart)
    with TemporaryDirectory(prefix="sidecarlint-") as top:
        folder = os.path.join(os.path.realpath(top), "chart", os.path.basename(source) or "chart")
        failed = _copy(source, folder)
        for path, text in texts.items() if failed is None else ():
            target = _in_copy(folder, source, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as stream:
                stream.write(text.encode())
        yield failed or folder


def staged_at(folder: str, chart: str, path: str) -> str:
    """Where a file stands while `chart` is staged at `folder`: in the copy, or where it is when it is outside and has no other text."""
    target = _in_copy(folder, os.path.realpath(chart), path)
    return target if os.path.exists(target) else os.path.realpath(path)


def _in_copy(folder: str, source: str, path: str) -> str:
    real = _real_folder(path)
    if real.startswith(os.path.join(source, "")):
        return os.path.join(folder, os.path.relpath(real, source))
    return os.path.join(os.path.dirname(os.path.dirname(folder)), "beside", real.lstrip(os.sep))


def _real_folder(path: str) -> str:
    """The path with its folder as it is, and its own name: a linked file has its own place in the chart."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _copy(source: str, folder: str) -> Failed | None:
    """Copies what Helm reads: files, and what links lead to."""
    from shutil import copyfile

    count, size = 0, 0
    for here, folders, files in os.walk(source, followlinks=True):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not _leads_up(os.path.join(here, name)))
        into = os.path.join(folder, os.path.relpath(here, source))
        os.makedirs(into, exist_ok=True)
        for name in (name for name in sorted(files) if os.path.isfile(os.path.join(here, name))):
            path = os.path.join(here, name)
            count, size = count + 1, size + os.path.getsize(path)
            if count > _MOST_FILES or size > _LARGEST:
                return Failed(f"its folder holds more than {_MOST_FILES} files, or {_LARGEST // 1024 // 1024} MiB")
            try:
                copyfile(path, os.path.join(into, name))
            except OSError as error:
                return Failed(f"{os.path.relpath(path, source)} cannot be read ({error.strerror or error})")
    return None


def _leads_up(folder: str) -> bool:
    """Whether it is a link to a folder that it stands in."""
    return os.path.join(os.path.realpath(os.path.dirname(folder)), "").startswith(os.path.join(os.path.realpath(folder), ""))
