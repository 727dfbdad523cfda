"""What a helper's words say of a command line.

In: a `Helper`, `argv` (the words of command and arguments, a shell line already cut into words) and `env`. Out: whether it
ends by itself, which endpoint is on. Must not know: pods.

A *mark* is what a helper file writes to recognise something: a flag (`--once`: given and not switched off; `--interval=0`:
given with this value, after `=` or as the next word), a variable with its value (`MODE=LIST`), or a word (`wait`).
"""

import re
from collections.abc import Mapping

from sidecarlint.catalogue.helper import Helper, StartupProbe
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.images import Image

_VERSION = r"v?(\d+)\.(\d+)(?:\.(\d+))?(?![\d.])"
_OFF = frozenset({"0", "f", "false", "no", "off"})
_ON = frozenset({"1", "t", "true"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Endpoint(NamedTuple):
    """An endpoint that is on and reachable. `type`: http, https or tcp."""

    type: str
    path: str
    port: int


def one_shot(helper: Helper, argv: tuple[str, ...], env: Mapping[str, str]) -> str | None:
    """The mark that makes it end by itself here, so that it is no helper; None when there is none."""
    return next((mark for mark in helper.one_shot if has_mark(mark, argv, env)), None)


def startup_endpoint(helper: Helper, image: Image, argv: tuple[str, ...], env: Mapping[str, str]) -> Endpoint | None:
    """The endpoint that a startupProbe may ask in a container run like this; None where none may.

    None may where it is off or on localhost, where it wants a certificate or a password, where its port is not in the manifest, where the
    image's version is unknown or older than it, or where it would deadlock (3.11).
    """
    probe = helper.startup_probe
    if probe is None or helper.depends_on_app or not all(has_mark(mark, argv, env) for mark in probe.needs):
        return None
    if any(_is_set(name, argv, env) for name in probe.unless) or (probe.since and not _reaches(image.tag, probe.since)):
        return None
    port = _port(probe, argv, env)
    return Endpoint(probe.type, probe.path, port) if port is not None else None


def _is_set(name: str, argv: tuple[str, ...], env: Mapping[str, str]) -> bool:
    """Whether a flag or a variable is given and not switched off; a variable that has its value from elsewhere counts too."""
    given = _flag(name, argv) if name.startswith("-") else env.get(name)
    return given is not None and given.lower() not in _OFF


def _reaches(tag: str, since: str) -> bool:
    given = _version(tag)
    return given is not None and given >= (_version(since) or ())


def _version(text: str) -> tuple[int, ...] | None:
    found = re.match(_VERSION, text)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _port(probe: StartupProbe, argv: tuple[str, ...], env: Mapping[str, str]) -> int | None:
    for setter in probe.port_from:
        given = _flag(setter, argv) if setter.startswith("-") else env.get(setter)
        if given is not None:
            # A variable without a value here has it from elsewhere, and a flag without one says nothing.
            return _port_of(given)
    return probe.port


def _port_of(address: str) -> int | None:
    """The port of `8080`, `:8080` or `host:8080`; None for what the kubelet cannot reach."""
    host, _, number = address.rpartition(":")
    return int(number) if number.isdecimal() and host.rpartition("/")[2] not in _LOOPBACK else None


def has_mark(mark: str, argv: tuple[str, ...], env: Mapping[str, str]) -> bool:
    """Whether a command line or its environment shows a mark. `--flag` and `-flag` are the same."""
    name, equals, value = mark.partition("=")
    if name.startswith("-"):
        given = _flag(name, argv)
        return given is not None and (given == value if equals else given.lower() not in _OFF)
    if not equals:
        return mark in argv
    given = env.get(name)
    return given == value or (value == "true" and given is not None and given.lower() in _ON)


def _flag(name: str, argv: tuple[str, ...]) -> str | None:
    """The value of the last such flag: after `=`, or the next word unless that is a flag; "" without one."""
    wanted = name.lstrip("-")
    for index in range(len(argv) - 1, -1, -1):
        given, equals, value = argv[index].partition("=")
        if given.startswith("-") and given.lstrip("-") == wanted:
            following = argv[index + 1] if index + 1 < len(argv) else ""
            return value if equals else "" if following.startswith("-") else following
    return None
