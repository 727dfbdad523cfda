"""Who needs a sidecar before it is up: init containers ahead of it, and whatever comes behind it while nothing holds that back.

In: a `View`. Out: `Shown` or None, whose words are the name of the container that needs it. Must not know: text, spans, files.
"""

from collections.abc import Iterable, Iterator

from sidecarlint.lifecycle.gains import addressed
from sidecarlint.lifecycle.gates import is_own
from sidecarlint.lifecycle.natives.insistence import is_patient, minds, starts_others, waits_for_ever
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.lifecycle.pairs import other_half
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight, sight_at
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands import Call

# Programs that call nobody, whatever addresses the variables around them hold.
_LOCAL = frozenset(
    ["cp", "mv", "ln", "rm", "mkdir", "touch", "chown", "chmod", "cat", "echo", "printf", "sed", "awk", "tar", "unzip", "envsubst", "ls"]
)


def waited_for_ahead(view: View) -> Shown | None:
    """3.11 c: an init container ahead of a sidecar that waits for it for ever."""
    for other in _plain(view.ahead):
        for call in _calls(other, view):
            if waits_for_ever(_words(other, call), call):
                return _shown(other, call, f"{other.container.name} waits for it")
    return None


def called_ahead(view: View) -> Shown | None:
    """An init container ahead of a sidecar that calls it, or is given its address, and does not wait for ever."""
    return None if waited_for_ahead(view) else next((shown for other in _plain(view.ahead) for shown in _uses(other, view)), None)


def raced_by_init(view: View) -> Shown | None:
    """3.3: an init container behind a sidecar that calls it, or is given its address, while neither a gate nor a wait holds it back."""
    if _is_gated(view):
        return None
    impatient = (other for other in _up_to_a_wait(view) if not _tries_again(other))
    return next((shown for other in impatient for shown in _uses(other, view)), None)


def raced_by_app(view: View) -> Shown | None:
    """3.3: a container of `containers` that is given a sidecar's address on loopback. Most apps try again, so this shows little."""
    known = view.each.known.helper if view.each.known else None
    if _is_gated(view) or (known is not None and known.depends_on_app) or any(_waits(other, view) for other in _plain(view.behind)):
        return None
    for other in view.regular:
        if not (_waits(other, view) or _tries_again(other) or other.container.image == view.container.image):
            for shown in _uses(other, view):
                return shown
    return None


def called_at_once(view: View) -> Shown | None:
    """3.3: a container of `containers` whose command is seen to call a sidecar once, and to fail when nobody answers."""
    if _is_gated(view) or any(_waits(other, view) for other in _plain(view.behind)):
        return None
    hasty = (other for other in view.regular if other is not view.each and not (_waits(other, view) or _tries_again(other)))
    for other in hasty:
        for call in _calls(other, view):
            if minds(_words(other, call), call):
                return _shown(other, call, f"{other.container.name} calls it")
    return None


def is_used(view: View, among: Iterable[Seen]) -> bool:
    """Whether one of these calls a sidecar on loopback, or is given its address."""
    return any(_calls(other, view) or next(_uses(other, view), None) for other in among if other is not view.each)


class Needing(NamedTuple):
    """An init container that needs a helper, by its index, and where that shows. `calls`: it is seen to call it, rather than only given
    its address."""

    at: int
    calls: bool
    sight: Sight


def needing(view: View) -> Iterator[Needing]:
    """The init containers that call a helper or are given its address, in their order. A sidecar among them may have to name its port."""
    for index, other in enumerate(view.seen[: len(view.workload.pod.init_containers)]):
        if other is view.each or not (other.container.is_sidecar or next(_plain([other]), None)):
            continue
        calls = _calls(other, view)
        if calls:
            yield Needing(index, True, sight_at(f"{other.container.name} calls it", other.container, calls[0].place))
        elif sight := _given(other, view):
            yield Needing(index, False, sight)


def _given(other: Seen, view: View) -> Sight | None:
    if other.container.is_sidecar:
        return addressed(view.each, other, view.seen, by_port=True)
    return next((shown.sights[0] for shown in _uses(other, view)), None)


def _is_gated(view: View) -> bool:
    """A startupProbe, and a postStart hook that may wait, hold the next container back (3.1, 3.2); a readinessProbe does not. A universal
    pair is left alone (12.4): what its halves agree on is not seen here."""
    hooks = view.container.startup_probe, view.container.post_start
    return any(hook is not None for hook in hooks) or other_half(view.workload, view.container) != ""


def _plain(among: Iterable[Seen]) -> Iterator[Seen]:
    """The init containers that run once, except those that may start themselves what they call."""
    for other in among:
        is_plain = other.container.list == "initContainers" and not other.container.is_sidecar
        if is_plain and not starts_others(other.words) and not other.does.listens:
            yield other


def _up_to_a_wait(view: View) -> Iterator[Seen]:
    """The init containers behind a sidecar, up to the first that waits for it: what comes then finds it up."""
    for other in _plain(view.behind):
        if _waits(other, view):
            return
        yield other


def _waits(other: Seen, view: View) -> bool:
    return any(call.waits for call in _calls(other, view))


def _tries_again(other: Seen) -> bool:
    """Whether it sleeps, repeats, or runs in a wrapper that waits for others."""
    return is_patient(other.words) or bool(other.does.wrappers)


def _calls(other: Seen, view: View) -> list[Call]:
    return [call for call in other.does.calls if _leads_here(call, view)]


def _leads_here(call: Call, view: View) -> bool:
    """Whether a call goes to loopback, and to a port of this sidecar that is no other container's."""
    taken = any(call.port in other.ports for other in view.seen if other is not view.each)
    if call.port is None or taken or not LOOPBACK.fullmatch(call.host):
        return False
    return is_own(call.port, view.each) or _is_the_way_out(view)


def _is_the_way_out(view: View) -> bool:
    """Whether a port on loopback that is nobody's can only be this one's: of all in the pod, it alone leads out."""
    return [each for each in view.seen if each.known is not None and each.known.helper.faces == "outbound"] == [view.each]


def _uses(other: Seen, view: View) -> Iterator[Shown]:
    """A call whose failure matters, or an address in the words or variables of what may call anybody."""
    for call in _calls(other, view):
        if minds(_words(other, call), call):
            yield _shown(other, call, f"{other.container.name} calls it")
    names = {argv[0].rpartition("/")[2] for argv in other.does.programs}
    # Where a script is seen to call localhost, its calls say more than the words that they stand in.
    calls_here = any(LOOPBACK.fullmatch(call.host) for call in other.does.calls)
    if not calls_here and (not names or names - _LOCAL):
        sight = addressed(view.each, other, view.seen, by_port=not _is_the_way_out(view))
        if sight is not None:
            yield Shown(other.container.name, (sight,))


def _words(other: Seen, call: Call) -> tuple[str, ...]:
    return (other.container.command if call.place.key == "command" else other.container.args) or ()


def _shown(other: Seen, call: Call, message: str) -> Shown:
    return Shown(other.container.name, (sight_at(message, other.container, call.place),))
