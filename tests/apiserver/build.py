"""Builds the program that asks Kubernetes, for one version of it, and keeps it in the user's cache.

In: a minor version of Kubernetes, such as "1.33". Out: the path of the program. `python -m tests.apiserver.build 1.33` builds it
and prints the path, `all` builds every version. Must not know: what the program is asked.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
RELEASES = {"1.29": "1.29.15", "1.33": "1.33.13", "1.34": "1.34.4", "1.35": "1.35.4", "1.36": "1.36.3"}
"""Minor version to the release that stands for it, one of its last patches.

The first with native sidecars on, the first with all that belongs to them, and those after it, each of which reads a container's own
restartPolicy in another way (native-sidecars 2.1).
"""
NEWEST = "1.36"
KEPT_SECONDS = 60 * 24 * 3600
"""For how long a program is kept that may not be used any more."""
STAGED = re.compile(r"^\s*(\S+) => \./staging/", re.MULTILINE)
GO_VERSION = re.compile(r"^go (\S+)$", re.MULTILINE)
REASONS = {
    "dial tcp|no such host|i/o timeout|connection refused|module lookup disabled": "Go's module proxy cannot be reached",
    r"requires go >= (\S+)": "it needs Go {} or newer",
}
"""What Go says where a build cannot work on this machine, and what that means."""


class Unavailable(Exception):
    """Why there is no program here, for people: no Go or too old a one, or no network. Anything else is a failure."""


def program(minor: str) -> Path:
    """The program of a minor version. Builds it when the cache has none; says on stderr how long that took.

    Raises `Unavailable` where it cannot be built, and `RuntimeError` with what Go says where it should have been.
    """
    built = cache() / f"{minor}-{key(minor)}"
    if built.exists():
        return built
    if shutil.which("go") is None:
        raise Unavailable("Go is not installed")
    built.parent.mkdir(parents=True, exist_ok=True)
    with (built.parent / "lock").open("w") as lock:
        # Tests run in several processes, and one build takes all that the machine has: the others wait for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(minor, built)
    return built


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sidecarlint-tests" / "apiserver"


def key(minor: str) -> str:
    """Changes with the release and with all of which the program is made."""
    parts = [RELEASES[minor].encode(), *(path.read_bytes() for path in sorted([*HERE.glob("*.go"), HERE / "build.py"]))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _build(minor: str, into: Path) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=into.parent) as name:
        folder = Path(name)
        for path in HERE.glob("*.go"):
            shutil.copy(path, folder)
        (folder / "go.mod").write_text(_go_mod(RELEASES[minor], folder))
        _go(folder, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", "program", ".")
        (folder / "program").replace(into)
    _forget(into.parent)
    seconds, size = time.monotonic() - started, into.stat().st_size / 1e6
    print(f"Kubernetes {RELEASES[minor]}'s own validation was built in {seconds:.0f} s ({size:.0f} MB)", file=sys.stderr)


def _forget(folder: Path) -> None:
    """Removes programs that were built long ago. Newer ones may be those of another checkout, which is running its tests."""
    for old in folder.glob("1.*-*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink()


def _go_mod(release: str, folder: Path) -> str:
    """Kubernetes requires its staging modules at v0.0.0 and replaces them by folders, which count only inside its own repository.

    Each is published as well, as v0.<minor>.<patch>. The sums are not kept here: Go checks each download against sum.golang.org.
    """
    found = json.loads(_go(folder, "mod", "download", "-json", f"k8s.io/kubernetes@v{release}"))
    theirs = Path(found["GoMod"]).read_text()
    language = GO_VERSION.search(theirs)
    assert language, f"the go.mod of Kubernetes {release} names no version of Go"
    replaced = [f"replace {module} => {module} v0.{release.removeprefix('1.')}" for module in STAGED.findall(theirs)]
    lines = ["module sidecarlint/tests/apiserver", f"go {language[1]}", f"require k8s.io/kubernetes v{release}", *replaced]
    return "\n".join(lines) + "\n"


def _go(folder: Path, *arguments: str) -> str:
    environment = os.environ | {"GOFLAGS": "-mod=mod", "GOWORK": "off", "CGO_ENABLED": "0"}
    done = subprocess.run(["go", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr or done.stdout
    for words, why in REASONS.items():
        if found := re.search(words, said):
            raise Unavailable(why.format(*found.groups()))
    raise RuntimeError(f"go {arguments[0]} failed:\n{said}")


def main(minors: list[str]) -> None:
    """Builds the program of each, of every version for `all`, and prints where it is. Where there is no Go it says so: no failure."""
    for minor in RELEASES if minors == ["all"] else minors:
        try:
            print(program(minor), flush=True)
        except Unavailable as why:
            print(f"Kubernetes {minor} cannot be asked: {why}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:] or [NEWEST])
