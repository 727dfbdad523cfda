"""What a pod says to an injector besides: settings that do nothing any more, and switches by an old name."""

import pytest

from tests.meshed import ISTIO, OLD, ON, job
from tests.sketch import life

HOLD = "proxy.istio.io/config: '{\"holdApplicationUntilProxyStarts\": true}'"
WAIT = "config.alpha.linkerd.io/proxy-wait-before-exit-seconds: '20'"
NATIVE = "sidecar.istio.io/nativeSidecar: 'true'"
# What it is, the pod, and the settings that do nothing in it.
SETTINGS = [
    ("native by its own switch", [job("", f"{NATIVE}, {HOLD}", kind="Deployment"), "web: app"], ("holdApplicationUntilProxyStarts",)),
    ("it stands there as a sidecar", [job("", HOLD, kind="Deployment"), "istio-proxy: istio {list: sidecar}", "web: app"],
     ("holdApplicationUntilProxyStarts",)),
    ("it stands there as a container", [job("", f"{NATIVE}, {HOLD}", kind="Deployment"), "web: app", "istio-proxy: istio"], ()),
    ("nothing shows that it is native", [job(f"{ISTIO}: 'true'", HOLD, kind="Deployment"), "web: app"], ()),
    ("it is kept out", [job(f"{ISTIO}: 'false'", f"{NATIVE}, {HOLD}", kind="Deployment"), "web: app"], ()),
    ("native, and nothing is set", [job("", NATIVE, kind="Deployment"), "web: app"], ()),
    ("another setting", [job("", f"{NATIVE}, proxy.istio.io/config: 'concurrency: 2'", kind="Deployment"), "web: app"], ()),
    ("Linkerd", [job("", f"{ON}: 'true', {WAIT}", kind="Deployment"), "web: app"],
     ("config.alpha.linkerd.io/proxy-wait-before-exit-seconds",)),
    ("Linkerd, not native", [job("", f"{ON}: 'false', {WAIT}", kind="Deployment"), "web: app"], ()),
    ("the switch of another mesh", [job("", f"{NATIVE}, {WAIT}", kind="Deployment"), "web: app"], ()),
    ("a setting that matters", [job("", f"{ON}: 'true', config.linkerd.io/proxy-await: enabled", kind="Deployment"), "web: app"], ()),
]  # fmt: skip


@pytest.mark.parametrize(("sketch", "settings"), [row[1:] for row in SETTINGS], ids=[row[0] for row in SETTINGS])
def test_settings_that_do_nothing(sketch: list[str], settings: tuple[str, ...]) -> None:
    assert life(*sketch).pod.ignored_settings == settings


# The annotations, and the old switch that is found among them.
SWITCHES = [
    (f"config.alpha.{OLD}: 'true'", f"config.alpha.{OLD}"),
    (f"config.beta.{OLD}: 'false'", f"config.beta.{OLD}"),
    (f"config.alpha.{OLD}: 'true', config.beta.{OLD}: 'true'", f"config.beta.{OLD}"),
    (f"config.alpha.{OLD}: 'true', {ON}: 'true'", ""),
    (f"{ON}: 'true'", ""),
    ("sidecar.istio.io/nativeSidecar: 'true'", ""),
    ("", ""),
]


@pytest.mark.parametrize(("annotations", "old"), SWITCHES)
def test_a_switch_by_an_old_name(annotations: str, old: str) -> None:
    pod = life(job("", annotations, kind="Deployment"), "web: app").pod
    assert (pod.old_switch, pod.new_switch, pod.renamed_since) == ((old, ON, "Linkerd 2.20") if old else ("", "", ""))
