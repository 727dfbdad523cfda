"""Rule files, from Markdown to callables. The words here are our own: the rulebook does not know what they mean."""

import marshal
from pathlib import Path
from typing import NamedTuple

import pytest

from sidecarlint.errors import RuleError
from sidecarlint.rulebook import Operation, Rule, clauses, evaluator, from_plain, load_rules, read_rule, to_plain, without
from sidecarlint.rulebook.expression import DEEPEST, LONGEST, read_expression, read_template

WORDS: dict[str, frozenset[str]] = {
    "container": frozenset({"name", "part", "ends", "evidence", "marks", "place"}),
    "pod": frozenset({"kind"}),
    "target": frozenset(),
}


class Container(NamedTuple):
    name: str = "log-shipper"
    part: str = "helper"
    ends: str | None = None
    evidence: tuple[str, ...] = ("tails /var/log/app.log", "a known image")
    marks: frozenset[str] = frozenset({"b", "c", "a"})
    place: int = 2
    secret: str = "not a word"


class Pod(NamedTuple):
    kind: str = "Job"


VALUES = {"container": Container(), "pod": Pod(), "target": (1, 29, 0)}

RULE = """\
---
summary: A helper keeps the Job from ending
category: job-completion
severity: by benefit
since: 0.1
subject: container
when: >-
  container.part == 'helper'
  and pod.kind in ['Job', 'CronJob']
message: "`{{ container.name }}` keeps the {{ pod.kind }} from ending: {{ container.evidence|join('; ') }}"
at: name
fix:
  - set: {route: restartPolicy, value: Always}
  - remove: lifecycle.postStart
  - move: {from: "ports[0].hostPort", to: "ports[0].containerPort"}
fix_title: Make {{ container.name }} a sidecar
applicability: safe
---
A Job ends when its containers end.

## Why

```console
$ kubectl get jobs
```

## Fails

The classic.

```yaml target=1.30
kind: Job # <-
```

## Fixed

Only a line is added.

```yaml
kind: Job # <-
more: true
```

## Passes

```yaml
kind: Deployment
```
"""


def value(text: str) -> object:
    return evaluator(read_expression(text, WORDS, "a.md", 1))(VALUES)


def shown(text: str) -> object:
    return evaluator(read_template(text, WORDS, "a.md", 1))(VALUES)


def rule(text: str = RULE, path: str = "rules/job-never-completes.md") -> Rule:
    return read_rule(path, text, WORDS)


def changed(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new, 1)


def refused(text: str, path: str = "rules/a.md") -> str:
    with pytest.raises(RuleError) as caught:
        rule(text, path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("container.part == 'helper'", True),
        ("container.part != 'helper'", False),
        ("container.part in ['app', 'helper']", True),
        ("container.part not in ('app', 'helper')", False),
        ("'known' in container.evidence|last", True),
        ("1 < container.place <= 2", True),
        ("1 < container.place < 2", False),
        ("target >= (1, 29)", True),
        ("target < [1, 29, 0]", False),
        ("container.ends is none", True),
        ("container.ends is defined", False),
        ("container.name is not none and container.name is defined", True),
        ("container.ends or container.place", 2),
        ("container.ends and container.place", None),
        ("container.place and not container.ends", True),
        ("not (container.part == 'helper' or true)", False),
        ("'yes' if container.ends else 'no'", "no"),
        ("'yes' if container.ends", None),
        ("container.ends|default('never')", "never"),
        ("container.part|default('app')", "helper"),
        ("container.evidence|length", 2),
        ("container.ends|length", 0),
        ("container.name|length", 11),
        ("container.evidence|first", "tails /var/log/app.log"),
        ("container.ends|first", None),
        ("container.marks|join", "abc"),
        ("container.marks|sort|last", "c"),
        ("'Job'|lower", "job"),
    ],
)
def test_value_of_expression(text: str, expected: object) -> None:
    found = value(text)
    assert bool(found) == expected if isinstance(expected, bool) else found == expected


@pytest.mark.parametrize(
    "text", ["container.ends < 3", "container.ends >= 'a'", "container.place < 'a'", "'a' in container.ends", "1 in 'text'"]
)
def test_what_cannot_be_compared_does_not_hold(text: str) -> None:
    assert value(text) is False
    assert value(f"not {text}") is True


def test_missing_values_are_none() -> None:
    tree = read_expression("container.name is none and target is none", WORDS, "a.md", 1)
    assert evaluator(tree)({}) is True
    assert evaluator(tree)({"container": None, "target": None}) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("`{{ container.name }}` {{ 'is' if target >= (1, 29) else 'was' }}{# silent #} here", "`log-shipper` is here"),
        ("{{ container.evidence|join(' and ') }}", "tails /var/log/app.log and a known image"),
        ("{{ container.marks }}", "a, b, c"),
        ("<{{ container.ends }}{{ container.ends is none }}>", "<true>"),
        ("{% raw %}{{ it }}{% endraw %}", "{{ it }}"),
    ],
)
def test_text_of_template(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("container.prt == 'app'", "a.md:7: unknown word `container.prt`; did you mean `part`?"),
        ("target and\nnot\ncontaner.part", "a.md:9: unknown word `contaner`; did you mean `container`?"),
        ("container.secret", "a.md:7: unknown word `container.secret`; known: ends, evidence, marks, name, part, place"),
        ("container", "a.md:7: say what of `container`: `container.ends`, `container.evidence`, `container.marks` or another"),
        ("container.__class__", "unknown word"),
        ("container.name.upper", "`.upper` goes too deep"),
        ("container.name.endswith('x')", "a call cannot be used in a rule; use ==, in, or one of the filters default, first, join, last"),
        ("container['name']", "a subscript cannot be used"),
        ("target[0]", "a subscript cannot be used"),
        ("'a' * 1000000000", "arithmetic cannot be used"),
        ("9 ** 9 ** 9", "arithmetic cannot be used"),
        ("'a' ~ 'b'", "the operator ~ cannot be used"),
        ("{'a': 1}", "a mapping cannot be used"),
        ("target >= 1.29", "`1.29` cannot be used in a rule; write a whole number or quote it"),
        ("container.name|upper", "unknown filter `upper`"),
        ("container.evidence|join(', ', 'name')", "the filter `join` takes 0 to 1 arguments"),
        ("container.evidence|join(d=', ')", "the filter `join` takes 0 to 1 arguments"),
        ("container.name is odd", "unknown test `is odd`"),
        ("container.part in ['app', target]", "all of them constants"),
        (f"1 in [{'1, ' * 51}]", "at most 50 items"),
        ("target target", "it ends before `target`"),
        ("target }} {{ target", "it ends before `}}`"),
        ("", "a.md:7: the expression ends too early"),
        ("(target and\ntarget", "a.md:8: the expression ends too early"),
        ("target and\n(target ==", "a.md:8: the expression ends too early"),
        ("(" * LONGEST, "nests too deeply"),
        ("-" * (LONGEST - 1) + "1", "nests too deeply"),
        ("not " * (DEEPEST + 1) + "target", "nests deeper than 20 levels"),
        ("target" + "|first" * (DEEPEST + 1), "nests deeper than 20 levels"),
        ("target and " * 400 + "target", "longer than 4000 characters"),
    ],
)
def test_refused_expression(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_expression(text, WORDS, "a.md", 7)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ container.nam }}", "a.md:8: unknown word `container.nam`; did you mean `name`?"),
        ("{% for each in container.evidence %}x{% endfor %}", "a.md:7: a template here holds text and {{ }} only, no {% %}"),
        ("{% set a = 1 %}", "no {% %}"),
        ("{% include 'b' %}", "no {% %}"),
        ("{{ container.name", "a.md:7: a {{ is never closed"),
        ("{{ container.name == }}", "a.md:7: the expression ends too early"),
        ("{{ container.name target }}", "a.md:7: one expression is expected, and it ends before `target`"),
        ("{{ range(9) }}", "a call cannot be used"),
    ],
)
def test_refused_template(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_template(text, WORDS, "a.md", 7)
    assert message in str(caught.value)


VALUES_OF = {"container.part": ("app", "helper", "sidecar"), "container.ends": ("never", "none", ""), "pod.kind": (True, False)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("container.part == 'sidcar'", 'a.md:7: `container.part` is never `"sidcar"`; did you mean `"sidecar"`?'),
        ("'Helper' != container.part", '`container.part` is never `"Helper"`; did you mean `"helper"`?'),
        ("target and\ncontainer.part in ['app', 'web']", 'a.md:8: `container.part` is never `"web"`; it can be `"app"`, `"helper"` or'),
        ("container.part not in ['app', 'helpr']", 'is never `"helpr"`; did you mean `"helper"`?'),
        ("container.part in 'app helper'", 'is never `"app helper"`'),
        ("container.part == ''", 'is never `""`; it can be'),
        ("container.part == 1", "is never `1`; it can be"),
        ("container.ends == none", 'is never `none`; did you mean `"none"`?'),
        ("pod.kind == 'yes'", '`pod.kind` is never `"yes"`; it can be `true` or `false`'),
        ("'x' if container.part == 'ap' else 'y'", 'did you mean `"app"`?'),
        ("target == container.ends == 'nevr'", 'did you mean `"never"`?'),
    ],
)
def test_a_value_that_a_word_never_has(text: str, message: str) -> None:
    for read, given in ((read_expression, text), (read_template, f"{{{{ {text} }}}}")):
        with pytest.raises(RuleError) as caught:
            read(given, WORDS, "a.md", 7, VALUES_OF)
        assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "container.part == 'app'", "'app' == container.part", "container.part in ['app', 'helper']", "container.ends == ''",
        "container.ends != 'never'", "pod.kind == true", "container.name == 'sidcar'", "container.part is none",
        "container.part|lower == 'sidcar'", "container.part == container.name", "'e' in container.part", "container.part < 'b'",
    ],
)  # fmt: skip
def test_a_value_that_a_word_may_have(text: str) -> None:
    assert read_expression(text, WORDS, "a.md", 7, VALUES_OF) == read_expression(text, WORDS, "a.md", 7)


def test_long_chains_are_flat() -> None:
    tree = read_expression("(target and " + "target and " * 300 + "target) and pod.kind", WORDS, "a.md", 1)
    assert len(clauses(tree)) == 303
    assert evaluator(tree)(VALUES) == "Job"


def test_clauses_and_their_deletion() -> None:
    tree = read_expression("container.part == 'app' and pod.kind and (target or container.ends)", WORDS, "a.md", 1)
    parts = clauses(tree)
    assert [evaluator(part)(VALUES) for part in parts] == [False, "Job", (1, 29, 0)]
    assert [bool(evaluator(without(tree, index))(VALUES)) for index in range(3)] == [True, False, False]
    assert clauses(without(tree, 1)) == (parts[0], parts[2])
    pair = read_expression("container.ends and pod.kind", WORDS, "a.md", 1)
    assert without(pair, 0) == clauses(pair)[1]
    only = read_expression("container.ends or pod.kind", WORDS, "a.md", 1)
    assert clauses(only) == (only,)
    assert evaluator(without(only, 0))({}) is True


def test_rule_is_read_whole() -> None:
    read = rule()
    assert (read.id, read.category, read.severity, read.since, read.subject) == (
        "job-never-completes", "job-completion", "by benefit", "0.1", "container",
    )  # fmt: skip
    assert read.at == ("name",)
    assert read.fix == (
        Operation("set", ("restartPolicy",), "Always"),
        Operation("remove", ("lifecycle", "postStart")),
        Operation("move", ("ports", 0, "hostPort"), to=("ports", 0, "containerPort")),
    )
    assert (read.fixable, read.applicability) == (True, "safe")
    assert evaluator(read.when)(VALUES) is True
    assert evaluator(read.message)(VALUES) == "`log-shipper` keeps the Job from ending: tails /var/log/app.log; a known image"
    assert read.fix_title is not None
    assert evaluator(read.fix_title)(VALUES) == "Make log-shipper a sidecar"


def test_prose_and_examples() -> None:
    read = rule()
    assert read.page == "A Job ends when its containers end.\n\n## Why\n\n```console\n$ kubectl get jobs\n```"
    fails, passes = read.examples
    assert (fails.kind, fails.text, fails.target, fails.options) == ("fails", "kind: Job # <-\n", "1.30", (("target", "1.30"),))
    assert fails.fixed == "kind: Job # <-\nmore: true\n"
    assert fails.note == "The classic.\n\nOnly a line is added."
    assert RULE.split("\n")[fails.line - 1] == "kind: Job # <-"
    assert (passes.kind, passes.text, passes.target, passes.fixed, passes.note) == ("passes", "kind: Deployment\n", None, None, "")
    assert RULE.split("\n")[passes.line - 1] == "kind: Deployment"


def test_several_fences_and_longer_ones() -> None:
    text = changed("## Passes\n\n", "## Fails\n\n````yaml\na: |\n  ```\n````\n\n~~~yaml\nb: 1\n~~~\n\n## Passes\n\n")
    assert [(each.kind, each.text, each.fixed is None) for each in rule(text).examples] == [
        ("fails", "kind: Job # <-\n", False),
        ("fails", "a: |\n  ```\n", True),
        ("fails", "b: 1\n", True),
        ("passes", "kind: Deployment\n", True),
    ]


def test_what_may_be_left_out() -> None:
    lines = RULE.split("\n")
    bare = rule("\n".join(lines[: lines.index("at: name")]) + "\n---\n## Fails\n```yaml\n```\n")
    assert (bare.at, bare.fix, bare.fix_title, bare.applicability, bare.fixable, bare.page) == ((), None, None, "unsafe", False, "")
    assert bare.examples[0].text == ""
    assert rule(changed("at: name", "at:")).at == ()


def test_named_plan() -> None:
    start, end = RULE.index("fix:\n"), RULE.index("fix_title")
    assert rule(RULE[:start] + "fix: move-to-init-containers\n" + RULE[end:]).fix == "move-to-init-containers"


@pytest.mark.parametrize("text", [RULE, changed("fix_title: Make {{ container.name }} a sidecar\n", "")])
def test_plain_form_comes_back(text: str) -> None:
    read = rule(text)
    again = from_plain(marshal.loads(marshal.dumps(to_plain(read))))
    assert again == read._replace(page="", examples=())
    assert again.fixable
    assert hash(again.when) == hash(read.when)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\nsummary", "summary", "rules/a.md:1: a rule file starts with its front matter between two lines of ---"),
        ("safe\n---\n", "safe\n", "rules/a.md:1: a rule file starts"),
        ("severity: by benefit", "severity: by luck", "rules/a.md:4: `severity` must be error, warning, info or by benefit, not `by luck`"),
        ("severity: by benefit", "severtiy: error", "rules/a.md:4: unknown key `severtiy`; did you mean `severity`?"),
        ("severity: by benefit\n", "", "rules/a.md:1: the front matter lacks `severity`"),
        ("since: 0.1", "since: soon", "rules/a.md:5: `since` must be a version such as 0.1, not `soon`"),
        ("since: 0.1", "since: [0.1", "rules/a.md:6: did not find expected ',' or ']'"),
        ("since: 0.1", "since: 0.1\nsince: 0.2", "rules/a.md:6: the key `since` is here twice"),
        ("since: 0.1", "since: &a 0.1\nat: *a", "rules/a.md:6: aliases and tags are not used in front matter"),
        ("since: 0.1", "since: !!str 0.1", "rules/a.md:5: aliases and tags are not used in front matter"),
        ("subject: container", "subject: workload", "rules/a.md:6: `subject` must be container or pod, not `workload`"),
        ("subject: container", "subject: pod", "rules/a.md:8: unknown word `container`; known: pod, target"),
        ("summary: A helper keeps the Job from ending", "summary: ''", "rules/a.md:2: `summary` must be one line of text"),
        ("subject: container", "subject: true", "rules/a.md:6: `subject` must be container or pod"),
        ("container.part ==", "container.parts ==", "rules/a.md:8: unknown word `container.parts`; did you mean `part`?"),
        ("when: >-", "when: |", None),
        ("when: >-\n  container.part == 'helper'\n  and pod.kind", "when: |\n  target\n  and pod.kin", "a.md:9: unknown word `pod.kin`"),
        ("{{ pod.kind }}", "{{ pod.knd }}", "rules/a.md:10: unknown word `pod.knd`; did you mean `kind`?"),
        ("at: name", "at: name[x]", "rules/a.md:11: `at` must be a route such as lifecycle.preStop or ports[0].name, not `name[x]`"),
        ("{route: restartPolicy, value: Always}", "{route: restartPolicy}", "rules/a.md:13: `fix[0].set` lacks `value`"),
        ("value: Always", "value: Always, to: x", "rules/a.md:13: unknown key `to`; known: route, value"),
        ("- remove:", "- delete:", "rules/a.md:14: unknown key `delete`"),
        ("lifecycle.postStart", "[lifecycle]", "rules/a.md:14: `fix[1].remove` must be a route such as lifecycle.preStop"),
        ("{{ container.name }} a sidecar", "{{ container.nam }}", "rules/a.md:16: unknown word `container.nam`"),
        ("applicability: safe", "applicability: manual", "rules/a.md:17: `applicability` must be safe or unsafe, not `manual`"),
        ("target=1.30", "targt=1.30", "rules/a.md:31: unknown option `targt`; known: target"),
        ("target=1.30", "target=new", "rules/a.md:31: `new` is no target"),
        ("```yaml\nkind: Deployment", "```yml\nkind: Deployment", "an example is a ```yaml fence, not ```yml"),
        ("```yaml\nkind: Job # <-\nmore", "```yaml target=1.30\nkind: Job # <-\nmore", "options stand at the fence below ## Fails"),
        ("kind: Deployment\n```", "kind: Deployment", "rules/a.md:46: this fence is never closed"),
        ("severity: by benefit\n", "severtiy: error\n", "rules/a.md:4: unknown key `severtiy`; did you mean `severity`?"),
        ("summary:", "title:", "rules/a.md:2: unknown key `title`; did you mean `summary`?"),
        ("summary:", "id: a\nsummary:", "rules/a.md:2: unknown key `id`; the file's name is the rule's id"),
        ("severity: by benefit", "severity: eror", "info or by benefit, not `eror`; did you mean error?"),
        ("since: 0.1", "since: 1", "rules/a.md:5: `since` must be a version such as 0.1"),
        ("- remove:", "- {}\n  - remove:", "rules/a.md:14: `fix[1]` must be one step: set, remove, move or rename"),
        ("value: Always", "value: [Always]", "rules/a.md:13: `fix[0].set.value` must be text, a whole number, true or false"),
        ("summary: A helper", f"summary: {'A' * 200}", "rules/a.md:2: `summary` is longer than 200 characters"),
        ("## Passes", "## Passed", "rules/a.md:44: `Passed` cannot follow here"),
        ("## Passes", "## Fixed", "rules/a.md:46: a fence below ## Fixed belongs to one below ## Fails"),
        ("## Fails", "## Passes", "a fence below ## Fixed belongs to one below ## Fails"),
    ],
)
def test_errors_name_the_line(old: str, new: str, message: str | None) -> None:
    if message is None:
        assert rule(changed(old, new)).when == rule().when
    else:
        assert message in refused(changed(old, new))


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("true", "rules/a.md:7: `when` must be an expression in text"),
        ("7", "rules/a.md:7: `when` must be an expression in text"),
        ("", "rules/a.md:7: `when` must be an expression in text"),
        ("container.part ==", "rules/a.md:7: the expression ends too early"),
    ],
)
def test_a_condition_that_is_none(when: str, message: str) -> None:
    start, end = RULE.index("when:"), RULE.index("message:")
    assert refused(f"{RULE[:start]}when: {when}\n{RULE[end:]}") == message


def test_more_errors() -> None:
    start, end = RULE.index("fix:\n"), RULE.index("---\nA Job")
    rest = RULE.index("fix_title")
    assert refused(f"{RULE[:start]}fix: []\n{RULE[rest:]}") == "rules/a.md:12: `fix` needs at least one step"
    assert refused(f"{RULE[:start]}fix: true\n{RULE[rest:]}").startswith("rules/a.md:12: `fix` must be the name of a plan such as move-to")
    assert refused(RULE[:start] + RULE[rest:]) == "rules/a.md:1: the front matter has `fix_title`, which counts only beside `fix`"
    four = "".join(line for line in RULE.splitlines(True) if not line.startswith(("since", "at", "category", "severity")))
    assert refused(four) == "rules/a.md:1: the front matter lacks `category`, `severity` and `since`"
    assert refused(RULE, "rules/a.yaml") == "rules/a.yaml: a rule file is Markdown (*.md); a helper file goes behind --helper-files"
    assert refused(RULE[:start] + RULE[end:]) == "rules/a.md:1: there is a fence below ## Fixed, but the front matter has no `fix`"
    assert refused(RULE[: RULE.index("## Fails")]).endswith(": a ```yaml fence below a heading ## Fails is missing")
    assert refused("---\n---\n") == "rules/a.md:1: the front matter is empty"
    assert refused("---\n- a\n---\n## Fails\n```yaml\n```\n").endswith(
        "the front matter must be a mapping of keys such as summary and when"
    )
    assert refused(RULE, "rules/Job_Ends.md").startswith("rules/Job_Ends.md: `Job_Ends` is no rule id")


def test_load_rules(tmp_path: Path) -> None:
    for name in ("b-rule.md", "a-rule.md", "README.md", "notes.txt"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + RULE.replace("\n", "\r\n").encode() if name == "b-rule.md" else RULE.encode())
    (tmp_path / "helpers").mkdir()
    loaded = load_rules([str(tmp_path), str(tmp_path / "b-rule.md")], WORDS)
    assert [each.id for each in loaded] == ["a-rule", "b-rule"]
    assert loaded[0]._replace(id="b-rule") == loaded[1]


def test_load_rules_refuses(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "empty").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder / "a.md").write_text(RULE)
    (tmp_path / "latin.md").write_bytes(b"---\nsummary: \xe9\n---\n")
    for paths, message in [
        (["one", "two"], f"{tmp_path}/two/a.md: the rule `a` is already in {tmp_path}/one/a.md; ids are unique"),
        (["empty"], f"{tmp_path}/empty: there is no rule file (*.md) in this folder"),
        (["missing.md"], f"{tmp_path}/missing.md: No such file or directory"),
        (["latin.md"], f"{tmp_path}/latin.md: it is not UTF-8"),
    ]:
        with pytest.raises(RuleError) as caught:
            load_rules([str(tmp_path / path) for path in paths], WORDS)
        assert str(caught.value) == message
