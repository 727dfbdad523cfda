"""What a plan becomes in a template that is to serve clusters with and without sidecars.

In: a plan that moves a container, a template, what its chart says. Out: `Plan`, or a `Refusal`. Must not know: how any of it is written.

The container goes into a define that both lists call, the define that tells which of them is meant beside it, and the value that this asks
for into the chart's values (helm-kustomize.md, A7).
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain, count

from sidecarlint.documents import Document, document_of
from sidecarlint.edits import Append, Fields, Items, Move, Operation, Plain, Refusal, Set, Versions, edited
from sidecarlint.edits.templates.guarded import SWITCH, VALUES, define_of
from sidecarlint.edits.templates.guarded import guarded as both
from sidecarlint.fixes.charts import Guarding
from sidecarlint.fixes.plan import Elsewhere, Plan

_PROPERTY = Fields(
    (
        ("description", "Whether helpers run as native sidecars: auto (where the cluster is 1.29 or newer), true or false."),
        ("enum", Items(("auto", Plain("true"), Plain("false")))),
    )
)
_ONE_DEFINE = r"(?s)\{\{-? define .*?\}\}(?P<body>.*)\{\{-? end \}\}\s*"


def guarded(planned: Plan, chart: Guarding, path: str, text: str, document: Document) -> Plan:
    """The plan with both versions beside each other. A `Refusal` where the chart or the container has no room for them."""
    operations = tuple(each for each in planned.operations if isinstance(each, (Move, Set)))
    if len(operations) != len(planned.operations):
        raise Refusal("more than new keys is asked for it; write both versions by hand", document.start)
    name, asks, define = _named(chart, operations, text, document)
    others = [each for each in chart.partials if os.path.realpath(each) != os.path.realpath(path)]
    partial = next((each for each in others if chart.text(each) is not None), others[-1])
    wanted = [
        Append(f"\n{each}", taken) for each, taken in ((asks, f'define "{chart.name}.{SWITCH}"'), (define, f'define "{name}"')) if each
    ]
    elsewhere = [*(Elsewhere(partial, 0, each) for each in wanted), *_switch(chart, bool(asks), document), *_property(chart)]
    title = f"{planned.title}, where the value {SWITCH} asks for it"
    versions: tuple[Operation, ...] = (Versions(operations, chart.name, name),)
    return planned._replace(title=title, operations=versions, elsewhere=(*planned.elsewhere, *elsewhere), instead=None, alone=True)


def _named(chart: Guarding, operations: Sequence[Operation], text: str, document: Document) -> tuple[str, str, str]:
    """The name of the container's define, the text of the one that tells which version is meant, and that of the container's own; "" for
    one that the chart has already."""
    own = define_of(document, operations, chart.name)
    for name in chain([own], (f"{own}{number}" for number in count(2))):
        done = both(text, document, operations, chart.name, name)
        found = chart.bodies(name)
        if not found or [_plain(each) for each in found] == [_body(done.define)]:
            return name, _asks(chart, done.asks, document), "" if found else done.define
    raise AssertionError


def _asks(chart: Guarding, asks: str, document: Document) -> str:
    found = [_plain(each) for each in chart.bodies(f"{chart.name}.{SWITCH}")]
    if found not in ([], [_body(asks)]):
        raise Refusal(f"the chart has a define {chart.name}.{SWITCH} that says something else; write both versions by hand", document.start)
    return "" if found else asks


def _switch(chart: Guarding, new: bool, document: Document) -> Iterator[Elsewhere]:
    """The value. Where it is there already but nothing has asked for it so far, it means something else."""
    there = re.search(rf"(?m)^['\"]?{SWITCH}['\"]?[ \t]*:", chart.text(chart.values) or "") is not None
    if there and new:
        raise Refusal(
            f"{chart.values} has a value {SWITCH} that the chart reads in its own way; write both versions by hand", document.start
        )
    if not there:
        yield Elsewhere(chart.values, 0, Append(VALUES, f"\n{SWITCH}:", Set((SWITCH,), "auto")))


def _property(chart: Guarding) -> Iterator[Elsewhere]:
    """What the schema of the values says of it, where there is one that can be added to. One that lets in all values needs no more."""
    text = chart.text(chart.schema)
    if text is None or f'"{SWITCH}"' in text:
        return
    asked = Set(("properties", SWITCH), _PROPERTY)
    try:
        edited(text, lambda number: document_of(text, number), {0: [asked]}, {})
    except Refusal:
        return
    yield Elsewhere(chart.schema, 0, asked)


def _body(define: str) -> str:
    found = re.fullmatch(_ONE_DEFINE, define)
    assert found is not None
    return _plain(found["body"])


def _plain(body: str) -> str:
    """The lines of a define, whatever the ends of lines are."""
    return body.replace("\r\n", "\n").strip("\n")
