"""The scripts of a universal pair, and the protocol by which its halves find out which of them is to run (native-sidecars 12.4).

In: a helper's name, what its pod does when a container ends. Out: scripts for a POSIX shell. Must not know: pods, plans.

What must hold on every node, whatever is restarted: the helper runs in exactly one of the halves, the app starts only once that is
decided where it can be, and nothing waits for ever. A kubelet that knows sidecars is told from one that does not by a deed that only the
first does: it asks a sidecar's startupProbe. A plain init container is never asked (kubernetes, pkg/kubelet/prober/prober_manager.go,
AddPod: up to 1.27 over `containers` alone, from 1.28 on over sidecars too).

That an init container is run a second time tells less. An old kubelet does that too, after a reboot or with a new sandbox (3.9), and the
emptyDir with a marker in it survives both: a half that then believed itself native would hold the pod in Init for ever. A restart also
costs a capable node what a question does not: it counts towards `backoffLimit` (5.13), and in a pod that is never restarted a kubelet
before 1.33.6 gives up the startupProbe of a sidecar that has once exited, so that the app never starts (11, #133072).

The halves share an emptyDir, which lives as long as the pod on its node. Each file in it is only ever made, never removed:

    asked     by the startupProbe: the kubelet knows sidecars
    native    by the native half, once it is asked and `regular` is not there: it runs the helper
    regular   by the regular half, where `native` is not there: it runs the helper

    native half     asked, not regular    make native, run the helper
                    asked, regular        idle: the kubelet was replaced by a newer one under the running pod
                    not asked             wait for it; after `patience` seconds exit 0
    startupProbe    always                make asked; succeed when native or regular is there
    regular half    native                stand down: exit 0, or idle where it would only be started again
                    not native            make regular, run the helper

A capable kubelet starts no regular container before the startupProbe has succeeded (3.1), so the regular half finds `native` however late
that comes. When the native half has waited in vain it is started again (3.5) and waits again: too little patience costs time, and is no
way to a wrong answer. An old kubelet never asks, takes the exit for the end of an init container, and starts the regular half. A container
that is restarted, and a pod whose sandbox is made anew, finds the files and goes the same way. Both halves replace their shell by the
helper, which gets SIGTERM and whose exit code counts, as without them; what waits or idles ends at SIGTERM at once.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from sidecarlint.lifecycle.pairs import VOLUME, mark

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = f"/{VOLUME}"
"""Where both halves see the emptyDir that they share."""

PATIENCE = 10
"""Seconds. A kubelet sees a container run within a second or two (its relist period is one), and asks in the second after."""

PATIENCE_AT_ONCE = 30
"""Seconds, where an exit may not be made good: see #133072 above."""


def native(name: str, patience: int = PATIENCE) -> str:
    """The script of the half in `initContainers`; the helper's command line is its arguments."""
    return _script("native", name, mark=mark("native", name), patience=patience)


def regular(name: str, finite: bool) -> str:
    """The script of the half in `containers`. `finite`: its pod lets a container that has ended with 0 rest."""
    return _script("regular", name, mark=mark("regular", name), finite=finite)


def started(name: str) -> str:
    """The script of the native half's startupProbe. It takes up to three seconds."""
    return _script("started", name)


def unless_native(name: str) -> str:
    """The script around a probe or hook of the regular half: where that stands down, it succeeds and does nothing."""
    return _script("unless native", name)


def _script(part: str, name: str, **words: object) -> str:
    return _template().render(part=part, name=name, folder=FOLDER, **words)


@cache
def _template() -> "Template":
    from jinja2 import Environment

    path = os.path.join(os.path.dirname(__file__), "pair.sh.j2")
    with open(path, encoding="utf-8") as source:
        return Environment(trim_blocks=True, keep_trailing_newline=True).from_string(source.read())
