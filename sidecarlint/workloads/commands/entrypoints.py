"""What an image runs before its args, where a manifest names no command.

In: an image and args. Out: the first words of the command line. Must not know: what they do.
"""

from sidecarlint.workloads.images import Image

_PASSING = {"busybox", "alpine", "debian", "ubuntu", "bash", "centos", "fedora", "rockylinux", "almalinux", "amazonlinux", "debian-slim"}
_OFFICIAL = {
    "python", "node", "perl", "ruby", "golang", "openjdk", "eclipse-temurin", "php", "nginx", "redis", "postgres", "mysql", "mariadb",
    "mongo",
}  # fmt: skip
_ENTRYPOINTS = {
    "alpine/socat": ("socat",), "alpine/git": ("git",), "bitnami/kubectl": ("kubectl",), "rancher/kubectl": ("kubectl",),
    "amazon/aws-cli": ("aws",), "alpine/helm": ("helm",), "alpine/openssl": ("openssl",), "flyway/flyway": ("flyway",),
}  # fmt: skip
_CURLS = {"curlimages/curl", "alpine/curl"}


def entrypoint(image: Image, args: tuple[str, ...]) -> tuple[str, ...] | None:
    """What runs before the args; None where nobody here knows. Official images hand a command line on, but not bare options."""
    official = image.repository in (image.name, f"library/{image.name}", f"docker/library/{image.name}")
    option = not args or args[0].startswith("-")
    if image.repository in _CURLS:
        return ("curl",) if option or "://" in args[0] else ()
    if image.repository in _ENTRYPOINTS:
        return _ENTRYPOINTS[image.repository]
    return () if not option and (image.name in _PASSING or (official and image.name in _OFFICIAL)) else None
