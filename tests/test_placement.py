"""Where helpers would stand among the init containers: a pod in a few words, the wish, and the place of each helper with its reason."""

import pytest

from sidecarlint.edits import Move
from sidecarlint.fixes import PLANS, Context, Plan
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.references import References
from sidecarlint.settings import Settings
from tests.conftest import Run
from tests.sketch import CATALOGUE, workload

SQL = "db: sql > --port=5432 p:r:i"
SHOP = "shop: app {env: {DB: '127.0.0.1:5432'}, resources: {requests: {memory: 1Gi}}}"
GIVEN = "migrate: app {list: init, env: {DB: '127.0.0.1:5432'}} > migrate"
CALLS = "migrate: app {list: init} $ nc -z localhost 5432"
COPIES = "copy: app {list: init, env: {DB: '127.0.0.1:5432'}} $ cp -r /a /b"
FILLS = "conf: app {list: init, mounts: [conf]} $ ./render > /conf/db.yaml"
FILLED = "db: sql {mounts: ['conf:ro']} > --port=5432 p:r:i"
BIG = "big: app {list: init, resources: {requests: {memory: 2Gi}}}"
LARGE = "db: sql {resources: {requests: {memory: 512Mi}}} > --port=5432 p:r:i"
LARGE_TOO = "db2: sql {resources: {requests: {memory: 512Mi}}} > --port=5433 p:r:j"
LOGS = "logs: busybox {mounts: [logs]} $ tail -F /logs/shop.log"
LOGGED = "shop: app {mounts: [logs]} $ ./run > /logs/shop.log"
AUTH = "auth: rbac {ports: [8443]} > --upstream=http://127.0.0.1:9187/"
FIGURES = "metrics: pg-exporter {ports: [9187]}"

# The place of each helper among the init containers and why there. `~` and a number is its turn among those at the same place.
# fmt: off
ROWS = [
    ("without init containers nothing is said", "auto", [SHOP, SQL], "db@0"),
    ("a proxy goes first", "auto", ["set: app {list: init}", SHOP, SQL], "db@0 first"),
    ("a log reader goes last", "auto", ["set: app {list: init}", LOGGED, LOGS], "logs@1 last"),
    ("an app has no place", "auto", ["set: app {list: init}", CALLS, SHOP, "db: app2 {ports: [5432]}"], ""),
    ("what is only called a proxy, in front of who calls it", "auto",
     ["set: app {list: init}", CALLS, SHOP, "db-proxy: app2 {ports: [5432]}"], "db-proxy@1 in front of migrate, which calls it"),
    ("in front of who is given its address", "auto", [GIVEN, SHOP, SQL], "db@0 in front of migrate, which is given its address"),
    ("who only copies files needs nobody", "auto", [COPIES, SHOP, SQL], "db@0 first"),
    ("who starts what it calls needs nobody", "auto",
     ["set: app {list: init} $ ./postgres & until nc -z localhost 5432; do sleep 1; done", SHOP, "db-proxy: app2 {ports: [5432]}"],
     "db-proxy@1 last"),
    ("behind who fills its volume", "auto", [FILLS, "set: app {list: init}", SHOP, FILLED],
     "db@1 behind conf, which fills its volume conf"),
    ("between the two", "auto", [FILLS, GIVEN, SHOP, FILLED], "db@1 in front of migrate, which is given its address"),
    ("both at once cannot be, and what it needs comes first", "auto", [CALLS, FILLS, SHOP, FILLED],
     "db@2 behind conf, which fills its volume conf !migrate"),
    ("the same for who is only given its address", "auto", [GIVEN, FILLS, SHOP, FILLED],
     "db@2 behind conf, which fills its volume conf ?migrate"),
    ("behind who sets up the network", "auto", ["net: app {list: init, adds: [NET_ADMIN]}", "set: app {list: init}", SHOP, SQL],
     "db@1 behind net, which sets up the network"),
    ("behind a sidecar that shares its volume", "auto", ["sync: git-sync {list: sidecar, mounts: [conf]}", SHOP, FILLED],
     "db@1 behind sync, which shares its volume conf"),
    ("behind a sidecar that it calls", "first",
     ["metrics: pg-exporter {list: sidecar, ports: [9187]}", "set: app {list: init}", SHOP, AUTH],
     "auth@1 behind metrics, which it calls"),
    ("in front of a sidecar that calls it", "auto",
     ["set: app {list: init}", AUTH.replace("{", "{list: sidecar, "), "shop: app2", FIGURES],
     "metrics@1 in front of auth, which is given its address"),
    ("behind the proxy of a mesh", "auto", ["istio-proxy: istio {list: sidecar}", "set: app {list: init}", SHOP, SQL],
     "db@1 behind istio-proxy, the way to its network"),
    ("a log reader needs no network", "first", ["istio-proxy: istio {list: sidecar}", LOGGED, LOGS], "logs@0 first"),
    ("not beside an init container with which it would request more", "auto", [BIG, "set: app {list: init}", SHOP, LARGE],
     "db@1 behind big, so that the pod requests no more"),
    ("beside one with which it does not", "auto", [BIG, SHOP.replace("1Gi", "2Gi"), LARGE], "db@0 first"),
    ("two of which one may", "auto", [BIG, SHOP, LARGE.replace("512Mi", "1Gi"), LARGE_TOO.replace("512Mi", "1Gi")],
     "db@0 first | db2@1 behind big, so that the pod requests no more"),
    ("an init container that calls it counts more than requests", "auto",
     [GIVEN.replace("{list", "{resources: {requests: {memory: 2Gi}}, list"), SHOP, LARGE],
     "db@0 in front of migrate, which is given its address"),
    ("the first of two that need it counts", "auto", [GIVEN, "again: app {list: init, env: {DB: '127.0.0.1:5432'}} > again", SHOP, SQL],
     "db@0 in front of migrate, which is given its address"),
    ("wished first", "first", ["set: app {list: init}", LOGGED, LOGS], "logs@0 first"),
    ("wished first, as far as what it needs allows", "first", [FILLS, "set: app {list: init}", SHOP, FILLED],
     "db@1 behind conf, which fills its volume conf"),
    ("wished first, whatever the pod requests then", "first", [BIG, SHOP, LARGE], "db@0 first"),
    ("wished last", "last", ["set: app {list: init}", "also: app {list: init}", SHOP, SQL], "db@2 last"),
    ("wished last, as far as who needs it allows", "last", [GIVEN, "set: app {list: init}", SHOP, SQL],
     "db@0 in front of migrate, which is given its address"),
    ("several keep their order", "auto", ["set: app {list: init}", SHOP, "a: sql > p:r:a", "b: sql > p:r:b"], "a@0 first | b@0 first"),
    ("several with places of their own", "auto",
     ["set: app {list: init}", LOGGED.replace("{", "{env: {DB: '127.0.0.1:5432'}, "), LOGS, SQL], "logs@1 last | db@0 first"),
    ("one that calls another goes behind it", "auto", ["shop: app2", AUTH, FIGURES], "auth@0~1 <metrics | metrics@0"),
    ("one that stands behind it already does too", "auto", ["shop: app2", FIGURES, AUTH], "metrics@0 | auth@0"),
    ("two that call each other keep their order", "auto",
     ["shop: app2", AUTH, FIGURES + " > --push=http://localhost:8443"], "auth@0 | metrics@0"),
    ("what one needs that an init container needs", "auto",
     ["set: app {list: init}", "ask: app {list: init} $ curl -k https://localhost:8443/", "shop: app2", AUTH, FIGURES],
     "auth@1~1 <metrics in front of ask, which calls it | metrics@1 in front of ask, which needs auth"),
]
# fmt: on


def lives(wish: str, *containers: str) -> Lifecycle:
    return lifecycle(workload("Deployment", *containers), CATALOGUE, (1, 33, 0), References(), placement=wish)


def told(found: Lifecycle) -> str:
    return " | ".join(
        f"{each.name}@{each.place}"
        + (f"~{each.placed.rank}" if each.placed.rank else "")
        + (f" <{each.placed.behind}" if each.placed.behind else "")
        + (f" {each.placed.why}" if each.placed.why else "")
        + (f" {'!' if each.placed.certainly else '?'}{each.placed.stranded}" if each.placed.stranded else "")
        for each in found.containers
        if each.placed is not None
    )


@pytest.mark.parametrize(("wish", "containers", "places"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_where_helpers_go(wish: str, containers: list[str], places: str) -> None:
    assert told(lives(wish, *containers)) == places


def planned(name: str, *containers: str) -> Plan:
    found = lives("auto", *containers)
    subject = next(each for each in found.containers if each.name == name)
    return PLANS["move-to-init-containers"](subject, Context(found, References(), CATALOGUE, Settings(target=(1, 33, 0))))


# fmt: off
TITLES = [
    ("db", ["shop: app2", SQL], ""),
    ("db", ["set: app {list: init}", "shop: app2", SQL], ", first"),
    ("db", [FILLS, "shop: app2", FILLED], ", behind conf, which fills its volume conf"),
    ("auth", ["shop: app2", AUTH, FIGURES], ", behind metrics, which it calls"),
    ("auth", ["set: app {list: init}", "shop: app2", AUTH, FIGURES], ", last, behind metrics, which it calls"),
    ("auth", ["shop: app2", AUTH, FIGURES.replace("9187]", "{containerPort: 9187, hostPort: 9187}]")], ""),  # metrics stays where it is
]
# fmt: on


@pytest.mark.parametrize(("name", "containers", "where"), TITLES)
def test_a_title_says_where_and_why(name: str, containers: list[str], where: str) -> None:
    assert planned(name, *containers).title == f"Move {name} to initContainers with restartPolicy: Always{where}"


def test_who_is_called_moves_ahead_of_who_calls_it() -> None:
    moves = [
        each for name in ("auth", "metrics") for each in planned(name, "shop: app2", AUTH, FIGURES).operations if isinstance(each, Move)
    ]
    assert [(each.item[-1], each.before, each.rank) for each in moves] == [(1, 0, 1), (2, 0, 0)]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  volumes: [{name: logs, emptyDir: {}}]
  initContainers:
  - name: set
    image: registry.example/set:1
  containers:
  - name: shop
    image: registry.example/shop:1
    volumeMounts: [{name: logs, mountPath: /logs}]
  - name: reader
    image: busybox:1.36
    command: [tail, -F, /logs/shop.log]
    volumeMounts: [{name: logs, mountPath: /logs}]
"""


@pytest.mark.parametrize(("words", "order"), [((), ["set", "reader", "shop"]), (("--placement", "first"), ["reader", "set", "shop"])])
def test_the_command_line_asks_for_a_place(run: Run, words: tuple[str, ...], order: list[str]) -> None:
    done = run("fix", *words, "-", stdin=POD)
    assert [line.split()[-1] for line in done.out.splitlines() if line.startswith("  - name:")] == order
    again = run("fix", "-", stdin=done.out)
    assert again.out == done.out, "what is native stays where it is"
