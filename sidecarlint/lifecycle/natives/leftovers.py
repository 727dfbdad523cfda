"""What is left over on a sidecar from the time when it was an ordinary container: means to end it, and waits that its place makes needless.

In: a `View`. Out: `Shown` or None. Must not know: text, spans, files.

A sidecar is stopped by Kubernetes once the containers of `containers` have ended (native-sidecars 5.1, 5.9), so nothing else has to end it.
"""

import re
from collections.abc import Iterator

from sidecarlint.catalogue import Shutdown
from sidecarlint.documents import Route
from sidecarlint.lifecycle.gates import file_in_volume, hook_behaviour, is_own
from sidecarlint.lifecycle.natives.stopping import work_after
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.lifecycle.placed import placing
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight, sight_at, sight_of
from sidecarlint.lifecycle.waits import only_waits
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands import Call

_KUBEXIT = re.compile(r"(?<![\w-])kubexit\b")
_ONLY_ENDS = re.compile(r"quit|shutdown", re.IGNORECASE)
# The admin server of the Cloud SQL Auth Proxy runs for these flags alone (GoogleCloudPlatform/cloud-sql-proxy, cmd/root.go).
_ALSO_FOR = {"admin-port": "debug"}
# A loop that ends when something is gone: `while nc …`, `until ! pgrep …`; not one that goes on when something is there.
_WHILE_THERE = re.compile(r"\bwhile\s+(?!!|true\b|:|sleep\b|\[)|\buntil\s+!")
_UNTIL_THERE = re.compile(r"\bwhile\s+!|\buntil\s+(?!!)")
_WAITERS = (("pilot-agent", "wait"), ("cloud-sql-proxy", "wait"), ("alloydb-auth-proxy", "wait"), ("kuma-dp", "wait"))


def waits_in_hook(view: View) -> Shown | None:
    """3.2: a postStart hook that only waits until its own container is up. What comes next waits for the hook, but a startupProbe does the
    same where everybody sees it."""
    hook = view.container.post_start
    if hook is None or view.container.startup_probe is not None or not only_waits(hook, view.container):
        return None
    words = _awaited(view)
    if not words or placing(view.each, view.workload) is not None:
        return None
    return Shown(words, (Sight("what comes after it waits for this hook", hook.route),))


def _awaited(view: View) -> str:
    does = hook_behaviour(view.container, view.container.post_start) if view.container.post_start else None
    if does is None:
        return ""
    if "linkerd-await" in does.wrappers:
        return "linkerd-await"
    waiter = next((argv for argv in does.programs if (argv[0].rpartition("/")[2], *argv[1:2]) in _WAITERS), None)
    if waiter is not None:
        return f"{waiter[0].rpartition('/')[2]} wait"
    called = {_spot(call) if _is_for_itself(call, view) else "" for call in does.calls}
    return min(called) if len(called) == 1 else ""


def _spot(call: Call) -> str:
    return f"{call.path} on port {call.port}" if call.path not in ("", "/") else f"port {call.port}"


def _is_for_itself(call: Call, view: View) -> bool:
    if call.port is None or not LOOPBACK.fullmatch(call.host) or not is_own(call.port, view.each):
        return False
    return not any(call.port in other.ports for other in view.seen if other is not view.each)


def made_to_end(view: View) -> Shown | None:
    """10: what still sees to it that a sidecar of work ends with the work, as a clause: kubexit, a loop of its own. A controller that an
    annotation speaks to looks among the ordinary containers only, and does no harm."""
    if not view.workload.finite:
        return None
    return _by_kubexit(view) or _by_its_loop(view)


def _by_kubexit(view: View) -> Shown | None:
    """karlkfi/kubexit, README.md: it ends its child when a death dependency has left its tombstone."""
    own = {variable.name: variable for variable in view.container.env if variable.name.startswith("KUBEXIT_")}
    wanted = [name.strip() for name in own["KUBEXIT_DEATH_DEPS"].value.split(",")] if "KUBEXIT_DEATH_DEPS" in own else []
    others = [other for other in view.regular if _kubexit_name(other) in wanted]
    if not others or not any(_KUBEXIT.search(word) for word in view.each.words):
        return None
    sights = [sight_of("it runs in kubexit", view.container, "kubexit"), Sight("kubexit reads this", own["KUBEXIT_DEATH_DEPS"].route)]
    runs = [other for other in others if any(_KUBEXIT.search(word) for word in other.words)]
    sights += [sight_of(f"{other.container.name} runs in kubexit for this", other.container, "kubexit") for other in runs]
    return Shown(f"kubexit ends it with {others[0].container.name}", tuple(sights))


def _kubexit_name(other: Seen) -> str:
    return next((variable.value for variable in other.container.env if variable.name == "KUBEXIT_NAME"), "\n")


def _by_its_loop(view: View) -> Shown | None:
    does = view.each.does
    if does.ends != "when-told":
        return None
    return next(_loops(view), None)


def _loops(view: View) -> Iterator[Shown]:
    """Of files those that nobody is seen to make; who makes one is found at its maker."""
    does, container = view.each.does, view.container
    for path in does.waits_for:
        place = file_in_volume(path, container)
        made = any(file_in_volume(each, other.container) == place for other in view.regular for each in other.does.touches)
        if place is not None and not made and not work_after(path, view.each):
            yield Shown(f"its script ends it when {path} is there", (sight_of("it looks for the file", container, path),))
    for path in does.waits_out:
        if file_in_volume(path, container) is not None and not work_after(path, view.each):
            yield Shown(f"its script ends it when {path} is gone", (sight_of("it looks for the file", container, path),))
    text = "\n".join(view.each.words)
    if _WHILE_THERE.search(text) and not _UNTIL_THERE.search(text):
        yield from _while_there(view)


def _while_there(view: View) -> Iterator[Shown]:
    for call in view.each.does.calls:
        other = next((other for other in view.regular if call.port in other.ports), None)
        if call.waits and other is not None and LOOPBACK.fullmatch(call.host):
            words = f"its script ends it when port {call.port} of {other.container.name} is closed"
            yield Shown(words, (sight_at("it asks again and again", view.container, call.place),))
    if view.workload.pod.shared_processes and "process" in view.each.does.reason:
        yield Shown("its script ends it when another process has ended", (Sight(view.each.does.reason, view.container.route),))


class Switch(NamedTuple):
    """A flag of a sidecar that opens its quit endpoint or sets its port, and the words of the command line that it takes up."""

    name: str
    routes: tuple[Route, ...]


def open_endpoint(view: View) -> Shown | None:
    """10: flags that only open an endpoint by which others end a sidecar, in a pod where nobody is seen to call it."""
    switches = quit_switches(view)
    if not switches:
        return None
    sights = tuple(Sight("nothing in the pod is seen to call the endpoint", each.routes[0]) for each in switches[:1])
    return Shown(" and ".join(each.name for each in switches), sights)


def quit_switches(view: View) -> tuple[Switch, ...]:
    """The flags that can go, as words of their own."""
    known = view.each.known.helper if view.each.known else None
    if known is None or known.certainty != "certain" or known.shutdown is None or _may_be_called(known.shutdown, view):
        return ()
    ending = [switch for need in known.shutdown.needs if _ONLY_ENDS.search(need) and (switch := _switch(need, view))]
    if len(ending) != len(known.shutdown.needs) or not ending:
        return ()
    ports = [each for each in known.shutdown.port_from if not _is_given(_ALSO_FOR.get(each.lstrip("-"), each), view)]
    return (*ending, *(switch for each in ports if each.lstrip("-") in _ALSO_FOR and (switch := _switch(each, view))))


def _flag(word: str) -> str:
    return word.partition("=")[0].lstrip("-") if word.startswith("-") else ""


def _is_given(flag: str, view: View) -> bool:
    return any(_flag(word) == flag.lstrip("-") for word in view.each.words)


def _switch(flag: str, view: View) -> Switch | None:
    name, container = flag.lstrip("-"), view.container
    routes: list[Route] = []
    for key, words in (("command", container.command or ()), ("args", container.args or ())):
        for index, word in enumerate(words):
            if _flag(word) == name and word.partition("=")[2].lower() not in ("false", "0"):
                apart = "=" not in word and name in _ALSO_FOR
                routes += [(*container.route, key, at) for at in range(index, min(index + 1 + apart, len(words)))]
    return Switch(f"--{name}", tuple(routes)) if routes else None


def _may_be_called(shutdown: Shutdown, view: View) -> bool:
    """Whether anything in the pod speaks of the endpoint, or is not seen in a pod that may end by a call to it."""
    path, ports = shutdown.path.strip("/"), {str(shutdown.port), *_own_ports(shutdown, view)} - {"None"}
    calls = re.compile("|".join((re.escape(path), r"\bshutdown\b", *(rf"(?<!\d){port}(?!\d)" for port in sorted(ports)))), re.IGNORECASE)
    if any(calls.search(text) for each in view.seen for text in _texts(each, view)):
        return True
    return view.workload.finite and any(not other.container.command and other.does.ends == "unknown" for other in view.regular)


def _own_ports(shutdown: Shutdown, view: View) -> set[str]:
    words = view.each.words
    given = (after if "=" not in word else word.partition("=")[2] for word, after in zip(words, (*words[1:], ""), strict=False)
             if _flag(word) in {each.lstrip("-") for each in shutdown.port_from})  # fmt: skip
    return {number for each in given if (number := each.rpartition(":")[2]).isdecimal()}


def _texts(each: Seen, view: View) -> Iterator[str]:
    """All that a container says, but for a sidecar's own flags, and those by which another helper opens its own endpoint."""
    container = each.container
    known = each.known.helper.shutdown if each.known else None
    opening = {flag.partition("=")[0].lstrip("-") for flag in (*known.needs, *known.port_from)} if known else set()
    yield from (word for word in each.words if each is not view.each and _flag(word) not in opening)
    yield from (variable.value for variable in container.env)
    for hook in (container.pre_stop, container.post_start, container.startup_probe, container.readiness_probe, container.liveness_probe):
        if hook is not None:
            yield from (*hook.command, hook.path, hook.port)
    yield from (str(port.number) for port in container.ports)
