"""Pictures of timelines in one format; `text` and `svg` in this folder are the values of `timeline --format`.

In: `Picture`s, a `Run`. Out: text. Must not know: how anything was decided.

lanes     what each container's lane shows: bars and signs
captions  what happens at each step, in words
text      pictures for a terminal, and for a fenced block in a pull request
svg       pictures for a browser
theme     its colours
"""

from collections.abc import Sequence

from sidecarlint.findings import Run
from sidecarlint.picture import Picture
from sidecarlint.reports import Style


def render(form: str, pictures: Sequence[Picture], run: Run, style: Style) -> tuple[str, str]:
    """The pictures as they go to stdout, and what else is to be said, for stderr."""
    if form == "svg":
        from sidecarlint.reports.timelines.svg import document
        from sidecarlint.reports.timelines.text import beside

        return document(pictures), "".join(f"{line}\n" for line in beside(run, style))
    from sidecarlint.reports.timelines.text import timelines

    return timelines(pictures, run, style), ""
