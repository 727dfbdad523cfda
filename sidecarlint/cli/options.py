"""The options and arguments of all commands, each made once.

In: nothing. Out: click's parameters. Must not know: what they bring about.
"""

from collections.abc import Sequence
from functools import partial

import click

from sidecarlint import __version__
from sidecarlint.reports import finding_formats, formats
from sidecarlint.settings import PLACEMENTS, SEVERITIES, STRATEGIES, STYLES


def _at_least_one(ctx: click.Context, option: click.Parameter, number: int | None) -> int | None:
    if number is not None and number < 1:
        raise click.BadParameter(f"{number} is less than 1.")
    return number


def format_of(names: Sequence[str]) -> click.Option:
    help_line = f"{', '.join(names)} (default: text)."
    return click.Option(["--format", "form"], type=click.Choice(names), default="text", metavar="FORMAT", help=help_line)


def _show_help(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(ctx.get_help())
        ctx.exit()


def _show_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"sidecarlint {__version__}")
        ctx.exit()


# Options are made once for all commands, and help and version are our own: click's are translated when they are made, which loads
# all of gettext and locale at every start.
_flag = partial(click.Option, is_flag=True, expose_value=False, is_eager=True)
HELP = _flag(["-h", "--help"], callback=_show_help, help="Show this page.")
VERSION = _flag(["-V", "--version"], callback=_show_version, help="Show the version.")
CONFIG = click.Option(["--config"], metavar="FILE", help="This file, not the nearest sidecarlint.toml.")
RULES = click.Option(["--rules"], multiple=True, metavar="PATH", help="Also use the rules of these files.")
HELPER_FILES = click.Option(["--helper-files"], multiple=True, metavar="PATH", help="Also know the helpers of these files.")
OWN = (RULES, CONFIG)
LOOKING = (
    click.Argument(["paths"], nargs=-1, metavar="[PATHS|-]"),
    click.Option(["--target"], metavar="VERSION", help="Oldest API server, 1.29 or later (default: 1.29)."),
    click.Option(["--nodes"], metavar="VERSION", help="Oldest kubelet on any node, such as 1.28."),
    click.Option(["--context"], multiple=True, metavar="PATH", help="Also read these, but never judge or write."),
    click.Option(["--values"], multiple=True, metavar="FILE", help="Also render charts with these values."),
    click.Option(["--kube-version", "kube_versions"], multiple=True, metavar="VERSION", help="Render charts for this Kubernetes too."),
    click.Option(["--no-exec"], is_flag=True, help="Run neither helm nor kubectl."),
    click.Option(["--kind", "kinds"], multiple=True, metavar="KIND", help="Only workloads of this kind, such as Job."),
    click.Option(["--name", "names"], multiple=True, metavar="PATTERN", help="Only workloads of this name; * is any text."),
    click.Option(["--exclude"], multiple=True, metavar="PATTERN", help="Not these files; as in .gitignore."),
    click.Option(["--force-exclude"], is_flag=True, help="Not these files even where they are named."),
    HELPER_FILES,
    CONFIG,
)
READING = (*LOOKING, format_of(formats()))
KEEPING = click.Option(["--output"], multiple=True, metavar="FORMAT=FILE", help="Also keep the report, as in markdown=pr.md.")
REPORTING = (*LOOKING, format_of(finding_formats()), KEEPING)
JUDGING = (
    click.Option(["--select"], multiple=True, metavar="RULE", help="Only these rules."),
    click.Option(["--ignore"], multiple=True, metavar="RULE", help="Not these rules."),
    RULES,
    click.Option(["--show-config"], is_flag=True, help="Only tell each setting, and where it comes from."),
    click.Option(["--info"], is_flag=True, help="Also show findings of level info."),
    click.Option(["--changed"], metavar="[=BASE]", help="Only what is new since this commit."),
    click.Option(["--fail-on"], type=click.Choice(SEVERITIES), metavar="LEVEL", help="Mildest that gives exit 1 (default: warning)."),
)
BASELINE = click.Option(["--baseline"], metavar="FILE", help="Findings that are known, and not told again.")
CHECKING = (
    *JUDGING,
    BASELINE,
    click.Option(["--ratchet"], is_flag=True, help="Fail only when there is more than the baseline holds."),
    click.Option(["--exit-zero"], is_flag=True, help="Let no finding give exit 1."),
)
BEGINNING = (
    click.Option(["--target"], metavar="VERSION", help="Oldest API server, 1.29 or later (default: 1.29)."),
    click.Option(["--pre-commit"], is_flag=True, help="Also write .pre-commit-config.yaml."),
    click.Option(["--github"], is_flag=True, help="Also write a workflow for pull requests."),
)
PLACING = (click.Option(["--placement"], type=click.Choice(PLACEMENTS), metavar="PLACE", help="Where helpers go: auto, first or last."),)
MOVING = (
    *PLACING,
    click.Option(["--strategy"], type=click.Choice(STRATEGIES), metavar="NAME", help="native, or universal for mixed clusters."),
    click.Option(["--node-affinity"], metavar="LABEL", help="Bind pods with sidecars to nodes so labelled."),
)
FIXING = (
    click.Option(["--diff"], is_flag=True, help="Print a unified diff and write nothing."),
    click.Option(["--unsafe"], is_flag=True, help="Also change what someone may rely on."),
    click.Option(["--max-workloads"], type=int, callback=_at_least_one, metavar="N", help="Rewrite at most N workloads."),
    *MOVING,
    click.Option(["--style"], type=click.Choice(STYLES), metavar="NAME", help="Of a chart's templates: plain, or guarded by version."),
    click.Option(["--rendered"], is_flag=True, help="Also rewrite what Helm has rendered."),
    click.Option(["--reverse"], is_flag=True, help="Turn sidecars into containers again, and fix nothing else."),
    click.Option(["--drop-node-affinity"], metavar="LABEL", help="Take that binding away, and fix nothing else."),
)
