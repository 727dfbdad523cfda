"""Sidecars whose start needs something that starts only after them: the pod never starts (native-sidecars 3.11).

In: a `View`. Out: `Shown` or None. Must not know: text, spans, files.
"""

from collections.abc import Iterator
from itertools import islice

from sidecarlint.lifecycle.gates import Gate, file_in_volume, gates, is_own, opened, paths_asked
from sidecarlint.lifecycle.natives.insistence import insists, waits_for_ever
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight, sight_at
from sidecarlint.workloads import Container
from sidecarlint.workloads.commands import Call

_PROBED = ("httpGet", "tcpSocket", "grpc")


def deadlock(view: View) -> Shown | None:
    """What a sidecar's start needs that comes later, with whose it is. A universal pair is left alone (12.4)."""
    if any(other.container.image == view.container.image for other in view.regular):
        return None
    return next((shown for way in (_by_a_gate, _by_its_command, _by_its_nature) for shown in way(view)), None)


def _by_a_gate(view: View) -> Iterator[Shown]:
    for gate in gates(view.each):
        if gate.hook.kind in _PROBED:
            yield from _asks_a_port(gate, view)
        for call in gate.does.calls if gate.does else ():
            later = _later(call.port, view) if _is_here(call) and insists(gate.hook.command, call) else None
            if later is not None:
                sight = Sight(f"it asks port {call.port}", (*gate.hook.route, "command", call.place.index), _part(call))
                yield Shown(f"its {gate.called} asks port {call.port} of {later.container.name}", (sight, _owns(later, str(call.port))))
        yield from _needs_a_file(gate, view)


def _asks_a_port(gate: Gate, view: View) -> Iterator[Shown]:
    """A port by its number, or by a name that only a later container gives: names are looked up in the container itself (7.11)."""
    asked = gate.hook.port
    if gate.hook.host or not asked or any(port.name == asked for port in view.container.ports):
        return
    if asked.isdecimal():
        later = _later(int(asked), view)
    else:
        later = next((each for each in view.behind if any(port.name == asked for port in each.container.ports)), None)
    if later is not None:
        sights = Sight(f"it asks port {asked}", gate.hook.route), _owns(later, asked)
        yield Shown(f"its {gate.called} asks port {asked} of {later.container.name}", sights)


def _later(port: int | None, view: View) -> Seen | None:
    """Who opens a port only after the sidecar has started, when nothing shows that the sidecar or anybody before it does."""
    if port is None or is_own(port, view.each) or any(str(port) in variable.value for variable in view.container.env):
        return None
    return _owned_later(port, view)


def _owned_later(port: int, view: View) -> Seen | None:
    """Only a port that is declared or opened shows whose it is: an app may be asked at the port of a proxy before it."""
    if port in opened(view.each) or any(port in other.ports for other in view.ahead):
        return None
    return next((other for other in view.behind if port in opened(other)), None)


def _is_here(call: Call) -> bool:
    return LOOPBACK.fullmatch(call.host) is not None


def _part(call: Call) -> tuple[int, int]:
    return call.place.start, call.place.end


def _owns(later: Seen, asked: str) -> Sight:
    words = f"port {asked} is one of {later.container.name}, which starts later"
    declared = (index for index, port in enumerate(later.container.ports) if asked in (port.name, str(port.number)))
    return Sight(words, (*later.container.route, "ports", *islice(declared, 1)))


def _needs_a_file(gate: Gate, view: View) -> Iterator[Shown]:
    """A file that a later container is seen to make."""
    lenient = any(sign in word for word in gate.hook.command for sign in ("||", "!", "if ", "timeout"))
    for path in paths_asked(gate) if not lenient else ():
        for later in view.behind if not _is_made_before(path, view) else ():
            made = (*later.does.touches, *later.does.writes)
            if any(_same_file(path, view.container, other, later.container) for other in made):
                sight = Sight(f"it needs {path}", gate.hook.route)
                yield Shown(f"its {gate.called} needs {path}, which {later.container.name} makes", (sight,))


def _is_made_before(path: str, view: View) -> bool:
    name = path.rpartition("/")[2]
    if any(name in word for word in (*view.each.words, *(variable.value for variable in view.container.env))):
        return True
    return any(
        _same_file(path, view.container, other, each.container)
        for each in (*view.ahead, view.each)
        for other in (*each.does.touches, *each.does.writes)
    )


def _same_file(one: str, container: Container, other: str, elsewhere: Container) -> bool:
    return (place := file_in_volume(one, container)) is not None and place == file_in_volume(other, elsewhere)


def _by_its_command(view: View) -> Iterator[Shown]:
    """3.11 e: a wait for the app does no harm by itself, but the startupProbe cannot succeed before it is over."""
    probe = view.container.startup_probe
    if probe is None or probe.kind not in _PROBED:
        return
    for call in view.each.does.calls:
        words = (view.container.command if call.place.key == "command" else view.container.args) or ()
        # That its words hold the number shows nothing here: they call it.
        later = _owned_later(call.port, view) if call.port and _is_here(call) and waits_for_ever(words, call) else None
        if later is not None:
            sights = sight_at(f"it waits for port {call.port}", view.container, call.place), _owns(later, str(call.port))
            yield Shown(f"its startupProbe has to wait until its command has found port {call.port} of {later.container.name}", sights)


def _by_its_nature(view: View) -> Iterator[Shown]:
    """3.11 a: a helper that answers well only once the app is up, unless what it needs is a sidecar before it."""
    known, probe = view.each.known.helper if view.each.known else None, view.container.startup_probe
    if known is None or not known.depends_on_app or known.certainty != "certain" or probe is None or probe.kind != "httpGet" or probe.host:
        return
    if not any(other.container.is_sidecar for other in view.ahead):
        words = f"its startupProbe asks {known.title}, which answers only once the app is up"
        yield Shown(words, (Sight("it holds the app back", probe.route),))
