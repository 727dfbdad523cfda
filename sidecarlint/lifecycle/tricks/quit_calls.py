"""Calls that tell a helper to quit, and helpers that are made ready for one (native-sidecars 10).

In: a `Scene`. Out: `Trick`s. Must not know: text, spans, files.

A call must fit the helper: its path and port, and an endpoint that is on. One that is not answered ends nobody.
"""

import re
from collections.abc import Iterator

from sidecarlint.catalogue import Shutdown, has_mark
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight, sight_at
from sidecarlint.lifecycle.tricks.trick import DOUBT, IDLE, Scene, Trick, failing, is_done, mentions, short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.requests import SHUTDOWN
from sidecarlint.workloads.commands.ways import SURELY
from sidecarlint.workloads.images import parse_image

MESH_PORTS = frozenset({15000, 15020, 15021, 4191, 9901, 19000, 3500})
"""Where Istio, Linkerd, Envoy, Consul's Envoy and Dapr take such calls; no other helper answers there."""

_SERVERS = {"redis-server": 6379, "mysqld": 3306, "mariadbd": 3306, "mongod": 27017, "rabbitmq-server": 5672}
_QUIT_PATH = re.compile(r"/(?:quitquitquit|shutdown|quit|exit|terminate|stop|kill)\b|killWorkers|LifecycleServlet", re.IGNORECASE)
_MENTION = re.compile(
    r"(?:(?:localhost|127\.0\.0\.1|\[::1\])(?::(?P<port>\d{2,5}))?(?P<path>(?:/[\w.-]+)*/(?:quitquitquit|shutdown|quit)\b))"
    r"|(?<![\w-])(?P<bare>/?quitquitquit)\b",
    re.IGNORECASE,
)
# What people set when they mean to tell a helper to quit, or to stop it.
_READY = re.compile(r"--?quitquitquit\b|enable[-_]quit|--exit-zero-on-sigterm\b", re.IGNORECASE)
# The first version with an endpoint that is open by default (redboxllc/scuttle, README.md).
_OPEN_SINCE = {"istio-proxy": (1, 3)}
_VERSION = re.compile(r"(?:^|release-)v?(\d+)\.(\d+)")
_READY_VARIABLE = re.compile(r"QUITQUITQUIT|EXIT_ZERO_ON_SIGTERM|ENABLE_QUIT")
_ENABLED = "vault.hashicorp.com/agent-enable-quit"
_ITSELF = ("::1", "0.0.0.0")
_HIDDEN = re.compile(r"\$|\{\{|config")


class Quit(NamedTuple):
    """A call that tells somebody to quit. `path` is "" where it is a bare connection; `port` None and `method` "" where it is not said."""

    port: int | None
    path: str
    words: str
    reached: str
    sight: Sight
    method: str = ""


def quit_calls(scene: Scene) -> Iterator[Trick]:
    """What tells the helper to quit, and what would if it were answered."""
    for other in scene.others:
        fitting = [(fit, call) for call in _calls(other) if (fit := fits(call, scene))]
        for fit in _SAID:
            calls = [call for how, call in fitting if how == fit]
            if calls:
                yield _trick(fit, other, calls, scene)
                break


# From the best fit to the worst, what to say where it is not good enough.
_SAID = {
    "sure": "{name} tells it to quit",
    "maybe": "{name} calls {words}, and it is not known to answer there",
    "refused": "{name} calls {words} with {method}, and it takes only POST",
    "off": "{name} calls {words}, which it does not answer without {need}",
}
_TOO_LATE = "{name} calls {words} only when it is stopped itself, or never"


def _trick(fit: str, other: Seen, calls: list[Quit], scene: Scene) -> Trick:
    name, words, done = other.container.name, short(calls[0].words), is_done(call.reached for call in calls)
    said = _SAID[fit] if done or fit == "off" else _TOO_LATE
    sight = calls[0].sight._replace(message=said.format(name=name, words=words, method=calls[0].method, need=_need(scene.each)))
    kind = IDLE if fit == "off" else "quit-call" if fit == "sure" and done else DOUBT
    return Trick(kind, name, words, failing(call.reached for call in calls) if kind == "quit-call" else "", (sight,))


def _calls(other: Seen) -> Iterator[Quit]:
    """What a container calls; where its commands are not followed, what it writes of such calls."""
    for call in other.does.calls:
        quits = bool(_QUIT_PATH.search(call.path))
        if (LOOPBACK.fullmatch(call.host) or call.host in _ITSELF or call.host[:1] == "$") and (
            quits or (not call.path and not call.waits)
        ):
            words = f"{call.host}:{call.port or '?'}{call.path}" if call.method != SHUTDOWN else f"shutdown on {call.host}:{call.port}"
            yield Quit(call.port, call.path, words, call.reached, sight_at("", other.container, call.place), call.method)
    if any(_QUIT_PATH.search(call.path) for call in other.does.calls):
        return
    for found, sight in mentions(other, _MENTION):
        path = found["path"] or "/quitquitquit"
        yield Quit(int(found["port"]) if found["port"] else None, path, found.group(), SURELY, sight)


def fits(call: Quit, scene: Scene) -> str:
    """Whether a call is this helper's: sure, maybe, refused for its method, off when its endpoint is certainly not on, or ""."""
    if call.method == SHUTDOWN:
        return "sure" if _serves(scene.each, call.port) else ""
    fit = _fits(call, scene)
    return "refused" if fit == "sure" and call.method not in ("", "POST") and call.port in MESH_PORTS else fit


def _fits(call: Quit, scene: Scene) -> str:
    each, shutdown = scene.each, _shutdown(scene.each)
    ports = shutdown_ports(each, shutdown) if shutdown else set[int]()
    same = shutdown is not None and bool(call.path) and call.path.rstrip("/") == shutdown.path.rstrip("/")
    if (same and (call.port is None or not ports or call.port in ports)) or (not call.path and call.port in ports):
        return "sure" if _answers(each) else "off" if _is_plain(each) else "maybe"
    if not call.path or scene.part.role == "log-reader":
        return ""
    if call.port is not None and each.speaks_of_port(call.port):
        return "sure"
    if call.port in MESH_PORTS and each.known is not None:
        return "sure" if _is_mesh(each) else ""
    if any(_owns(other, call.port) for other in scene.others):
        return ""
    return "sure" if each.known is None else "maybe"


def _serves(each: Seen, port: int | None) -> bool:
    """Whether it runs the server that a client shuts down: the one of this port, or one that its words put there."""
    server = next((name for name in _SERVERS if any(name in argv[0] for argv in each.does.programs)), "")
    return server != "" and port is not None and (port == _SERVERS[server] or each.speaks_of_port(port))


def _shutdown(each: Seen) -> Shutdown | None:
    return each.known.helper.shutdown if each.known else None


def _is_mesh(each: Seen) -> bool:
    """A mesh's proxy, whose Envoy takes the call on its own port too."""
    helper = each.known.helper if each.known else None
    if helper is None or helper.injector is None:
        return False
    return helper.shutdown is None or helper.shutdown.port in MESH_PORTS


def _owns(other: Seen, port: int | None) -> bool:
    shutdown = _shutdown(other)
    return port is not None and (port in other.ports or (shutdown is not None and port in shutdown_ports(other, shutdown)))


def shutdown_ports(each: Seen, shutdown: Shutdown) -> set[int]:
    """The port that takes the call, as far as its default and its variables and flags say it."""
    given = [variable.value for variable in each.container.env if variable.name in shutdown.port_from]
    for before, word in zip(("", *each.words), each.words, strict=False):
        name, equals, value = word.partition("=")
        given += [value] if equals and name in shutdown.port_from else [word] if before in shutdown.port_from else []
    said = {int(value) for value in (text.rpartition(":")[2] for text in given) if value.isdecimal() and len(value) < 6}
    return said or ({shutdown.port} if shutdown.port else set())


def _answers(each: Seen) -> bool:
    """Whether its quit endpoint is on: all that it needs is given."""
    shutdown, variables = _shutdown(each), {variable.name: variable.value for variable in each.container.env}
    given = shutdown is not None and all(has_mark(mark, each.argv, variables) for mark in shutdown.needs)
    return given or _ready(each) is not None


def _is_plain(each: Seen) -> bool:
    """Whether its whole configuration stands in the manifest."""
    container = each.container
    hidden = any(_HIDDEN.search(word) for word in each.words) or "envFrom" in container.keys
    followed = container.command is None or each.does.understood
    return followed and not hidden and not any("PROXY" in variable.name for variable in container.env)


def _need(each: Seen) -> str:
    shutdown = _shutdown(each)
    return " and ".join(shutdown.needs) if shutdown and shutdown.needs else "more"


def _ready(each: Seen) -> Sight | None:
    """What it is configured with so that somebody can tell it to quit."""
    for found, sight in mentions(each, _READY):
        return sight._replace(message=f"it is made ready to be told to quit ({found.group()})")
    for variable in each.container.env:
        if _READY_VARIABLE.search(variable.name) and variable.value.lower() not in ("false", "0", "no"):
            return Sight(f"it is made ready to be told to quit ({variable.name})", variable.route)
    return None


def ready_for_one(scene: Scene) -> Iterator[Trick]:
    """A helper that is made ready for a quit call, and nobody is seen to make it; one whose endpoint is open anyway, beside an app of
    which nothing is known."""
    each, annotations = scene.each, scene.workload.pod.annotations
    ready = _ready(each)
    if ready is None and annotations.get(_ENABLED) == "true" and each.known is not None and each.known.helper.id == "vault-agent":
        ready = Sight(f"it is made ready to be told to quit ({_ENABLED})", each.container.route)
    if ready is not None:
        yield Trick(DOUBT, sights=(ready,), ready=True)
    shutdown = _shutdown(each)
    unseen = next((other for other in scene.others if not other.container.command and other.does.ends == "unknown"), None)
    if shutdown is not None and shutdown.port and not shutdown.needs and unseen is not None and _has_endpoint(each):
        said = f"it can be told to quit on port {shutdown.port}, and nothing is known of what {unseen.container.name} does"
        yield Trick(DOUBT, sights=(Sight(said, unseen.container.route),))


def _has_endpoint(each: Seen) -> bool:
    """Whether its version may have an endpoint that is open; one that is not known may."""
    version = _VERSION.search(parse_image(each.container.image).tag)
    since = _OPEN_SINCE.get(each.known.helper.id) if each.known else None
    return version is None or since is None or (int(version[1]), int(version[2])) >= since
