"""The real Helm for tests: the one on PATH, or one that is built and kept in the user's cache.

In: nothing. Out: the folder of a `helm` that works. `python -m tests.helming` builds it ahead. Must not know: what it is asked.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.apiserver.build import REASONS, Unavailable

MODULE = "helm.sh/helm/v3/cmd/helm@v3.19.0"


def folder() -> Path:
    """The folder of the program. Raises `Unavailable` where there is none and none can be built."""
    path = shutil.which("helm")
    if path is not None:
        return Path(path).parent
    built = _cache() / "helm"
    if built.exists():
        return built.parent
    if shutil.which("go") is None:
        raise Unavailable("Helm and Go are not installed")
    built.parent.mkdir(parents=True, exist_ok=True)
    with (built.parent / "helm.lock").open("w") as lock:
        # Tests run in several processes: the others wait for the first.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(built)
    return built.parent


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sidecarlint-tests" / "bin"


def _build(built: Path) -> None:
    environment = os.environ | {"GOBIN": str(built.parent), "CGO_ENABLED": "0", "GOWORK": "off"}
    environment.pop("GOFLAGS", None)
    done = subprocess.run(["go", "install", "-trimpath", MODULE], env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return
    for words, why in REASONS.items():
        if found := re.search(words, done.stderr):
            raise Unavailable(why.format(*found.groups()))
    raise RuntimeError(f"go install {MODULE} failed:\n{done.stderr}")


def main() -> None:
    """Builds it, or says why it cannot be: no failure."""
    try:
        print(folder() / "helm")
    except Unavailable as why:
        print(f"charts cannot be rendered in tests: {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
