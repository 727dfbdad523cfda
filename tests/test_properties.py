"""Properties: random pods in random styles, random moves. What is rewritten is proven without our own reader; the rest is refused.

The examples are the same in every run.
"""

import json
import re
from collections import Counter
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecarlint.documents import documents
from sidecarlint.edits import Move, Operation, Refusal, Set, changes, prove
from tests.comments_of import hashes

PROFILE = settings(max_examples=600, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))

WORDS = ("x", "tail -f /a", "yes", "0644", "1e3", "a: b", "# no", "- dash", "it's", 'say "so"', "é 🐳", "", "~", " blank", "a,b]", "{{a}}")
COMMENTS = ("# plain", "# - name: old", "# é 🐳", "#", "#tight", "# a: [b")


def plain(word: str) -> bool:
    """Whether the word may stand without quotes, and means itself then."""
    return bool(re.fullmatch(r"[a-z](?:[\w/ -]*\w)?", word)) and word not in ("yes",)


class Writer:
    """Writes one pod as text, line by line, in a style that is drawn as it goes along."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.flush, self.newline = draw(st.booleans()), draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
        self.step, self.gap = draw(st.sampled_from((2, 2, 2, 3, 4))), draw(st.sampled_from((" ", " ", "   ")))
        self.chatty = draw(st.booleans())
        self.anchors: list[str] = []

    def chance(self, percent: int) -> bool:
        return int(self.draw(st.integers(0, 99))) < percent

    def pick(self, values: tuple[str, ...]) -> str:
        return str(self.draw(st.sampled_from(values)))

    def put(self, column: int, text: str) -> None:
        """A line, perhaps with a comment or blanks behind it."""
        behind = self.pick((" ", "  ")) + self.pick(COMMENTS) if self.chatty and self.chance(15) else "  " if self.chance(3) else ""
        self.lines.append(" " * column + text + behind)

    def between(self, *columns: int) -> None:
        """Perhaps comment lines or blank lines."""
        while self.chatty and self.chance(20):
            self.lines.append(" " * columns[self.draw(st.integers(0, len(columns) - 1))] + self.pick(COMMENTS))
        if self.chance(8):
            self.lines.append("")

    def word(self, word: str) -> str:
        """A word, as plain as it may be or in quotes; perhaps with an anchor, or as an alias to one."""
        if self.anchors and self.chance(10):
            return f"*{self.anchors[-1]}"
        quoted = "'" + word.replace("'", "''") + "'" if self.chance(50) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
        written = word if plain(word) and self.chance(60) else quoted
        if self.chance(6):
            self.anchors.append(f"n{len(self.anchors)}")
            return f"&{self.anchors[-1]} {written}"
        return written

    def scalar(self, column: int, lead: str) -> None:
        """`lead` with a value behind it: a word, or a block scalar below."""
        if not self.chance(25):
            self.put(column, f"{lead}{self.word(self.pick(WORDS))}")
            return
        sign = self.pick(("|", "|-", "|+", ">", ">-", "|2"))
        self.put(column, lead + sign)
        deep = " " * (2 + column + (len(lead) - len(lead.lstrip("- ")) if lead.startswith("-") else 0))
        body = self.draw(st.lists(st.sampled_from(("echo x", "# no comment", "- name: y", "  deeper", "", "   ")), min_size=1, max_size=4))
        self.lines += [deep + "first", *(deep + line if line else "" for line in body), deep + "last"]

    def flow(self) -> str:
        words = [self.word(self.pick(WORDS)) for _ in range(self.draw(st.integers(0, 3)))]
        return self.pick(("[%s]", "[ %s ]")) % self.pick((", ", ",")).join(words) if words else "[]"

    def container(self, column: int, name: str) -> None:
        """An item: its keys in any order, the first behind the dash."""
        self.between(column, column, 0, column + 2)
        dash = "-" + self.gap
        keys = self.draw(st.permutations(["name", *self.draw(st.lists(st.sampled_from(("image", "args", "env", "tty")), unique=True))]))
        if self.chance(8):
            pairs = [f"{key}: {name if key == 'name' else self.word(self.pick(WORDS))}" for key in keys]
            self.put(column, f"- {{{', '.join(pairs)}}}")
            return
        for i, key in enumerate(keys):
            lead, inner = (dash if i == 0 else ""), column + len(dash)
            at = column if i == 0 else inner
            quote = self.pick(("", "", "", "'", '"'))
            head = f"{lead}{quote}{key}{quote}:"
            if key == "name":
                self.put(at, f"{head} {name}")
            elif key == "args":
                self.put(at, f"{head} {self.flow()}")
            elif key == "env":
                self.put(at, head)
                for _ in range(self.draw(st.integers(1, 2))):
                    self.scalar(inner + (0 if self.flush else self.step), "- ")
            else:
                self.scalar(at, f"{head} ")
            if i + 1 < len(keys):
                self.between(inner, inner + 2, 0)

    def containers(self, key: str, names: list[str]) -> None:
        self.between(2, 0)
        if key == "initContainers" and not names:
            self.put(2, key + ":" + self.pick(("", " []", " null", " ~")))
            return
        self.put(2, key + ":")
        indent = 2 if self.flush else 2 + self.step
        if self.chance(10):
            indent = 2 if indent > 2 else 4
        for name in names:
            self.container(indent, name)
        self.between(indent + 2, 2)

    def text(self, apps: list[str], inits: list[str] | None) -> str:
        parts = [("containers", apps), ("volumes", None), *([] if inits is None else [("initContainers", inits)])]
        self.lines += self.pick(("", "---", "# head", "%YAML 1.1")).split("\n")
        if self.lines[-1].startswith("%"):
            self.lines.append("---")
        self.put(0, "spec:")
        for key, names in self.draw(st.permutations(parts)):
            if names is None:
                self.put(2, "volumes: []")
            else:
                self.containers(str(key), names)
        if self.chance(80):
            self.lines += self.pick(("", "", "---\nother: 1", "...\n# end\n")).split("\n")
        return str(self.newline.join(self.lines))


@st.composite
def pods(draw: Any) -> tuple[str, list[int], int]:
    """A text, which of its containers move, and in front of which init container."""
    count = draw(st.integers(2, 4))
    apps = [f"app{i}" for i in range(count)]
    inits = draw(st.sampled_from((None, None, [], ["init0"], ["init0", "init1"])))
    moved = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count - 1, unique=True).map(sorted))
    return Writer(draw).text(apps, inits), moved, draw(st.integers(0, len(inits or [])))


def load(text: str) -> list[Any] | None:
    try:
        return list(yaml.load_all(text, yaml.BaseLoader))
    except yaml.YAMLError:
        return None


def intended(spec: dict[str, Any], moved: list[int], before: int) -> dict[str, Any]:
    there = spec.get("initContainers")
    inits: list[Any] = there if isinstance(there, list) else []
    helpers = [{**spec["containers"][i], "restartPolicy": "Always"} for i in moved]
    apps = [each for i, each in enumerate(spec["containers"]) if i not in moved]
    return {**spec, "containers": apps, "initContainers": [*inits[:before], *helpers, *inits[before:]]}


def lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"\r\n|\n|\r", text) if line.strip()]


SEEN: Counter[str] = Counter()


@PROFILE
@given(pods())
def test_a_move_is_proven_by_another_reader_or_refused(pod: tuple[str, list[int], int]) -> None:
    text, moved, before = pod
    old = load(text)
    read = list(documents(text))
    if old is None or any(document.problem for document in read):
        SEEN["unreadable"] += 1
        return
    operations: list[Operation] = [Move(("spec", "containers", i), "initContainers", before) for i in moved]
    operations += [Set(("spec", "containers", i, "restartPolicy"), "Always", ("image", "name")) for i in moved]
    number = next(i for i, each in enumerate(old) if isinstance(each, dict) and "spec" in each)
    try:
        edited = changes(text, read[number], operations)
    except Refusal as refusal:
        SEEN[re.sub(r"[*&]\w+|line \d+", "", refusal.reason)] += 1
        return
    new = prove(text, read, {number: operations}, edited)
    SEEN["rewritten"] += 1
    assert load(new) == [*old[:number], {"spec": intended(old[number]["spec"], moved, before)}, *old[number + 1 :]]
    assert hashes(new) == hashes(text)
    # Every line but blank ones is still there once, indented or not; only key lines and the new lines differ.
    lost, added = Counter(lines(text)) - Counter(lines(new)), Counter(lines(new)) - Counter(lines(text))
    assert sum(added.values()) <= len(moved) + 3, added
    assert sum(lost.values()) <= len(moved) + 2, lost
    assert text[: min(change.start for change in edited)] == new[: min(change.start for change in edited)]
    tail = len(text) - max(change.end for change in edited)
    assert tail == 0 or text[-tail:] == new[-tail:]


@st.composite
def json_pods(draw: Any) -> tuple[str, list[int], int]:
    """A pod as JSON, on one line or on several, with what a YAML list in flow style has too."""
    word = st.sampled_from([each for each in WORDS if each.isascii()])
    container = st.fixed_dictionaries({"name": word}, optional={"image": word, "args": st.lists(word, max_size=2), "env": st.just([{}])})
    containers = draw(st.lists(container, min_size=2, max_size=4))
    inits = draw(st.sampled_from((None, [], [{"name": "init0"}], [{"name": "init0"}, {"name": "init1"}])))
    parts = [("containers", containers), ("volumes", []), *([] if draw(st.booleans()) else [("initContainers", inits)])]
    indent, separators = draw(st.sampled_from(((None, None), (None, (",", ":")), (2, None), ("\t", None), (4, (" ,", " : ")))))
    text = json.dumps({"spec": dict(draw(st.permutations(parts)))}, indent=indent, separators=separators)
    moved = draw(st.lists(st.integers(0, len(containers) - 1), min_size=1, max_size=len(containers) - 1, unique=True).map(sorted))
    return text + draw(st.sampled_from(("", "\n"))), moved, draw(st.integers(0, len(inits or [])))


@PROFILE
@given(json_pods())
def test_a_move_in_json_gives_json_again(pod: tuple[str, list[int], int]) -> None:
    text, moved, before = pod
    (document,) = documents(text)
    operations: list[Operation] = [Move(("spec", "containers", i), "initContainers", before) for i in moved]
    operations += [Set(("spec", "containers", i, "restartPolicy"), "Always", ("image", "name")) for i in moved]
    new = prove(text, [document], {0: operations}, changes(text, document, operations))
    assert json.loads(new) == {"spec": intended(json.loads(text)["spec"], moved, before)}


def test_most_random_pods_are_rewritten() -> None:
    assert SEEN["after the move the alias  names no anchor above it"] > 0
    assert SEEN["rewritten"] > 550
