"""What an image runs before its args, where a manifest names no command.

In: an image and args. Out: the first words of the command line. Must not know: what they do.
"""

import re

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
# What official images of servers run by themselves; the entrypoints of the first put it before bare options, too.
_SERVERS = {
    "postgres": "postgres", "mysql": "mysqld", "mariadb": "mariadbd", "redis": "redis-server", "mongo": "mongod", "memcached": "memcached",
    "haproxy": "haproxy",
}  # fmt: skip
_DEFAULTS = {
    "rabbitmq": ("rabbitmq-server",), "nginx": ("nginx", "-g", "daemon off;"), "httpd": ("httpd-foreground",),
    "tomcat": ("catalina.sh", "run"), "registry": ("registry", "serve"),
}  # fmt: skip
# The same for variants that a tag names.
_VARIANTS = (
    ("docker", r"(?:^|-)dind(?:-|$)", ("dockerd",)),
    ("php", r"-apache\b", ("apache2-foreground",)),
    ("php", r"-fpm\b", ("php-fpm", "-F")),
)


def _server(image: Image, args: tuple[str, ...]) -> tuple[str, ...] | None:
    """What an official image runs when it is given nothing, or nothing but options. One of the same name from elsewhere may do more."""
    if not image.repository.endswith(f"library/{image.name}"):
        return None
    variant = next((words for name, tag, words in _VARIANTS if name == image.name and re.search(tag, image.tag)), None)
    if image.name in _SERVERS:
        return (_SERVERS[image.name],)
    return (variant or _DEFAULTS.get(image.name)) if not args or variant == ("dockerd",) else None


def entrypoint(image: Image, args: tuple[str, ...]) -> tuple[str, ...] | None:
    """What runs before the args; None where nobody here knows. Official images hand a command line on, but not bare options."""
    official = image.repository in (image.name, f"library/{image.name}", f"docker/library/{image.name}")
    option = not args or args[0].startswith("-")
    if image.repository in _CURLS:
        return ("curl",) if option or "://" in args[0] else ()
    if image.repository in _ENTRYPOINTS:
        return _ENTRYPOINTS[image.repository]
    if option and (server := _server(image, args)):
        return server
    return () if not option and (image.name in _PASSING or (official and image.name in _OFFICIAL)) else None
