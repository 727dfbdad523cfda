"""What ends a sidecar before its time: its own preStop hook, or another container that tells it to quit.

In: a `View`, what is seen of other containers. Out: `Shown` or None. Must not know: text, spans, files.

A sidecar is stopped by Kubernetes once the containers of `containers` have ended (native-sidecars 5.1, 5.9). Its own preStop hook runs
earlier, when the pod begins to stop (5.2); a call from another container ends it while the pod goes on, and it is started again (5.13).
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.catalogue import has_mark
from sidecarlint.lifecycle.gates import file_in_volume, hook_behaviour
from sidecarlint.lifecycle.natives.insistence import QUIT_PATH
from sidecarlint.lifecycle.natives.stopping import work_after
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight, sight_at, sight_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Probe
from sidecarlint.workloads.commands import Call, Place
from sidecarlint.workloads.commands.stops import stops_others
from sidecarlint.workloads.images import parse_image

_KILLERS = frozenset({"kill", "pkill", "killall"})
# Programs that end the server that they belong to, and the words that do it.
_QUITTERS = {
    **dict.fromkeys(("nginx", "openresty"), r"-s (?:quit|stop)\b"),
    **dict.fromkeys(("httpd", "apachectl", "apache2ctl"), r"\b(?:graceful-)?stop\b"),
    **dict.fromkeys(("redis-cli", "mysqladmin", "mariadb-admin"), r"(?i)\bshutdown\b"),
    **dict.fromkeys(("pg_ctl", "caddy", "varnishadm"), r"\bstop\b"),
    "pilot-agent": r"\bPOST /?quit",
    "cloud-sql-proxy": r"\bshutdown\b",
    "supervisorctl": r"\b(?:shutdown|stop)\b",
    "squid": r"-k (?:shutdown|interrupt|kill)\b",
    "consul": r"\bleave\b",
}
# An entrance that finishes what it has begun and takes nothing new: while the app stops too, that is as good as staying.
_GRACEFUL = r"-s quit\b|graceful-stop|-(?:s )?(?:SIG)?QUIT\b|-3\b"
_WRAPPERS = frozenset({"scuttle", "envoy-preflight"})
_SHUTDOWN = r"(?<![\w-])(?:-S|--shutdown)\b"
_VARIABLES = ("ENVOY_ADMIN_API", "ISTIO_QUIT_API", "GENERIC_QUIT_ENDPOINTS", "NEVER_KILL_ISTIO_ON_FAILURE", "WAIT_FOR_ENVOY_TIMEOUT")
_LONGEST = 44


class Deed(NamedTuple):
    """What ends a sidecar, as people would write it, and where it stands.

    `kind`: call, hook (a call in a hook), wrapper, kill or file. `place` is a call's own in a command line. `more`: what belongs to it.
    """

    words: str
    sight: Sight
    kind: str = ""
    place: Place | None = None
    more: tuple[Sight, ...] = ()


def quits_itself(view: View) -> Shown | None:
    """5.2: a sidecar's preStop hook that makes it end."""
    hook = view.container.pre_stop
    if hook is None:
        return None
    deeds = (*_quit_request(hook, view.each, view.seen, True), *_quit_commands(hook, view))
    found = next((deed for deed in deeds if not (view.faces == "inbound" and re.search(_GRACEFUL, deed.words))), None)
    return Shown(found.words, (found.sight,)) if found else None


def _quit_commands(hook: Probe, view: View) -> Iterator[Deed]:
    does, text = hook_behaviour(view.container, hook), " ".join(hook.command)
    for argv in does.programs if does else ():
        if _ends_its_own(argv, view) and not _after_a_wait(argv, text):
            yield Deed(_said(argv), Sight("it runs when the pod begins to stop", hook.route))
    for call in does.calls if does else ():
        if _is_quit(call, view.each, view.seen, True) and not re.search(r"\b(?:while|until)\b", text):
            yield Deed(f"{call.method or 'GET'} {call.path}", Sight("it runs when the pod begins to stop", hook.route))


def _ends_its_own(argv: Sequence[str], view: View) -> bool:
    """In a shared process namespace nobody here knows whose process it is."""
    name = argv[0].rpartition("/")[2]
    if name in _KILLERS:
        return stops_others(argv) and not view.workload.pod.shared_processes
    known = view.each.known.helper.shutdown if view.each.known else None
    needs = known.needs if known is not None else ()
    return (
        name in _QUITTERS and re.search(_QUITTERS[name], " ".join(argv[1:])) is not None and all(_is_on(mark, view.each) for mark in needs)
    )


def _after_a_wait(argv: Sequence[str], text: str) -> bool:
    """Whether a loop before it waits for something, which may be the app's end."""
    at = max(text.find(" ".join(argv)), 0)
    return re.search(r"\b(?:while|until)\b", text[:at]) is not None


def _said(argv: Sequence[str]) -> str:
    words = argv[0].rpartition("/")[2]
    for word in argv[1:]:
        if len(words) + len(word) >= _LONGEST:
            break
        words += f" {word}"
    return words


def _quit_request(hook: Probe, each: Seen, seen: Sequence[Seen], own: bool) -> Iterator[Deed]:
    known = each.known.helper.shutdown if each.known else None
    # The endpoints of known helpers take calls from localhost only, and the kubelet calls from outside.
    if hook.kind != "httpGet" or hook.host or known is not None:
        return
    numbers = [port.number for port in each.container.ports if port.name == hook.port]
    port = int(hook.port) if hook.port.isdecimal() else next(iter(numbers), None)
    if port is not None and re.search(QUIT_PATH, hook.path) and _takes_the_call(port, hook.path, each, seen, own):
        yield Deed(f"GET {hook.path}", Sight("it runs when the pod begins to stop", hook.route))


def _is_quit(call: Call, each: Seen, seen: Sequence[Seen], own: bool) -> bool:
    if call.port is None or not LOOPBACK.fullmatch(call.host) or not re.search(QUIT_PATH, call.path):
        return False
    return _takes_the_call(call.port, call.path, each, seen, own)


def _takes_the_call(port: int, path: str, each: Seen, seen: Sequence[Seen], own: bool) -> bool:
    """Whether a quit call reaches this container, and is switched on. `own`: its own hook makes the call, so a port of nobody is its."""
    shutdown = each.known.helper.shutdown if each.known else None
    if any(port in other.ports for other in seen if other is not each):
        return False
    if shutdown is not None and path.rstrip("/") == shutdown.path.rstrip("/"):
        return (own or port == shutdown.port or each.speaks_of_port(port)) and all(_is_on(mark, each) for mark in shutdown.needs)
    return own or port in each.ports


def _is_on(mark: str, each: Seen) -> bool:
    """Flags are often given as variables that are called after them: `--quitquitquit` as CSQL_PROXY_QUITQUITQUIT."""
    variables = {variable.name: variable.value for variable in each.container.env}
    name = mark.lstrip("-").partition("=")[0].replace("-", "_").upper()
    return has_mark(mark, each.words, variables) or any(key.endswith(name) for key in variables)


def told_to_quit(view: View) -> Shown | None:
    """14.16: a container of `containers` that ends a sidecar. The words are the sidecar's name and how, as in `db by POST /quit`.

    In a pod that is meant to end, its command does so when the work is done; in any other, its preStop hook.
    """
    for sidecar, deed in endings(view):
        return Shown(f"{sidecar.container.name} by {deed.words}", (deed.sight, *deed.more))
    return None


def endings(view: View) -> Iterator[tuple[Seen, Deed]]:
    """All by which a container of `containers` ends sidecars, each with the sidecar."""
    for other in view.seen:
        if other.container.is_sidecar and other.container.image and other.container.image != view.container.image:
            yield from ((other, deed) for deed in _endings(other, view))


def needed_by(call: Place, sidecar: Seen, view: View) -> Seen | None:
    """A helper in `containers` that the same call may be meant for too: one that it fits, or the sidecar's own other half for clusters of
    mixed versions (12.4)."""
    calls = [each for each in view.each.does.calls if each.place == call]
    beside = (other for other in view.regular if other is not view.each)
    return next((other for other in beside if _is_twin(other, sidecar) or any(_may_take(each, other) for each in calls)), None)


def _is_twin(other: Seen, sidecar: Seen) -> bool:
    return parse_image(other.container.image).repository == parse_image(sidecar.container.image).repository


def _may_take(call: Call, other: Seen) -> bool:
    shutdown = other.known.helper.shutdown if other.known else None
    fits = shutdown is not None and call.path.rstrip("/") == shutdown.path.rstrip("/") and call.port == shutdown.port
    return fits or (call.port is not None and other.speaks_of_port(call.port))


def _endings(sidecar: Seen, view: View) -> Iterator[Deed]:
    if view.workload.finite:
        yield from _calls(sidecar, view)
        yield from _wraps(sidecar, view)
        yield from _kills(sidecar, view)
        yield from _marks(sidecar, view)
    elif view.container.pre_stop is not None:
        hook = view.container.pre_stop
        yield from (deed._replace(kind="hook") for deed in _quit_request(hook, sidecar, view.seen, False))
        does = hook_behaviour(view.container, hook)
        for call in does.calls if does else ():
            if _is_quit(call, sidecar, view.seen, False):
                sight = Sight(f"it tells {sidecar.container.name} to quit", hook.route)
                yield Deed(f"{call.method or 'GET'} {call.path}", sight, "hook", call.place)


def _calls(sidecar: Seen, view: View) -> Iterator[Deed]:
    for call in view.each.does.calls:
        if _is_quit(call, sidecar, view.seen, False):
            sight = sight_at(f"it tells {sidecar.container.name} to quit", view.container, call.place)
            yield Deed(f"{call.method or 'GET'} {call.path}", sight, "call", call.place)


def _wraps(sidecar: Seen, view: View) -> Iterator[Deed]:
    """Wrappers around the work that end a mesh's proxy once it is done."""
    known = sidecar.known.helper if sidecar.known else None
    if known is None or known.injector is None or known.shutdown is None:
        return
    ends = any(re.search(_SHUTDOWN, word) for word in view.each.words)
    wrapper = next((each for each in view.each.does.wrappers if each in _WRAPPERS or (each == "linkerd-await" and ends)), None)
    if wrapper is not None:
        more = tuple(Sight(f"{each.name} is for {wrapper}", each.route) for each in view.container.env if each.name in _VARIABLES)
        yield Deed(wrapper, sight_of(f"{wrapper} ends {sidecar.container.name}", view.container, wrapper), "wrapper", None, more)


def _kills(sidecar: Seen, view: View) -> Iterator[Deed]:
    if not view.workload.pod.shared_processes:
        return
    programs = {argv[0].rpartition("/")[2] for argv in sidecar.does.programs} | {parse_image(sidecar.container.image).name}
    more = (Sight("nothing else may need the shared processes", (*view.workload.pod.route, "shareProcessNamespace")),)
    for name in view.each.does.kills:
        if name in programs and name not in ("sh", "bash", "sleep"):
            sight = sight_of(f"it kills {name} of {sidecar.container.name}", view.container, name)
            yield Deed(f"killing {name}", sight, "kill", None, more)


def _marks(sidecar: Seen, view: View) -> Iterator[Deed]:
    """A file that a sidecar waits for before it ends. One that it waits for to begin its work is meant so."""
    waits = (path for path in sidecar.does.waits_for if not work_after(path, sidecar))
    wanted = {place: path for path in waits if (place := file_in_volume(path, sidecar.container))}
    for path in view.each.does.touches if sidecar.does.ends == "when-told" else ():
        place = file_in_volume(path, view.container)
        if place in wanted:
            more = (sight_of(f"{sidecar.container.name} looks for it", sidecar.container, wanted[place]),)
            sight = sight_of(f"{sidecar.container.name} ends when {path} is there", view.container, path)
            yield Deed(f"making {path}", sight, "file", None, more)
