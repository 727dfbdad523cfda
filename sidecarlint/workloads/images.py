"""Image references, as the container runtime reads them.

In: an image's text. Out: registry, repository, tag, digest. Must not know: which images are known.
"""

from sidecarlint.values import NamedTuple


class Image(NamedTuple):
    """An image reference. `registry` is `docker.io` and `repository` starts with `library/` where Docker's defaults apply."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The last part of the repository: `fluent-bit` of `cr.fluentbit.io/fluent/fluent-bit:3.0`."""
        return self.repository.rpartition("/")[2]


def written(text: str) -> tuple[str, str, str]:
    """An image reference as somebody wrote it, in three parts: without tag and digest, its tag, its digest; "" where there is none."""
    rest, _, digest = text.strip().partition("@")
    head, slash, tail = rest.rpartition("/")
    last, _, tag = tail.partition(":")
    return head + slash + last, tag, digest


def parse_image(text: str) -> Image:
    """Reads an image reference; a placeholder such as `${IMAGE}` gives a repository that no catalogue knows."""
    path, tag, digest = written(text)
    first, _, remainder = path.partition("/")
    if remainder and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first, remainder
    else:
        registry, repository = "docker.io", path
    if registry in ("docker.io", "index.docker.io"):
        registry, repository = "docker.io", repository if "/" in repository else f"library/{repository}"
    return Image(registry, repository, tag, digest)
