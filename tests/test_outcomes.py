"""What is built before and after a rewrite, compared as objects: the same but for what was meant, and nothing else passes."""

import pytest

from sidecarlint.edits import Fields, Items, Plain, Remove, Set
from sidecarlint.edits.outcomes import Compared, Outcome, compared, why_not

POD = ("spec", "template", "spec")
ALWAYS = ((("restartPolicy",), "Always"),)
MOVED = Outcome("Deployment", (), POD, "proxy", "containers", "initContainers", sets=ALWAYS)
BACK = Outcome("Deployment", (), POD, "proxy", "initContainers", "containers", changes=(Remove(("restartPolicy",)),))


def web(containers: str, inits: str = "", name: str = "web", kind: str = "Deployment", more: str = "") -> str:
    """An object whose containers are given in a few words: `app proxy!` for two of which the second is a sidecar."""
    listed = "".join(f"      {key}:\n{_items(names)}" for key, names in (("containers", containers), ("initContainers", inits)) if names)
    return f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  template:\n    spec:\n{listed}{more}"


def _items(names: str) -> str:
    always = "        restartPolicy: Always\n"
    return "".join(
        f"      - name: {each.strip('!')}\n        image: {each.strip('!')}:1\n{always * each.endswith('!')}" for each in names.split()
    )


def both(*texts: str) -> str:
    return "---\n".join(texts)


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"

# fmt: off
SAME: dict[str, tuple[str, str, tuple[Outcome, ...], tuple[int, ...]]] = {
    "moved": (web("app proxy"), web("app", "proxy!"), (MOVED,), (1,)),
    "moved behind others": (web("app proxy", "one two"), web("app", "one two proxy!"), (MOVED._replace(behind=("one", "two")),), (1,)),
    "moved ahead of another": (web("app proxy", "one two"), web("app", "one proxy! two"), (MOVED._replace(before=("two",)),), (1,)),
    "a neighbour that is not there does not count": (web("app proxy"), web("app", "proxy!"), (MOVED._replace(behind=("one",)),), (1,)),
    "an empty list before": (web("app proxy", more="      initContainers: []\n"), web("app", "proxy!"), (MOVED,), (1,)),
    "moved behind all others": (web("app proxy", "one two"), web("app", "one two proxy!"), (MOVED._replace(behind=("*",)),), (1,)),
    "moved behind all others but one": (web("app proxy", "one two"), web("app", "one proxy! two"),
        (MOVED._replace(behind=("*",), before=("two",)),), (1,)),
    "two moved behind all others": (web("app proxy logs", "one"), web("app", "one logs! proxy!"),
        (MOVED._replace(behind=("*",)), MOVED._replace(container="logs", behind=("*",))), (1, 1)),
    "two of them": (web("app proxy logs", "one"), web("app", "logs! one proxy!"),
        (MOVED, MOVED._replace(container="logs", before=("one",))), (1, 1)),
    "meant twice": (web("app proxy"), web("app", "proxy!"), (MOVED, MOVED._replace(names=("web",))), (1, 1)),
    "two objects": (both(web("app proxy"), web("proxy api", name="api")), both(web("api", "proxy!", name="api"), web("app", "proxy!")),
        (MOVED,), (2,)),
    "one of two objects, by its name": (both(web("app proxy"), web("api proxy", name="api")),
        both(web("app", "proxy!"), web("api proxy", name="api")), (MOVED._replace(names=("web",)),), (1,)),
    "another kind is left": (both(web("app proxy"), web("app proxy", kind="StatefulSet")),
        both(web("app", "proxy!"), web("app proxy", kind="StatefulSet")), (MOVED,), (1,)),
    "nothing to do": (web("app"), web("app"), (MOVED,), (0,)),
    "native already": (web("app", "proxy!"), web("app", "proxy!"), (MOVED,), (0,)),
    "another container of the same beginning": (web("app proxy-2"), web("app proxy-2"), (MOVED,), (0,)),
    "moved back": (web("app", "proxy!"), web("app proxy"), (BACK,), (1,)),
    "moved back, and the list stays": (web("app", "proxy!"), web("app proxy", more="      initContainers: []\n"), (BACK,), (1,)),
    "changed where it stands": (web("app proxy"), web("app proxy!"), (MOVED._replace(key="containers"),), (1,)),
    "the pod changed": (web("app"), web("app", more="      hostNetwork: true\n"),
        (Outcome("Deployment", (), POD, "", "", "", sets=((("hostNetwork",), Plain("true")),)),), (1,)),
    "documents in another order": (both(SERVICE, web("app proxy")), both(web("app", "proxy!"), SERVICE), (MOVED,), (1,)),
    "keys in another order, other quotes": (SERVICE,
        "kind: 'Service'\n\nspec:\n  ports:\n  - port: 80\nmetadata:\n  name: web\napiVersion: v1\n",
        (), ()),
    "documents without content": (both(SERVICE, "# nothing\n", SERVICE.replace("web", "api")), both(SERVICE.replace("web", "api"), SERVICE),
        (), ()),
    "a list of objects": (
        "kind: List\napiVersion: v1\nitems:\n- kind: Service\n  metadata: {name: a}\n- kind: Service\n  metadata: {name: b}\n",
        "apiVersion: v1\nitems:\n- kind: Service\n  metadata: {name: b}\n- kind: Service\n  metadata: {name: a}\nkind: List\n", (), ()),
    "a null by another name": ("kind: A\nx: null\n", "kind: A\nx:\n", (), ()),
}
UNLIKE: dict[str, tuple[str, str, tuple[Outcome, ...], str]] = {
    "not moved": (web("app proxy"), web("app proxy"), (MOVED,), "Deployment web: proxy would still stand in containers"),
    "in both lists": (web("app proxy"), web("app proxy", "proxy!"), (MOVED,), "Deployment web: proxy would still stand in containers"),
    "in both lists before": (web("app proxy", "proxy"), web("app", "proxy proxy!"), (MOVED,),
        "Deployment web: proxy stands in initContainers already"),
    "lost": (web("app proxy"), web("app"), (MOVED,), "Deployment web: proxy would be lost, as it is not in initContainers"),
    "moved where nothing was meant": (web("app proxy"), web("app", "proxy!"), (),
        "Deployment web: spec.template.spec.initContainers would be new"),
    "moved in another object": (both(web("app proxy"), web("app proxy", name="api")),
        both(web("app", "proxy!"), web("app", "proxy!", name="api")), (MOVED._replace(names=("web",)),),
        "Deployment api: spec.template.spec.initContainers would be new"),
    "not made a sidecar": (web("app proxy"), web("app", "proxy"), (MOVED,),
        "Deployment web: spec.template.spec.initContainers[proxy].restartPolicy would be lost"),
    "a sidecar that never": (web("app proxy"), web("app", "proxy!").replace("Always", "Never"), (MOVED,),
        "Deployment web: spec.template.spec.initContainers[proxy].restartPolicy would be Never instead of Always"),
    "the value of another one": (web("app proxy metrics"), web("app metrics", "proxy!").replace("metrics:1", "proxy:2"), (MOVED,),
        "Deployment web: spec.template.spec.containers[metrics].image would be proxy:2 instead of metrics:1"),
    "an imageless double": (web("app proxy"), web("app", "proxy!").replace("      initC", "      - {name: proxy}\n      initC"), (MOVED,),
        "Deployment web: proxy would still stand in containers"),
    "another double": (web("app proxy"), web("app", "proxy! proxy"), (MOVED,),
        "Deployment web: spec.template.spec.initContainers would hold proxy, proxy instead of proxy"),
    "ahead of what it needs": (web("app proxy", "one two"), web("app", "one proxy! two"), (MOVED._replace(behind=("one", "two")),),
        "Deployment web: proxy would stand ahead of two in initContainers"),
    "not behind all others": (web("app proxy", "one two"), web("app", "one proxy! two"), (MOVED._replace(behind=("one", "*")),),
        "Deployment web: proxy would stand ahead of two in initContainers"),
    "behind what needs it": (web("app proxy", "one two"), web("app", "one two proxy!"), (MOVED._replace(before=("two",)),),
        "Deployment web: two would stand ahead of proxy in initContainers"),
    "others change places": (web("app proxy", "one two"), web("app", "two one proxy!"), (MOVED,),
        "Deployment web: spec.template.spec.initContainers would hold two, one, proxy instead of one, two, proxy"),
    "apps change places": (web("app proxy api"), web("api app", "proxy!"), (MOVED,),
        "Deployment web: spec.template.spec.containers would hold api, app instead of app, api"),
    "init containers lost": (web("app proxy", "one two"), web("app", "proxy!"), (MOVED,),
        "Deployment web: spec.template.spec.initContainers would hold proxy instead of proxy, one, two"),
    "an object lost": (both(SERVICE, web("app")), web("app"), (), "Service web would be lost"),
    "an object new": (web("app"), both(web("app"), SERVICE), (), "Service web would be new"),
    "an object twice": (SERVICE, both(SERVICE, SERVICE), (), "Service web would be new"),
    "an object of another namespace": (SERVICE, SERVICE.replace("{name: web}", "{name: web, namespace: shop}"), (),
        "Service web would be lost"),
    "a number for a string": ("kind: A\nx: '080'\n", "kind: A\nx: 080\n", (), "A: x would be 080 instead of '080'"),
    "true for a string": ("kind: A\nx: 'yes'\n", "kind: A\nx: yes\n", (), "A: x would be yes instead of 'yes'"),
    "a number by another name": ("kind: A\nx: 0644\n", "kind: A\nx: 420\n", (), "A: x would be 420 instead of 0644"),
    "a list for a mapping": ("kind: A\nx: {}\n", "kind: A\nx: []\n", (), "A: x would be a list instead of a mapping"),
    "items without names": ("kind: A\nx: [1, 2]\n", "kind: A\nx: [1]\n", (), "A: x would hold 1 items instead of 2 items"),
    "an unreadable text": (SERVICE, SERVICE + "}\n", (), "what comes out cannot be read"),
    "nothing to change": (web("app proxy"), web("app", "proxy"), (MOVED._replace(sets=(), changes=(Remove(("lifecycle",)),)),),
        "Deployment web: proxy does not have what is to be changed in it"),
}
# fmt: on


@pytest.mark.parametrize(("before", "after", "outcomes", "seen"), SAME.values(), ids=SAME)
def test_what_is_as_it_was_meant(before: str, after: str, outcomes: tuple[Outcome, ...], seen: tuple[int, ...]) -> None:
    assert compared(before, after, outcomes) == Compared(None, seen)


@pytest.mark.parametrize(("before", "after", "outcomes", "reason"), UNLIKE.values(), ids=UNLIKE)
def test_what_is_not_as_it_was_meant(before: str, after: str, outcomes: tuple[Outcome, ...], reason: str) -> None:
    assert (why_not(before, after, outcomes) or "").startswith(reason)


def test_new_values_are_compared_as_they_are_printed() -> None:
    command = Fields((("command", Items(("sh", "-c", "test -e /up && true"))),))
    probe = Fields((("exec", command), ("periodSeconds", Plain("2"))))
    outcome = MOVED._replace(sets=(*ALWAYS, (("startupProbe",), probe)), changes=(Set(("env",), Items((Fields((("name", "5m"),)),))),))
    more = """
        startupProbe:
          exec:
            command: [sh, -c, test -e /up && true]
          periodSeconds: 2
        env:
        - name: 5m
"""
    after = web("app", "proxy!").rstrip() + more
    assert why_not(web("app proxy"), after, [outcome]) is None
    assert why_not(web("app proxy"), after.replace("periodSeconds: 2", "periodSeconds: '2'"), [outcome]) is not None


# fmt: off
IN_POD = "spec: {template: {metadata: {annotations: {checksum/secret: %s}}}}\n"
SUM = "kind: A\nmetadata: {annotations: {checksum/config: %s, owner: %s}}\n" + IN_POD
IGNORED: dict[str, tuple[tuple[str, str, str], tuple[tuple[str, ...], ...], bool]] = {
    "at a route": (("b", "a", "a"), (("metadata", "annotations", "checksum/config"),), True),
    "by a pattern": (("b", "a", "a"), (("metadata", "annotations", "checksum/*"),), True),
    "wherever it stands": (("b", "a", "b"), (("**", "annotations", "checksum/*"),), True),
    "not what stands deeper": (("a", "a", "b"), (("metadata", "annotations", "checksum/*"),), False),
    "not its neighbour": (("b", "b", "b"), (("**", "annotations", "checksum/*"),), False),
    "nothing": (("b", "a", "a"), (), False),
}
# fmt: on


@pytest.mark.parametrize(("values", "ignored", "same"), IGNORED.values(), ids=IGNORED)
def test_what_may_differ(values: tuple[str, str, str], ignored: tuple[tuple[str, ...], ...], same: bool) -> None:
    assert (why_not(SUM % ("a", "a", "a"), SUM % values, (), ignored) is None) == same


def test_what_may_differ_must_still_be_there() -> None:
    lost = "kind: A\nmetadata: {annotations: {owner: a}}\n"
    before = "kind: A\nmetadata: {annotations: {checksum/config: a, owner: a}}\n"
    assert why_not(before, lost, (), [("**", "checksum/*")]) == "A: metadata.annotations.checksum/config would be lost"
