"""Findings: a rule's word about one place.

In: rules, workloads, lifecycles. Out: `Finding`. Must not know: how a fix is planned.
"""

from typing import TYPE_CHECKING, Literal

from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from sidecarlint.workloads.rollouts import Rollout

Applicability = Literal["safe", "unsafe", "manual"]

ASKED = "asked"
"""The category of what no rule found but the command line asks for; its id is the option without the dashes."""


class Location(NamedTuple):
    """A place in a source. Lines and columns are 1-based, `start` and `end` offsets in characters; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Evidence(NamedTuple):
    """A short human sentence about what was seen, and where, when it was seen at one place."""

    message: str
    location: Location | None = None


class Subject(NamedTuple):
    """The workload that a finding is about. `route` leads to the mapping that holds `containers`."""

    path: str
    document: int
    route: str
    api_version: str
    kind: str
    name: str
    namespace: str

    @property
    def title(self) -> str:
        """Kind and name as people say them: `Deployment/web`."""
        return f"{self.kind}/{self.name or '(no name)'}"

    @property
    def place(self) -> tuple[int, str]:
        """Where its pod stands in its source, which no fix changes: the document's index, and the route."""
        return self.document, self.route


class Edit(NamedTuple):
    """Text to put in place of a span. Offsets are in characters of the source's text."""

    path: str
    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """What would be done about a finding. `title` is an imperative sentence, `hazards` say what lowered the applicability,
    `notes` what people should know besides.

    A `manual` fix has no edits: its title says what to do and its hazards why sidecarlint does not.
    """

    title: str
    applicability: Applicability
    hazards: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()


class Finding(NamedTuple):
    """A rule's word about one place. `container` is a name, None where there is none; `workload` None for a source's finding.
    `rendered_from`: the template of a Helm chart that its document came of, such as shop/templates/web.yaml, "" where none is named."""

    rule: str
    category: str
    severity: str
    message: str
    location: Location
    workload: Subject | None = None
    container: str | None = None
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    rendered_from: str = ""


class Unread(NamedTuple):
    """A source that could not be read; the run ends with exit code 2."""

    path: str
    message: str


class Skipped(NamedTuple):
    """A source, or a part of it, that was left alone on purpose, with the reason in one line. `what`: file, or chart for one of which
    not all was rendered."""

    path: str
    reason: str
    what: str = "file"


class Run(NamedTuple):
    """All that one `check` found. `findings` are in the order of path, line, column and rule; `sources` and `workloads` are counts.

    `unwanted` counts the workloads that --kind or --name left out. `excerpts` holds, for each path, the text of the lines (by 1-based
    number) that findings and their evidence point at.
    """

    target: tuple[int, int, int]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    sources: int = 0
    workloads: int = 0
    unwanted: int = 0
    excerpts: dict[str, dict[int, str]] = {}


class Rewritten(NamedTuple):
    """A source's text before and after its fixes."""

    path: str
    old: str
    new: str
    fixed: tuple[Finding, ...]


Groups = tuple[tuple[str, ...], ...]


class Shape(NamedTuple):
    """A pod's life in short. `starts` and `stops` are names in order, those that start or stop together in one tuple; `completes`: yes,
    no, unknown or never-meant-to; `requests`: what it asks for in all, by resource (native-sidecars 6.1)."""

    starts: Groups
    stops: Groups
    completes: str
    requests: tuple[tuple[str, str], ...]


class Moved(NamedTuple):
    """One workload that fixes changed, what they mended, its pods before and after, and what applying it does to those that run."""

    subject: Subject
    fixed: tuple[Finding, ...]
    before: Shape
    after: Shape
    rollout: "Rollout"

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know besides, each sentence once."""
        return tuple(dict.fromkeys(note for each in self.fixed if each.fix is not None for note in each.fix.notes))


class Mending(NamedTuple):
    """All that one `fix` did. `run` holds what is left and why; `written` is false when nothing was written, only shown.

    `stdin` is what came in on stdin as it leaves, None when nothing did. `moved` are the workloads that were changed, in the order of
    their sources. `only_asked`: whether rules were left aside, because the command line asked for one thing and nothing else.
    `recovered` says what was first done about files that an earlier run was killed over, sentence by sentence. `unsafe`: unsafe fixes were
    asked for.
    """

    run: Run
    rewritten: tuple[Rewritten, ...] = ()
    written: bool = True
    stdin: bytes | None = None
    moved: tuple[Moved, ...] = ()
    only_asked: bool = False
    recovered: tuple[str, ...] = ()
    unsafe: bool = False

    @property
    def dropped(self) -> frozenset[str]:
        """The paths of sources in which a fix was tried and not carried out, each with its reason in `run.skipped`."""
        return frozenset(each.path for each in self.run.skipped)
