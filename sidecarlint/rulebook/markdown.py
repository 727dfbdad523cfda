"""A rule file's Markdown, taken apart.

In: the text of a rule file. Out: its front matter as plain values with their lines, its prose, its examples. Must not know:
what the keys of the front matter mean.

The front matter is read by `documents`, as manifests are, so that there is one reader of YAML.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from sidecarlint.documents import Chunk, Lines, Node, Route, is_null, read
from sidecarlint.errors import RuleError
from sidecarlint.rulebook.rule import Example
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import parse_target, parse_version

OPTIONS: dict[str, Callable[[str], object]] = {"target": parse_target, "nodes": parse_version}
"""What may follow ```yaml on the opening line of an example, as `name=value`, and what tells whether the value can be meant."""

_RULER = re.compile(r"^---[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*")
_SECTIONS: dict[str, Literal["fails", "fixed", "passes"]] = {"Fails": "fails", "Fixed": "fixed", "Passes": "passes"}


class Place(NamedTuple):
    """Where a value of the front matter stands: the 1-based line of its key or dash, and the one on which its text starts."""

    line: int
    text_line: int


class RuleText(NamedTuple):
    """A rule file taken apart. `places` has an entry for each route in `front`, the empty route included."""

    front: object
    places: dict[Route, Place]
    page: str
    examples: tuple[Example, ...]


class _Fence(NamedTuple):
    info: str
    text: str
    line: int
    source: str


def read_markdown(path: str, text: str) -> RuleText:
    """Takes a rule file apart. Raises RuleError with the line for anything that is not built like a rule file."""
    opening = _RULER.match(text)
    closing = _RULER.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        raise RuleError(path, 1, "a rule file starts with its front matter between two lines of ---")
    front, places = _front(path, text, Chunk(0, opening.end(), closing.start()))
    body = text[closing.end() :].split("\n")
    page, examples = _body(path, body, text.count("\n", 0, closing.end()) + 1)
    return RuleText(front, places, page, examples)


def _front(path: str, text: str, chunk: Chunk) -> tuple[object, dict[Route, Place]]:
    lines, document = Lines(text), read(text, chunk)
    if document.problem is not None:
        raise RuleError(path, lines.number(document.problem.offset), document.problem.message)
    if document.root is None:
        raise RuleError(path, 1, "the front matter is empty")
    places: dict[Route, Place] = {(): Place(1, 1)}
    return _plain(path, document.root, (), lines, places), places


def _plain(path: str, node: Node, route: Route, lines: Lines, places: dict[Route, Place]) -> object:
    if node.kind == "alias" or node.tag is not None:
        raise RuleError(path, lines.number(node.outset), "aliases and tags are not used in front matter; write the value itself")
    if node.kind == "scalar":
        return _value(node)
    if node.kind == "sequence":
        for index, item in enumerate(node.items):
            places[(*route, index)] = _place(item, item, lines)
        return [_plain(path, item, (*route, index), lines, places) for index, item in enumerate(node.items)]
    values: dict[str, object] = {}
    for key, value in node.pairs:
        if key.kind != "scalar" or key.text in values:
            raise RuleError(path, lines.number(key.start), f"the key `{key.text}` is here twice" if key.text else "a key must be a word")
        places[(*route, key.text)] = _place(key, value, lines)
        values[key.text] = _plain(path, value, (*route, key.text), lines, places)
    return values


def _place(key: Node, value: Node, lines: Lines) -> Place:
    # A block scalar's text starts below its | or >; an empty value has no place of its own.
    below = 1 if value.style in ("|", ">") else 0
    return Place(lines.number(key.start), lines.number((key if is_null(value) else value).start) + below)


def _value(node: Node) -> str | int | bool | None:
    """Only what the front matter needs is told from text: nothing, true and false, whole numbers. A version stays text."""
    if is_null(node):
        return None
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if node.plain and re.fullmatch(r"0|-?[1-9][0-9]{0,8}", node.text) else node.text


def _body(path: str, body: list[str], first_line: int) -> tuple[str, tuple[Example, ...]]:
    page: list[str] = []
    note: list[str] = []
    examples: list[Example] = []
    section = ""
    for part in _parts(path, body, first_line):
        if isinstance(part, _Fence) and section:
            _add(path, _SECTIONS[section], part, "\n".join(note).strip(), examples)
            note = []
        elif isinstance(part, _Fence):
            page.append(part.source)
        else:
            line, content = part
            section, is_heading = _section(path, section, line, content)
            (note if section else page).extend([] if is_heading else [content])
    if not any(example.kind == "fails" for example in examples):
        raise RuleError(path, first_line, "a rule shows what it finds: a ```yaml fence below a heading ## Fails is missing")
    return "\n".join(page).strip(), tuple(examples)


def _parts(path: str, body: list[str], first_line: int) -> Iterator[_Fence | tuple[int, str]]:
    """The body's fences whole, and its other lines with their numbers."""
    index = 0
    while index < len(body):
        opened = _FENCE.fullmatch(body[index].rstrip())
        if opened is None:
            yield first_line + index, body[index]
            index += 1
            continue
        mark = opened[1]
        closed = next((i for i in range(index + 1, len(body)) if re.fullmatch(f"{mark[0]}{{{len(mark)},}}", body[i].rstrip())), None)
        if closed is None:
            raise RuleError(path, first_line + index, "this fence is never closed")
        inside = "".join(f"{line}\n" for line in body[index + 1 : closed])
        yield _Fence(opened[2], inside, first_line + index + 1, "\n".join(body[index : closed + 1]))
        index = closed + 1


def _section(path: str, section: str, line: int, content: str) -> tuple[str, bool]:
    """The section that a line stands in, and whether the line is the heading of one of ours."""
    heading = _HEADING.fullmatch(content)
    if heading is None:
        return section, False
    if heading[1] == "##" and heading[2] in _SECTIONS:
        return heading[2], True
    if section and len(heading[1]) < 3:
        raise RuleError(path, line, f"`{heading[2]}` cannot follow here: behind the prose come only ## Fails, ## Fixed and ## Passes")
    return section, False


def _add(path: str, kind: Literal["fails", "fixed", "passes"], fence: _Fence, note: str, examples: list[Example]) -> None:
    line = fence.line - 1
    options = _options(path, line, fence.info)
    if kind != "fixed":
        examples.append(Example(kind, fence.text, fence.line, dict(options).get("target"), None, note, options))
        return
    if not examples or examples[-1].kind != "fails" or examples[-1].fixed is not None:
        raise RuleError(path, line, "a fence below ## Fixed belongs to one below ## Fails, which must stand directly above it")
    if options:
        raise RuleError(path, line, "options stand at the fence below ## Fails, and hold for this one too")
    examples[-1] = examples[-1]._replace(fixed=fence.text, note=f"{examples[-1].note}\n\n{note}".strip())


def _options(path: str, line: int, info: str) -> tuple[tuple[str, str], ...]:
    language, *words = info.split()[:20] or [""]
    if language != "yaml":
        raise RuleError(path, line, f"an example is a ```yaml fence, not ```{language}")
    options = [(name, value) for name, _, value in (word.partition("=") for word in words)]
    for name, value in options:
        if name not in OPTIONS:
            raise RuleError(path, line, f"unknown option `{name}`; known: {', '.join(OPTIONS)}")
        if OPTIONS[name](value) is None:
            raise RuleError(path, line, f"`{value}` is no {name}")
    return tuple(options)
