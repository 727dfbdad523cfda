"""The command line: options to `Settings`, results to stdout, everything else to stderr, and the exit code.

In: argv and streams. Out: text and exit codes: 0 nothing at or above --fail-on, 1 findings remain or a diff is not empty, 2 the
run could not be done as asked. Must not know: how anything is decided. Commands import what they use when they run.
"""

import os
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from sidecarlint.cli.options import (
    BASELINE,
    BEGINNING,
    CHECKING,
    CONFIG,
    FIXING,
    HELPER_FILES,
    JUDGING,
    LOOKING,
    MOVING,
    OWN,
    PLACING,
    READING,
    REPORTING,
    VERSION,
    format_of,
)
from sidecarlint.cli.program import Command, Program
from sidecarlint.errors import WriteError
from sidecarlint.findings import ASKED, Run
from sidecarlint.reports import Style, renderer
from sidecarlint.settings import Settings, fails

if TYPE_CHECKING:
    from sidecarlint.cli.outputs import Kept
    from sidecarlint.pipeline import Input
    from sidecarlint.rulebook import Rule

_PAGE = 78
"""How wide what stands below a heading of a page can be."""


@click.group(cls=Program, params=[VERSION], context_settings={"max_content_width": 100})
def main() -> None:
    """Find legacy sidecars in Kubernetes manifests and rewrite them into native ones.

    \b
    sidecarlint check k8s/          what is wrong, and why
    sidecarlint fix --diff k8s/     what would be changed
    sidecarlint fix k8s/            change it
    """


def _command(summary: str, *parameters: click.Parameter) -> Callable[[Callable[..., None]], click.Command]:
    return main.command(cls=Command, params=list(parameters), short_help=summary)


@_command("Find legacy sidecars and what hangs on them.", *REPORTING, *CHECKING)
def check(paths: Sequence[str], form: str, info: bool, output: Sequence[str], **options: Any) -> None:
    """Find legacy sidecars, Jobs that hang on them and native sidecars used wrongly.

    Reads files, folders, or - for stdin; the current folder when nothing is named.

    \b
    sidecarlint check k8s/
    kubectl get deploy,job -A -o yaml | sidecarlint check -
    """
    from sidecarlint import pipeline

    settings, kept = _settings(options), _keeping(output, paths)
    run = pipeline.check(_given(paths), settings, _progress())
    _print(renderer(form).check(run, _style(info, settings)))
    _annotate(form, run)
    _keep(kept, lambda each: renderer(each).check(run, Style(info=_style(info, settings).info)))
    sys.exit(_exit_code(run, settings))


@_command("Show what is known of each workload, and why.", *READING, *PLACING)
def inspect(paths: Sequence[str], form: str, **options: Any) -> None:
    """Show what is known of each workload: every container's part and why, how it ends, start and stop order.

    \b
    sidecarlint inspect --name 'web*' k8s/
    """
    from sidecarlint import pipeline

    inspections, run = pipeline.inspect(_given(paths), _settings(options))
    _print(renderer(form).inspect(inspections, run, _style(False, Settings())))
    sys.exit(2 if run.unread else 0)


@_command("Draw each pod's life before and after its fixes.", *LOOKING, *MOVING, format_of(("svg", "text")))
def timeline(paths: Sequence[str], form: str, **options: Any) -> None:
    """Draw each pod's life before and after its fixes: who starts when and what that waits for, who ends, who is stopped in which
    order, and whether the work completes. Unsafe fixes are drawn too; nothing is written.

    \b
    sidecarlint timeline --name report --target 1.33 k8s/
    sidecarlint timeline --format svg job.yaml > job.svg
    """
    from sidecarlint import pipeline
    from sidecarlint.reports.timelines import render

    pictures, run = pipeline.timeline(_given(paths), _settings(options))
    drawn, beside = render(form, pictures, run, _style(False, Settings()))
    _print(drawn)
    click.echo(beside, err=True, nl=False)
    sys.exit(2 if run.unread else 0)


@_command("Rewrite legacy sidecars into native ones.", *REPORTING, *JUDGING, *FIXING)
def fix(paths: Sequence[str], form: str, info: bool, diff: bool, unsafe: bool, output: Sequence[str], **options: Any) -> None:
    """Rewrite legacy sidecars into native ones, changing only the lines that have to change.

    Every rewrite is proven before it is written: it must mean what was there with exactly the planned changes, and no comment
    may be lost. With - the rewritten text goes to stdout.

    \b
    sidecarlint fix --diff k8s/ | less
    sidecarlint fix --select job-never-completes k8s/
    """
    from sidecarlint import pipeline

    settings, given, kept = _settings(options), _given(paths), _keeping(output, paths)
    received = _received(given) if "-" in paths else b""
    mending = pipeline.fix(given._replace(stdin=BytesIO(received)) if received else given, settings, unsafe, diff, _progress())
    for each in mending.recovered:
        click.echo(f"sidecarlint: {each}", err=True)
    report = renderer(form).fix(mending, _style(info, settings))
    if diff:
        from sidecarlint.reports.terminal.diff import unified

        _print("".join(unified(each) for each in mending.rewritten))
        click.echo(report, err=True, nl=False)
    elif "-" in paths:
        _print_bytes(mending.stdin if mending.stdin is not None else b"" if _unread(mending.run, "-") else received)
        click.echo(report, err=True, nl=False)
    else:
        _print(report)
    _keep(kept, lambda each: renderer(each).fix(mending, Style(info=_style(info, settings).info)))
    sys.exit(1 if diff and mending.rewritten and not mending.run.unread else _exit_code(mending.run, settings))


@_command("Order a migration into waves.", *READING, *MOVING)
def waves(paths: Sequence[str], form: str, **options: Any) -> None:
    """Order what is to be done into waves: work that hangs, injectors to switch, pods that gain, and the rest.

    Each wave says what applying it restarts and which command does it.

    \b
    sidecarlint waves k8s/
    sidecarlint waves --format markdown k8s/ > plan.md
    """
    from sidecarlint import pipeline
    from sidecarlint.cli.outputs import again

    found, run = pipeline.waves(_given(paths), _settings(options), _progress())
    _print(renderer(form).waves(found, run, _style(True, Settings()), (*again(), *paths)))
    sys.exit(2 if run.unread else 0)


@_command("Write down what is found, so that later runs report what is new.", *LOOKING, *JUDGING, BASELINE)
def baseline(paths: Sequence[str], info: bool, **options: Any) -> None:
    """Write the present findings into the file that --baseline or the configuration names, so that later runs report only what is new.

    \b
    sidecarlint baseline --baseline sidecarlint-baseline.jsonl k8s/
    sidecarlint check --baseline sidecarlint-baseline.jsonl k8s/
    """
    from sidecarlint import pipeline
    from sidecarlint.cli.outputs import keep_baseline

    settings = _settings(options)
    run = pipeline.check(_given(paths), settings._replace(baseline=""), _progress())
    _print(keep_baseline(settings, run))
    sys.exit(2 if run.unread else 0)


@_command("Begin with sidecarlint in a repository.", *BEGINNING)
def init(pre_commit: bool, github: bool, **options: Any) -> None:
    """Write a commented sidecarlint.toml into the current folder, and what else is asked for. What is there is never changed.

    \b
    sidecarlint init --target 1.31 --pre-commit --github
    """
    from sidecarlint.cli.setup import made, wanted

    _print(made(wanted(_settings({**options, "config": os.devnull}), pre_commit, github)))


@_command("Show a rule's page.", click.Argument(["rule"]), *OWN)
def explain(rule: str, **options: Any) -> None:
    """Show a rule's page: what it finds, why it matters, what its fix does. Or all words that rules may use.

    \b
    sidecarlint explain job-never-completes
    sidecarlint explain words
    """
    from sidecarlint import bundle
    from sidecarlint.bench import bench, unknown_rule
    from sidecarlint.findings.judge import SOURCE_RULES
    from sidecarlint.reports.terminal.pages import page, source_page
    from sidecarlint.reports.terminal.words import words_page

    settings = _settings(options)
    known = {each.id: each for each in bench(settings).rules}
    if rule in SOURCE_RULES:
        _print(source_page(rule, SOURCE_RULES[rule]))
    elif rule in known:
        _print(page(bundle.whole(known[rule]), _timeline_of(bundle.whole(known[rule]), settings)))
    elif rule == "words":
        _print(words_page(bundle.guide()))
    else:
        raise unknown_rule(rule, {*known, *SOURCE_RULES, "words"})


def _timeline_of(rule: "Rule", settings: Settings) -> list[str]:
    """The timeline of the example on a rule's page, as lines; none where the rule is about something else."""
    from sidecarlint.examples import pictured
    from sidecarlint.reports.terminal.cells import painter
    from sidecarlint.reports.terminal.pages import shown_example
    from sidecarlint.reports.timelines.text import drawn

    example = shown_example(rule)
    picture = pictured(rule, example, settings) if example is not None else None
    return drawn(picture, _PAGE, painter(False)) if picture is not None else []


@_command("List all rules.", *OWN, format_of(("json", "text")))
def rules(form: str, **options: Any) -> None:
    """List all rules.

    \b
    sidecarlint rules --format json
    """
    from sidecarlint.bench import bench
    from sidecarlint.reports.terminal.pages import listing

    _print(listing(bench(_settings(options)).rules, form))


@_command("Run the examples inside rule files.", click.Argument(["files"], nargs=-1, metavar="[RULE FILES]"), HELPER_FILES, CONFIG)
def test(files: Sequence[str], **options: Any) -> None:
    """Run the examples inside rule files: those that are named, or those of the configuration, or else the bundled ones.

    \b
    sidecarlint test lint/rules/ --helper-files lint/helpers/
    """
    from sidecarlint.examples import run_examples

    report, ok = run_examples(tuple(files), _settings(options))
    _print(report)
    sys.exit(0 if ok else 1)


def _settings(options: dict[str, Any]) -> Settings:
    from sidecarlint import config

    settings = config.with_options(config.load(path=options["config"]), options)
    if options.get("show_config"):
        from sidecarlint.cli.setup import shown

        _print(shown(settings, options))
        sys.exit(0)
    return settings


def _given(paths: Sequence[str]) -> "Input":
    from sidecarlint.pipeline import Input

    # A program that is started without a standard input has None there.
    return Input(paths or (".",), cast(BinaryIO, sys.stdin.buffer) if sys.stdin is not None else None)


def _keeping(output: Sequence[str], paths: Sequence[str]) -> "tuple[Kept, ...]":
    """The files that also keep the report. Most runs have none."""
    if not output:
        return ()
    from sidecarlint.cli.outputs import keeping

    return keeping(output, paths)


def _keep(kept: "Sequence[Kept]", report: Callable[[str], str]) -> None:
    """Writes a report into each file, in its format. All are tried before the first that could not be written ends the run."""
    lost = [why for each in kept if (why := each.keep(report(each.form)))]
    if lost:
        raise WriteError(lost[0])


def _annotate(form: str, run: Run) -> None:
    """In a workflow of GitHub the readable report is followed by annotations; who asks for another format gets that alone."""
    if form == "text" and os.environ.get("GITHUB_ACTIONS") == "true":
        _print(renderer("github").check(run, Style()))


def _received(given: "Input") -> bytes:
    """What stands on stdin, kept so that what cannot be understood can go out as it came in."""
    from sidecarlint.sources import LIMIT

    return given.stdin.read(LIMIT + 1) if given.stdin is not None and not given.stdin.isatty() else b""


def _unread(run: Run, path: str) -> bool:
    return any(each.path == path for each in run.unread)


def _style(info: bool, settings: Settings) -> Style:
    """What makes the run fail is shown, wanted or not."""
    tty = sys.stdout.isatty()
    width = os.get_terminal_size(sys.stdout.fileno()).columns if tty else 80
    colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(colour=colour, width=max(40, min(width, 100)), info=info or settings.fail_on == "info")


def _print(text: str) -> None:
    """Output is UTF-8 whatever the locale says, and its line ends are its own."""
    _print_bytes(text.encode("utf-8", "surrogateescape"))


def _print_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _progress() -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None
    from sidecarlint.reports.terminal.progress import progress

    return progress(sys.stderr)


def _exit_code(run: Run, settings: Settings) -> int:
    if run.unread:
        return 2
    failing = sum(finding.category == ASKED or fails(finding.severity, settings.fail_on) for finding in run.findings)
    if settings.ratchet and run.baseline is not None:
        failing = max(0, failing + run.baseline.found - run.baseline.listed)
    return 1 if failing and not settings.exit_zero else 0
