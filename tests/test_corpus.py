"""Every rewrite of real manifests, compared object by object by another YAML library, without any of our own editing code.

One pass over the corpus checks, inspects and fixes a copy of it. What each file should mean afterwards is derived from the JSON
of `check`, `inspect` and `fix` alone.
"""

import copy
import io
import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sidecarlint import pipeline
from sidecarlint.reports import Style, renderer
from sidecarlint.settings import Settings
from tests.conftest import CHECKOUT, pure

CORPUS = CHECKOUT.parent / "shared" / "corpus" / "dev"
LEAST_MOVED = 100
STEP = re.compile(r"\[(\d+)\]|([^.\[]+)")
LEADS = re.compile(r"the Service (\S+)(?: \(in (.+?)\))? to (\d+) instead of ([\w-]+)")
FOLLOWS = re.compile(r"(\S+) becomes (\S+)\)$")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies in ../shared/corpus, which is not here")


class Pass(NamedTuple):
    """The corpus before and after: bytes by path, and the JSON of each command."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    check: dict[str, Any]
    inspect: dict[str, Any]
    fix: dict[str, Any]
    again: dict[str, Any]
    last: dict[str, bytes]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pass]:
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(CORPUS, folder / "dev", copy_function=shutil.copyfile)
    for path in [folder / "dev", *(folder / "dev").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "dev")
        yield _pass(folder / "dev")


def _pass(folder: Path) -> Pass:
    before = contents(folder)
    # Every file is named, so that one of an unusual ending is read too.
    given, settings, style = pipeline.Input(tuple(before), io.BytesIO()), Settings(), Style()
    json_report = renderer("json")
    check = json_report.check(pipeline.check(given, settings), style)
    inspect = json_report.inspect(*pipeline.inspect(given, settings), style)
    fix = json_report.fix(pipeline.fix(given, settings, True, False), style)
    after = contents(folder)
    again = json_report.fix(pipeline.fix(given, settings, True, False), style)
    return Pass(before, after, json.loads(check), json.loads(inspect), json.loads(fix), json.loads(again), contents(folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def fixed(corpus: Pass) -> dict[str, list[dict[str, Any]]]:
    return {each["path"]: each["fixed"] for each in corpus.fix["changed"]}


def test_every_file_is_read_and_no_bug_of_ours_is_reported(corpus: Pass) -> None:
    assert corpus.check["summary"]["sources"] == len(corpus.before) > 1000
    assert corpus.check["errors"] == corpus.fix["errors"] == []
    assert [each for each in corpus.fix["summary"]["skipped"] if "bug" in each["reason"]] == []


def test_a_file_without_a_fix_is_byte_identical(corpus: Pass) -> None:
    assert {path for path, data in corpus.after.items() if data != corpus.before[path]} == set(fixed(corpus))
    assert corpus.after.keys() == corpus.before.keys()


def test_a_second_run_changes_nothing(corpus: Pass) -> None:
    assert corpus.again["changed"] == []
    assert corpus.last == corpus.after


def test_what_is_fixed_is_what_check_had_said(corpus: Pass) -> None:
    """Everything that could be fixed was, and nothing else."""
    said = Counter(key(each) for each in corpus.check["findings"] if each["fix"] and each["fix"]["applicability"] != "manual")
    assert Counter(key(each) for path in fixed(corpus) for each in fixed(corpus)[path]) == said
    assert [each for each in corpus.fix["findings"] if each["fix"] and each["fix"]["applicability"] != "manual"] == []


def key(finding: dict[str, Any]) -> tuple[Any, ...]:
    workload = finding["workload"]
    return workload["path"], workload["document"], workload["route"], finding["container"], finding["rule"]


def test_each_fix_does_what_it_said_and_nothing_else(corpus: Pass) -> None:
    moved, led = 0, list(leads(corpus))
    assert {path for path, *_ in led} <= set(fixed(corpus))
    for path, findings in fixed(corpus).items():
        wanted = pure(corpus.before[path].decode("utf-8-sig"))
        lead([each for document in wanted for each in listed(document)], [rest for place, *rest in led if place == path])
        for (document, route), group in by_pod(findings).items():
            pod = follow(wanted[document], route)
            annotate(follow(wanted[document], route.removesuffix("spec").removesuffix(".")), group)
            moved += intend(pod, [each for each in group if each["container"]], places(corpus, path, document, route))
        found = pure(corpus.after[path].decode("utf-8-sig"))
        assert found == wanted, f"{path} means something else than was intended"
    print(f"\n{len(led)} ports of Services by number, {moved} containers moved in {len(fixed(corpus))} files")
    assert moved >= LEAST_MOVED


def leads(corpus: Pass) -> Iterator[tuple[str, str, str, str]]:
    """The Services that follow: path, name, number and port's name, each once."""
    told = ((path, place) for path in fixed(corpus) for each in fixed(corpus)[path] for place in LEADS.findall(each["fix"]["title"]))
    yield from dict.fromkeys((there or path, name, number, port) for path, (name, there, number, port) in told)


def listed(document: Any) -> list[Any]:
    return document["items"] if isinstance(document, dict) and document.get("kind") == "List" else [document]


def lead(objects: list[Any], told: list[list[str]]) -> None:
    """Gives the Services of a source the numbers that were told."""
    for name, number, port in told:
        services = [
            each for each in objects if isinstance(each, dict) and each.get("kind") == "Service" and each["metadata"]["name"] == name
        ]
        ports = [each for service in services for each in service["spec"]["ports"] if each.get("targetPort") == port]
        assert ports, f"no Service {name} leads to {port}"
        for each in ports:
            each["targetPort"] = f"tag:yaml.org,2002:int {number}"


def by_pod(findings: list[dict[str, Any]]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    groups = defaultdict(list)
    for each in findings:
        groups[each["workload"]["document"], each["workload"]["route"]].append(each)
    return dict(groups)


def follow(value: Any, route: str) -> dict[str, Any]:
    for index, name in STEP.findall(route):
        value = value[int(index)] if index else value[name]
    assert isinstance(value, dict)
    return value


def places(corpus: Pass, path: str, document: int, route: str) -> dict[str, int]:
    """Where `inspect` says that each legacy helper of a pod would stand: an index among its init containers."""
    found = [each for each in corpus.inspect["workloads"] if (each["path"], each["document"], each["route"]) == (path, document, route)]
    assert len(found) == 1
    return {each["name"]: each["place"] for each in found[0]["containers"] if each["place"] is not None}


def annotate(template: dict[str, Any], findings: list[dict[str, Any]]) -> None:
    """Does to a pod template what the titles of fixes about the whole pod say."""
    for each in findings:
        for key, value in re.findall(r'(\S+): "(\w+)"', each["fix"]["title"]) if each["container"] is None else ():
            meta = template["metadata"] = template.get("metadata") or {}
            meta["annotations"] = {**(meta.get("annotations") or {}), key: value}


def intend(pod: dict[str, Any], findings: list[dict[str, Any]], place: dict[str, int]) -> int:
    """Does to a pod spec what the titles of its fixes say. Returns how many containers moved."""
    moving = {each["container"] for each in findings if each["fix"]["title"].startswith("Move ")}
    for each in findings:
        assert re.match(r"(?:Move|Add restartPolicy: Always to|Remove restartPolicy: Always from) ", each["fix"]["title"])
        into = named(pod, "containers" if each["container"] in moving else "initContainers", each["container"])
        if each["fix"]["title"].startswith("Remove "):
            del into["restartPolicy"]
        else:
            into["restartPolicy"] = "Always"
        wait_for_the_file(into, each["fix"]["title"])
        if ", with a startupProbe" in each["fix"]["title"]:
            into["startupProbe"] = as_at_the_start(into["readinessProbe"])
    if moving:
        move(pod, moving, place)
    return len(moving)


def as_at_the_start(ready: dict[str, Any]) -> dict[str, Any]:
    """The question of a readinessProbe, asked for at least five minutes. None of these pods has a helper whose file knows one."""
    asked = {"exec", "grpc", "httpGet", "tcpSocket"} & ready.keys()
    period = int(ready.get("periodSeconds", "int 1").split()[-1])
    times = {"periodSeconds": period, "failureThreshold": max(-(-300 // period), int(ready.get("failureThreshold", "int 1").split()[-1]))}
    kept = {key: ready[key] for key in (*asked, "timeoutSeconds") if key in ready}
    return {**kept, **{key: f"tag:yaml.org,2002:int {number}" for key, number in times.items()}}


def named(pod: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    (index,) = (index for index, each in enumerate(pod[key]) if each.get("name") == name)
    # A copy of its own: what an alias shares must not change in its other places.
    pod[key] = [copy.deepcopy(each) if position == index else each for position, each in enumerate(pod[key])]
    found: dict[str, Any] = pod[key][index]
    return found


def wait_for_the_file(into: dict[str, Any], title: str) -> None:
    """`-f becomes -F` in the one word of the command that holds the option."""
    said = FOLLOWS.search(title)
    if said is None:
        return
    old, new = said[1].lstrip("("), said[2]
    option = re.compile(rf"(?<!\S){re.escape(old)}(?!\S)")
    words = [(key, index) for key in ("command", "args") for index, word in enumerate(into.get(key, ())) if option.search(word)]
    (place,) = words
    into[place[0]] = [option.sub(new, word, count=1) if index == place[1] else word for index, word in enumerate(into[place[0]])]


def move(pod: dict[str, Any], moving: set[str], place: dict[str, int]) -> None:
    there = pod.get("initContainers")
    old = there if isinstance(there, list) else []
    new = []
    for index in range(len(old) + 1):
        new += [each for each in pod["containers"] if each.get("name") in moving and place[each["name"]] == index]
        new += old[index : index + 1]
    pod["initContainers"] = new
    pod["containers"] = [each for each in pod["containers"] if each.get("name") not in moving]
    assert pod["containers"], "a pod keeps at least one app"
