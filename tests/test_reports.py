"""Reports are held by snapshots: look at each of them in a terminal of 80 columns when it changes."""

import json
import operator
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from syrupy.assertion import SnapshotAssertion

from sidecarlint.errors import UsageError
from sidecarlint.findings import Edit, Evidence, Finding, Fix, Location, Run, Skipped, Subject, Unread
from sidecarlint.inspection import ContainerInspection, Inspection
from sidecarlint.reports import Style, formats, renderer
from sidecarlint.reports.terminal.cells import cells, visible, wrap

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: app
          image: registry.example/report:4
          volumeMounts:
            - {name: logs, mountPath: /var/log/app}
        - name: shipper
          image: busybox:1.36
          command: [sh, -c, "tail -F /logs/app.log"]
          volumeMounts:
            - {name: logs, mountPath: /logs}
"""

WEB = """\
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: nginx
          image: nginx
        - name: socat
          image: alpine/socat
          args: ["-v", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:\\"kubectl logs web-server-7f9f8c4b9-6xq8w -c nginx\\""] # its logs
          ports:
            - containerPort: 8080
              hostPort: 8080
"""

SERVICE = """\
kind: Service
spec:
  ports:
    - port: 8080
      targetPort: 8080
"""


def place(path: str, text: str, first: str, last: str | None = None) -> Location:
    """Where `first` stands, or from there to the end of the next `last`."""
    start = text.index(first)
    end = text.index(last, start) + len(last) if last else start + len(first)
    line, end_line = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    return Location(path, line, start - text.rfind("\n", 0, start), end_line, end - text.rfind("\n", 0, end), start, end)


def lines(text: str) -> dict[int, str]:
    return dict(enumerate(text.split("\n"), start=1))


def about(path: str, kind: str, name: str) -> Subject:
    return Subject(path, 0, "spec.template.spec", "batch/v1" if kind == "Job" else "apps/v1", kind, name, "")


def seen(*evidence: tuple[str, Location | None]) -> tuple[Evidence, ...]:
    return tuple(Evidence(message, location) for message, location in evidence)


def never_completes() -> Finding:
    path = "k8s/report-job.yaml"
    return Finding(
        "job-never-completes",
        "job-completion",
        "error",
        'Job "report" never completes: container "shipper" is still running after "app" exits, so the pod stays Running',
        place(path, JOB, "name: shipper"),
        about(path, "Job", "report"),
        "shipper",
        seen(
            ("exits when its work is done", place(path, JOB, "name: app")),
            ('writes to volume "logs"', place(path, JOB, "logs")),
            ("never returns", place(path, JOB, "tail -F /logs/app.log")),
            ('reads volume "logs"', place(path, JOB, "logs, mountPath: /logs", "logs")),
            ("no other container could end it", None),
        ),
        Fix("move shipper to initContainers with restartPolicy: Always", "safe", (), (Edit(path, 169, 169, "      initContainers:\n"),)),
    )


def log_server() -> Finding:
    path = "k8s/web.yaml"
    return Finding(
        "legacy-log-server",
        "legacy-sidecar",
        "warning",
        'Container "socat" serves the logs of "nginx" and dies with it, so the last lines before a stop are lost',
        place(path, WEB, "name: socat"),
        about(path, "Deployment", "web-server"),
        "socat",
        seen(
            ("listens on port 8080", place(path, WEB, "TCP-LISTEN:8080")),
            ("asks kubectl for the logs of nginx", place(path, WEB, "kubectl logs", "nginx")),
            ("sends traffic to it", place("k8s/service.yaml", SERVICE, "targetPort: 8080")),
        ),
        Fix(
            "move socat to initContainers with restartPolicy: Always",
            "unsafe",
            (
                "traffic enters the pod through it: as a sidecar it goes on accepting while nginx is already gone",
                "host port 8080 is not seen by the scheduler on sidecars below Kubernetes 1.34",
            ),
        ),
    )


def by_hand() -> Finding:
    path = "k8s/web.yaml"
    return Finding(
        "init-never-exits",
        "native-sidecar",
        "error",
        'Init container "socat" never exits, so the pod stays in Init',
        place(path, WEB, "ports:", "hostPort: 8080"),
        about(path, "Deployment", "web-server"),
        "socat",
        (),
        Fix("end the command when its work is done", "manual", ("what it waits for cannot be told from the manifest",)),
    )


def unparsed() -> Finding:
    text = "a: [1, 2\n"
    return Finding("unreadable-document", "source", "error", "expected ',' or ']', but found the end", place("broken.yaml", text, "[1, 2"))


def whole_container() -> Finding:
    path = "k8s/report-job.yaml"
    return Finding(
        "sidecar-runs-once",
        "native-sidecar",
        "warning",
        'Sidecar "shipper" ends and is started again for ever',
        place(path, JOB, "- name: shipper", "mountPath: /logs}"),
        about(path, "Job", "report"),
        "shipper",
        seen(('the volume that "app" fills', place(path, JOB, "volumeMounts:", "/app}"))),
    )


def exporter(number: int = 1) -> Finding:
    path = "k8s/report-job.yaml"
    message = 'Container "app" exports metrics and could be a sidecar'
    subject = about(path, "Job", f"report-{number}")
    return Finding("legacy-known-helper", "legacy-sidecar", "info", message, place(path, JOB, "name: app"), subject, "app")


EXCERPTS = {
    "k8s/report-job.yaml": lines(JOB),
    "k8s/web.yaml": lines(WEB),
    "k8s/service.yaml": lines(SERVICE),
    "broken.yaml": {1: "a: [1, 2"},
}


def run(*findings: Finding, **more: Any) -> Run:
    return Run((1, 29, 0), findings, **{"sources": 14, "workloads": 20, "excerpts": EXCERPTS, **more})


SKIPPED = (
    Skipped("chart/templates/web.yaml", "it holds template actions"),
    Skipped("secrets.yaml", "it is encrypted (SOPS)"),
    Skipped("chart/templates/job.yaml", "it holds template actions"),
    *(Skipped(f"generated/{n}.yaml", f"it is generated by tool {n}, which would write it again the next time") for n in range(6)),
)

UNREAD = (Unread("locked.yaml", "permission denied"), Unread("loop.yaml", "a symbolic link that leads back to itself"))

RUNS = {
    "evidence on several lines": run(never_completes()),
    "unsafe fix, two hazards, another file": run(log_server()),
    "manual fix, place over several lines": run(by_hand()),
    "place over many lines": run(whole_container()),
    "source finding": run(unparsed()),
    "everything, infos hidden": run(unparsed(), never_completes(), exporter(), by_hand(), log_server()),
    "only infos, hidden": run(exporter(1), exporter(2)),
    "nothing found": run(),
    "no workloads": run(sources=3, workloads=0),
    "no files": run(sources=0, workloads=0),
    "unread and skipped": run(skipped=SKIPPED, unread=UNREAD),
    "excerpt not kept": run(never_completes(), excerpts={}),
}


@pytest.mark.parametrize("case", RUNS)
def test_text(case: str, snapshot: SnapshotAssertion) -> None:
    assert text(RUNS[case]) == snapshot


def test_infos_are_shown_on_request(snapshot: SnapshotAssertion) -> None:
    assert text(run(never_completes(), exporter()), info=True) == snapshot


def test_colour_adds_nothing_but_colour(snapshot: SnapshotAssertion) -> None:
    report = run(never_completes(), log_server())
    coloured = text(report, colour=True)
    assert coloured == snapshot
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(report)


LINES: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "tab": ("\tcommand:\t[tail, -F]", "tail, -F", [("command", "a tab stands before and behind it")]),
    "CJK": ("      - name: 日志采集器 # 每天运行", "日志采集器", [("每天", "wide characters take two cells")]),
    "combining": ("- name: cafe\u0301-re\u0301sume\u0301 # x", "x", [("re\u0301sume\u0301", "accents take no cell")]),
    "control": (
        "- name: a\x1b[31mb\u202ec",
        "c",
        [("\x1b", "an escape character"), ("b", "before a mark that turns the text around")],
    ),
    "overlapping": (
        'command: [sh, -c, "tail -F /logs/app.log"]',
        '[sh, -c, "tail -F /logs/app.log"]',
        [("sh", "a shell"), ("tail -F /logs/app.log", "never returns"), ("-F", "follows the name, not the file"), ("tail", "reads")],
    ),
    "same place": (
        "image: fluent-bit:3.0",
        "fluent-bit",
        [("fluent-bit", "is a known log shipper"), ("fluent-bit", "usually runs beside an app")],
    ),
    "long sentences": (
        "        - name: shipper",
        "shipper",
        [
            ("name", "this sentence is far too long to stand beside its place, so it hangs below it and is wrapped at the edge"),
            ("shipper", "and so does this one, which is about the same line but about another place in it, further to the right"),
        ],
    ),
    "long line": (
        f"args: [{'--flag=value, ' * 20}tail -F /logs/app.log, {'--other=value, ' * 20}end]",
        "tail -F /logs/app.log",
        [("-F", "follows"), ("end", "far behind what can be shown")],
    ),
    "very long line": ("x" * 5000 + " tail " + "y" * 5000, "tail", [("y", "every character behind it is a y"), ("x", "far away")]),
    "long CJK line": ("x: " + "日志" * 60 + "tail" + "采集" * 60, "tail", []),
    "long place": (f"args: [{'--flag=value, ' * 20}]", f"[{'--flag=value, ' * 20}]", [("args", "too long to show")]),
    "crowded right edge": (
        " " * 66 + "a b c d e",
        "e",
        [("a", "the first of five"), ("b", "the second of five"), ("c", "the third of five and longer"), ("d", "fourth")],
    ),
    "end of the line": ("key: [", "", []),
}


@pytest.mark.parametrize("case", LINES)
def test_excerpt(case: str, snapshot: SnapshotAssertion) -> None:
    shown = text(one_line(*LINES[case]))
    assert shown == snapshot
    assert max(cells(line) for line in shown.splitlines()) <= 80
    assert visible(LINES[case][1])[:4] in shown.split("|")[2]


@pytest.mark.parametrize("case", LINES)
def test_no_sentence_is_lost(case: str) -> None:
    shown = words(text(one_line(*LINES[case])))
    for _, sentence in LINES[case][2]:
        assert words(sentence) in shown


@settings(deadline=None)
@given(
    line=st.builds(operator.mul, st.text("ab \t\x1b日\u0301\u202e", min_size=1, max_size=120), st.sampled_from((1, 1, 30))),
    places=st.lists(st.tuples(st.integers(0, 130) | st.integers(0, 4000), st.integers(0, 60)), min_size=1, max_size=6),
    length=st.integers(1, 30),
)
def test_any_excerpt_fits_and_keeps_its_sentences(line: str, places: list[tuple[int, int]], length: int) -> None:
    spots = [Location("pod.yaml", 1, start + 1, 1, start + size + 1, start, start + size) for start, size in places]
    told = [f"sentence{index} " + "is quite long " * (length % (index + 2)) for index, _ in enumerate(spots)]
    finding = Finding("some-rule", "legacy-sidecar", "warning", "Something is so", spots[0], evidence=seen(*zip(told, spots, strict=True)))
    shown = text(run(finding, excerpts={"pod.yaml": {1: line}}))
    assert all(words(sentence) in words(shown) for sentence in told)
    assert max(map(cells, shown.splitlines())) <= 80
    assert shown.isprintable() or "\x1b" not in shown and "\u202e" not in shown


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text))


def one_line(line: str, target: str, evidence: list[tuple[str, str]]) -> Run:
    primary = place("pod.yaml", line, target) if target else Location("pod.yaml", 1, len(line) + 1, 1, len(line) + 1, len(line), len(line))
    told = seen(*((sentence, place("pod.yaml", line, needle)) for needle, sentence in evidence))
    finding = Finding("some-rule", "legacy-sidecar", "warning", "Something is so", primary, evidence=told)
    return run(finding, sources=1, workloads=1, excerpts={"pod.yaml": {1: line}})


APP = ContainerInspection("app", "containers", "app", None, "none", "when-done", None, ())
KNOWN = seen(("image is Fluent Bit", place("k8s/report-job.yaml", JOB, "image: busybox")), ("usual name of a log shipper", None))
SHIPPER = ContainerInspection("shipper", "containers", "helper", "certain", "completion", "never", 1, KNOWN)
SETUP = ContainerInspection("prepare-the-database-and-wait-for-it", "initContainers", "init", None, "none", "when-done", None, ())
SHOP = Subject("all.yaml", 2, "items[1].spec.template.spec", "apps/v1", "Deployment", "", "shop")
INSPECTIONS = (
    Inspection(
        about("k8s/report-job.yaml", "Job", "report"),
        "no",
        ((SETUP.name,), ("app", "shipper")),
        (("app", "shipper"),),
        (SETUP, APP, SHIPPER),
    ),
    Inspection(SHOP, "never-meant-to", (("app",),), (), (APP,)),
)


@pytest.mark.parametrize("name", ["text", "concise"])
def test_inspect(name: str, snapshot: SnapshotAssertion) -> None:
    report = run(unparsed(), never_completes(), skipped=SKIPPED[:2])
    assert renderer(name).inspect(INSPECTIONS, report, Style()) == snapshot


def test_inspect_fits_the_terminal() -> None:
    assert max(map(cells, renderer("text").inspect(INSPECTIONS, run(), Style()).splitlines())) <= 80


def test_concise(snapshot: SnapshotAssertion) -> None:
    report = run(unparsed(), never_completes(), exporter(), by_hand(), log_server(), unread=(Unread("locked.yaml", "permission denied"),))
    assert renderer("concise").check(report, Style()) == snapshot


def test_concise_says_nothing_about_nothing() -> None:
    assert renderer("concise").check(run(), Style()) == ""


def test_concise_keeps_one_line_a_finding() -> None:
    finding = never_completes()._replace(message="two\nlines \x1b[31m")
    assert renderer("concise").check(run(finding), Style()).count("\n") == 2


def test_json(snapshot: SnapshotAssertion) -> None:
    report = run(log_server(), unparsed(), unread=(Unread("日志.yaml", "permission denied"),), skipped=SKIPPED[:1])
    assert renderer("json").check(report, Style()) == snapshot
    assert renderer("json").inspect(INSPECTIONS[1:], report, Style()) == snapshot


@pytest.mark.parametrize("case", RUNS)
def test_json_keeps_its_promise(case: str) -> None:
    validator("check").validate(json.loads(renderer("json").check(RUNS[case], Style())))


def test_json_inspect_keeps_its_promise() -> None:
    validator("inspect").validate(json.loads(renderer("json").inspect(INSPECTIONS, run(), Style())))


def test_json_holds_hidden_infos() -> None:
    report = json.loads(renderer("json").check(run(exporter()), Style()))
    assert len(report["findings"]) == report["summary"]["infos"] == 1


def test_json_can_be_encoded_whatever_a_file_is_called() -> None:
    written = renderer("json").check(run(unread=(Unread("\udcff.yaml", "gone"),)), Style()).encode()
    assert json.loads(written)["errors"][0]["path"] == "\udcff.yaml"


@pytest.mark.parametrize("name", ["check", "inspect"])
def test_schemas_are_closed_and_explained(name: str) -> None:
    schema = validator(name).schema
    Draft202012Validator.check_schema(schema)
    for each in objects(schema):
        assert each["additionalProperties"] is False
        assert sorted(each["required"]) == sorted(each["properties"])
        assert all(value["description"].endswith(".") for value in each["properties"].values())


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from objects(value)
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        yield schema


def validator(name: str) -> Any:
    return Draft202012Validator(json.loads((resources.files("sidecarlint.reports") / "schemas" / f"{name}.schema.json").read_text()))


def test_every_format_has_both_functions() -> None:
    assert formats() == ("concise", "json", "markdown", "text")
    for name in formats():
        assert renderer(name).check(run(never_completes()), Style()).endswith("\n")
        assert renderer(name).inspect(INSPECTIONS, run(), Style()).endswith("\n")


@pytest.mark.parametrize("name", ["nonsense", "../text", "terminal", ""])
def test_an_unknown_format_is_named(name: str) -> None:
    with pytest.raises(UsageError, match="the formats are concise, github, gitlab, json, junit, markdown, sarif, text"):
        renderer(name)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two", "  three"]),
        ("one", 80, ["one"]),
        ("", 80, [""]),
        ("a\n b", 80, ["a b"]),
        ("日志采集 x", 6, ["日志采", "  集 x"]),
        ("abcdefghij", 6, ["abcdef", "  ghij"]),
    ],
)
def test_wrap(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width, hang="  ") == expected


@pytest.mark.parametrize(
    ("text", "shown", "width"),
    [
        ("plain", "plain", 5),
        ("日志", "日志", 4),
        ("e\u0301", "e\u0301", 1),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2),
        ("\x00\x7f", "\u2400\u2421", 2),
        ("\u202e", "<U+202E>", 8),
        ("\x85", "<U+0085>", 8),
        ("\udcff", "<U+DCFF>", 8),
        ("\xa0", "\xa0", 1),
    ],
)
def test_visible(text: str, shown: str, width: int) -> None:
    assert (visible(text), cells(shown)) == (shown, width)


def text(report: Run, info: bool = False, colour: bool = False) -> str:
    return renderer("text").check(report, Style(colour=colour, info=info))
