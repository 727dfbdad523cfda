"""The frozen settings of one run.

In: nothing. Out: `Settings`. Must not know: anything; `config` fills it, everybody may read it.
"""

from typing import Any

from sidecarlint.values import NamedTuple

SEVERITIES = ("error", "warning", "info")
"""From worst to mildest."""

PLACEMENTS = ("auto", "first", "last")
"""Where helpers go among the init containers."""

STRATEGIES = ("native", "universal")
"""How helpers become native sidecars."""

STYLES = ("plain", "guarded")
"""How a chart's templates say that a helper is a sidecar."""

DEFAULT_TARGET = (1, 29, 0)
"""Native sidecars are on by default since Kubernetes 1.29 (native-sidecars 1.1)."""


class OwnKind(NamedTuple):
    """A kind that the configuration names. `group`: its API group without a version. `pods`: routes to the mappings that hold
    `containers`, such as `spec.template.spec`; none for a kind that is known anyway. `finite`: its pods are meant to end. `fix`: it may
    be rewritten."""

    kind: str
    group: str
    pods: tuple[str, ...] = ()
    finite: bool = False
    fix: bool = False


class Override(NamedTuple):
    """Settings for some paths only: pairs of a setting's name and its value there. `base`: the real path of the folder that the patterns
    count from, which are written as in .gitignore."""

    base: str
    paths: tuple[str, ...]
    values: tuple[tuple[str, Any], ...]


class Settings(NamedTuple):
    """What a run was asked for. `target` is (major, minor, patch) of the oldest Kubernetes that the manifests run on.

    `rules` and `helper_files` are paths. `helpers` and `apps` are patterns: what they match is that, whatever the model says. They match a
    container's name or its image without tag. `kinds` are those that the run is limited to, `own_kinds` those that the user describes.
    `named_at`: rule ids of a configuration file, each with the place where it stands there, as the beginning of a message.

    `nodes` is the oldest kubelet, None where the skew policy alone tells. `context` are folders and files that are read for what they
    say of others, never judged or written. `placement`: auto, first or last. `strategy`: "" to move helpers, universal to write pairs
    for clusters of mixed versions, native to move and to collapse such pairs. `reverse` turns sidecars into ordinary containers again,
    and `drop_node_affinity` takes an affinity away: then nothing else is fixed. The affinities are KEY or KEY=VALUE, "" for none.
    `rendered`: what Helm has rendered may be rewritten.

    `values` are files that charts are rendered with, in this order, and `kube_versions` those that they are rendered for. `style`: plain,
    or guarded for a chart that serves older clusters too; "" is plain. With `no_exec` neither helm nor kubectl is run.

    `baseline` is the path of the file with the findings that are known, "" for none. With `ratchet` they are counted and not compared, and
    with `exit_zero` no finding makes the run fail. `changed` is the commit since which something was touched, "" for the usual base: then
    only that is judged, and only what is new is told. `today` is the day by which suppressions end, as 2027-03-31; "" is the real one.

    `severities` are pairs of a rule and the level of its findings. Of `overrides` the last that fits a path counts. With `force_exclude`
    what `exclude` leaves out is left out when it is named as well. `typed` are the settings that the command line made.
    """

    target: tuple[int, int, int] = DEFAULT_TARGET
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    max_workloads: int | None = None
    fail_on: str = "warning"
    exclude: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    helper_files: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    own_kinds: tuple[OwnKind, ...] = ()
    named_at: tuple[tuple[str, str], ...] = ()
    nodes: tuple[int, int, int] | None = None
    context: tuple[str, ...] = ()
    placement: str = "auto"
    strategy: str = ""
    reverse: bool = False
    node_affinity: str = ""
    drop_node_affinity: str = ""
    rendered: bool = False
    values: tuple[str, ...] = ()
    kube_versions: tuple[tuple[int, int, int], ...] = ()
    style: str = ""
    no_exec: bool = False
    baseline: str = ""
    ratchet: bool = False
    exit_zero: bool = False
    changed: str | None = None
    today: str = ""
    severities: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Override, ...] = ()
    force_exclude: bool = False
    typed: frozenset[str] = frozenset()

    @property
    def only_asked(self) -> bool:
        """Whether nothing but what the command line asks for is fixed, not what rules find."""
        return self.reverse or bool(self.drop_node_affinity)

    @property
    def wishes(self) -> bool:
        """Whether the command line asks for anything beside what rules find."""
        return bool(self.only_asked or self.strategy or self.node_affinity)


def fails(severity: str, fail_on: str) -> bool:
    """Whether a finding of this severity makes the run end with exit code 1."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(fail_on)
