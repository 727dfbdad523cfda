"""Who waits for whom on loopback, and which hooks do nothing but wait: how people make by hand the order that sidecars have by nature.

In: what is seen of a pod and the parts. Out: `Sight`s, `Wait`s, yes or no. Must not know: text, spans, files. Facts: native-sidecars.md 10.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.catalogue import startup_endpoint
from sidecarlint.documents import Route
from sidecarlint.lifecycle.gates import hook_behaviour
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Probe
from sidecarlint.workloads.commands import Behaviour, Call
from sidecarlint.workloads.images import parse_image

_LOOKS = """
(( : [ [[ awk break cat continue curl cut date echo egrep exit expr false fgrep grep head hostname jq kill killall let ls lsof nc
ncat netstat pg_isready pgrep pidof pkill printf ps read return sed seq set sleep sort ss stat tail test tr true uniq wc wget
"""
_LOOKING = frozenset(_LOOKS.split())
"""Programs that change nothing in the way that waiting scripts use them; a signal that is sent is seen as a kill."""
_WAITERS = frozenset({("pilot-agent", "wait"), ("cloud-sql-proxy", "wait"), ("kuma-dp", "wait")})
_WAITING_WRAPPERS = frozenset({"linkerd-await", "timeout"})
_CALLERS = frozenset({"curl", "wget"})
_ENDING = r"quit|shutdown|/exit\b|/stop\b"
# Addresses in a helper's words that it calls, in a form that none is told to listen in.
_CALLED = r"(?i)\b(?!tcp|udp|unix)[a-z][a-z0-9+.]*://\S+|(?:upstream|backend|target)[\w.-]*=\S+"
_LISTENS = r"(?i)listen|bind|address"
_BACKGROUND = r"(?<![&>|])&(?![&>\d])"


class Wait(NamedTuple):
    """A legacy helper that a container waits for, by name, and what shows it."""

    helper: str
    sight: Sight


def leads_to(each: Seen, port: int, seen: Sequence[Seen]) -> bool:
    """Whether a port on loopback is this container's, and no other's that declares or opens it."""
    own = port in each.ports or not any(port in other.ports for other in seen if other is not each)
    return own and (port in each.ports or _is_told(each, port) or port == _usual_port(each))


def _is_told(each: Seen, port: int) -> bool:
    """Whether its words hold a port, other than in an address that it calls."""
    words = (word if re.search(_LISTENS, word) else re.sub(_CALLED, "", word) for word in each.words)
    return any(re.search(rf"(?<![\w.]){port}(?![\w.])", word) for word in words)


def _usual_port(each: Seen) -> int | None:
    """The port at which its helper file says that it tells whether it is up, unless its words move or close it."""
    if each.known is None:
        return None
    variables = {variable.name: variable.value for variable in each.container.env}
    endpoint = startup_endpoint(each.known.helper, parse_image(each.container.image), each.words, variables)
    return endpoint.port if endpoint else None


def waited_for_in_init(each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """What shows that an init container waits for a container which starts only after it: the pod never starts (3.1)."""
    found = waiting_init(each, seen)
    return found[1] if found is not None else None


def waiting_init(each: Seen, seen: Sequence[Seen]) -> tuple[Seen, Sight] | None:
    """The init container that waits for a container which starts only after it, and what shows it."""
    waiting = (other for other in seen if other.container.list == "initContainers" and not other.container.is_sidecar)
    for other in waiting if each.container.list == "containers" else ():
        if found := _place_of_wait(other, each, seen):
            words = f"the init container {other.container.name} waits for it, and it starts only afterwards"
            return other, found._replace(message=words)
    return None


def waited_for(each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """Another container that goes on only when this one answers, or an init container that calls it before it has started."""
    for other in seen:
        if other is each:
            continue
        if other.container.list == "initContainers" and not other.container.is_sidecar:
            called = next((call for call in other.does.calls if _is_for(call, each, seen)), None)
            if called is not None:
                words = f"the init container {other.container.name} calls it, before it has started"
                return _at(other.container.route, called)._replace(message=words)
        elif found := _place_of_wait(other, each, seen):
            return found._replace(message=f"{other.container.name} waits for it before it works")
    return None


def awaited(each: Seen, seen: Sequence[Seen], found: Sequence[Part]) -> tuple[Wait, ...]:
    """The legacy helpers that a container of `containers` waits for."""
    if each.container.list != "containers":
        return ()
    helpers = (other for other, part in zip(seen, found, strict=True) if part.part == "helper" and other is not each)
    waits = ((other.container.name, _place_of_wait(each, other, seen)) for other in helpers)
    return tuple(Wait(name, sight._replace(message=f"it waits for {name} before it works")) for name, sight in waits if sight)


def _place_of_wait(other: Seen, each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """Where a container waits for another, in its command line or its postStart hook; without words.

    A script with jobs in the background may wait for one of them: then only a port that the other one declares or opens will do.
    """
    found = (place for place in _waiting_calls(other) if _is_for(place[0], each, seen))
    sure = (place for place in found if place[0].port in each.ports or not any(re.search(_BACKGROUND, word) for word in other.words))
    return next((_at(route, call) for call, route in sure), None)


def _waiting_calls(each: Seen) -> Iterator[tuple[Call, Route]]:
    """The questions that it asks until they are answered. A call that ends somebody is none, however often it is made."""
    hook = each.container.post_start
    asked = [(each.does, each.container.route)] + ([(_hook_does(hook, each.container), hook.route)] if hook else [])
    for does, route in asked:
        yield from ((call, route) for call in does.calls if call.waits and _is_question(call))


def _is_question(call: Call) -> bool:
    return call.method in ("", "GET", "HEAD") and not re.search(_ENDING, call.path)


def _is_for(call: Call, each: Seen, seen: Sequence[Seen]) -> bool:
    return call.port is not None and LOOPBACK.fullmatch(call.host) is not None and leads_to(each, call.port, seen)


def _at(route: Route, call: Call) -> Sight:
    return Sight("", (*route, call.place.key, call.place.index), (call.place.start, call.place.end))


def _hook_does(hook: Probe, container: Container) -> Behaviour:
    return hook_behaviour(container, hook) or Behaviour("unknown", "")


def holds_back(each: Seen, seen: Sequence[Seen], found: Sequence[Part]) -> Sight | None:
    """A postStart hook that only waits, ahead of an app: the kubelet starts that once the hook is done (3.2, 3.4)."""
    hook = each.container.post_start
    if hook is None or each.container.list != "containers" or not only_waits(hook, each.container):
        return None
    behind = [other for other, part in zip(seen, found, strict=True) if part.part == "app" and _is_behind(other.container, each.container)]
    if not behind or not all(_is_for(call, each, seen) for call in _hook_does(hook, each.container).calls):
        return None
    return Sight(f"its postStart hook keeps {behind[0].container.name} from starting before it is up", hook.route)


def _is_behind(other: Container, container: Container) -> bool:
    return other.list == container.list and other.position > container.position


def outlives(each: Seen) -> Sight | None:
    """A preStop hook that sleeps, so that the container is told to stop later than the others."""
    hook = each.container.pre_stop
    if hook is None:
        return None
    if only_waits(hook, each.container) or hook.command[:1] == ("sleep",) or any("sleep " in word for word in hook.command):
        return Sight("its preStop hook makes it stop later", hook.route)
    return None


def only_waits(hook: Probe | None, container: Container) -> bool:
    """Whether a hook does nothing but wait: it sleeps, or asks until it likes the answer. A call that is made once may do more."""
    if hook is None or hook.kind != "exec":
        return hook is not None and hook.kind == "sleep"
    does = _hook_does(hook, container)
    if does.kills or does.writes or does.touches or does.follows or does.listens or not does.understood:
        return False
    calling = [argv for argv in does.programs if _name(argv) in _CALLERS]
    if len(calling) > len(does.calls) or not all(call.waits and _is_question(call) for call in does.calls):
        return False
    return set(does.wrappers) <= _WAITING_WRAPPERS and all(_is_idle(argv) for argv in does.programs) and _waits_at_all(does)


def _is_idle(argv: tuple[str, ...]) -> bool:
    return (_name(argv) in _LOOKING and _asks_only(argv)) or (_name(argv), *argv[1:2]) in _WAITERS


def _asks_only(argv: tuple[str, ...]) -> bool:
    """`xargs kill` has nobody in its words, and is seen as no kill for that."""
    return _name(argv) not in ("kill", "pkill", "killall") or "-0" in argv


def _waits_at_all(does: Behaviour) -> bool:
    programs = {_name(argv) for argv in does.programs}
    waiting = any((_name(argv), *argv[1:2]) in _WAITERS for argv in does.programs)
    return bool("sleep" in programs or does.waits_for or does.calls or waiting or "linkerd-await" in does.wrappers)


def _name(argv: tuple[str, ...]) -> str:
    return argv[0].rpartition("/")[2]
