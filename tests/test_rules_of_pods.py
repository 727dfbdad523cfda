"""The messages of rules about a whole pod, with few and many, short and long names."""

import re
from typing import NamedTuple

import pytest

from sidecarlint import bundle
from sidecarlint.rulebook import evaluator

RULES = {rule.id: rule for rule in bundle.bundled().rules if rule.subject == "pod"}
LONGEST_MESSAGE = 200
OLD, NEW = "config.alpha.linkerd.io/proxy-enable-native-sidecar", "config.linkerd.io/proxy-enable-native-sidecar"
SINCE = "it comes as a native sidecar (the default since Istio 1.27 with all nodes on 1.33)"


class Pod(NamedTuple):
    """As much of a pod as messages speak of."""

    kind: str = "Job"
    name: str = "report"
    injected_blockers: tuple[str, ...] = ("Istio proxy",)
    injected_doubts: tuple[str, ...] = ("Istio proxy",)
    injected_unless: str = SINCE
    injected_told: tuple[str, ...] = ("Linkerd proxy",)
    told_by: str = "linkerd-await --shutdown in report"
    declined: tuple[str, ...] = ("Istio proxy",)
    ignored_settings: tuple[str, ...] = ("holdApplicationUntilProxyStarts",)
    settings_of: str = "Istio proxy"
    old_switch: str = OLD
    new_switch: str = NEW
    used_up_grace: str = "the preStop hook of shop sleeps 45 seconds, and the grace period is 30"
    cut_short: str = "proxy and shop"
    renamed_since: str = "Linkerd 2.20"


TWO = ("Istio proxy", "Vault Agent")
NIGHTLY = Pod("CronJob", "nightly")
MESSAGES = [
    ("job-injected-never-ends", Pod(),
     "Job report never completes: Istio proxy, injected as an ordinary container, goes on running when the work has ended"),
    ("job-injected-never-ends", NIGHTLY._replace(injected_blockers=TWO), "No run of CronJob nightly ever completes: Istio proxy and Vault "
     "Agent, injected as ordinary containers, go on running when the work has ended"),
    ("job-injected-sidecar", Pod(), f"Job report may never complete: Istio proxy is injected and outlives the work, unless {SINCE}"),
    ("job-injected-sidecar", NIGHTLY._replace(injected_unless="something makes it quit"),
     "Runs of CronJob nightly may never complete: Istio proxy is injected and outlives the work, unless something makes it quit"),
    ("job-injected-sidecar", Pod(injected_doubts=TWO), "Istio proxy and Vault Agent are injected and outlive the work, unless"),
    ("job-quits-injected", Pod(), "Job report hangs whenever linkerd-await --shutdown in report does not end Linkerd proxy, which is "
     "injected; a native sidecar would not hold it up"),
    ("job-quits-injected", NIGHTLY, "A run of CronJob nightly hangs whenever"),
    ("job-outside-mesh", Pod("Pod", ""), "Pod (no name) runs outside its mesh, without Istio proxy; as a native sidecar that "
     "would not keep it from completing"),
    ("injector-setting-ignored", Pod("Deployment", "shop"), "holdApplicationUntilProxyStarts does nothing in Deployment shop: "
     "Istio proxy is a native sidecar there, which starts first and stops last by itself"),
    ("injector-setting-ignored", Pod(ignored_settings=("a", "b")), "a and b do nothing in Job report: Istio proxy is"),
    ("grace-period-too-short", Pod(),
     "Only two seconds are left for proxy and shop to stop in Job report: the preStop hook of shop sleeps 45 seconds, and the grace "
     "period is 30"),
    ("grace-period-too-short", Pod(cut_short=""), "Only two seconds are left for the sidecars to stop in Job report: the preStop hook"),
    ("injector-switch-renamed", Pod(), f"Job report depends on a deprecated name: since Linkerd 2.20 {OLD} is called {NEW}"),
]  # fmt: skip


def message(identifier: str, pod: Pod) -> str:
    return str(evaluator(RULES[identifier].message)({"container": None, "pod": pod, "target": "1.29"}))


@pytest.mark.parametrize(("identifier", "pod", "expected"), MESSAGES)
def test_message(identifier: str, pod: Pod, expected: str) -> None:
    assert expected in message(identifier, pod)


def test_every_rule_has_its_rows() -> None:
    assert {row[0] for row in MESSAGES} == set(RULES)


@pytest.mark.parametrize(
    "pod", [Pod(), NIGHTLY, Pod("CronJob", ""), Pod("Job", "schema-migration-of-orders-0142")], ids=lambda pod: pod.name
)
@pytest.mark.parametrize("identifier", RULES)
def test_message_is_one_short_sentence(identifier: str, pod: Pod) -> None:
    text = message(identifier, pod)
    assert re.fullmatch(r"\S+( \S+)*[^ .]", text)
    assert not re.search(r"None|True|False| [,:;]", text)
    assert (pod.name or "(no name)") in text
    assert len(text) <= LONGEST_MESSAGE
