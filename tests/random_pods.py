"""Random pods in random styles, as texts: what `test_properties_of_fixes` draws from. The helpers are called `reader…`."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Pod": ("v1", ("spec",)),
    "Deployment": ("apps/v1", ("spec", "template", "spec")),
    "StatefulSet": ("apps/v1", ("spec", "template", "spec")),
    "Job": ("batch/v1", ("spec", "template", "spec")),
    "CronJob": ("batch/v1", ("spec", "jobTemplate", "spec", "template", "spec")),
}
"""The API version of each kind, and the route to its pod."""

WORDS = (
    "plain",
    "two words",
    "yes",
    "0644",
    "1e3",
    "a: b",
    "# no",
    "- dash",
    "it's",
    'say "so"',
    "é 🐳",
    "",
    "~",
    r"C:\new",
    "a,b]",
    "$(HOME)",
)
SCRIPTS = ("set -e\nexec app\n", "first\n\n  deeper\n# no comment\n- name: no item", "one\n")
COMMENTS = ("# plain", "# - name: old", "# é 🐳", "#", "#tight", "# a: [b", "# renovate: datasource=docker")
STYLES = ("block", "block", "block", "block", "flow", "line", "json", "json")


class Raw(str):
    """Text that is written as it is, over several lines where it has them."""


class Pod(NamedTuple):
    """A pod's text, the file's name, and the names of its helpers in their order."""

    text: str
    name: str
    helpers: tuple[str, ...]


class Drawn:
    """Everything that is drawn for one pod, and its text."""

    def __init__(self, draw: Callable[[Any], Any], style: str) -> None:
        self.draw = draw
        self.style = style
        self.flush, self.step = self.chance(60), self.pick((2, 2, 2, 3, 4))
        self.gap, self.quote = self.pick((" ", " ", " ", "   ")), self.pick(("", "", "", "", '"', "'"))
        self.chatty, self.airy = self.chance(50), self.chance(20)
        self.anchors = 0

    def chance(self, percent: int) -> bool:
        return int(self.draw(st.integers(0, 99))) < percent

    def pick(self, values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """The same mapping with its keys in a hand's, a machine's or no order."""
        order = self.pick(("given", "given", "sorted", "any"))
        names = sorted(value) if order == "sorted" else list(value) if order == "given" else self.draw(st.permutations(list(value)))
        return {name: value[name] for name in names}

    def container(self, name: str) -> dict[str, Any]:
        """A container of any role, by its name."""
        found: dict[str, Any] = {"name": name, "image": "registry.example/app:1"}
        if name.startswith("reader"):
            found |= {"image": "busybox:1.36", "command": ["tail", "-n+1", "-F", "/logs/app.log"]}
        elif self.chance(30):
            found["command"] = ["sh", "-c", self.pick(SCRIPTS)]
        if name.startswith("native"):
            found |= {"image": "busybox:1.36", "command": ["tail", "-n+1", "-F", "/logs/old.log"], "restartPolicy": "Always"}
        if self.chance(50):
            found["env"] = [{"name": f"E{i}", "value": self.pick((*WORDS, *SCRIPTS))} for i in range(self.draw(st.integers(1, 3)))]
        if self.chance(20):
            found["resources"] = {"limits": {"memory": "1Gi"}}
        if self.style != "json" and self.chance(10):
            self.anchors += 1
            found["resources"] = Raw(f"{{limits: &a{self.anchors} {{memory: 1Gi}}, requests: *a{self.anchors}}}")
        found["volumeMounts"] = [{"name": "logs", "mountPath": "/logs" if name.startswith(("reader", "native")) else "/var/log/app"}]
        return self.keys(found)

    def spec(self) -> dict[str, Any]:
        apps = [f"app-{i}" for i in range(self.draw(st.integers(1, 2)))]
        helpers = [f"reader-{i}" for i in range(self.draw(st.integers(1, 3)))]
        inits = [*self.pick(((), (), ("prepare",), ("native",), ("prepare", "native"), ("native", "prepare")))]
        found: dict[str, Any] = {"containers": [self.container(each) for each in self.draw(st.permutations(apps + helpers))]}
        if inits or self.chance(20):
            found["initContainers"] = [self.container(each) for each in inits] or self.pick(([], None))
        found["volumes"] = [{"name": "logs", "emptyDir": {}}]
        return {name: found[name] for name in self.draw(st.permutations(list(found)))}

    def whole(self, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
        """An object of a kind, with the pod where that kind keeps it."""
        version, route = KINDS[kind]
        if kind in ("Job", "CronJob"):
            spec = {**spec, "restartPolicy": self.pick(("Never", "OnFailure"))}
        inner: dict[str, Any] = spec
        for depth in reversed(range(1, len(route))):
            inner = {route[depth]: inner}
            if kind in ("Deployment", "StatefulSet") and depth == 1:
                inner = {"selector": {"matchLabels": {"app": "shop"}}, **inner}
                inner["template"] = {"metadata": {"labels": {"app": "shop"}}, **inner["template"]}
            if kind == "CronJob" and depth == 1:
                inner = {"schedule": "0 0 * * *", **inner}
        return {"apiVersion": version, "kind": kind, "metadata": {"name": "shop"}, "spec": inner}

    def text(self, value: dict[str, Any]) -> str:
        if self.style == "json":
            indent, separators = self.pick(((None, None), (None, (",", ":")), (2, None), (3, None), ("\t", None), (4, (",", " : "))))
            # Not as escapes: libyaml does not read the two that JSON writes for one sign beyond U+FFFF.
            return json.dumps(value, indent=indent, separators=separators, ensure_ascii=False) + str(self.pick(("", "\n")))
        if self.style == "line":
            return self.flow(value) + "\n"
        return "\n".join([*self.head(), *self.mapping(value, 0), *self.foot()])

    def head(self) -> list[str]:
        lines = self.pick(((), (), ("---",), ("# A file.",), ("%YAML 1.1", "---"), ("# first", "--- # start")))
        return [*lines, *self.pick(((), (), ("other: 1", "---")))] if "%YAML 1.1" not in lines else list(lines)

    def foot(self) -> list[str]:
        return list(self.pick(([""], [""], [], ["---", "other: 1", ""], ["...", "# end", ""], ["", ""])))

    def behind(self) -> str:
        """A comment or blanks behind a value."""
        return str(self.pick(("  ", " ")) + self.pick(COMMENTS)) if self.chatty and self.chance(15) else " " if self.chance(3) else ""

    def above(self, column: int) -> list[str]:
        """Comment lines or blank lines above a key or an item."""
        lines = [" " * self.pick((column, column, column, column + 2)) + self.pick(COMMENTS)] if self.chatty and self.chance(12) else []
        return [*([""] if self.airy and self.chance(20) else []), *lines]

    def mapping(self, value: dict[str, Any], column: int) -> list[str]:
        lines: list[str] = []
        for key, each in value.items():
            lines += [*(self.above(column) if lines else []), *self.pair(key, each, column)]
        return lines

    def pair(self, key: str, value: Any, column: int) -> list[str]:
        head = f"{' ' * column}{self.quote}{key}{self.quote}:"
        in_flow = self.style == "flow" and key in ("containers", "initContainers")
        if isinstance(value, dict) and value and not in_flow:
            return [head + self.behind(), *self.mapping(value, column + self.step)]
        if isinstance(value, list) and value and not in_flow and not (isinstance(value[0], str) and self.chance(40)):
            return [head + self.behind(), *self.sequence(value, column + (0 if self.flush else self.step))]
        first, *below = self.leaf(value, column + self.step)
        return [f"{head}{' ' if first else ''}{first}", *below]

    def sequence(self, value: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        for each in value:
            lines += self.above(column) if lines else []
            inner = (
                self.mapping(each, column + 1 + len(self.gap)) if isinstance(each, dict) else self.leaf(each, column + 1 + len(self.gap))
            )
            lines += [" " * column + "-" + self.gap + inner[0].lstrip(" "), *inner[1:]]
        return lines

    def leaf(self, value: Any, column: int) -> list[str]:
        """A value's own lines: the first goes behind a colon or a dash."""
        if isinstance(value, Raw):
            return value.split("\n")
        if isinstance(value, str) and "\n" in value and self.chance(80):
            sign = "|" if value.endswith("\n") else "|-"
            return [sign, *(" " * column + line if line else "" for line in value.removesuffix("\n").split("\n"))]
        if value is None:
            return [self.pick(("", "null", "~"))]
        return [self.flow(value) + self.behind()]

    def flow(self, value: Any) -> str:
        blank = self.pick(("", " "))
        if isinstance(value, dict):
            inner = ", ".join(f"{self.quote}{key}{self.quote}: {self.flow(each)}" for key, each in value.items())
            return f"{{{blank}{inner}{blank}}}" if inner else "{}"
        if isinstance(value, list):
            inner = ", ".join(self.flow(each) for each in value)
            return f"[{blank}{inner}{blank}]" if inner else "[]"
        return self.word(value)

    def word(self, value: Any) -> str:
        if value is None or isinstance(value, Raw):
            return value or "null"
        if not isinstance(value, str):
            return str(value).lower()
        if re.fullmatch(r"[A-Za-z/.-][\w/.+-]*", value) and value not in ("yes",) and not self.quote and self.chance(80):
            return value
        if "\n" not in value and self.chance(50):
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=False)


def line_ends(drawn: Drawn, text: str) -> str:
    """The text with other line ends, and perhaps with a byte order mark."""
    newline = drawn.pick(("\n", "\n", "\n", "\r\n", "\r")) if drawn.style != "json" else drawn.pick(("\n", "\r\n"))
    return str(drawn.pick(("", "", "", "\ufeff"))) + text.replace("\n", newline)


@st.composite
def pods(draw: Any) -> Pod:
    """A pod without anything that a fix refuses."""
    drawn = Drawn(draw, draw(st.sampled_from(STYLES)))
    spec = drawn.spec()
    text = line_ends(drawn, drawn.text(drawn.whole(draw(st.sampled_from(sorted(KINDS))), spec)))
    return Pod(text, "pod.json" if drawn.style == "json" else "pod.yaml", readers(spec))


def readers(spec: dict[str, Any]) -> tuple[str, ...]:
    return tuple(each["name"] for each in spec["containers"] if isinstance(each, dict) and each["name"].startswith("reader"))
