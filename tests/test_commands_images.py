"""What containers do that name no command: what their image runs by itself, and what an unknown entrypoint hands on to a shell."""

import pytest

from sidecarlint.workloads.commands import behaviour
from sidecarlint.workloads.images import parse_image

# How it ends, the image, its args.
ENDS = [
    ("never", "postgres:16", []),
    ("never", "postgres:16", ["-c", "max_connections=200"]),
    ("never", "docker.io/library/mysql:8", ["--default-authentication-plugin=mysql_native_password"]),
    ("never", "redis", ["--appendonly", "yes"]),
    ("never", "haproxy:2.6", []),
    ("never", "rabbitmq:3-management", []),
    ("never", "nginx:1.27", []),
    ("never", "php:8.2-apache", []),
    ("never", "php:8.2-fpm-alpine", []),
    ("never", "docker:27-dind", []),
    ("never", "docker:27-dind", ["--host=tcp://0.0.0.0:2375", "--tls=false"]),
    ("never", "docker:dind-rootless", []),
    ("never", "busybox", ["sleep", "infinity"]),
    # The client, a one-off, and what is only called like a server
    ("unknown", "docker:27", []),
    ("unknown", "docker:27-cli", []),
    ("unknown", "php:8.2-cli", []),
    ("unknown", "nginx:1.27", ["-t"]),
    ("unknown", "python:3.12", []),
    ("when-done", "postgres:16", ["psql", "-c", "select 1"]),
    ("when-done", "mysql:8", ["mysqldump", "shop"]),
    ("when-done", "mysql:8", ["--version"]),
    ("unknown", "registry.example/postgres:16", []),
    ("unknown", "registry.example/nginx:1", []),
    ("unknown", "bitnami/postgresql:16", []),
]


@pytest.mark.parametrize(("ends", "image", "args"), ENDS)
def test_how_an_image_ends_that_is_given_no_command(ends: str, image: str, args: list[str]) -> None:
    assert behaviour(None, tuple(args) or None, parse_image(image)).ends == ends


# Args, and what others notice of them: files that are made or removed, processes that are ended, paths that are called.
NOTICED = [
    (["sh", "-c", "./run && touch /m/done"], ["/m/done"]),
    (["/bin/bash", "-c", "./run; rm /m/lock; curl localhost:9091/quitquitquit"], ["/m/lock", "/quitquitquit"]),
    (["bash", "-ec", "./run; pkill envoy"], ["envoy"]),
    (["sh", "-c", "./run"], []),
    (["touch", "/m/done"], []),
    (["--touch", "/m/done"], []),
]


@pytest.mark.parametrize(("args", "noticed"), NOTICED)
def test_what_an_unknown_entrypoint_hands_on(args: list[str], noticed: list[str]) -> None:
    found = behaviour(None, tuple(args), parse_image("registry.example/app:1"))
    deeds = (*found.made, *found.removed, *found.killed)
    assert sorted([*(each.target for each in deeds), *(each.path for each in found.calls)]) == noticed
    # What it is, and how it ends, is still the entrypoint's affair.
    assert (found.ends, found.understood, found.programs) == ("unknown", False, ())
