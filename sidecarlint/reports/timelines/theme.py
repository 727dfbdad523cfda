"""The colours of a drawing in light and dark, as a style sheet.

In: nothing. Out: CSS. Must not know: what is drawn.
"""

from collections.abc import Iterator

_FONT = "ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"
_COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "guide": ("#d1d9e0", "#3d444d"),
    "app": ("#0969da", "#4493f8"),
    "sidecar": ("#1a7f37", "#3fb950"),
    "helper": ("#9a6700", "#d29922"),
    "init": ("#59636e", "#9198a1"),
    "injected": ("#8250df", "#ab7df8"),
    "wrong": ("#cf222e", "#f85149"),
    "key": ("#59636e", "#9198a1"),
}
"""What has a colour of its own, by the ending of its class: in light and in dark. The contrast to the page is at least 4.5 to 1."""
_SAME = {"head": "ink", "name": "ink", "number": "muted"}
_SHAPES = (
    f".slt text{{font:13px {_FONT}}}"
    ".slt .slt-head{font-size:17px;font-weight:600}"
    ".slt .slt-bold,.slt .slt-name{font-weight:600}"
    ".slt .slt-number{font-size:12px}"
    ".slt .slt-guide{stroke-dasharray:2 4}"
    ".slt .slt-waiting{fill-opacity:.12;stroke-width:1.5;stroke-dasharray:4 3}"
    ".slt .slt-stopping{fill-opacity:.38}"
    ".slt .slt-hollow{stroke-width:3}"
    ".slt .slt-killed{stroke-width:4;fill:none}"
    ".slt .slt-hook,.slt .slt-sigterm{stroke-width:2}"
)


def style() -> str:
    """The style sheet. What it says counts inside of `.slt` only."""
    return f"{''.join(_rules(0))}{_SHAPES}@media (prefers-color-scheme:dark){{{''.join(_rules(1))}}}"


def _rules(index: int) -> Iterator[str]:
    page = _COLOURS["page"][index]
    for name, colours in _COLOURS.items():
        yield f".slt .slt-{name}{{fill:{colours[index]};stroke:none}}"
    for name, like in _SAME.items():
        yield f".slt .slt-{name}{{fill:{_COLOURS[like][index]}}}"
    yield f".slt .slt-guide{{stroke:{_COLOURS['guide'][index]}}}"
    for name in ("app", "sidecar", "helper", "init", "injected", "wrong", "key"):
        colour = _COLOURS[name][index]
        yield f".slt .slt-{name}.slt-waiting,.slt .slt-{name}.slt-hollow,.slt .slt-{name}.slt-killed{{stroke:{colour}}}"
        yield f".slt .slt-{name}.slt-hollow{{fill:{page}}}.slt .slt-{name}.slt-hook,.slt .slt-{name}.slt-sigterm{{stroke:{page}}}"
        yield f".slt .slt-{name}.slt-killed{{fill:none}}"
