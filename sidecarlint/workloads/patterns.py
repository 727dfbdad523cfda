"""Which containers a pattern of the configuration means.

In: a container, patterns. Out: the pattern that fits. Must not know: what a pattern is for.
"""

from collections.abc import Sequence

from sidecarlint.workloads.images import parse_image, written
from sidecarlint.workloads.pods import Container


def fitting(patterns: Sequence[str], container: Container) -> str | None:
    """The first pattern that fits a container, or None. `*`, `?` and `[…]` as in file names; a `*` also stands for slashes.

    A pattern fits the container's name, or its image without tag and digest: as it is written, or with the registry and the folder that
    Docker adds, such as `docker.io/library/busybox`.
    """
    from fnmatch import fnmatchcase

    texts = (container.name, *_untagged(container.image)) if patterns else ()
    return next((pattern for pattern in patterns if any(fnmatchcase(text, pattern) for text in texts)), None)


def _untagged(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    image = parse_image(text)
    return written(text)[0], f"{image.registry}/{image.repository}"
